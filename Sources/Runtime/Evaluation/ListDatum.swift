/// A list with its total size at all depths, so that lists of lists cannot grow unnoticed.
struct ListDatum: Sendable {
  static let maximumTotal = 1_000_000
  static let maximumNesting = 200

  let elements: [Datum]
  let total: Int
  let nesting: Int

  init(_ elements: [Datum]) throws(EvaluationError) {
    self.elements = elements
    total = elements.reduce(1) { $0 + $1.total }
    nesting = 1 + elements.reduce(0) { max($0, $1.nesting) }
    guard total <= Self.maximumTotal else {
      throw EvaluationError("the list would have more than \(Self.maximumTotal) elements")
    }
    guard nesting <= Self.maximumNesting else {
      throw EvaluationError("lists are nested more than \(Self.maximumNesting) deep")
    }
  }
}
