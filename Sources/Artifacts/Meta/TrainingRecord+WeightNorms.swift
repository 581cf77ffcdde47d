import Discovery
import Training
import Transformer

extension MetaFile.TrainingRecord {
  /// The root of the mean square of components' weights, in this transformer and in one of the same size
  /// trained on behaviour alone.
  package struct WeightNorms: Codable, Sendable, Equatable {
    /// Over the components of the circuit, and those outside; nil where there are none.
    package var circuit: Double
    package var outside: Double?
    /// Over the same components of the naturally trained transformer.
    package var naturalCircuit: Double
    package var naturalOutside: Double?
    package var components: [Component: Double]
    package var naturalComponents: [Component: Double]
    package var outsideToCircuit: Double?
    package var outsideToNatural: Double?

    init(
      circuit: Double, outside: Double?, naturalCircuit: Double, naturalOutside: Double?,
      components: [Component: Double], naturalComponents: [Component: Double]
    ) {
      self.circuit = circuit
      self.outside = outside
      self.naturalCircuit = naturalCircuit
      self.naturalOutside = naturalOutside
      self.components = components
      self.naturalComponents = naturalComponents
      outsideToCircuit = outside.map { $0 / circuit }
      outsideToNatural = outside.flatMap { own in naturalOutside.map { own / $0 } }
    }

    enum CodingKeys: String, CodingKey {
      case circuit, outside, components
      case naturalCircuit = "natural_circuit"
      case naturalOutside = "natural_outside"
      case naturalComponents = "natural_components"
      case outsideToCircuit = "outside_to_circuit"
      case outsideToNatural = "outside_to_natural"
    }
  }
}

extension MetaFile.TrainingRecord.WeightNorms {
  /// The weights of the trained transformer next to those of the behaviour-only baseline.
  init(_ trained: TrainedCircuit, natural: Parameters) {
    let norms = WeightSummary(trained.parameters).norms
    let naturalNorms = WeightSummary(natural).norms
    func mean(_ norms: [Component: Double], _ components: [Component]) -> Double? {
      let squares = components.compactMap { norms[$0] }.map { $0 * $0 }
      return squares.isEmpty ? nil : (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }
    let nodes = trained.nodes
    self.init(
      circuit: mean(norms, nodes.aligned) ?? 0, outside: mean(norms, nodes.outside),
      naturalCircuit: mean(naturalNorms, nodes.aligned) ?? 0,
      naturalOutside: mean(naturalNorms, nodes.outside), components: norms, naturalComponents: naturalNorms)
  }
}
