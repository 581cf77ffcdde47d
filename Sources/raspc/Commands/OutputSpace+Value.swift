import Compiler
import Runtime

extension OutputSpace {
  /// What a transformer's logits at one position say: the value with the greatest, or the number.
  ///
  /// A compiled transformer writes 1 in its value's direction, and nothing at all for None.
  func value(logits: ArraySlice<Float>, writtenBy model: ArtifactFolder.Model) -> Value {
    switch self {
    case .numerical:
      // Through the text, as 0.1 in single precision is not 0.1 in double precision.
      return .float(Double(logits.first?.description ?? "nan") ?? .nan)
    case .categorical(let values):
      guard let best = logits.indices.max(by: { logits[$0] < logits[$1] }) else { return .none }
      return model == .hl && logits[best] < 0.5 ? .none : values[best - logits.startIndex]
    }
  }
}
