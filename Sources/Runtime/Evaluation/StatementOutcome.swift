import Diagnostics

/// The result of a statement, for a session to print.
enum StatementOutcome {
  case nothing
  case named([(name: String, value: Datum)])
  case display(DisplayDatum)
  case failure(Diagnostic)
}
