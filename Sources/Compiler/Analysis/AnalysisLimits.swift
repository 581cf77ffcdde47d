/// How far an analysis goes before it settles for a weaker result.
struct AnalysisLimits: Sendable {
  /// Combinations of values considered together at one position.
  var combinations = 4_096
  /// Combinations of the operands' own values, used if the values that they are made from have too many.
  var pairs = 100_000
  /// Values of one s-op; if a numerical one has more, they are not listed.
  var values = 20_000
  /// For a width, pairs of a key's and a query's tuple.
  var pairsOfWidth = 2_000_000
  /// Values of an s-op of which all means are considered if nothing is known about the selection.
  var valuesOfUnknown = 32
  /// States of a position; if there are more, no order among them is looked for.
  var states = 3_000
  /// Roughly how many combinations are considered for one box; beyond that, only the operands' own values.
  var work = 20_000_000
  /// Inputs tried in the search for one that shows a problem which could not be excluded.
  var searchedInputs = 400
  /// Boxes considered to exclude such a problem, and combinations over all of them.
  var boxes = 6_000
  var refinedWork = 40_000_000
}
