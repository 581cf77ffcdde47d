import Compiler

extension Certificate {
  /// What is proved, in a line.
  ///
  /// - Parameter report: what was compared with the interpreter, if anything was
  func summary(_ report: VerificationReport? = nil) -> String {
    guard let reason else {
      return open.isEmpty ? "proved for all inputs" : "proved for all inputs that have a value"
    }
    guard let report else { return "not proved: \(reason)" }
    let kind = report.isExhaustive ? "all" : "searched and random"
    return "agrees with the interpreter on \(report.inputs) inputs (\(kind)), but is not proved: \(reason)"
  }
}
