import Foundation
import Testing

/// A report's page: every figure in its own column, computed from what the folders hold.
@Suite struct ReportTests {
  /// The page of a report, taken apart.
  private struct Page {
    /// The heads over the circuits' rows.
    let head: [String]
    /// Each circuit's cells with the labels that they have on narrow screens, the name first.
    let circuits: [[(label: String, value: String)]]
    /// Tables, heads first.
    let tables: [[[String]]]
    /// Figures of the whole batch by their names.
    let cards: [String: String]

    init(_ raspc: Executable) throws {
      let text = String(decoding: try raspc.contents("out/report.html"), as: UTF8.self)
      let row = try #require(text.firstMatch(of: /<div class="row head">(.*?)<\/div>/)?.1)
      head = row.matches(of: /<span>(.*?)<\/span>/).map { String($0.1) }
      circuits = text.matches(of: /<summary class="row"><span class="name">(.*?)<\/span>(.*?)<\/summary>/)
        .map { match in
          let cells = match.2.matches(of: /<span><i>(.*?)<\/i>(.*?)<\/span>/)
          return [("circuit", String(match.1))] + cells.map { (String($0.1), String($0.2)) }
        }
      tables = text.matches(of: /<table>(.*?)<\/table>/.dotMatchesNewlines()).map { table in
        table.1.matches(of: /<tr>(.*?)<\/tr>/.dotMatchesNewlines()).map { row in
          row.1.matches(of: /<t[hd]>(.*?)<\/t[hd]>/).map { String($0.1) }
        }
      }
      let cards = text.matches(of: /<li><b>(.*?)<\/b><span>(.*?)<\/span><\/li>/)
      self.cards = Dictionary(uniqueKeysWithValues: cards.map { (String($0.2), String($0.1)) })
    }

    /// A circuit's cells by the heads that they stand under.
    func row(_ name: String) throws -> [String: String] {
      let cells = try #require(circuits.first { $0[0].value == name })
      #expect(cells.map(\.label) == head, "cells stand under their heads")
      return Dictionary(uniqueKeysWithValues: zip(head, cells.map(\.value)))
    }
  }

  /// The parts of three circuits' edges that three methods find, and what is measured of the circuits.
  private static let found: [String: [String: Double]] = [
    "first": ["acdc": 0.2, "eap": 0.8, "eap-ig": 0.4], "second": ["acdc": 0.5, "eap": 1, "eap-ig": 0.75],
    "third": ["acdc": 0.7, "eap": 0.6, "eap-ig": 0.8],
  ]
  private static let measured: [String: [Double]] = [
    "first": [0.9375, 0.875, 0.75], "second": [1, 0.5, 0.625], "third": [0.25, 0.125, 0.375],
  ]

