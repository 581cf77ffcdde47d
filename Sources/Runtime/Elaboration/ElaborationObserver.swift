import Diagnostics
import Parser

/// Follows an elaboration statement by statement, as a REPL's session does.
///
/// Where there is an observer, s-ops and selectors are tried out as they come about, the REPL's commands and
/// drawings are carried out, and the circuits of loaded files count, too.
protocol ElaborationObserver: AnyObject {
  /// Tries out a new s-op or selector on an input; what it throws ends the statement.
  func tryOut(_ node: Datum, on input: TrialInput) throws
  /// Carries out a command; `set example` with its argument.
  func perform(_ command: Statement.Command, _ argument: Operand?) throws
  /// Draws the computation of an s-op.
  ///
  /// - Parameter tokens: The input; nil for the running example.
  func draw(_ sop: SOpID, on tokens: [Value]?, at range: SourceRange) throws -> DisplayDatum

  /// A file is about to be run because another one, or the session, loads it.
  func willLoadFile()
  /// A statement of a loaded file has been run, or could not be.
  func didRunLoaded(_ outcome: StatementOutcome)
  /// The file has ended.
  func didLoadFile()
}
