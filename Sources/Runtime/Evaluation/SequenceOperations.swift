import Diagnostics
import Parser

/// What a ``ScalarEvaluator`` leaves to the elaborator that it works for: all that is about s-ops and selectors,
/// and the statements that are about a program rather than about data.
///
/// Operations are asked for where one of their operands is an s-op or a selector; the others are plain data. They
/// throw a ``Diagnostics/Diagnostic`` at `range` or at the operand that does not fit.
protocol SequenceOperations: AnyObject {
  // MARK: Expressions

  /// Called with every expression that is an s-op or a selector, before it is used; may refuse it.
  func check(_ node: Datum, at range: SourceRange) throws

  func unary(_ op: UnaryOperator, _ operand: Datum, at range: SourceRange) throws -> Datum
  func binary(_ op: BinaryOperator, _ left: Datum, _ right: Datum, at range: SourceRange) throws -> Datum
  /// `then if condition else otherwise`
  func choose(
    _ then: Datum, if condition: SOpID, else otherwise: Datum, at range: SourceRange
  ) throws -> Datum
  /// `element in container`; nil where it is not for these two.
  func contains(_ container: Operand, _ element: Operand, at range: SourceRange) throws -> Datum?
  /// `base[index]`; nil where it is not for these two.
  func element(of base: Operand, at index: Operand, at range: SourceRange) throws -> Datum?
  func length(of sop: SOpID, at range: SourceRange) throws -> Datum
  /// An expression that always makes an s-op or a selector: `select`, `aggregate`.
  func sequence(_ expression: Expression, in environment: Environment) throws -> Datum

  // MARK: Calls

  /// A call of one of the language's own functions; nil where it is one for plain data.
  func call(_ builtin: Builtin, _ arguments: [Operand], at range: SourceRange) throws -> Datum?
  /// An operation applied to the values of s-ops at each position.
  func map(
    _ operation: Operation, over arguments: [Datum], type: ValueTypes, at range: SourceRange
  ) throws -> Datum
  /// An s-op or a selector applied to an input.
  func apply(_ node: Datum, to arguments: [Datum], at range: SourceRange) throws -> Datum
  /// Evaluates what is about to be applied to arguments.
  func applying(to arguments: [Datum], _ evaluate: () throws -> Datum) rethrows -> Datum
  /// Runs a function of the program.
  func calling(
    _ function: FunctionDatum, _ arguments: [Datum], at range: SourceRange, _ run: () throws -> Datum
  ) rethrows -> Datum

  // MARK: Names and statements

  /// A name has been given to an s-op or a selector.
  func assigned(_ node: Datum, to name: Name)
  /// Whether a name may be one that is unknown because of an error that has been reported.
  var mayLackNames: Bool { get }
  /// Runs `draw`, `load` or a circuit block.
  func execute(_ statement: Statement, in environment: Environment) throws -> StatementOutcome
  /// Runs a command of the REPL.
  func perform(
    _ command: Statement.Command, at range: SourceRange, in environment: Environment
  ) throws
}

/// An operand with the text it came from.
struct Operand {
  let syntax: Expression
  let value: Datum

  var range: SourceRange { syntax.range }
}
