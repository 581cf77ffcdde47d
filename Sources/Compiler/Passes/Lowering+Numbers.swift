// Expressions of numbers: weighted sums, and functions of one number by steps.

import Lexer
import Runtime

extension Lowering {
  /// The expression as a weighted sum, if it is one.
  func linear(_ expression: Expression) -> LinearForm? {
    switch expression {
    case .constant(let value): return value.number.map { LinearForm(constant: $0) }
    case .linear(let form): return form
    case .steps: return nil
    case .variable(let id) where !graph[id].isCategorical: return LinearForm(numbers: [id: 1])
    case .variable, .table:
      guard let table = categorical(expression), table.roots.count <= 1 else { return nil }
      guard !table.entries.contains(Code.undefined) else { return nil }
      var weights: [Double] = []
      for entry in table.entries {
        guard entry >= 0 else {
          weights.append(0)
          continue
        }
        guard let number = table.values[Int(entry)].number, number.isFinite else { return nil }
        weights.append(number)
      }
      guard let root = table.roots.first else { return LinearForm(constant: weights[0]) }
      // A value that becomes None is not a number to add up.
      for (code, entry) in table.entries.enumerated() where entry == Code.none {
        if code < graph[root].values.count { return nil }
      }
      return LinearForm(tables: [root: weights])
    }
  }

  func linear(_ operation: Operation, _ operands: [Expression]) -> LinearForm? {
    let coefficients: [Double]
    var result: LinearForm
    switch operation.form {
    case .linear(let list, let constant): (coefficients, result) = (list, LinearForm(constant: constant))
    case .identity: (coefficients, result) = ([1], LinearForm())
    case .comparison, nil: return nil
    }
    for (coefficient, operand) in zip(coefficients, operands) {
      guard let form = linear(operand) else { return nil }
      result = Self.sum(result, form, factor: coefficient)
    }
    return result
  }

  static func sum(_ a: LinearForm, _ b: LinearForm, factor: Double) -> LinearForm {
    var result = a
    for (id, weight) in b.numbers { result.numbers[id, default: 0] += factor * weight }
    for (id, weights) in b.tables {
      let old = result.tables[id] ?? Array(repeating: 0, count: weights.count)
      result.tables[id] = zip(old, weights).map { $0 + factor * $1 }
    }
    result.constant += factor * b.constant
    return result
  }

  /// A function of one number: of one weighted sum, or a comparison of two.
  func steps(
    _ operation: Operation, _ operands: [Expression], for id: SOpID
  ) throws(Diagnostic) -> StepExpression? {
    let varying = operands.indices.filter { place in
      if case .constant = operands[place] { false } else { true }
    }
    func constant(_ place: Int) -> Value {
      if case .constant(let value) = operands[place] { value } else { .none }
    }
    if varying.count == 1, case .steps(let inner) = operands[varying[0]] {
      var arguments = operands.indices.map(constant)
      var places: [Value: Int32] = [:]
      var result = inner
      result.values = []
      func map(_ code: Int32) -> Int32 {
        if code == Code.undefined { return code }
        arguments[varying[0]] = code >= 0 ? inner.values[Int(code)] : .none
        return entry(of: operation, arguments, in: &places, &result.values)
      }
      result.entries = inner.entries.map(map)
      result.noneEntry = map(inner.noneEntry)
      return result
    }
    if varying.count == 1, let form = linear(operands[varying[0]]) {
      let constants = operands.indices.map(constant)
      return try steps(form, at: try knownPoints(of: form, for: id), of: operation, for: id) { number in
        var arguments = constants
        arguments[varying[0]] = number
        return arguments
      }
    }
    guard case .comparison = operation.form, operands.count == 2, varying.count == 2,
      let left = linear(operands[0]), let right = linear(operands[1]),
      let leftPoints = points(of: left, limit: 2_000), let rightPoints = points(of: right, limit: 2_000)
    else { return nil }
    // Two numbers compare as their difference does with zero.
    let differences = leftPoints.flatMap { a in rightPoints.map { b in a - b } }.sorted()
    let form = Self.sum(left, right, factor: -1)
    return try steps(form, at: differences, of: operation, for: id) { [$0, .float(0)] }
  }

  /// - Parameters:
  ///   - numbers: What the sum can be, ascending.
  ///   - arguments: The operation's arguments for one such number, or for None.
  func steps(
    _ form: LinearForm, at numbers: [Double], of operation: Operation, for id: SOpID,
    arguments: (Value) -> [Value]
  ) throws(Diagnostic) -> StepExpression {
    var places: [Value: Int32] = [:]
    var steps = StepExpression(form: form, points: [], values: [], entries: [], noneEntry: Code.none)
    for number in numbers {
      // Sums that differ only by rounding are one value; zero is what comparisons ask for.
      let exact = abs(number) < 1e-9 ? 0 : number
      if let last = steps.points.last, exact - last < 1e-9 * max(1, abs(exact)) { continue }
      steps.points.append(exact)
      steps.entries.append(entry(of: operation, arguments(.float(exact)), in: &places, &steps.values))
    }
    steps.noneEntry = entry(of: operation, arguments(.none), in: &places, &steps.values)
    for place in steps.points.indices.dropFirst() where steps.entries[place] != steps.entries[place - 1] {
      let gap = steps.points[place] - steps.points[place - 1]
      let scale = max(1, abs(steps.points[place]))
      guard gap > 2e-5 * scale else {
        throw Diagnostic(
          "the numbers \(steps.points[place - 1]) and \(steps.points[place]) are too close for a transformer "
            + "to tell apart",
          at: source[id].range)
      }
    }
    return steps
  }

