// In: the s-op graph and a circuit. Out: the variable graph.
//
// One walk over the s-ops that the output needs, in order: it infers each one's value set, folds unnamed
// elementwise expressions into tables over the variables they read, decides each variable's encoding, and
// brings selectors into the form that an attention head can score.

import Lexer
import Runtime

/// The walk from s-ops to variables.
struct Lowering {
  let source: SOpGraph
  let circuit: Circuit
  let options: CompilerOptions
  /// Aggregates found to average different values, so that they cannot be categorical.
  let averaging: Set<SOpID>

  var graph = VariableGraph()
  /// What became of each s-op that the output needs.
  var lowered: [Expression?]
  var loweredSelectors: [SelectorForm?]
  var needed: [Bool]
  /// Whether all that reads an s-op takes means of it.
  var usedOnlyInMeans: [Bool]
  var tokens: VariableID?
  var indices: VariableID?
  var lengthVariable: VariableID?
  /// Variables that hold unnamed expressions, or tell a number's values apart, by their s-ops.
  var categoricalVariables: [SOpID: VariableID] = [:]
  /// Variables that hold the combined values of others.
  var products: [ProductKey: VariableID] = [:]
  var usedNames: [String: Int] = [:]

  struct ProductKey: Hashable {
    let roots: [VariableID]
    let keepsNone: Bool
  }

  /// Throws ``Diagnostic`` where the program cannot be compiled.
  static func lower(
    _ circuit: Circuit, in source: SOpGraph, options: CompilerOptions, averaging: Set<SOpID>
  ) throws(Diagnostic) -> VariableGraph {
    var lowering = Lowering(circuit, in: source, options: options, averaging: averaging)
    try lowering.run()
    return lowering.graph
  }

  private init(
    _ circuit: Circuit, in source: SOpGraph, options: CompilerOptions, averaging: Set<SOpID>
  ) {
    self.source = source
    self.circuit = circuit
    self.options = options
    self.averaging = averaging
    lowered = Array(repeating: nil, count: source.sops.count)
    loweredSelectors = Array(repeating: nil, count: source.selectors.count)
    needed = Array(repeating: false, count: source.sops.count)
    usedOnlyInMeans = Array(repeating: true, count: source.sops.count)
    markNeeded()
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
        case .not(let a): need(a)
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

  /// Whether an aggregate is known to be a mean of numbers rather than one selected value.
  func isMean(_ id: SOpID) -> Bool {
    guard case .aggregate(_, let values, _) = source[id].kind else { return false }
    if let encoding = source[id].encoding { return encoding == .numerical }
    return averaging.contains(id) || source[values].encoding == .numerical
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
    case .tokens: return .variable(tokensVariable())
    case .indices: return .variable(indicesVariable())
    case .length: return .variable(try lengthVariable(sop))
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
      let lowest = form.alwaysSelectsItself(in: graph) ? 1 : 0
      return .variable(
        add(
          Variable(
            name: name(of: sop), kind: .width(form),
            values: (lowest...circuit.lengths.upperBound).map(Value.int),
            encoding: sop.encoding ?? .categorical, mayBeNone: false, sop: id, range: sop.range)))
    }
  }

  mutating func tokensVariable() -> VariableID {
    if let tokens { return tokens }
    let id = add(
      Variable(
        name: "tokens", kind: .tokens, values: circuit.vocabulary, encoding: .categorical, mayBeNone: false))
    tokens = id
    return id
  }

  mutating func indicesVariable() -> VariableID {
    if let indices { return indices }
    let id = add(
      Variable(
        name: "indices", kind: .indices, values: (0..<circuit.lengths.upperBound).map(Value.int),
        encoding: .categorical, mayBeNone: false))
    indices = id
    return id
  }

