import Compiler
import Discovery
import Runtime

extension OutputSpace {
  /// What a transformer's logits at one position mean: the value with the largest logit, or the number.
  ///
  /// A compiled transformer writes 1 in the direction of its value, and nothing for None.
  func value(logits: ArraySlice<Float>, writtenBy model: CircuitModel) -> Value {
    switch self {
    case .numerical:
      // Via its text, since 0.1 in single precision is not 0.1 in double precision.
      return .float(Double(logits.first?.description ?? "nan") ?? .nan)
    case .categorical(let values):
      guard let best = logits.indices.max(by: { logits[$0] < logits[$1] }) else { return .none }
      return model == .hl && logits[best] < 0.5 ? .none : values[best - logits.startIndex]
    }
  }
}
