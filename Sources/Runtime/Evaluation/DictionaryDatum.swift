/// A dictionary whose keys are plain values, in the order in which they were added; 1, 1.0 and `True` are one
/// key.
struct DictionaryDatum: Sendable {
  private(set) var entries: [(key: Value, value: Datum)] = []
  private var places: [Value: Int] = [:]
  private(set) var total = 1
  private(set) var nesting = 1

  var count: Int { entries.count }

  init() {}

  subscript(key: Value) -> Datum? {
    places[key.key].map { entries[$0].value }
  }

  mutating func set(_ key: Value, to value: Datum) throws(EvaluationError) {
    if let place = places[key.key] {
      total += value.total - entries[place].value.total
      entries[place].value = value
    } else {
      places[key.key] = entries.count
      entries.append((key, value))
      total += value.total
    }
    nesting = max(nesting, 1 + value.nesting)
    guard total <= ListDatum.maximumTotal, nesting <= ListDatum.maximumNesting else {
      throw EvaluationError("the dictionary would have more than \(ListDatum.maximumTotal) elements")
    }
  }
}
