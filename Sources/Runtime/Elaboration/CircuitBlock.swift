import Diagnostics
import Parser

/// A `circuit` block of a program, with the names that its settings can use.
struct CircuitBlock {
  let syntax: CircuitSyntax
  let range: SourceRange
  let environment: Environment
}
