import Compiler

extension Certificate {
  /// What is proved, in one line.
  ///
  /// - Parameter report: the comparison with the interpreter, if there was one
  func summary(_ report: VerificationReport? = nil) -> String {
    guard let reason else {
      return open.isEmpty ? "proved for all inputs" : "proved for all inputs that have a value"
    }
    guard let report else { return "not proved: \(reason)" }
    let kind = report.isExhaustive ? "all" : "searched and random"
    return "agrees with the interpreter on \(report.inputs) inputs (\(kind)), but is not proved: \(reason)"
  }
}
