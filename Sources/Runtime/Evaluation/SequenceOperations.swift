import Diagnostics
import Parser

/// What a ``ScalarEvaluator`` leaves to its elaborator: operations on s-ops and selectors, and statements
/// that concern the program as a whole.
///
/// An operation is called if at least one operand is an s-op or a selector; the others are plain data.
/// Operations throw a ``Diagnostics/Diagnostic`` at `range` or at the operand that does not fit.
protocol SequenceOperations: AnyObject {
  // MARK: Expressions

  /// Called with the value of every expression that is an s-op or a selector, before it is used; may throw.
  func check(_ node: Datum, at range: SourceRange) throws

  func unary(_ op: UnaryOperator, _ operand: Datum, at range: SourceRange) throws -> Datum
  func binary(_ op: BinaryOperator, _ left: Datum, _ right: Datum, at range: SourceRange) throws -> Datum
  /// `then if condition else otherwise`
  func choose(
    _ then: Datum, if condition: SOpID, else otherwise: Datum, at range: SourceRange
  ) throws -> Datum
  /// `element in container`; nil unless one of them is an s-op that it works on.
  func contains(_ container: Operand, _ element: Operand, at range: SourceRange) throws -> Datum?
  /// `base[index]`; nil if neither is an s-op.
  func element(of base: Operand, at index: Operand, at range: SourceRange) throws -> Datum?
  func length(of sop: SOpID, at range: SourceRange) throws -> Datum
  /// An expression that always gives an s-op or a selector: `select`, `aggregate`.
  func sequence(_ expression: Expression, in environment: Environment) throws -> Datum

  // MARK: Calls

  /// A call of a built-in function; nil if all its arguments are plain data.
  func call(_ builtin: Builtin, _ arguments: [Operand], at range: SourceRange) throws -> Datum?
  /// An operation applied to the values of several s-ops at each position.
  func map(
    _ operation: Operation, over arguments: [Datum], type: ValueTypes, at range: SourceRange
  ) throws -> Datum
  /// An s-op or a selector applied to an input.
  func apply(_ node: Datum, to arguments: [Datum], at range: SourceRange) throws -> Datum
  /// Evaluates an expression that is then applied to `arguments`.
  func applying(to arguments: [Datum], _ evaluate: () throws -> Datum) rethrows -> Datum
  /// Runs a function of the program.
  func calling(
    _ function: FunctionDatum, _ arguments: [Datum], at range: SourceRange, _ run: () throws -> Datum
  ) rethrows -> Datum

  // MARK: Names and statements

  /// Called when a name has been bound to an s-op or a selector.
  func assigned(_ node: Datum, to name: Name)
  /// Whether a name may be unknown only because a file could not be loaded, which has been reported.
  var mayLackNames: Bool { get }
  /// Runs `draw`, `load` or a circuit block.
  func execute(_ statement: Statement, in environment: Environment) throws -> StatementOutcome
  /// Runs a REPL command.
  func perform(
    _ command: Statement.Command, at range: SourceRange, in environment: Environment
  ) throws
}

/// The value of an operand, with the expression that gave it.
struct Operand {
  let syntax: Expression
  let value: Datum

  var range: SourceRange { syntax.range }
}
