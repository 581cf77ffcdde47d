/// What an ablated edge carries instead of its source's activation.
public enum Ablation: String, Sendable, CaseIterable, Codable {
  /// The activation on the corrupted input. From the position embedding, which is the same for all inputs of
  /// a length, that of another position of the input.
  case resample
  /// The mean over the inputs at the same position; from the position embedding, over the positions.
  case mean
  case zero
}
