import Discovery
import Foundation

/// Scores that a method outside of raspc has written: JSON in one of three forms, or CSV. `docs/formats.md` shows each.
package struct ScoresFile: Sendable {
  /// The score of an edge, or of a node if `to` is nil.
  struct Entry: Sendable {
    var from: String
    var to: String?
    var score: Double

    var name: String { to.map { "\(from)->\($0)" } ?? from }
  }

  let entries: [Entry]

  /// Reads a file; throws ``FileError`` if it is in no form that is known.
  package init(reading url: URL) throws {
    let data = try FileReader.data(url)
    if url.pathExtension.lowercased() == "csv" {
      do { entries = try Self.csv(String(decoding: data, as: UTF8.self)) } catch {
        throw FileError(url, error.description)
      }
      return
    }
    do {
      entries = try JSONDecoder().decode(JSONForm.self, from: data).entries
    } catch {
      if data.range(of: Data("NaN".utf8)) != nil {
        throw FileError(url, "it has NaN in it, which is no number in JSON and cannot be ranked")
      }
      throw FileError(url, FileError.reason(error))
    }
  }

  /// The entries with names resolved; throws ``ScoresError`` for a name that no tool uses.
  ///
  /// - Parameter layers: of the transformer
  package func scores(layers: Int) throws(ScoresError) -> OutsideScores {
    var scores = OutsideScores(edges: [], nodes: [])
    for entry in entries {
      guard let from = ScoredSource(outsideName: entry.from) else {
        throw ScoresError("'\(entry.from)' is not the name of a node that writes to the residual stream")
      }
      guard let to = entry.to else {
        scores.nodes.append(.init(node: from, score: entry.score, name: entry.name))
        continue
      }
      guard let target = ScoredTarget(outsideName: to, layers: layers) else {
        throw ScoresError("'\(to)' is not the name of a node that reads from the residual stream")
      }
      scores.edges.append(.init(from: from, to: target, score: entry.score, name: entry.name))
    }
    return scores
  }

  // MARK: CSV

  /// A table with the columns from, to and score; edge and score; or node and score. Others are ignored.
  private static func csv(_ text: String) throws(ScoresError) -> [Entry] {
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
      }
    }
    guard let head = lines.first else { throw ScoresError("it is empty") }
    func column(_ names: String...) -> Int? { head.firstIndex { names.contains($0.lowercased()) } }
    let (from, to) = (column("from", "source", "node", "edge"), column("to", "target"))
    guard let from, let score = column("score") else {
      throw ScoresError("its first line must name the columns: from, to and score, or node and score")
    }
    var entries: [Entry] = []
    for (index, line) in lines.enumerated().dropFirst() {
      guard line.count == head.count else {
        throw ScoresError("line \(index + 1) has \(line.count) fields, but the first line has \(head.count)")
      }
      guard let value = Double(line[score]) else {
        throw ScoresError("line \(index + 1): '\(line[score])' is not a number")
      }
      if let to {
        entries.append(Entry(from: line[from], to: line[to], score: value))
      } else {
        entries.append(Entry(name: line[from], score: value))
      }
    }
    return entries
  }
}

extension ScoresFile.Entry {
  /// An entry by one name: of an edge, `a0.h1->m2`, or of a node.
  init(name: String, score: Double) {
    if let arrow = name.range(of: "->") {
      self.init(
        from: name[..<arrow.lowerBound].trimmingCharacters(in: .whitespaces),
        to: name[arrow.upperBound...].trimmingCharacters(in: .whitespaces), score: score)
    } else {
      self.init(from: name, to: nil, score: score)
    }
  }
}

/// The three forms of JSON.
private struct JSONForm: Decodable {
  var entries: [ScoresFile.Entry] = []

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct ListedEdge: Decodable {
    var from: String
    var to: String
    var score: Double
  }

  private struct ListedNode: Decodable {
    var node: String
    var score: Double
  }

  /// In EAP-IG's JSON, nodes have scores only if the method scores nodes.
  private struct Attributes: Decodable {
    var score: Double?
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let (edges, nodes) = (Key(stringValue: "edges"), Key(stringValue: "nodes"))
    guard container.contains(edges) || container.contains(nodes) else {
      // A score by name.
      for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
        entries.append(.init(name: key.stringValue, score: try container.decode(Double.self, forKey: key)))
      }
      return
    }
    if container.contains(edges) {
      if (try? container.nestedUnkeyedContainer(forKey: edges)) != nil {
        for edge in try container.decode([ListedEdge].self, forKey: edges) {
          entries.append(.init(from: edge.from, to: edge.to, score: edge.score))
        }
      } else {
        try add(container.decode([String: Attributes].self, forKey: edges), mustHaveScores: edges, container)
      }
    }
    if container.contains(nodes) {
      if (try? container.nestedUnkeyedContainer(forKey: nodes)) != nil {
        for node in try container.decode([ListedNode].self, forKey: nodes) {
          entries.append(.init(from: node.node, to: nil, score: node.score))
        }
      } else {
        // The logits are a node without a score.
        try add(container.decode([String: Attributes].self, forKey: nodes), mustHaveScores: nil, container)
      }
    }
  }

  private mutating func add(
    _ named: [String: Attributes], mustHaveScores: Key?, _ container: KeyedDecodingContainer<Key>
  ) throws {
    for (name, attributes) in named.sorted(by: { $0.key < $1.key }) {
      if let score = attributes.score {
        entries.append(.init(name: name, score: score))
      } else if let mustHaveScores {
        throw DecodingError.dataCorruptedError(
          forKey: mustHaveScores, in: container, debugDescription: "'\(name)' has no score")
      }
    }
  }
}
