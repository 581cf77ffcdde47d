/// The mean that an aggregate takes of several values.
///
/// It is the double nearest to the exact mean, so that it is rounded only once, does not depend on the order,
/// and is the value itself if all are equal.
package struct Mean: Sendable {
  private var count = 0
  /// The sum of the integers, as long as it fits.
  private var integers = 0
  /// The sum of all other finite numbers.
  private var others = ExactSum.zero
  /// The sum of the infinities: 0 if there are none, nan if there are both signs.
  private var infinities = 0.0
  private var hasNone = false
  private var hasString = false
  /// Whether there is any number other than bools.
  private var hasNumber = false

  package init() {}

  /// The result of an aggregate over at least one selected value: a single value as it is, otherwise the
  /// mean.
  ///
  /// - Throws: if the values have no mean, as strings, bools alone, and infinities of both signs have none.
  package static func of(_ values: [Value]) throws(EvaluationError) -> Value {
    if values.count == 1 { return values[0] }
    var mean = Mean()
    for value in values { mean.add(value) }
    return try mean.value { values }
  }

  /// Adds one more value to the mean.
  package mutating func add(_ value: Value) {
    count += 1
    switch value {
    case .int(let number):
      hasNumber = true
      add(number)
    case .bool(let flag): add(flag ? 1 : 0)
    case .float(let number):
      hasNumber = true
      if number.isFinite { others = others.adding(number) } else { infinities += number }
    case .string: hasString = true
    case .none: hasNone = true
    }
  }

  private mutating func add(_ number: Int) {
    let (sum, overflow) = integers.addingReportingOverflow(number)
    if overflow { others = others.adding(number) } else { integers = sum }
  }

  /// The mean of the values that were added: a float, or `None` if any of them is `None`.
  ///
  /// - Parameter values: called only if the values have no mean, to list them in the error.
  package func value(of values: () -> [Value]) throws(EvaluationError) -> Value {
    if hasNone { return .none }
    guard hasNumber, !hasString else { throw Self.noMean(values()) }
    if infinities.isNaN { throw Arithmetic.noValue("a mean of inf and -inf") }
    if infinities != 0 { return .float(infinities) }
    // Both are exact as doubles, so dividing them rounds only once.
    if others == .zero, integers.magnitude <= 1 << 53 { return .float(Double(integers) / Double(count)) }
    return .float(others.adding(integers).mean(of: count))
  }

  /// The error for values that have no mean.
  static func noMean(_ values: [Value]) -> EvaluationError {
    let list = values.prefix(6).map(\.quoted).joined(separator: ", ") + (values.count > 6 ? ", ..." : "")
    let areBools = values.allSatisfy { if case .bool = $0 { true } else { false } }
    return EvaluationError(
      "several positions are selected, but their values have no mean: [\(list)]",
      hint: areBools
        ? "indicator(x) turns bools into numbers" : "select at most one position")
  }
}
