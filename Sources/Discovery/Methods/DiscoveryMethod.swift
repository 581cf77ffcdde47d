/// A circuit-discovery method: gives every edge of a transformer a score. The higher the score, the more
/// likely it is that the edge belongs to the circuit.
///
/// A new method is one type that conforms to this protocol and one line in ``DiscoveryMethods/all``.
package protocol DiscoveryMethod: Sendable {
  /// As spelled on the command line and in file names, such as `eap-ig`.
  var name: String { get }

  /// Scores every edge and node.
  ///
  /// - Parameter progress: called now and then with the share of the work that is done, from 0 to 1
  func scores(_ task: DiscoveryTask, progress: (Double) -> Void) -> DiscoveryScores
}

/// All methods.
package enum DiscoveryMethods {
  package static let all: [any DiscoveryMethod] = [
    ACDC(), SubnetworkProbing(over: .nodes), SubnetworkProbing(over: .edges), EdgeAttribution(),
    EdgeAttribution(integratedGradientSteps: 5),
  ]

  /// Their names, separated by commas.
  package static var names: String { all.map(\.name).joined(separator: ", ") }

  /// Names of methods, the built-in ones first, then others in alphabetical order.
  package static func inOrder(_ names: some Sequence<String>) -> [String] {
    let names = Set(names)
    let builtIn = all.map(\.name).filter(names.contains)
    return builtIn + names.subtracting(builtIn).sorted()
  }

  /// The method with this name; nil if there is none.
  package static func named(_ name: String) -> (any DiscoveryMethod)? { all.first { $0.name == name } }
}
