/// What an ablated edge carries instead of its source's activation.
public enum Ablation: String, Sendable, CaseIterable, Codable {
  /// The activation on the corrupted input, at the position that the pair's map says.
  case resample
  /// The mean over the inputs and their positions; BOS, which is at the same position of every input, has its own.
  case mean
  case zero
}
