import Runtime

/// A value that a variable can hold, with every spelling of it that one direction stands for.
///
/// There is nearly always just one. If a number is selected once on some inputs and several times on others,
/// the interpreter has the integer in one case and its mean, a float, in the other: 1 and 1.0, which are
/// equal, print differently, and are one value to a transformer. So are numbers that differ only by rounding.
struct HeldValue: Hashable, Sendable {
  /// The first one represents all.
  let spellings: [Value]

  /// Numbers closer than this times their size are one value; those below a thousandth count as a thousandth.
  static let rounding = 1e-9

  init(_ value: Value) { spellings = [value] }

  /// Spellings that are known to be one value; at least one.
  init(of spellings: [Value]) { self.spellings = spellings }

  /// Several spellings of one value; nil if they are not one value, or there are none.
  init?(_ values: some Collection<Value>) {
    guard let first = values.first, values.allSatisfy({ Self.areOne($0, first) }) else { return nil }
    var spellings: [Value] = []
    for value in values where !spellings.contains(value) { spellings.append(value) }
    self.spellings = spellings
  }

  static func areOne(_ a: Value, _ b: Value) -> Bool {
    if a == b || a.equals(b) { return true }
    // Only floats are rounded; two consecutive integers may be too large for floats to tell them apart.
    if a.integer != nil, b.integer != nil { return false }
    guard let x = a.number, let y = b.number else { return false }
    return abs(x - y) <= rounding * max(1e-3, abs(x))
  }

  var value: Value { spellings[0] }
  var number: Double? { value.number }
  var text: String { value.text }

  /// The number, if a residual direction can hold it.
  var finiteNumber: Double? { number.flatMap { $0.isFinite ? $0 : nil } }
}
