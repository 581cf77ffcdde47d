// In: an operation on numbers. Out: a step function of one number, or one for each code of a variable.

import Diagnostics
import Runtime

extension Lowering {
  /// A function of one number: of one weighted sum, of a comparison of two, or of a sum and one other
  /// variable.
  mutating func steps(
    _ operation: Operation, of inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> StepExpression? {
    var operands = inputs.map { lowered[$0.index]! }
    let varying = operands.indices.filter { place in
      if case .constant = operands[place] { false } else { true }
    }
    if varying.count == 1, case .steps(let inner) = operands[varying[0]] {
      return compose(operation, inner, inputs, at: varying[0])
    }
    for place in varying {
      // A product becomes a number before it is used any further.
      guard case .scaled = operands[place] else { continue }
      let number = try materialise(operands[place], for: inputs[place], encoding: .numerical)
      lowered[inputs[place].index] = .variable(number)
      operands[place] = .variable(number)
    }
    if varying.count == 1, let form = linear(operands[varying[0]]) {
      let samples = try samples(of: operation, inputs, for: id) { $0[varying[0]].number! }
      return try steps(form, samples, of: operation, inputs, for: id)
    }
    if case .comparison = operation.form, varying.count == 2, let left = linear(operands[0]),
      let right = linear(operands[1])
    {
      // Two numbers compare like their difference and zero.
      let samples = try samples(of: operation, inputs, for: id) { $0[0].number! - $0[1].number! }
      return try steps(left + -1 * right, samples, of: operation, inputs, for: id)
    }
    return try gated(operation, operands, inputs, for: id)
  }

  /// The operation applied to each result of a step function.
  private func compose(
    _ operation: Operation, _ inner: StepExpression, _ inputs: [SOpID], at place: Int
  ) -> StepExpression? {
    var results = ResultList()
    var arguments = inputs.map { input in
      if case .constant(let value) = lowered[input.index] { value } else { Value.none }
    }
    var isOneValue = true
    func map(_ code: Int32) -> Int32 {
      if code == Code.undefined { return code }
      let spellings = code >= 0 ? inner.values[Int(code)].spellings : [.none]
      let entry = results.entry(
        for: spellings.map { value in
          arguments[place] = value
          return try? operation(arguments)
        })
      if entry == nil { isOneValue = false }
      return entry ?? Code.undefined
    }
    var result = inner
    for function in result.functions.indices {
      result.functions[function].entries = inner.functions[function].entries.map(map)
    }
    result.noneEntry = map(inner.noneEntry)
    result.settle(results)
    return isOneValue ? result : nil
  }

  // MARK: Samples

  /// The result of an operation for some operands.
  private struct Sample {
    /// The number that determines the result.
    var number: Double
    var arguments: [Value]
    /// Nil if the operation has no result.
    var result: Value?
  }

  /// The operation on all possible operands or, if there are too many, on all that occur.
  private mutating func samples(
    of operation: Operation, _ inputs: [SOpID], for id: SOpID, number: ([Value]) -> Double
  ) throws(Diagnostic) -> [Sample] {
    let varying = inputs.filter { if case .constant = lowered[$0.index] { false } else { true } }
    var rows = rows(of: inputs, limit: options.limits.fusedCombinations)
    if rows == nil {
      rows = facts.combinations(of: inputs)?.filter { !$0.contains(.none) }
      if let count = rows?.count, count > options.limits.values { rows = nil }
    }
    if rows == nil, varying.count == 1, let values = values(ofNumber: varying[0]) {
      rows = values.flatMap { held in
        held.spellings.map { value in
          inputs.map { input in
            if case .constant(let constant) = lowered[input.index] { constant } else { value }
          }
        }
      }
    }
    guard let rows else { throw unlisted(varying, for: id) }
    return rows.map { Sample(number: number($0), arguments: $0, result: try? operation($0)) }
  }

  /// The error for a function of numbers that are not listed.
  func unlisted(_ inputs: [SOpID], for id: SOpID) -> Diagnostic {
    var roots: [VariableID] = []
    for input in inputs {
      for root in lowered[input.index]!.roots where !roots.contains(root) { roots.append(root) }
    }
    return unlisted(roots, for: id)
  }

  func unlisted(_ roots: [VariableID], for id: SOpID) -> Diagnostic {
    let names = roots.map { "`\(graph[$0].name)`" }.joined(separator: ", ")
    return Diagnostic(
      "a function of \(roots.count == 1 ? "the number" : "the numbers") \(names) needs a list of the values that occur, "
        + "and there are more than \(options.limits.values)",
      at: source[id].range, hint: "round the number first, or map its inputs to fewer classes")
  }

  /// A step function through samples.
  private mutating func steps(
    _ form: LinearForm, _ samples: [Sample], of operation: Operation, _ inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> StepExpression {
    var results = ResultList()
    let function = try function(
      samples, into: &results, reach: form.reach(in: graph), of: inputs, for: id)
    let none = inputs.map { input -> Value in
      if case .constant(let value) = lowered[input.index] { value } else { .none }
    }
    let noneEntry = results.entry(for: [try? operation(none)]) ?? Code.undefined
    var steps = StepExpression(
      form: form, functions: [function], values: [], noneEntry: noneEntry,
      isMonotone: operation.comparesOrder)
    steps.settle(results)
    return steps
  }

  /// A step function through samples; points that differ only by rounding are merged.
  ///
  /// - Parameter reach: a bound on the terms of the number, which bounds its rounding
  private mutating func function(
    _ samples: [Sample], into results: inout ResultList, reach: Double, of inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> StepFunction {
    var function = StepFunction(points: [], entries: [])
    let samples = samples.sorted { $0.number < $1.number }
    var first = 0
    while first < samples.count {
      let number = samples[first].number
      var last = first + 1
      while last < samples.count,
        samples[last].number - number < HeldValue.rounding * max(1e-3, abs(number)) + 1e-15 * reach
      {
        last += 1
      }
      let group = samples[first..<last]
      // Comparisons compare with 0.
      function.points.append(abs(number) < 1e-3 * HeldValue.rounding ? 0 : number)
      function.entries.append(try entry(for: group, in: &results, of: inputs, for: id))
      first = last
    }
    if function.points.isEmpty { function.entries = [Code.undefined] }
    try checkGaps(function, reach: reach, at: source[id].range)
    return function
  }

  /// Throws if float32 cannot tell neighbouring points with different results apart.
  func checkGaps(_ function: StepFunction, reach: Double, at range: SourceRange?) throws(Diagnostic) {
    for place in function.points.indices.dropFirst()
    where function.entries[place] != function.entries[place - 1] {
      let (low, high) = (function.points[place - 1], function.points[place])
      guard high - low > 2e-5 * max(1, abs(high)), high - low > 4e-6 * reach else {
        let beside =
          high - low > 2e-5 * max(1, abs(high))
          ? " beside terms as large as \(Value.float(reach).text)" : ""
        throw Diagnostic(
          "the numbers \(low) and \(high) are too close for a transformer to tell apart" + beside, at: range)
      }
    }
  }

  /// The single result of samples that differ only by rounding or by type.
  private mutating func entry(
    for group: ArraySlice<Sample>, in results: inout ResultList, of inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> Int32 {
    if let entry = results.entry(for: group.map(\.result)) { return entry }
    // The result for arguments that never occur does not matter.
    var occurring: [Sample] = []
    for sample in group where facts.mayOccur(sample.arguments, of: inputs) { occurring.append(sample) }
    if occurring.isEmpty { occurring = [group[group.startIndex]] }
    if let entry = results.entry(for: occurring.map(\.result)) { return entry }
    throw ambiguous(occurring, inputs, for: id)
  }

  /// The error for equal numbers with different results.
  private func ambiguous(_ samples: [Sample], _ inputs: [SOpID], for id: SOpID) -> Diagnostic {
    func describe(_ sample: Sample) -> String {
      let places = zip(inputs, sample.arguments).compactMap { input, value -> String? in
        if case .constant = lowered[input.index] { return nil }
        return "`\(source[input].name ?? source[input].label)` is \(value.text)"
      }
      return places.joined(separator: " and ")
    }
    // The sample whose number is exact comes first.
    let ordered = samples.filter { $0.result != nil }.sorted { abs($0.number) < abs($1.number) }
    let exact = ordered[0]
    let other = ordered.first { !($0.result!.equals(exact.result!)) || $0.result != exact.result }!
    let areEqual = zip(exact.arguments, other.arguments).allSatisfy { $0.equals($1) }
    if areEqual {
      return Diagnostic(
        "this depends on whether a number is an int or a float: where \(describe(exact)), it gives "
          + "\(exact.result!.quoted); where \(describe(other)), \(other.result!.quoted)",
        at: source[id].range, hint: "convert it first, with float(...) or round(...)")
    }
    return Diagnostic(
      "this depends on rounding: where \(describe(other)), it gives \(other.result!.quoted), but where "
        + "\(describe(exact)), which differs only by rounding, \(exact.result!.quoted)",
      at: source[id].range, hint: "compare with a margin, or round the numbers first")
  }

  // MARK: Gates

  /// A function of a number and one categorical variable: a step function for each of its codes.
  private mutating func gated(
    _ operation: Operation, _ operands: [Expression], _ inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> StepExpression? {
    let numbers = operands.indices.filter { isNumerical(operands[$0]) }
    guard numbers.count == 1, case let number = numbers[0], let form = linear(operands[number]),
      !operands.indices.contains(where: { $0 != number && categorical(operands[$0]) == nil })
    else { return nil }
    let tables = operands.indices.filter { $0 != number }.map { categorical(operands[$0])! }
    let gates = Set(tables.flatMap(\.roots))
    guard gates.count == 1, let gate = gates.first, form.tables[gate] == nil, let sop = graph[gate].sop,
      case let codes = graph[gate].codes, codes <= options.limits.fusedCombinations
    else { return nil }
    // Every value of the gate with every number, if there are few; otherwise those that occur together.
    var rows: [[Value]] = []
    if let values = values(ofNumber: inputs[number]),
      Self.product([values.count, codes]) <= Double(options.limits.fusedCombinations)
    {
      for value in values.flatMap(\.spellings) {
        for held in graph[gate].values { rows += held.spellings.map { [value, $0] } }
        if graph[gate].mayBeNone { rows.append([value, .none]) }
      }
    } else if let found = facts.combinations(of: [inputs[number], sop]), found.count <= options.limits.values
    {
      rows = found.filter { !$0[0].isNone }
    } else {
      return nil
    }
    var samples = Array(repeating: [Sample](), count: codes)
    var places: [Value: Int] = [.none: graph[gate].values.count]
    for (code, held) in graph[gate].values.enumerated() {
      for value in held.spellings { places[value] = code }
    }
    for row in rows {
      guard let code = places[row[1]] else { return nil }
      let arguments = self.arguments(operands, number: number, row[0], code: code)
      guard let arguments else { continue }
      samples[code].append(
        Sample(number: row[0].number!, arguments: arguments, result: try? operation(arguments)))
    }
    var results = ResultList()
    var functions: [StepFunction] = []
    let reach = form.reach(in: graph)
    for code in 0..<codes {
      if samples[code].isEmpty {
        // A value of the gate that never occurs with a number, or None.
        let isNone = code >= graph[gate].values.count
        if isNone, !operation.passesNone { return nil }
        functions.append(StepFunction(points: [], entries: [isNone ? Code.none : Code.undefined]))
      } else {
        functions.append(try function(samples[code], into: &results, reach: reach, of: inputs, for: id))
      }
    }
    // The result for a number without a value must not depend on the gate.
    var none = Set<Int32>()
    for code in 0..<codes where form.mayBeNone(in: graph) {
      let arguments = self.arguments(operands, number: number, .none, code: code)
      none.insert(results.entry(for: [arguments.flatMap { try? operation($0) }]) ?? Code.undefined)
    }
    guard none.count <= 1 else { return nil }
    var steps = StepExpression(
      form: form, gate: gate, functions: functions, values: [], noneEntry: none.first ?? Code.none)
    steps.settle(results)
    return steps
  }

  /// The arguments of an operation for one number and one code of the gate.
  private func arguments(
    _ operands: [Expression], number place: Int, _ number: Value, code: Int
  ) -> [Value]? {
    var arguments: [Value] = []
    for (index, operand) in operands.enumerated() {
      if index == place {
        arguments.append(number)
        continue
      }
      let table = categorical(operand)!
      let entry = table.entries[table.roots.isEmpty ? 0 : code]
      if entry == Code.undefined { return nil }
      arguments.append(entry >= 0 ? table.values[Int(entry)].value : .none)
    }
    return arguments
  }
}

extension StepExpression {
  /// Takes over tabulated results.
  fileprivate mutating func settle(_ results: ResultList) {
    values = results.values
    for place in functions.indices { functions[place].entries = results.settled(functions[place].entries) }
    noneEntry = results.settled([noneEntry])[0]
  }
}
