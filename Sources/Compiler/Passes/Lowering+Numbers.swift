// Expressions of numbers: weighted sums, and their possible values.

import Diagnostics
import Runtime

extension Lowering {
  /// The expression as a weighted sum, if it is one.
  func linear(_ expression: Expression) -> LinearForm? {
    switch expression {
    case .constant(let value): return HeldValue(value).finiteNumber.map { LinearForm(constant: $0) }
    case .linear(let form): return form
    case .scaled, .steps: return nil
    case .variable(let id) where !graph[id].isCategorical: return LinearForm(numbers: [id: 1])
    case .variable, .table:
      guard let table = categorical(expression) else { return nil }
      if table.roots.count > 1 { return table.factor.flatMap { $0.isResult ? $0.form : nil } }
      guard let weights = table.numbers else { return nil }
      guard let root = table.roots.first else { return weights[0].map { LinearForm(constant: $0) } }
      return LinearForm(tables: [root: weights])
    }
  }

  func linear(_ operation: Operation, _ operands: [Expression]) -> LinearForm? {
    let coefficients: [Double]
    var result: LinearForm
    switch operation.form {
    case .linear(let list, let constant): (coefficients, result) = (list, LinearForm(constant: constant))
    case .identity: (coefficients, result) = ([1], LinearForm())
    case .comparison, .product, .quotient, nil: return nil
    }
    for (coefficient, operand) in zip(coefficients, operands) {
      guard let form = linear(operand) else { return nil }
      result = result + coefficient * form
    }
    return result
  }

  /// A number times, or divided by, one with few values, if both together have too many for a step function:
  /// nothing has to be listed then.
  mutating func product(
    _ operation: Operation, of inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> Expression? {
    guard operation.form == .product || operation.form == .quotient, inputs.count == 2 else { return nil }
    let counts = inputs.map { values(ofNumber: $0)?.count }
    let pairs = Double(counts[0] ?? .max) * Double(counts[1] ?? .max)
    guard pairs > Double(options.limits.fusedCombinations) else { return nil }
    // The operand with fewer values is the gate; a divisor always is.
    let gatePlace = operation.form == .quotient ? 1 : (counts[0] ?? .max) < (counts[1] ?? .max) ? 0 : 1
    guard counts[gatePlace] != nil else { return nil }
    if isNumerical(lowered[inputs[gatePlace].index]!) || tableRoots(inputs[gatePlace]) != 1 {
      _ = try categoricalVariable(for: inputs[gatePlace])
    }
    let table = tableOperand(inputs[gatePlace])
    var number = lowered[inputs[1 - gatePlace].index]!
    switch number {
    case .steps, .scaled:
      number = .variable(try materialise(number, for: inputs[1 - gatePlace], encoding: .numerical))
    case .constant, .variable, .table, .linear: break
    }
    guard table.roots.count == 1, let form = linear(number), form.tables[table.roots[0]] == nil,
      let numbers = table.numbers
    else { return nil }
    let factors = numbers.map { number in
      number.flatMap { operation.form == .product ? $0 : $0 == 0 ? nil : 1 / $0 }
    }
    recordValues(of: id, operation, inputs)
    return .scaled(ScaledForm(form: form, gate: table.roots[0], factors: factors))
  }

  private func tableRoots(_ id: SOpID) -> Int? { categorical(lowered[id.index]!)?.roots.count }

  // MARK: Values

  /// The possible values of an s-op that is a number, without None; nil if they are not listed.
  func values(ofNumber id: SOpID) -> [HeldValue]? {
    switch lowered[id.index] {
    case .constant(let value)?: value.isNone ? [] : [HeldValue(value)]
    case .variable(let variable)?: graph[variable].values.isEmpty ? nil : graph[variable].values
    case .table(let table)?: table.values
    case .steps(let steps)?: steps.values
    case .linear?, .scaled?: sums[id]
    case nil: nil
    }
  }

  /// Records the possible values of a sum: all combinations of its operands' values if there are few,
  /// otherwise those that occur.
  mutating func recordValues(of id: SOpID, _ operation: Operation, _ inputs: [SOpID]) {
    let occurring = facts.values(of: id)
    var values = occurring ?? []
    var found = Set(values)
    let limit = max(options.limits.swappedValues, 2 * values.count)
    let rows = rows(of: inputs, limit: options.limits.fusedCombinations) ?? []
    for row in rows {
      if let value = try? operation(row), value.number != nil { found.insert(value) }
      if found.count > limit { break }
    }
    if found.count <= limit { values = Array(found) }
    if occurring != nil || !rows.isEmpty && found.count <= limit {
      sums[id] = Self.ascending(values)
    }
  }

  /// Numbers in ascending order; those that differ only by rounding or by type are merged.
  static func ascending(_ values: [Value]) -> [HeldValue] {
    let sorted = values.filter { HeldValue($0).finiteNumber != nil }.sorted { $0.number! < $1.number! }
    var result: [HeldValue] = []
    var group: [Value] = []
    for value in sorted {
      if let first = group.first, !HeldValue.areOne(first, value) {
        result.append(HeldValue(group)!)
        group = []
      }
      if !group.contains(value) { group.append(value) }
    }
    if let last = HeldValue(group) { result.append(last) }
    return result
  }

  // MARK: Combinations

  /// The combinations of values that operands can have together, one sorted row each, without those that have
  /// no value. They come from all values of the variables that the operands are made from or, failing that,
  /// from all values of the operands themselves. Nil if there are more than the limit.
  func rows(of inputs: [SOpID], limit: Int) -> [[Value]]? {
    // By s-op: a number and the variable that its values are expanded into count as one.
    var roots: [SOpID] = []
    var spellings: [[Value]] = []
    for root in inputs.flatMap({ lowered[$0.index]!.roots }) {
      guard let sop = graph[root].sop, !roots.contains(sop) else { continue }
      roots.append(sop)
      spellings.append(graph[root].values.flatMap(\.spellings))
    }
    if spellings.allSatisfy({ !$0.isEmpty }), Self.product(spellings.map(\.count)) <= Double(limit) {
      var rows: [[Value]] = []
      Combinations(counts: spellings.map(\.count), strides: []).forEachIndex { places in
        let values = roots.indices.map { (roots[$0], spellings[$0][places[$0]]) }
        let known = Dictionary(uniqueKeysWithValues: values)
        var row: [Value] = []
        for input in inputs {
          guard let value = evaluate(input, known), !value.isNone else { return }
          row.append(value)
        }
        rows.append(row)
      }
      return rows
    }
    var own: [[Value]] = []
    for input in inputs {
      guard let values = values(ofNumber: input), !values.isEmpty else { return nil }
      own.append(values.flatMap(\.spellings))
    }
    guard Self.product(own.map(\.count)) <= Double(limit) else { return nil }
    var rows: [[Value]] = []
    Combinations(counts: own.map(\.count), strides: []).forEachIndex { places in
      rows.append(places.indices.map { own[$0][places[$0]] })
    }
    return rows
  }

  static func product(_ counts: [Int]) -> Double { counts.reduce(1.0) { $0 * Double($1) } }

  /// An s-op's value as the interpreter computes it from the values of its ancestors; nil if it has none.
  func evaluate(_ id: SOpID, _ values: [SOpID: Value]) -> Value? {
    var known = values
    func value(_ id: SOpID) throws -> Value {
      if let value = known[id] { return value }
      var result = Value.none
      switch source[id].kind {
      case .constant(let constant): result = constant
      case .map(let operation, let inputs): result = try operation(try inputs.map { try value($0) })
      default: break
      }
      known[id] = result
      return result
    }
    return try? value(id)
  }
}
