import Foundation
import Runtime

/// How a circuit is trained. The defaults are the recipe for every circuit; a program can change any of them
/// in its `siit = {...}` block, under the names of ``CodingKeys``.
package struct SIITSettings: Codable, Sendable, Hashable {
  /// Steps of a round, during which the learning rate decays once. The first round holds the rate for at most
  /// three quarters of this and decays it over three sixteenths.
  package var steps = 1600
  /// How many rounds to train before giving up.
  package var rounds = 12
  /// How many rounds may continue with the same weights before a new attempt begins with a larger
  /// transformer.
  package var roundsPerAttempt = 7
  /// Sequences per step; each is the base of two swaps and the source of two.
  package var batch = 128
  /// The share of swaps of a node of the circuit that include some of its other nodes.
  package var jointShare = 0.5
  /// The share of pairs whose swap changes the output, to be reached if random pairs have fewer.
  package var effectiveShare = 0.5
  /// One in this many pairs of blocks holds pairs of inputs that were recently wrong.
  package var hardEvery = 4
  /// The peak learning rate of Adam, for embeddings, biases and the unembedding.
  package var learningRate = 5e-3
  /// The peak learning rate of Muon, for the layers' weight matrices.
  package var matrixRate = 0.012
  /// The share of every weight that is lost per step, relative to Muon's rate.
  package var weightDecay = 0.03
  /// The final value of both rates in a round, as a share of their peak.
  package var finalRate = 0.01
  package var warmup = 100
  /// The accuracy, and the share of every node, at which the first round's rate starts to decay early.
  package var near = 0.95
  /// The accuracy, and the share of every node, with which a circuit has formed: the next round then trains at
  /// lower rates.
  package var formed = 0.8
  /// The peak rates of the second round as a share of the first's, and of every later round as a share of the
  /// round before.
  package var laterRate = 0.5
  package var roundRate = 0.7
  /// The decay per step of Muon's running mean of the gradient.
  package var momentum = 0.95
  package var beta1 = 0.9
  package var beta2 = 0.99
  /// The largest norm of the gradient.
  package var clipping = 0.5
  /// The decay per step of the mean of the weights over the last steps, which is the result.
  package var averaging = 0.99
  package var behaviourWeight = 1.0
  package var iitWeight = 2.0
  package var strictWeight = 4.0
  /// The weight of the losses of ``VariableProbes`` and ``AttentionGuide`` until the circuit has formed.
  package var guideWeight = 1.0
  /// The share of the strict loss's runs that change one edge outside the circuit, or several edges into one
  /// target.
  package var edgeShare = 0.3
  /// Whether gradients flow through the swapped-in activations to the run that they come from. If they are
  /// detached, as published, nothing pushes a component outside the circuit to be constant.
  package var throughSource = true
  /// What accuracy and every node's IIA and SIIA must reach on held-out inputs. Training continues until
  /// there are fewer errors than this allows, so that it also holds on other pairs.
  package var target = 0.999
  /// Steps between evaluations.
  package var evaluateEvery = 100
  /// Held-out pairs for each node in an evaluation during training, and in the evaluation of a result.
  package var evaluationPairs = 512
  package var finalPairs = 8192
  /// How close a numerical output must be to count as right.
  package var tolerance = 0.05
  /// The share of inputs held out from training.
  package var heldOut = 0.2

  package init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case steps, rounds, batch, warmup, near, formed, momentum, beta1, beta2, clipping, averaging, target,
      tolerance
    case roundsPerAttempt = "rounds_per_attempt"
    case matrixRate = "matrix_rate"
    case laterRate = "later_rate"
    case roundRate = "round_rate"
    case guideWeight = "guide_weight"
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
    case jointShare = "joint_share"
    case effectiveShare = "effective_share"
    case weightDecay = "weight_decay"
    case edgeShare = "edge_share"
  }

  /// The largest number of steps for which the first round holds its rate, and the number of steps of its
  /// decay.
  var firstHold: Int { max(1, steps * 3 / 4) }
  var firstFall: Int { max(1, steps * 3 / 16) }

  /// What a sample of pairs must show for training to end after this many rounds of the attempt: a quarter of
  /// the errors that the target allows, and later half of them.
  func aim(rounds: Int) -> Double { 1 - (1 - target) / (rounds < 2 ? 4 : 2) }

  /// What another sample must then confirm, halfway to the target: a sample chosen for its good result is
  /// biased, and a third one should still reach the target.
  func confirmation(rounds: Int) -> Double { (aim(rounds: rounds) + target) / 2 }

  /// How many effective positions a node must have to count as tested: enough that, if none is wrong, the
  /// share reaches the target with 95% confidence.
  var neededPositions: Int {
    guard target > 0, target < 1 else { return 1 }
    return min(finalPairs, Int((log(0.05) / log(target)).rounded(.up)))
  }

  /// Whether another round is worthwhile in an attempt with this many rounds, the last of which left its
  /// worst node at this share. An attempt with at most four times as many errors as the target allows always goes on.
  ///
  /// - Parameter previous: the worst node's share one round earlier
  func isPromising(_ worst: Double, previous: Double?, rounds: Int) -> Bool {
    if worst >= 1 - 4 * (1 - target) { return true }
    guard rounds < roundsPerAttempt else { return false }
    let improves = previous.map { 1 - worst <= 0.75 * (1 - $0) } ?? true
    return rounds < 3 || worst >= 0.95 || improves
  }

  /// These settings, with a program's own values in place of some; throws ``SettingsError``.
  package func overridden(by values: [String: Value]) throws(SettingsError) -> SIITSettings {
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
    case .roundsPerAttempt: roundsPerAttempt = try count()
    case .batch: batch = try count()
    case .hardEvery: hardEvery = try count()
    case .warmup: warmup = try count()
    case .evaluateEvery: evaluateEvery = try count()
    case .evaluationPairs: evaluationPairs = try count()
    case .finalPairs: finalPairs = try count()
    case .learningRate: learningRate = try number(0...10)
    case .matrixRate: matrixRate = try number(0...10)
    case .weightDecay: weightDecay = try number(0...10)
    case .edgeShare: edgeShare = try number(0...1)
    case .jointShare: jointShare = try number(0...1)
    case .effectiveShare: effectiveShare = try number(0...1)
    case .laterRate: laterRate = try number(0...1)
    case .roundRate: roundRate = try number(0...1)
    case .near: near = try number(0...1)
    case .formed: formed = try number(0...1)
    case .momentum: momentum = try number(0...1)
    case .guideWeight: guideWeight = try number(0...1e6)
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

/// An invalid training setting in a program.
package struct SettingsError: Error, Sendable, CustomStringConvertible {
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

  package var description: String {
    switch reason {
    case .unknown:
      "unknown training setting '\(name)'; the settings are "
        + SIITSettings.CodingKeys.allCases.map(\.rawValue).sorted().joined(separator: ", ")
    case .notCount: "'\(name)' must be a whole number above 0"
    case .notFlag: "'\(name)' must be True or False"
    case .notNumber(let range): "'\(name)' must be a number from \(range.lowerBound) to \(range.upperBound)"
    }
  }
}
