import Transformer

/// The effect of ablating one head or MLP.
package struct NodeEffect: Sendable, Equatable {
  package var component: Component
  package var inCircuit: Bool
  /// The share of positions at which the output becomes wrong if the component's activation is taken from the
  /// other input, at the position given by the pair's map. Only positions at which the program's outputs on
  /// the two inputs differ count; nil if there are none.
  package var resample: Double?
  /// The share of positions at which the output becomes wrong with the component's activation at its mean
  /// over inputs and positions, or at zero. Only positions at which the transformer is right count.
  package var mean: Double?
  package var zero: Double?
  /// Divergences from the clean outputs, relative to that of the corrupted inputs' outputs.
  package var resampleDivergence: Double
  package var meanDivergence: Double
  package var zeroDivergence: Double

  package init(
    component: Component, inCircuit: Bool, resample: Double?, mean: Double?, zero: Double?,
    resampleDivergence: Double, meanDivergence: Double, zeroDivergence: Double
  ) {
    self.component = component
    self.inCircuit = inCircuit
    self.resample = resample
    self.mean = mean
    self.zero = zero
    self.resampleDivergence = resampleDivergence
    self.meanDivergence = meanDivergence
    self.zeroDivergence = zeroDivergence
  }

  package func changed(by ablation: Ablation) -> Double? {
    switch ablation {
    case .resample: resample
    case .mean: mean
    case .zero: zero
    }
  }
}
