import Runtime

/// How a circuit is trained. The defaults are the recipe for every circuit; a program may set any of them in
/// its `siit = {...}` block under the names of ``CodingKeys``.
public struct SIITSettings: Codable, Sendable, Hashable {
  /// Steps of one round, in which the learning rate rises and falls once.
  public var steps = 4000
  /// How many rounds to train before giving up. A round goes on with the weights of the one before if they
  /// came near the target, else it is a new attempt in a larger transformer.
  public var rounds = 4
  /// Sequences of one step; each is the base of two swaps, and the source of two.
  public var batch = 256
  /// Of so many pairs of blocks one holds pairs of inputs that were lately wrong.
  public var hardEvery = 4
  /// Adam's learning rate after warming up; it falls to `finalRate` of itself as a half cosine. Every round
  /// that goes on with the same weights halves it.
  public var learningRate = 5e-3
  public var finalRate = 0.01
  public var warmup = 100
  public var beta1 = 0.9
  public var beta2 = 0.99
  /// The gradient's greatest norm.
  public var clipping = 0.5
  /// What the mean of the weights over the last steps, which is the result, keeps at a step.
  public var averaging = 0.99
  public var behaviourWeight = 1.0
  public var iitWeight = 2.0
  public var strictWeight = 4.0
  /// Whether gradients flow through the swapped-in activations to the run they come from. Detached, as
  /// published, nothing pushes a component outside the circuit to be constant.
  public var throughSource = true
  /// What accuracy and every node's IIA and SIIA must reach on held-out inputs.
  public var target = 0.999
  /// Steps between evaluations.
  public var evaluateEvery = 200
  /// Held-out pairs for each node at an evaluation on the way, and at the end.
  public var evaluationPairs = 512
  public var finalPairs = 4096
  /// A numerical output is right when it is this close.
  public var tolerance = 0.05
  /// The share of inputs held out from training.
  public var heldOut = 0.2

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case steps, rounds, batch, warmup, beta1, beta2, clipping, averaging, target, tolerance
    case learningRate = "learning_rate"
    case finalRate = "final_rate"
    case behaviourWeight = "behaviour_weight"
    case iitWeight = "iit_weight"
    case strictWeight = "strict_weight"
    case throughSource = "through_source"
    case evaluateEvery = "evaluate_every"
    case evaluationPairs = "evaluation_pairs"
    case finalPairs = "final_pairs"
    case heldOut = "held_out"
    case hardEvery = "hard_every"
  }

  /// Whether an attempt whose worst node stands so low after a share of its first round is better given up.
  func isHopeless(_ worst: Double, after share: Double) -> Bool {
    share >= 0.5 && worst < 0.85 || share >= 0.25 && worst < 0.5
  }

  /// Whether an attempt that ends a round with its worst node so high is worth another.
  func isNear(_ worst: Double) -> Bool { worst >= 0.97 }

  /// These settings with a program's own in their place; throws ``SettingsError``.
  public func overridden(by values: [String: Value]) throws(SettingsError) -> SIITSettings {
    var result = self
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let key = CodingKeys(rawValue: name) else { throw SettingsError(name, .unknown) }
      try result.set(key, value)
    }
    return result
  }

  private mutating func set(_ key: CodingKeys, _ value: Value) throws(SettingsError) {
    func count() throws(SettingsError) -> Int {
      guard case .int(let number) = value, number > 0 else { throw SettingsError(key.rawValue, .notCount) }
      return number
    }
    func number(_ range: ClosedRange<Double>) throws(SettingsError) -> Double {
      let number: Double
      switch value {
      case .int(let x): number = Double(x)
      case .float(let x): number = x
      default: throw SettingsError(key.rawValue, .notNumber(range))
      }
      guard range.contains(number) else { throw SettingsError(key.rawValue, .notNumber(range)) }
      return number
    }
    switch key {
    case .steps: steps = try count()
    case .rounds: rounds = try count()
    case .batch: batch = try count()
    case .hardEvery: hardEvery = try count()
    case .warmup: warmup = try count()
    case .evaluateEvery: evaluateEvery = try count()
    case .evaluationPairs: evaluationPairs = try count()
    case .finalPairs: finalPairs = try count()
    case .learningRate: learningRate = try number(0...10)
    case .finalRate: finalRate = try number(0...1)
    case .beta1: beta1 = try number(0...1)
    case .beta2: beta2 = try number(0...1)
    case .averaging: averaging = try number(0...1)
    case .clipping: clipping = try number(0...1e9)
    case .behaviourWeight: behaviourWeight = try number(0...1e6)
    case .iitWeight: iitWeight = try number(0...1e6)
    case .strictWeight: strictWeight = try number(0...1e6)
    case .target: target = try number(0...1)
    case .tolerance: tolerance = try number(0...1e6)
    case .heldOut: heldOut = try number(0...0.9)
    case .throughSource:
      guard case .bool(let flag) = value else { throw SettingsError(key.rawValue, .notFlag) }
      throughSource = flag
    }
  }
}

/// A training setting that a program gives and that cannot be.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
  enum Reason: Sendable {
    case unknown, notCount, notFlag
    case notNumber(ClosedRange<Double>)
  }

  let name: String
  let reason: Reason

  init(_ name: String, _ reason: Reason) {
    self.name = name
    self.reason = reason
  }

  public var description: String {
    switch reason {
    case .unknown:
      "there is no training setting '\(name)'; there are "
        + SIITSettings.CodingKeys.allCases.map(\.rawValue).sorted().joined(separator: ", ")
    case .notCount: "'\(name)' must be a whole number above 0"
    case .notFlag: "'\(name)' must be True or False"
    case .notNumber(let range): "'\(name)' must be a number from \(range.lowerBound) to \(range.upperBound)"
    }
  }
}
