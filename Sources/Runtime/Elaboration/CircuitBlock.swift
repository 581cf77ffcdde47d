import Diagnostics
import Parser

/// A `circuit` block that an elaboration has come to, with the names it is to be read against.
struct CircuitBlock {
  let syntax: CircuitSyntax
  let range: SourceRange
  let environment: Environment
}
