/// How far an analysis goes before it settles for less.
struct AnalysisLimits: Sendable {
  /// Combinations of values that are looked at together at one position.
  var combinations = 4_096
  /// Combinations of the operands' own values, which are taken where those of what they are made from are too many.
  var pairs = 100_000
  /// Values of one s-op; numbers beyond are not listed.
  var values = 20_000
  /// Pairs of a key's and a query's tuple that are looked at for a width.
  var pairsOfWidth = 2_000_000
  /// Values of an s-op whose means are looked at where nothing is known of what is selected.
  var valuesOfUnknown = 32
  /// States that positions can be in, up to which an order among them is looked for.
  var states = 3_000
  /// Combinations looked at for one box, about; beyond, only operands' own values.
  var work = 20_000_000
  /// Inputs that are tried to find one that shows what is not excluded.
  var searchedInputs = 400
  /// Boxes that are looked at to exclude it, and combinations for all of them.
  var boxes = 6_000
  var refinedWork = 40_000_000
}
