import Transformer

/// The effect of ablating one head or MLP.
package struct NodeEffect: Sendable, Equatable {
  package var component: Component
  package var inCircuit: Bool
  /// Among the positions at which the program's output differs from that at the position of the other input
  /// given by the pair's map, the share at which taking the component's activation from there makes the output
  /// wrong; nil if there are no such positions.
  package var resample: Double?
  /// Among the positions at which the transformer is right, the share that is wrong with the component's
  /// activation at its mean over inputs and positions, or at zero.
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
