import Compiler
import Transformer

/// `alignment.json`: which component of each transformer holds which variable of the program.
package struct AlignmentFile: Sendable, Equatable {
  /// One variable in one component of the compiled transformer, and what holds it in the trained one.
  package struct Node: Sendable, Equatable {
    package var variable: String
    package var hl: Component
    /// Empty where no transformer has been trained.
    package var ll: [Component]
    /// The hidden units of the compiled transformer's MLP that compute this variable and no other; nil for a head.
    package var units: Range<Int>?
  }

  package var nodes: [Node]

  /// - Parameter places: the trained transformer's component for each of the compiled; nil where no
  ///   transformer has been trained.
  package init(_ alignment: [AlignedVariable], places: [Component: Component]? = nil) {
    nodes = alignment.map { aligned in
      let trained = places.map { $0[aligned.component] ?? aligned.component }
      return Node(
        variable: aligned.variable, hl: aligned.component, ll: trained.map { [$0] } ?? [],
        units: aligned.units)
    }
  }
}

extension AlignmentFile: Codable {
  /// Raised when readers of the file as it was can no longer read it.
  package static let format = 1

  private enum CodingKeys: String, CodingKey { case format, nodes }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.checkFormat(Self.format, forKey: .format)
    nodes = try container.decode([Node].self, forKey: .nodes)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.format, forKey: .format)
    try container.encode(nodes, forKey: .nodes)
  }
}

extension AlignmentFile.Node: Codable {
  private enum CodingKeys: String, CodingKey { case variable, hl, ll, units }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    variable = try container.decode(String.self, forKey: .variable)
    hl = try container.decode(Place.self, forKey: .hl).component
    ll = try container.decode([Place].self, forKey: .ll).map(\.component)
    units = try container.decodeIfPresent([Int].self, forKey: .units).map { ends in
      guard ends.count == 2, ends[0] <= ends[1] else {
        throw DecodingError.dataCorruptedError(
          forKey: .units, in: container, debugDescription: "\(ends) are not two ends of a range")
      }
      return ends[0]..<ends[1]
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(variable, forKey: .variable)
    try container.encode(Place(component: hl), forKey: .hl)
    try container.encode(ll.map { Place(component: $0) }, forKey: .ll)
    try container.encodeIfPresent(units.map { [$0.lowerBound, $0.upperBound] }, forKey: .units)
  }
}

/// A component as TransformerLens names its activation, and which head of it; null for an MLP.
private struct Place: Codable {
  private enum CodingKeys: String, CodingKey { case hook, head }

  var component: Component

  init(component: Component) { self.component = component }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let hook = try container.decode(String.self, forKey: .hook)
    guard let component = Component(hook: hook, head: try container.decode(Int?.self, forKey: .head)) else {
      throw DecodingError.dataCorruptedError(
        forKey: .hook, in: container, debugDescription: "'\(hook)' holds no variable")
    }
    self.component = component
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(component.hook, forKey: .hook)
    let head: Int? = if case .head(_, let head) = component { head } else { nil }
    try container.encode(head, forKey: .head)
  }
}
