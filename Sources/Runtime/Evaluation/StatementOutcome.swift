import Diagnostics

/// What a statement came to, for a session to print.
enum StatementOutcome {
  case nothing
  case named([(name: String, value: Datum)])
  case display(DisplayDatum)
  case failure(Diagnostic)
}
