import Transformer

/// How well a transformer holds its circuit, and how natural its weights are.
package struct EvaluationResult: Sendable, Equatable {
  package var circuit: String
  package var model: CircuitModel
  /// The number of inputs on which effects were measured.
  package var inputs: Int
  package var seed: UInt64
  /// On held-out inputs.
  package var accuracy: Double
  /// By component, the share of all positions or of the effective ones, whichever is lower; nil if it is
  /// untested.
  package var iia: [Component: Double?]
  /// The same for random sets of the circuit's components.
  package var joint: Double
  package var siia: [Component: Double]
  package var together: Together
  /// Components of the circuit that swaps hardly test.
  package var untested: [Component]
  package var effects: [NodeEffect]
  package var circuitAlone: CircuitAlone
  /// Held-out accuracy of the behaviour-only baseline, if there is one.
  package var naturalAccuracy: Double?
  package var weights: [CircuitModel: WeightSummary]

  package init(
    circuit: String, model: CircuitModel, inputs: Int, seed: UInt64, accuracy: Double,
    iia: [Component: Double?], joint: Double, siia: [Component: Double], together: Together,
    untested: [Component], effects: [NodeEffect], circuitAlone: CircuitAlone, naturalAccuracy: Double?,
    weights: [CircuitModel: WeightSummary]
  ) {
    self.circuit = circuit
    self.model = model
    self.inputs = inputs
    self.seed = seed
    self.accuracy = accuracy
    self.iia = iia
    self.joint = joint
    self.siia = siia
    self.together = together
    self.untested = untested
    self.effects = effects
    self.circuitAlone = circuitAlone
    self.naturalAccuracy = naturalAccuracy
    self.weights = weights
  }

  /// The IIA of the worst tested component, or set of components; 1 if there is none.
  package var worstIIA: Double { min(iia.values.compactMap(\.self).min() ?? 1, joint) }
  package var worstSIIA: Double { min(siia.values.min() ?? 1, together.halves, together.all) }

  /// The circuit's components whose effect is not larger than that of every component outside the circuit.
  package func notSeparated(by ablation: Ablation) -> [Component] {
    guard let greatest = effects.filter({ !$0.inCircuit }).compactMap({ $0.changed(by: ablation) }).max()
    else { return [] }
    return effects.filter { $0.inCircuit && ($0.changed(by: ablation) ?? 0) <= greatest }.map(\.component)
  }

  /// The transformer with every head and MLP outside the circuit at its mean.
  package struct CircuitAlone: Sendable, Equatable {
    package var accuracy: Double
    /// Relative to that of the corrupted inputs' outputs.
    package var divergence: Double

    package init(accuracy: Double, divergence: Double) {
      self.accuracy = accuracy
      self.divergence = divergence
    }
  }

  /// How often outputs stay right if several components outside the circuit are swapped at once, and if
  /// single edges are.
  package struct Together: Sendable, Equatable {
    /// Random halves of the components outside the circuit.
    package var halves: Double
    /// All of them at once.
    package var all: Double
    /// Either of these, with zeros in place of activations.
    package var zeroed: Double
    /// Edges outside the circuit, one at a time.
    package var edges: Double

    package init(halves: Double, all: Double, zeroed: Double, edges: Double) {
      self.halves = halves
      self.all = all
      self.zeroed = zeroed
      self.edges = edges
    }
  }
}
