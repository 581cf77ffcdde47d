import Compiler
import Runtime

extension OutputSpace {
  /// What a transformer's logits at one position say: the value with the greatest, or the number.
  func value(logits: ArraySlice<Float>) -> Value {
    switch self {
    case .numerical:
      // Through the text, as 0.1 in single precision is not 0.1 in double precision.
      return .float(Double(logits.first?.description ?? "nan") ?? .nan)
    case .categorical(let values):
      let best = logits.indices.max { logits[$0] < logits[$1] }
      return best.map { values[$0 - logits.startIndex] } ?? .none
    }
  }
}
