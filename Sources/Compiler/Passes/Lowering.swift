// In: the s-op graph, a circuit and its facts. Out: the variable graph.
//
// One walk over the s-ops that the output needs, in order: it decides the values and the encoding of each,
// folds unnamed elementwise expressions into tables over the variables they read, and brings selectors into a
// form that an attention head can score. If it is cheap, variables hold more values than occur on inputs, so
// that tables also cover values swapped in from another input.

import Diagnostics
import Runtime

/// The walk from s-ops to variables.
struct Lowering {
  let source: SOpGraph
  let circuit: Circuit
  let options: CompilerOptions
  var facts: CircuitFacts

  var graph = VariableGraph()
  /// The result for each s-op that the output needs.
  var lowered: [Expression?]
  var loweredSelectors: [SelectorForm?]
  var needed: [Bool]
  /// Whether everything that reads an s-op takes a mean of it.
  var usedOnlyInMeans: [Bool]
  var tokens: VariableID?
  var indices: VariableID?
  var lengthVariable: VariableID?
  /// The possible values of sums that are not variables.
  var sums: [SOpID: [HeldValue]] = [:]
  /// Variables that hold unnamed expressions, or that expand a number into its values, by their s-ops.
  var categoricalVariables: [SOpID: VariableID] = [:]
  /// Variables that hold the combined values of others.
  var products: [ProductKey: VariableID] = [:]
  var usedNames: Set<String> = ["tokens", "indices"]
  /// The program's names for the s-ops that the output needs.
  var declaredNames: Set<String> = []

  struct ProductKey: Hashable {
    let roots: [VariableID]
    let keepsNone: Bool
  }

  /// Throws ``Diagnostic`` if the program cannot be compiled.
  static func lower(
    _ circuit: Circuit, in source: SOpGraph, facts: CircuitFacts, options: CompilerOptions
  ) throws(Diagnostic) -> VariableGraph {
    var lowering = Lowering(circuit, in: source, facts: facts, options: options)
    try lowering.run()
    return lowering.graph
  }

  private init(
    _ circuit: Circuit, in source: SOpGraph, facts: CircuitFacts, options: CompilerOptions
  ) {
    self.source = source
    self.circuit = circuit
    self.options = options
    self.facts = facts
    lowered = Array(repeating: nil, count: source.sops.count)
    loweredSelectors = Array(repeating: nil, count: source.selectors.count)
    needed = Array(repeating: false, count: source.sops.count)
    usedOnlyInMeans = Array(repeating: true, count: source.sops.count)
    markNeeded()
    declaredNames = Set(source.sops.indices.filter { needed[$0] }.compactMap { source.sops[$0].name })
  }

  mutating func markNeeded() {
    var neededSelectors = Array(repeating: false, count: source.selectors.count)
    var pending = [circuit.output]
    var pendingSelectors: [SelectorID] = []
    needed[circuit.output.index] = true
    usedOnlyInMeans[circuit.output.index] = false
    func need(_ id: SOpID, in lowering: inout Lowering, asMean: Bool = false) {
      if !asMean { lowering.usedOnlyInMeans[id.index] = false }
      if !lowering.needed[id.index] {
        lowering.needed[id.index] = true
        pending.append(id)
      }
    }
    func need(_ id: SelectorID) {
      if !neededSelectors[id.index] {
        neededSelectors[id.index] = true
        pendingSelectors.append(id)
      }
    }
    while !pending.isEmpty || !pendingSelectors.isEmpty {
      if let id = pendingSelectors.popLast() {
        switch source[id].kind {
        case .select(let keys, let queries, _):
          need(keys, in: &self)
          need(queries, in: &self)
        case .and(let a, let b), .or(let a, let b):
          need(a)
          need(b)
        case .not(let a), .one(let a): need(a)
        }
      } else if let id = pending.popLast() {
        switch source[id].kind {
        case .tokens, .indices, .length, .constant: break
        case .map(_, let inputs): for input in inputs { need(input, in: &self) }
        case .aggregate(let selector, let values, _):
          need(selector)
          need(values, in: &self, asMean: isMean(id))
        case .selectorWidth(let selector): need(selector)
        }
      }
    }
  }

  /// Whether an aggregate is a mean of numbers rather than a single selected value.
  func isMean(_ id: SOpID) -> Bool {
    guard case .aggregate(_, let values, _) = source[id].kind else { return false }
    if let encoding = source[id].encoding { return encoding == .numerical }
    return facts.selection(of: id).mayMix || source[values].encoding == .numerical
  }

