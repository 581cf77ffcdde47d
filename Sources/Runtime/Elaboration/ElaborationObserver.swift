import Diagnostics
import Parser

/// Follows an elaboration statement by statement, as the session of a REPL does.
///
/// With an observer, every new s-op and selector is tried out, REPL commands and drawings are carried out,
/// and the circuits of loaded files count too.
protocol ElaborationObserver: AnyObject {
  /// Tries out a new s-op or selector on an input; an error ends the statement.
  func tryOut(_ node: Datum, on input: TrialInput) throws
  /// Carries out a command; `argument` is the argument of `set example`.
  func perform(_ command: Statement.Command, _ argument: Operand?) throws
  /// Draws the computation of an s-op.
  ///
  /// - Parameter tokens: The input; nil for the running example.
  func draw(_ sop: SOpID, on tokens: [Value]?, at range: SourceRange) throws -> DisplayDatum

  /// Called before a loaded file runs.
  func willLoadFile()
  /// Called after each statement of a loaded file, and with each syntax error in it.
  func didRunLoaded(_ outcome: StatementOutcome)
  /// Called after a loaded file has run.
  func didLoadFile()
}
