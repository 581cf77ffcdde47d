import Foundation
import Training
import Transformer

extension SIITReport: Codable {
  private enum CodingKeys: String, CodingKey {
    case needed, accuracy, iia, siia, joint, halves, together, zeroed, edges, worstEdge
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(accuracy: try container.decode(Node.self, forKey: .accuracy))
    needed = try container.decode(Int.self, forKey: .needed)
    iia = try container.decode([Node].self, forKey: .iia)
    siia = try container.decode([Node].self, forKey: .siia)
    joint = try container.decode(Node.self, forKey: .joint)
    halves = try container.decode(Node.self, forKey: .halves)
    together = try container.decode(Node.self, forKey: .together)
    zeroed = try container.decode(Node.self, forKey: .zeroed)
    edges = try container.decode(Node.self, forKey: .edges)
    worstEdge = try container.decodeIfPresent(Node.self, forKey: .worstEdge)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(needed, forKey: .needed)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(iia, forKey: .iia)
    try container.encode(siia, forKey: .siia)
    try container.encode(joint, forKey: .joint)
    try container.encode(halves, forKey: .halves)
    try container.encode(together, forKey: .together)
    try container.encode(zeroed, forKey: .zeroed)
    try container.encode(edges, forKey: .edges)
    try container.encodeIfPresent(worstEdge, forKey: .worstEdge)
  }
}

extension SIITReport.Node: Codable {
  private enum CodingKeys: String, CodingKey {
    case node, correct, counted, effective, pairs
    case effectiveCorrect = "effective_correct"
    case correctPairs = "correct_pairs"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(SIITReport.Subject.self, forKey: .node),
      correct: try container.decode(Int.self, forKey: .correct),
      counted: try container.decode(Int.self, forKey: .counted))
    effective = try container.decode(Int.self, forKey: .effective)
    effectiveCorrect = try container.decode(Int.self, forKey: .effectiveCorrect)
    pairs = try container.decode(Int.self, forKey: .pairs)
    correctPairs = try container.decode(Int.self, forKey: .correctPairs)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(subject, forKey: .node)
    try container.encode(correct, forKey: .correct)
    try container.encode(counted, forKey: .counted)
    try container.encode(effective, forKey: .effective)
    try container.encode(effectiveCorrect, forKey: .effectiveCorrect)
    try container.encode(pairs, forKey: .pairs)
    try container.encode(correctPairs, forKey: .correctPairs)
  }
}

/// A component or an edge under its names, all else by a word.
extension SIITReport.Subject: Codable {
  private static let arrow = " -> "
  private static let words: [String: SIITReport.Subject] = [
    "output": .output, "joint": .joint, "halves": .halves, "together": .together, "zeroed": .zeroed,
    "edges": .edges,
  ]

  private var name: String {
    switch self {
    case .output: "output"
    case .component(let component): component.hookName
    case .joint: "joint"
    case .halves: "halves"
    case .together: "together"
    case .zeroed: "zeroed"
    case .edges: "edges"
    case .edge(let edge): edge.hookNames.joined(separator: Self.arrow)
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    if let word = Self.words[name] {
      self = word
    } else if let component = Component(hookName: name) {
      self = .component(component)
    } else if let edge = CircuitEdge(hookNames: name.components(separatedBy: Self.arrow)) {
      self = .edge(edge)
    } else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(name)' is nothing that swaps are measured on")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
