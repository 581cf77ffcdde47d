// In: an elementwise operation and what its operands compute. Out: one expression over variables.

import Lexer
import Runtime

extension Lowering {
  /// The operation on what its operands compute; operands become variables of their own where that is
  /// needed to keep tables small or to make numbers readable.
  mutating func apply(
    _ operation: Operation, to inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> Expression {
    var operands = inputs.map { lowered[$0.index]! }
    if !operands.contains(where: isNumerical) {
      return try tabulate(operation, operands: &operands, of: inputs, for: id)
    }
    if let form = linear(operation, operands) { return .linear(form) }
    if let steps = try steps(operation, operands, for: id) {
      try checkRounding(of: steps, for: id)
      return .steps(steps)
    }
    // A function of several numbers: each is first told apart into its values.
    for place in operands.indices where isNumerical(operands[place]) {
      operands[place] = .variable(try categoricalVariable(for: inputs[place]))
    }
    return try tabulate(operation, operands: &operands, of: inputs, for: id)
  }

  func isNumerical(_ expression: Expression) -> Bool {
    switch expression {
    case .constant, .table: false
    case .variable(let id): !graph[id].isCategorical
    case .linear, .steps: true
    }
  }

  /// The expression as a table over categorical variables, if it is one.
  func categorical(_ expression: Expression) -> TableExpression? {
    switch expression {
    case .constant(let value):
      return TableExpression(
        roots: [], radices: [], values: value.isNone ? [] : [value], entries: [value.isNone ? Code.none : 0])
    case .variable(let id) where graph[id].isCategorical:
      let variable = graph[id]
      var entries = variable.values.indices.map(Int32.init)
      if variable.mayBeNone { entries.append(Code.none) }
      return TableExpression(
        roots: [id], radices: [variable.codes], values: variable.values, entries: entries)
    case .table(let table): return table
    case .variable, .linear, .steps: return nil
    }
  }

  mutating func tabulate(
    _ operation: Operation, operands: inout [Expression], of inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> Expression {
    while true {
      var roots: [VariableID] = []
      for operand in operands {
        for root in operand.roots where !roots.contains(root) { roots.append(root) }
      }
      let combinations = roots.reduce(1.0) { $0 * Double(graph[$1].codes) }
      let compound = operands.indices.filter { place in
        if case .table(let table) = operands[place] {
          table.roots.count > 1 || roots.count > 1
        } else {
          false
        }
      }
      if roots.count <= 1 || combinations <= Double(options.limits.fusedCombinations) || compound.isEmpty {
        guard combinations <= Double(options.limits.dMLP) || roots.count <= 1 else {
          throw tooManyCombinations(of: roots, for: id)
        }
        return .table(tabulate(operation, operands.map { categorical($0)! }, roots: roots))
      }
      let place = compound.max { operands[$0].roots.count < operands[$1].roots.count }!
      operands[place] = .variable(try categoricalVariable(for: inputs[place]))
    }
  }

  func tooManyCombinations(of roots: [VariableID], for id: SOpID) -> Diagnostic {
    let sizes = roots.map { "`\(graph[$0].name)` has \(graph[$0].codes) values" }.joined(separator: ", ")
    let product = roots.reduce(1.0) { $0 * Double(graph[$1].codes) }
    return Diagnostic(
      "this needs an MLP of \(Int(min(product, 1e18))) hidden units, one for each combination of values: "
        + "\(sizes); the limit is \(options.limits.dMLP)",
      at: source[id].range, hint: "bring the values into fewer classes first")
  }

  func tabulate(
    _ operation: Operation, _ operands: [TableExpression], roots: [VariableID]
  ) -> TableExpression {
    let radices = roots.map { graph[$0].codes }
    let count = radices.reduce(1, *)
    // How far each operand's own table index moves with each root.
    let strides = operands.map { operand in
      roots.map { root -> Int in
        guard let place = operand.roots.firstIndex(of: root) else { return 0 }
        return operand.radices[(place + 1)...].reduce(1, *)
      }
    }
    var result = TableExpression(roots: roots, radices: radices, values: [], entries: [])
    result.entries.reserveCapacity(count)
    var places: [Value: Int32] = [:]
    var codes = Array(repeating: 0, count: roots.count)
    var arguments = Array(repeating: Value.none, count: operands.count)
    for _ in 0..<count {
      var isDefined = true
      for (place, operand) in operands.enumerated() {
        var index = 0
        for root in roots.indices { index += codes[root] * strides[place][root] }
        let entry = operand.entries[index]
        if entry == Code.undefined { isDefined = false }
        arguments[place] = entry >= 0 ? operand.values[Int(entry)] : .none
      }
      result.entries.append(
        isDefined ? entry(of: operation, arguments, in: &places, &result.values) : Code.undefined)
      var root = roots.count - 1
      while root >= 0 {
        codes[root] += 1
        if codes[root] < radices[root] { break }
        codes[root] = 0
        root -= 1
      }
    }
    return result
  }

  func entry(
    of operation: Operation, _ arguments: [Value], in places: inout [Value: Int32], _ values: inout [Value]
  ) -> Int32 {
    guard let value = try? operation(arguments) else { return Code.undefined }
    if value.isNone { return Code.none }
    if let place = places[value] { return place }
    let place = Int32(values.count)
    places[value] = place
    values.append(value)
    return place
  }
}
