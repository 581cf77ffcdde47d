import Diagnostics
import Parser
import Rendering

/// A function that the program defines.
final class FunctionDatum: Sendable {
  let syntax: FunctionSyntax
  /// The environment in which the function was defined; its free names are looked up there when it is called.
  let environment: Environment

  init(syntax: FunctionSyntax, environment: Environment) {
    self.syntax = syntax
    self.environment = environment
  }
}

extension FunctionDatum {
  /// The error for a call with the wrong number of arguments.
  func wrongCount(_ count: Int, at range: SourceRange) -> Diagnostic {
    let expected = counted(syntax.parameters.count, "argument")
    return Diagnostic(
      "\(syntax.name.text) takes \(expected), not \(count)", at: range,
      hint: "\(syntax.name.text)(\(syntax.parameters.map(\.text).joined(separator: ", ")))")
  }
}
