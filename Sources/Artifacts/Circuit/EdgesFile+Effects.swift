import Transformer

extension EdgesFile {
  /// What taking one edge's activation from another input does.
  public struct EdgeEffect: Codable, Sendable, Equatable {
    public var from: String
    public var to: String
    /// Null where the compiled transformer has no such edge.
    public var compiled: ExplicitOptional<Effect>
    /// Null where no transformer has been trained.
    public var trained: ExplicitOptional<Effect>
    /// Whether it changes any output of the compiled transformer.
    public var causal: Bool

    public init(from: String, to: String, compiled: Effect?, trained: Effect?) {
      self.from = from
      self.to = to
      self.compiled = ExplicitOptional(compiled)
      self.trained = ExplicitOptional(trained)
      causal = (compiled?.changed ?? 0) > 0
    }
  }

  public struct Effect: Codable, Sendable, Equatable {
    /// The share of counted positions at which the output changes.
    public var changed: Double
    /// The mean divergence from the intact outputs.
    public var divergence: Double

    public init(changed: Double, divergence: Double) {
      self.changed = changed
      self.divergence = divergence
    }
  }

  /// Takes what was measured, and says by it whether the trained transformer holds the circuit.
  public mutating func record(_ effects: [EdgeEffect], pairs: Int, tried: Int, seed: UInt64) {
    self.effects = effects
    self.pairs = pairs
    self.tried = tried
    self.seed = seed
    let measured = effects.compactMap { edge in edge.trained.value.map { (edge, $0.changed) } }
    guard !measured.isEmpty else {
      certified = ExplicitOptional(nil)
      notCertified = []
      return
    }
    let least = measured.filter(\.0.causal).map(\.1).min() ?? .infinity
    let greatest = measured.filter { !$0.0.causal }.map(\.1).max() ?? -.infinity
    // Where a causal edge does nothing, the others that do nothing are not to blame.
    notCertified = measured.filter { edge, changed in
      edge.causal ? changed <= greatest : changed >= least && changed > 0
    }.map { [$0.0.from, $0.0.to] }
    certified = ExplicitOptional(least > greatest)
  }

  /// Whether the effects are those of a transformer's full graph.
  ///
  /// - Parameter isTrained: whether a transformer has been trained, which has to be measured, too
  public func hasEffects(of edges: [[String]], isTrained: Bool) -> Bool {
    guard let effects, effects.map({ [$0.from, $0.to] }) == edges else { return false }
    return effects.allSatisfy { ($0.trained.value != nil) == isTrained }
  }
}