  private func figure(_ value: Double) -> String { String(format: "%.3f", value) }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  @Test("Each method's figures stand in its own column and row, computed from its scores")
  func methods() throws {
    let raspc = try Executable(["three.rasp": FigureTests.threeCircuits])
    defer { raspc.clean() }
    #expect(try raspc("three.rasp", "-o", "out").status == 0)
    #expect(try raspc("eval", "out", "--inputs", "16").status == 0)
    let discovered = try raspc(
      "discover", "out", "--method", "eap-ig", "--method", "acdc", "--method", "eap", "--inputs", "16")
    #expect(discovered.status == 0, "\(discovered.errors)")
    var areas: [String: [String: Double]] = [:]
    var benchmark: [String: [Double]] = [:]
    var wholeNodes: [String: [Double]] = [:]
    for (circuit, methods) in Self.found {
      // By the benchmark's convention one edge of each circuit is none.
      var known: Set<[String]> = []
      try raspc.edit("out/\(circuit)/edges.json") { file in
        var edges = try #require(file["edges"] as? [[String]])
        edges.removeAll { $0[0] == "hook_embed" }
        known = Set(edges)
        file["edges"] = edges
      }
      for (method, part) in methods {
        try raspc.edit("out/\(circuit)/discover-\(method).json") { file in
          areas[method, default: [:]][circuit] = try find(part, in: &file)
          let edges = try #require(file["edges"] as? [[String: Any]])
          let ends = try edges.map {
            [try #require($0["from"] as? String), try #require($0["to"] as? String)]
          }
          let scores = try edges.map { Double(try #require($0["score"] as? Int)) }
          benchmark[method, default: []].append(area(scores, ends.map(known.contains)))
          let labels = edges.map { $0["in_circuit"] as? Bool == true }
          wholeNodes[method, default: []].append(wholeNodeArea(ends, scores, labels))
        }
      }
      try raspc.edit("out/\(circuit)/eval.json") { file in
        let measured = try #require(Self.measured[circuit])
        file["accuracy"] = measured[0]
        file["iia"] = try #require(file["iia"] as? [String: Any]).mapValues { _ in measured[1] }
        file["siia"] = try #require(file["siia"] as? [String: Any]).mapValues { _ in 1 }
        file["together"] = try #require(file["together"] as? [String: Any]).merging(["halves": measured[2]]) {
          $1
        }
      }
    }
    let reported = try raspc("report", "out")
    #expect(reported.status == 0, "\(reported.errors)")
    let page = try Page(raspc)
    #expect(page.head == ["circuit", "accuracy", "IIA", "SIIA", "acdc", "eap", "eap-ig"])
    for (circuit, measured) in Self.measured {
      let row = try page.row(circuit)
      for (head, share) in zip(["accuracy", "IIA", "SIIA"], measured) {
        #expect(row[head] == String(format: "%.2f%%", 100 * share), "\(circuit) \(head)")
      }
      for (method, byCircuit) in areas { #expect(row[method] == byCircuit[circuit].map(figure), "\(method)") }
    }

    let table = try #require(page.tables.first)
    func column(_ words: String) throws -> Int {
      try #require(table[0].firstIndex { $0.contains(words) }, "no column '\(words)'")
    }
    let order = areas.keys.sorted { mean(Array(areas[$0]!.values)) > mean(Array(areas[$1]!.values)) }
    #expect(table.dropFirst().map { $0[0] } == order, "by falling mean")
    for row in table.dropFirst() {
      let values = try #require(areas[row[0]]).values.sorted()
      #expect(row[1] == "3")
      #expect(try row[column("mean AUROC")] == figure(mean(values)))
      #expect(try row[column("median")] == figure(values[1]))
      // Of three values quartiles lie halfway from the middle one.
      let quartiles = [values[0], values[2]].map { figure(($0 + values[1]) / 2) }
      #expect(try row[column("quartiles")] == quartiles.joined(separator: " to "))
      #expect(try row[column("whole")] == figure(mean(#require(wholeNodes[row[0]]))))
      #expect(try row[column("benchmark")] == figure(mean(#require(benchmark[row[0]]))))
      #expect(Set(row).count == row.count, "a figure in another's place would be seen: \(row)")
    }
    // The probability that one method's area is above another's, on two circuits.
    let pairs = page.tables[1].dropFirst()
    #expect(
      pairs.map { Array($0.prefix(2)) } == [
        [order[0], order[1]], [order[0], order[2]], [order[1], order[2]],
      ])
    for row in pairs {
      let (first, second) = (try #require(areas[row[0]]).values, try #require(areas[row[1]]).values)
      let labels = first.map { _ in true } + second.map { _ in false }
      #expect(row[2] == figure(area(first + Array(second), labels)), "\(row)")
    }
  }

  @Test("Of a trained circuit, what training measured at its end is shown")
  func trained() throws {
    let raspc = try Executable(["a.rasp": BatchTests.program("one", steps: 10)])
    defer { raspc.clean() }
    #expect(try raspc("--siit", "a.rasp").status == 0)
    try Trained.edit(raspc, "out/one")
    #expect(try raspc("report", "out").status == 0)
    let page = try Page(raspc)
    let row = try page.row("one")
    #expect(row == ["circuit": "one", "accuracy": "93.75%", "IIA": "87.50%", "SIIA": "75.00%"])
    for (value, words) in [
      ("93.75%", "accuracy"), ("87.50%", " IIA"), ("75.00%", "SIIA"), ("1 of 1", "target"),
    ] {
      let card = try #require(page.cards.first { $0.key.contains(words) }, "no card '\(words)'")
      #expect(card.value == value, "\(card.key)")
    }
  }

  /// The same area over edges between whole nodes: a head's inputs and the two embeddings taken together, and no edge
  /// from an embedding to the output.
  private func wholeNodeArea(_ ends: [[String]], _ scores: [Double], _ labels: [Bool]) -> Double {
    var merged: [[String]: (score: Double, label: Bool)] = [:]
    for (index, edge) in ends.enumerated() {
      let isEmbedding = !edge[0].hasPrefix("blocks.")
      if isEmbedding, edge[1].hasSuffix("resid_post") { continue }
      let target = edge[1].replacing(/hook_[qkv]_input/, with: "attention")
      let old = merged[[isEmbedding ? "embedding" : edge[0], target]] ?? (-1, false)
      merged[[isEmbedding ? "embedding" : edge[0], target]] = (
        max(old.score, scores[index]), old.label || labels[index]
      )
    }
    return area(merged.values.map(\.score), merged.values.map(\.label))
  }
}

/// A trained circuit whose figures are known, each another.
enum Trained {
  /// Puts other figures into the `meta.json` of a circuit that has been trained: 93.75% accuracy, at worst 87.5% IIA
  /// and 75% SIIA, in 123 steps and 45.6 seconds.
  static func edit(_ raspc: Executable, _ folder: String) throws {
    try raspc.edit("\(folder)/meta.json") { meta in
      var training = try #require(meta["training"] as? [String: Any])
      training["accuracy"] = 0.9375
      training["iia"] = try #require(training["iia"] as? [String: Any]).mapValues { _ in 0.96875 }
      training["siia"] = try #require(training["siia"] as? [String: Any]).mapValues { _ in 0.984375 }
      training["steps"] = 123
      training["seconds"] = 45.6
      training["reached"] = true
      var measure = try #require(training["measure"] as? [String: Any])
      // Several components together are worse than any alone, and where a swap changes something than elsewhere.
      for (name, share) in [("joint", 0.875), ("halves", 0.75), ("together", 0.8125)] {
        let node = try #require(measure[name] as? [String: Any])
        measure[name] = node.merging(["share": 1, "effective_share": share]) { $1 }
      }
      training["measure"] = measure
      meta["training"] = training
    }
  }
}
