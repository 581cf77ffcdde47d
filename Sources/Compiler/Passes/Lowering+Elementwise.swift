// In: an elementwise operation and what its operands compute. Out: one expression over variables.

import Diagnostics
import Runtime

extension Lowering {
  /// The operation applied to its operands. Operands become variables of their own if that keeps tables small
  /// or makes numbers readable.
  mutating func apply(
    _ operation: Operation, to inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> Expression {
    let operands = inputs.map { lowered[$0.index]! }
    if !operands.contains(where: isNumerical) { return try tabulate(operation, inputs, for: id) }
    if let form = linear(operation, operands) {
      recordValues(of: id, operation, inputs)
      return .linear(form)
    }
    if let product = try product(operation, of: inputs, for: id) { return product }
    if let steps = try steps(operation, of: inputs, for: id) { return .steps(steps) }
    // A function of several numbers: each is first expanded into its values.
    for (place, operand) in operands.enumerated() where isNumerical(operand) {
      _ = try categoricalVariable(for: inputs[place])
    }
    return try tabulate(operation, inputs, for: id)
  }

  func isNumerical(_ expression: Expression) -> Bool {
    switch expression {
    case .constant, .table: false
    case .variable(let id): !graph[id].isCategorical
    case .linear, .scaled, .steps: true
    }
  }

  /// Whether it is a number, rather than merely made from one.
  func isNumber(_ expression: Expression) -> Bool {
    guard case .steps(let steps) = expression else { return isNumerical(expression) }
    return steps.values.allSatisfy { $0.finiteNumber != nil }
  }

  /// The expression as a table over categorical variables, if it is one.
  func categorical(_ expression: Expression) -> TableExpression? {
    switch expression {
    case .constant(let value):
      return TableExpression(
        roots: [], radices: [], values: value.isNone ? [] : [HeldValue(value)],
        entries: [value.isNone ? Code.none : 0])
    case .variable(let id) where graph[id].isCategorical:
      return TableExpression(id, graph[id])
    case .table(let table): return table
    case .variable, .linear, .scaled, .steps: return nil
    }
  }

  /// An operand as a table; a number is first expanded into its values by a variable of its own.
  func tableOperand(_ id: SOpID) -> TableExpression {
    if let table = categorical(lowered[id.index]!) { return table }
    return categorical(.variable(categoricalVariables[id]!))!
  }

  // MARK: Tables

  mutating func tabulate(
    _ operation: Operation, _ inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> Expression {
    while true {
      let operands = inputs.map(tableOperand)
      var roots: [VariableID] = []
      for operand in operands { for root in operand.roots where !roots.contains(root) { roots.append(root) } }
      let combinations = Self.product(roots.map { graph[$0].codes })
      if roots.count <= 1 || combinations <= Double(options.limits.fusedCombinations) {
        return .table(try tabulate(operation, operands, roots: roots, for: id))
      }
      // A fused expression is not split as long as few hidden units compute it.
      let compound = operands.indices.filter { place in
        if case .table = lowered[inputs[place].index]! {
          operands[place].roots.count > 1
            || operands[place].values.count < graph[operands[place].roots[0]].values.count
        } else {
          false
        }
      }
      if combinations <= Double(options.limits.combinations) {
        var table = try tabulate(operation, operands, roots: roots, for: id)
        var units = table.units(in: graph)
        if table.values.count > options.limits.swappedValues || units > options.limits.swappedUnits,
          let occurring = try tabulateOccurring(operation, operands, roots: roots, for: id)
        {
          // Swaps may then produce combinations that have no result.
          table = occurring
          units = table.units(in: graph)
        }
        if units <= options.limits.fusedCombinations || compound.isEmpty {
          guard units <= options.limits.dMLP else { throw tooManyUnits(table, units, for: id) }
          return .table(table)
        }
      } else if compound.isEmpty {
        let table = try tabulateOccurring(operation, operands, roots: roots, for: id)
        guard let table, case let units = table.units(in: graph), units <= options.limits.dMLP else {
          throw tooManyCombinations(of: roots, operation, operands, for: id)
        }
        return .table(table)
      }
      let place = compound.max { operands[$0].roots.count < operands[$1].roots.count }!
      _ = try categoricalVariable(for: inputs[place])
    }
  }

  private func sizes(_ roots: [VariableID]) -> String {
    roots.map { "`\(graph[$0].name)` has \(graph[$0].codes) values" }.joined(separator: ", ")
  }

  private func tooManyUnits(_ table: TableExpression, _ units: Int, for id: SOpID) -> Diagnostic {
    let isSum = table.factor?.isResult ?? false
    return Diagnostic(
      "this needs \(units) hidden units, one for each combination of values: \(sizes(table.roots)); the limit is "
        + "\(options.limits.dMLP)",
      at: source[id].range,
      hint: isSum ? "numerical(...) needs only 2" : "map the values to fewer classes first")
  }

  private func tooManyCombinations(
    of roots: [VariableID], _ operation: Operation, _ operands: [TableExpression], for id: SOpID
  ) -> Diagnostic {
    let product = min(Self.product(roots.map { graph[$0].codes }), 1e18)
    let isSum = factor(operation, operands)?.isResult ?? false
    return Diagnostic(
      "this needs a table of \(Int(product)) combinations of values: \(sizes(roots)); the limit is "
        + "\(options.limits.combinations)",
      at: source[id].range,
      hint: isSum
        ? "numerical(...) needs only 2 hidden units" : "map the values to fewer classes first")
  }

  /// The table of all combinations.
  private mutating func tabulate(
    _ operation: Operation, _ operands: [TableExpression], roots: [VariableID], for id: SOpID
  ) throws(Diagnostic) -> TableExpression {
    let radices = roots.map { graph[$0].codes }
    let walk = Combinations(counts: radices, strides: strides(operands, roots))
    var results = ResultList()
    var entries: [Int32] = []
    entries.reserveCapacity(walk.count)
    var conflicts: [(index: Int, places: [Int])] = []
    walk.forEach { places in
      let entry = self.entry(of: operation, operands, places, in: &results)
      if entry == nil { conflicts.append((entries.count, places)) }
      entries.append(entry ?? Code.undefined)
    }
    for (index, places) in conflicts {
      entries[index] = try resolve(places, operation, operands, for: id, in: &results)
    }
    return TableExpression(
      roots: roots, radices: radices, values: results.values, entries: results.settled(entries),
      factor: roots.count > 1 ? factor(operation, operands) : nil)
  }

  /// The table of the combinations that occur on some input; nil if they are not known.
  private mutating func tabulateOccurring(
    _ operation: Operation, _ operands: [TableExpression], roots: [VariableID], for id: SOpID
  ) throws(Diagnostic) -> TableExpression? {
    let radices = roots.map { graph[$0].codes }
    let sops = roots.compactMap { graph[$0].sop }
    guard sops.count == roots.count, Self.product(radices) <= Double(options.limits.tableEntries),
      let rows = facts.combinations(of: sops)
    else { return nil }
    let strides = strides(operands, roots)
    var results = ResultList()
    var entries = Array(repeating: Code.undefined, count: radices.reduce(1, *))
    let codes = roots.map { root in
      var places: [Value: Int] = [.none: graph[root].values.count]
      for (code, held) in graph[root].values.enumerated() {
        for value in held.spellings { places[value] = code }
      }
      return places
    }
    for row in rows {
      var place = 0
      var own = Array(repeating: 0, count: operands.count)
      for (root, value) in row.enumerated() {
        guard let code = codes[root][value] else { return nil }
        place = place * radices[root] + code
        for operand in operands.indices { own[operand] += code * strides[operand][root] }
      }
      if let entry = entry(of: operation, operands, own, in: &results) {
        entries[place] = entry
      } else {
        entries[place] = try resolve(own, operation, operands, for: id, in: &results)
      }
    }
    return TableExpression(
      roots: roots, radices: radices, values: results.values, entries: results.settled(entries),
      factor: factor(operation, operands))
  }

  /// The stride of each operand's index for each root's code.
  private func strides(_ operands: [TableExpression], _ roots: [VariableID]) -> [[Int]] {
    operands.map { operand in
      roots.map { root in
        guard let place = operand.roots.firstIndex(of: root) else { return 0 }
        return operand.radices[(place + 1)...].reduce(1, *)
      }
    }
  }

  /// The entry for one index of each operand; nil if different spellings of the same values give different
  /// results.
  private func entry(
    of operation: Operation, _ operands: [TableExpression], _ places: [Int], in results: inout ResultList
  ) -> Int32? {
    var arguments = Array(repeating: Value.none, count: operands.count)
    var isPlain = true
    for (operand, place) in zip(operands.indices, places) {
      let entry = operands[operand].entries[place]
      if entry == Code.undefined { return Code.undefined }
      if entry >= 0 {
        let held = operands[operand].values[Int(entry)]
        arguments[operand] = held.value
        if held.spellings.count > 1 { isPlain = false }
      }
    }
    if isPlain { return results.entry(for: [try? operation(arguments)]) }
    return results.entry(for: spelledArguments(operands, places).map { try? operation($0) })
  }

  /// Every spelling of the arguments at one index of each operand.
  private func spelledArguments(_ operands: [TableExpression], _ places: [Int]) -> [[Value]] {
    var rows: [[Value]] = [[]]
    for (operand, place) in zip(operands, places) {
      let entry = operand.entries[place]
      let spellings = entry >= 0 ? operand.values[Int(entry)].spellings : [.none]
      rows = rows.flatMap { row in spellings.map { row + [$0] } }
    }
    return rows
  }

  /// The entry if different spellings of the same values give different results: the result of the spellings
  /// that occur.
  ///
  /// - Throws: if several of them occur
  private mutating func resolve(
    _ places: [Int], _ operation: Operation, _ operands: [TableExpression], for id: SOpID,
    in results: inout ResultList
  ) throws(Diagnostic) -> Int32 {
    guard case .map(_, let inputs) = source[id].kind else { return Code.undefined }
    var occurring: [[Value]] = []
    for row in spelledArguments(operands, places) where facts.mayOccur(row, of: inputs) {
      occurring.append(row)
    }
    if let entry = results.entry(for: occurring.map { try? operation($0) }) { return entry }
    let cases = occurring.map { row in
      let result = (try? operation(row))?.quoted ?? "no value"
      return "\(row.map(\.quoted).joined(separator: ", ")) gives \(result)"
    }
    let areFloats = occurring.joined().allSatisfy { if case .float = $0 { true } else { $0.number == nil } }
    throw Diagnostic(
      "this depends on \(areFloats ? "the sign of zero" : "whether a number is an int or a float"): "
        + cases.joined(separator: ", "),
      at: source[id].range,
      hint: areFloats
        ? "add 0 to it: x + 0 is never -0.0" : "convert it first, with float(...) or round(...)")
  }

  // MARK: Factors

  /// A sum that alone determines an operation's result, if its form shows one.
  private func factor(_ operation: Operation, _ operands: [TableExpression]) -> TableExpression.Factor? {
    switch operation.form {
    case .linear(let coefficients, let constant):
      var form = LinearForm(constant: constant)
      for (coefficient, operand) in zip(coefficients, operands) {
        guard let sum = linear(.table(operand)) else { return nil }
        form = form + coefficient * sum
      }
      return .init(form: form, isResult: true)
    case .comparison:
      guard operands.count == 2 else { break }
      if let left = linear(.table(operands[0])), let right = linear(.table(operands[1])) {
        return .init(form: left + -1 * right, isResult: false)
      }
      // Values that are not numbers compare like their ranks.
      guard let ranks = Self.ranks(operands[0].values + operands[1].values),
        let left = linear(.table(ranked(operands[0], ranks))),
        let right = linear(.table(ranked(operands[1], ranks)))
      else { return nil }
      return .init(form: left + -1 * right, isResult: false)
    case .identity, .product, .quotient, nil: break
    }
    let varying = operands.filter { !$0.roots.isEmpty }
    guard varying.count == 1 else { return nil }
    return varying[0].factor.map { .init(form: $0.form, isResult: false) }
  }

  private func ranked(_ table: TableExpression, _ ranks: [Value: Int]) -> TableExpression {
    var table = table
    table.values = table.values.map { HeldValue(.int(ranks[$0.value]!)) }
    table.factor = nil
    return table
  }

  /// Strings numbered in their order; nil if there are other values.
  private static func ranks(_ values: [HeldValue]) -> [Value: Int]? {
    let texts = Set(values.map(\.value))
    guard texts.allSatisfy({ if case .string = $0 { true } else { false } }) else { return nil }
    let sorted = texts.sorted { a, b in
      guard case .string(let a) = a, case .string(let b) = b else { return false }
      return a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
    }
    return Dictionary(uniqueKeysWithValues: zip(sorted, sorted.indices))
  }
}