  func knownPoints(of form: LinearForm, for id: SOpID) throws(Diagnostic) -> [Double] {
    if let points = points(of: form, limit: options.limits.values) { return points }
    let names = form.roots.map { "`\(graph[$0].name)`" }.joined(separator: ", ")
    throw Diagnostic(
      "a function of the number \(names) needs a list of the values it can have, and these are more than "
        + "\(options.limits.values)",
      at: source[id].range)
  }

  /// The values a sum can have, ascending, or nil where there are more than the limit or they are unknown.
  func points(of form: LinearForm, limit: Int) -> [Double]? {
    var result = [form.constant]
    func extend(by values: [Double]) -> Bool {
      guard !values.isEmpty, result.count * values.count <= max(limit, 1) * 64 else { return false }
      result = Self.distinct(result.flatMap { sum in values.map { sum + $0 } }.sorted())
      return result.count <= limit
    }
    for root in form.roots {
      if let factor = form.numbers[root] {
        guard extend(by: graph[root].values.map { $0.number! * factor }) else { return nil }
      } else if let weights = form.tables[root] {
        guard extend(by: Self.distinct(weights.prefix(graph[root].values.count).sorted())) else { return nil }
      }
    }
    return result.map(Self.snapped)
  }

  /// The fraction with a small denominator that a number is but for rounding, or the number itself: sums
  /// come out alike whatever the order in which they were taken.
  static func snapped(_ number: Double) -> Double {
    for denominator in 1...64 {
      let scaled = number * Double(denominator)
      let whole = scaled.rounded()
      if abs(scaled - whole) <= 1e-12 * max(1, abs(scaled)) { return whole / Double(denominator) }
    }
    return number
  }

  /// The numbers without those that differ only by rounding.
  static func distinct(_ sorted: [Double]) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(sorted.count)
    for number in sorted {
      if let last = result.last, number - last < 1e-12 * max(1, abs(number)) { continue }
      result.append(number)
    }
    return result
  }

  // MARK: Rounding

  /// How many combinations of values are looked at; of more, an even selection.
  private static let roundingChecks = 20_000

  /// Refuses a function of a sum where the interpreter's rounding, not the numbers, decides the result: 1/3
  /// is less than 1 - 2/3 by an error in the last place, which no transformer has.
  func checkRounding(of steps: StepExpression, for id: SOpID) throws(Diagnostic) {
    let form = expanded(steps.form)
    let roots = form.roots
    guard roots.count > 1 || form != steps.form || !isBareNumber(id) else { return }
    let counts = roots.map { graph[$0].values.count }
    let total = counts.reduce(1.0) { $0 * Double($1) }
    guard total < 1e15, total > 0 else { return }
    let stride = max(1, Int(total) / Self.roundingChecks)
    for combination in Swift.stride(from: 0, to: Int(total), by: stride) {
      var rest = combination
      var values: [VariableID: Value] = [:]
      var number = form.constant
      for (root, count) in zip(roots, counts) {
        let code = rest % count
        rest /= count
        let value = graph[root].values[code]
        values[root] = value
        if let factor = form.numbers[root] { number += factor * value.number! }
        if let weights = form.tables[root] { number += weights[code] }
      }
      let entry = steps.entries[steps.place(of: number)]
      let expected = entry >= 0 ? steps.values[Int(entry)] : .none
      guard entry != Code.undefined, let actual = evaluate(id, values) else { continue }
      if actual.equals(expected) { continue }
      if let a = actual.number, let b = expected.number, abs(a - b) <= 1e-9 * max(1, abs(b)) { continue }
      let place = roots.map { "`\(graph[$0].name)` is \(values[$0]!.text)" }.joined(separator: " and ")
      throw Diagnostic(
        "rounding decides this where \(place): it gives \(actual.quoted), but exact numbers give "
          + expected.quoted,
        at: source[id].range, hint: "compare with a margin, or round the numbers first")
    }
  }

  /// The sum in terms of variables that are not themselves sums of others.
  private func expanded(_ form: LinearForm) -> LinearForm {
    var result = form
    func isSum(_ root: VariableID) -> Bool {
      if case .map(.linear) = graph[root].kind { true } else { false }
    }
    // The last first, so that each is replaced once.
    while let root = result.numbers.keys.filter(isSum).max(), let factor = result.numbers[root] {
      guard case .map(.linear(let inner)) = graph[root].kind else { break }
      result.numbers[root] = nil
      result = Self.sum(result, inner, factor: factor)
    }
    return result
  }

  /// Whether an s-op is a function of one variable's number as it is, and of constants.
  private func isBareNumber(_ id: SOpID) -> Bool {
    guard case .map(_, let inputs) = source[id].kind else { return false }
    return inputs.allSatisfy { input in
      switch lowered[input.index]! {
      case .variable, .constant: true
      default: false
      }
    }
  }

  /// An s-op's value as the interpreter computes it from variables' values; nil where it has none.
  private func evaluate(_ id: SOpID, _ values: [VariableID: Value]) -> Value? {
    var known: [SOpID: Value] = [:]
    func value(_ id: SOpID) throws -> Value {
      if let value = known[id] { return value }
      var result = Value.none
      switch lowered[id.index] {
      case .variable(let root)? where values[root] != nil: result = values[root]!
      case .constant(let constant)?: result = constant
      default:
        if case .map(let operation, let inputs) = source[id].kind {
          result = try operation(try inputs.map { try value($0) })
        }
      }
      known[id] = result
      return result
    }
    return try? value(id)
  }
}

extension StepExpression {
  /// The place of the point nearest to a number.
  fileprivate func place(of number: Double) -> Int {
    var low = 0
    var high = points.count - 1
    while low < high {
      let middle = (low + high) / 2
      if (points[middle] + points[middle + 1]) / 2 < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