  mutating func run() throws(Diagnostic) {
    for index in source.sops.indices where needed[index] {
      lowered[index] = try lower(SOpID(index))
    }
    graph.output = try materialise(lowered[circuit.output.index]!, for: circuit.output)
  }

  mutating func lower(_ id: SOpID) throws(Diagnostic) -> Expression {
    let sop = source[id]
    switch sop.kind {
    case .tokens: return .variable(tokensVariable(id))
    case .indices: return .variable(indicesVariable(id))
    case .length: return .variable(try lengthVariable(id))
    case .constant(let value): return .constant(value)
    case .map(let operation, let inputs):
      let expression = try apply(operation, to: inputs, for: id)
      let keepsApart = sop.name != nil || !options.fuse
      if keepsApart, !expression.roots.isEmpty {
        return .variable(try materialise(expression, for: id, always: true))
      }
      return expression
    case .aggregate(let selector, let values, let fallback):
      return .variable(try aggregate(id, selector, values, fallback))
    case .selectorWidth(let selector):
      let form = try lower(selector)
      let lowest = form.alwaysSelectsItself ? 1 : 0
      return .variable(
        add(
          Variable(
            name: name(of: sop), kind: .width(form),
            values: (lowest...circuit.lengths.upperBound).map { HeldValue(.int($0)) },
            encoding: sop.encoding ?? .categorical, mayBeNone: false, sop: id, range: sop.range)))
    }
  }

  mutating func tokensVariable(_ sop: SOpID?) -> VariableID {
    if let tokens { return tokens }
    let id = add(
      Variable(
        name: "tokens", kind: .tokens, values: circuit.vocabulary.map { HeldValue($0) },
        encoding: .categorical, mayBeNone: false, sop: sop.map(source.canonical)))
    tokens = id
    return id
  }

  mutating func indicesVariable(_ sop: SOpID) -> VariableID {
    if let indices { return indices }
    let id = add(
      Variable(
        name: "indices", kind: .indices,
        values: (0..<circuit.lengths.upperBound).map { HeldValue(.int($0)) }, encoding: .categorical,
        mayBeNone: false, sop: sop))
    indices = id
    return id
  }

  /// `length` is the width of the selector that selects everything.
  mutating func lengthVariable(_ sop: SOpID) throws(Diagnostic) -> VariableID {
    if let lengthVariable { return lengthVariable }
    guard !circuit.causal else {
      throw Diagnostic(
        "`length` cannot be computed by a causal transformer: a position does not see those after it",
        at: source[sop].range, hint: "use `indices + 1`, or declare the circuit with `causal = false`")
    }
    let input = source.sops.firstIndex { if case .tokens = $0.kind { true } else { false } }
    let tokens = tokensVariable(input.map { SOpID($0) })
    let codes = graph[tokens].codes
    let everything = SelectorForm.Atom(
      key: tokens, query: tokens, keyCodes: codes, queryCodes: codes,
      table: Array(repeating: .yes, count: codes * codes))
    let id = add(
      Variable(
        name: usedNames.insert("length").inserted ? "length" : unusedName("length"),
        kind: .width(SelectorForm(clauses: [.init(atoms: [everything])])),
        values: (1...circuit.lengths.upperBound).map { HeldValue(.int($0)) }, encoding: .categorical,
        mayBeNone: false, sop: sop, range: source[sop].range))
    lengthVariable = id
    return id
  }

  // MARK: Aggregates