  /// `length` is the width of the selector that selects everything.
  mutating func lengthVariable(_ sop: SOp) throws(Diagnostic) -> VariableID {
    if let lengthVariable { return lengthVariable }
    guard !circuit.causal else {
      throw Diagnostic(
        "`length` cannot be computed by a causal transformer: a position does not see those after it",
        at: sop.range, hint: "use `indices + 1`, or declare the circuit with `causal = false`")
    }
    let tokens = tokensVariable()
    let codes = graph[tokens].codes
    let everything = SelectorForm.Atom(
      key: tokens, query: tokens, keyCodes: codes, queryCodes: codes,
      table: Array(repeating: .yes, count: codes * codes))
    let id = add(
      Variable(
        name: "length", kind: .width(SelectorForm(clauses: [.init(atoms: [everything])])),
        values: (1...circuit.lengths.upperBound).map(Value.int), encoding: .categorical, mayBeNone: false,
        range: sop.range))
    lengthVariable = id
    return id
  }

  mutating func aggregate(
    _ id: SOpID, _ selector: SelectorID, _ values: SOpID, _ fallback: Value
  ) throws(Diagnostic) -> VariableID {
    let sop = source[id]
    let form = try lower(selector)
    let mayBeEmpty = !form.alwaysSelects(in: graph)
    var input = lowered[values.index]!
    if sop.encoding != .categorical, isMean(id) || isNumerical(input) {
      return try mean(id, form, values, fallback, mayBeEmpty: mayBeEmpty)
    }
    var table = categorical(input)
    if table == nil || table!.roots.count > 1 {
      input = .variable(try categoricalVariable(for: values))
      table = categorical(input)
    }
    var results = table!.values
    var code = Code.none
    if mayBeEmpty, !fallback.isNone {
      if let place = results.firstIndex(of: fallback) {
        code = Int32(place)
      } else {
        code = Int32(results.count)
        results.append(fallback)
      }
    }
    return add(
      Variable(
        name: name(of: sop),
        kind: .aggregate(
          form,
          AggregateForm(
            source: .categorical(root: table!.roots.first, entries: table!.entries), fallbackCode: code)),
        values: results, encoding: .categorical,
        mayBeNone: (mayBeEmpty && fallback.isNone) || table!.entries.contains(Code.none), sop: id,
        range: sop.range))
  }

  mutating func mean(
    _ id: SOpID, _ selector: SelectorForm, _ values: SOpID, _ fallback: Value, mayBeEmpty: Bool
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
        "this averages different values that are not all numbers, which has no value to compile",
        at: sop.range, hint: "select one position, or positions that hold the same value")
    }
    guard !mayBeEmpty || fallback.isNone || fallback.number != nil else {
      throw Diagnostic(
        "this average of numbers gives \(fallback.quoted) where nothing is selected, which is not a number",
        at: sop.range)
    }
    let mayBeNone =
      (mayBeEmpty && fallback.isNone) || form.roots.contains { graph[$0].mayBeNone }
    var numbers = means(of: form)
    if mayBeEmpty, let number = fallback.number, !numbers.isEmpty {
      numbers = Self.distinct((numbers + [number]).sorted())
    }
    return add(
      Variable(
        name: name(of: sop),
        kind: .aggregate(
          selector,
          AggregateForm(
            source: .numerical(form), fallbackCode: Code.none,
            fallbackNumber: mayBeEmpty ? fallback.number : 0)),
        values: numbers.map(Value.float), encoding: .numerical, mayBeNone: mayBeNone, sop: id,
        range: sop.range))
  }

  /// Every mean of up to the greatest length's number of values, or nothing where there are too many.
  func means(of form: LinearForm) -> [Double] {
    guard let values = points(of: form, limit: options.limits.values) else { return [] }
    var sums: [Double] = [0]
    var result: [Double] = []
    for count in 1...circuit.lengths.upperBound {
      guard sums.count * values.count <= options.limits.values * 64 else { return [] }
      sums = Self.distinct(sums.flatMap { sum in values.map { sum + $0 } }.sorted())
      result = Self.distinct((result + sums.map { $0 / Double(count) }).sorted())
      if result.count > options.limits.values { return [] }
    }
    return result.map(Self.snapped)
  }
}
