/// What an ablated edge carries instead of its source's activation.
package enum Ablation: String, Sendable, CaseIterable {
  /// The activation on the corrupted input, at the position given by the pair's map.
  case resample
  /// The mean over inputs and positions; BOS, which is at the same position of every input, has its own mean.
  case mean
  case zero

  /// In alphabetical order, as help texts and messages list them.
  package static var byName: [Ablation] { allCases.sorted { $0.rawValue < $1.rawValue } }
}