  mutating func aggregate(
    _ id: SOpID, _ selector: SelectorID, _ values: SOpID, _ fallback: Value
  ) throws(Diagnostic) -> VariableID {
    let sop = source[id]
    let form = try lower(selector)
    let mayBeEmpty = !form.alwaysSelects(in: graph)
    var input = lowered[values.index]!
    if sop.encoding != .categorical, isMean(id) || isNumber(input) {
      return try mean(id, form, values, fallback, mayBeEmpty: mayBeEmpty)
    }
    if facts.selection(of: id).mayMix {
      let occurring = facts.values(of: id) ?? []
      guard linear(input) != nil, !occurring.isEmpty,
        occurring.allSatisfy({ HeldValue($0).finiteNumber != nil })
      else {
        throw Diagnostic(
          "this is marked categorical, but \(mixingText(of: id))", at: sop.range,
          hint: "use `numerical(...)` for a mean of numbers")
      }
      // A mean, whose values are then told apart.
      let number = try mean(
        id, form, values, fallback, mayBeEmpty: mayBeEmpty,
        name: unusedName((sop.name ?? sop.label) + "_mean"))
      lowered[id.index] = .variable(number)
      return try materialise(.variable(number), for: id, encoding: .categorical, always: true)
    }
    var table = categorical(input)
    if table == nil || table!.roots.count > 1 {
      input = .variable(try categoricalVariable(for: values))
      table = categorical(input)
    }
    // A number that is selected several times becomes a float, so 1 and 1.0 count as one value.
    var results = ResultList()
    var entries = table!.values.map { held in
      let found = held.spellings.flatMap { facts.results(of: id, for: $0) }
      return results.entry(for: (HeldValue(found) ?? held).spellings)
    }
    entries.append(mayBeEmpty && !fallback.isNone ? results.entry(for: [fallback]) : Code.none)
    entries = results.settled(entries)
    let code = entries.removeLast()
    return add(
      Variable(
        name: name(of: sop),
        kind: .aggregate(
          form,
          AggregateForm(
            source: .categorical(
              root: table!.roots.first, entries: table!.entries.map { $0 >= 0 ? entries[Int($0)] : $0 }),
            fallbackCode: code)),
        values: results.values, encoding: .categorical,
        mayBeNone: (mayBeEmpty && fallback.isNone) || table!.entries.contains(Code.none), sop: id,
        range: sop.range))
  }

  mutating func mean(
    _ id: SOpID, _ selector: SelectorForm, _ values: SOpID, _ fallback: Value, mayBeEmpty: Bool,
    name: String? = nil
  ) throws(Diagnostic) -> VariableID {
    let input = lowered[values.index]!
    let sop = source[id]
    var sum = linear(input)
    if sum == nil {
      let variable = try categoricalVariable(for: values)
      sum = linear(.variable(variable))
    }
    guard let form = sum else {
      throw Diagnostic(
        "this averages different values that are not all numbers: \(mixingText(of: id))",
        at: sop.range, hint: "select one position, or positions that hold the same value")
    }
    guard !mayBeEmpty || fallback.isNone || fallback.number != nil || !facts.selection(of: id).mayBeEmpty
    else {
      throw Diagnostic(
        "where nothing is selected, this average of numbers gives \(fallback.quoted), which is not a number",
        at: sop.range)
    }
    let emptyIsNone = mayBeEmpty && fallback.number == nil
    return add(
      Variable(
        name: name ?? self.name(of: sop),
        kind: .aggregate(
          selector,
          AggregateForm(
            source: .numerical(form), fallbackCode: Code.none,
            fallbackNumber: mayBeEmpty ? fallback.number : 0)),
        values: means(of: id, over: values, fallback: mayBeEmpty ? fallback : .none), encoding: .numerical,
        mayBeNone: emptyIsNone || form.mayBeNone(in: graph), sop: id, range: sop.range))
  }

  /// Says that an aggregate mixes values, with an input that shows it.
  private func mixingText(of id: SOpID) -> String {
    guard let input = facts.mixingInput(of: id) else {
      return "it could not be shown that it selects at most one value on every input"
    }
    return "on the input [\(input.map(\.quoted).joined(separator: ", "))] it selects different values at once"
  }

  /// The numbers that a mean can be: all means of what it reads if there are few, otherwise those that occur.
  private func means(of id: SOpID, over values: SOpID, fallback: Value) -> [HeldValue] {
    let occurring = facts.values(of: id)
    var numbers = occurring ?? []
    if let inputs = self.values(ofNumber: values) {
      let position = Means.Position(numbers: inputs.compactMap(\.finiteNumber), mayBeLeftOut: true)
      let limit = max(options.limits.swappedValues, 2 * numbers.count)
      let means = Means(
        Array(repeating: position, count: circuit.lengths.upperBound), limit: 64 * limit)
      if let means = means.values, means.count + inputs.count <= limit {
        numbers += means.sorted().map(Value.float) + inputs.flatMap(\.spellings)
        if fallback.number != nil { numbers.append(fallback) }
      }
    }
    return occurring == nil ? [] : Self.ascending(numbers)
  }
}

extension LinearForm {
  /// Whether a term may have no value.
  func mayBeNone(in graph: VariableGraph) -> Bool {
    numbers.keys.contains { graph[$0].mayBeNone } || tables.values.contains { $0.contains { $0 == nil } }
  }
}
