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
  private var needed: [Bool]
  /// The s-ops that read each s-op, and whether they read it only as the values of a mean.
  private var usedOnlyInMeans: [Bool]
  private var tokens: VariableID?
  private var indices: VariableID?
  private var lengthVariable: VariableID?
  private var categoricalVariables: [SOpID: VariableID] = [:]
  private var products: [ProductKey: VariableID] = [:]
  private var usedNames: [String: Int] = [:]

  private struct ProductKey: Hashable {
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

  private mutating func markNeeded() {
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
  private func isMean(_ id: SOpID) -> Bool {
    guard case .aggregate(_, let values, _) = source[id].kind else { return false }
    if let encoding = source[id].encoding { return encoding == .numerical }
    return averaging.contains(id) || source[values].encoding == .numerical
  }

  private mutating func run() throws(Diagnostic) {
    for index in source.sops.indices where needed[index] {
      lowered[index] = try lower(SOpID(index))
    }
    graph.output = try materialise(lowered[circuit.output.index]!, for: circuit.output)
  }

  // MARK: S-ops

  private mutating func lower(_ id: SOpID) throws(Diagnostic) -> Expression {
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

  private mutating func tokensVariable() -> VariableID {
    if let tokens { return tokens }
    let id = add(
      Variable(
        name: "tokens", kind: .tokens, values: circuit.vocabulary, encoding: .categorical, mayBeNone: false))
    tokens = id
    return id
  }

  private mutating func indicesVariable() -> VariableID {
    if let indices { return indices }
    let id = add(
      Variable(
        name: "indices", kind: .indices, values: (0..<circuit.lengths.upperBound).map(Value.int),
        encoding: .categorical, mayBeNone: false))
    indices = id
    return id
  }

  /// `length` is the width of the selector that selects everything.
  private mutating func lengthVariable(_ sop: SOp) throws(Diagnostic) -> VariableID {
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

  private mutating func aggregate(
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

  private mutating func mean(
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
  private func means(of form: LinearForm) -> [Double] {
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

  // MARK: Elementwise expressions

  /// The operation on what its operands compute; operands become variables of their own where that is
  /// needed to keep tables small or to make numbers readable.
  private mutating func apply(
    _ operation: Operation, to inputs: [SOpID], for id: SOpID
  ) throws(Diagnostic) -> Expression {
    var operands = inputs.map { lowered[$0.index]! }
    if !operands.contains(where: isNumerical) {
      return try tabulate(operation, operands: &operands, of: inputs, for: id)
    }
    if let form = linear(operation, operands) { return .linear(form) }
    if let steps = try steps(operation, operands, for: id) { return .steps(steps) }
    // A function of several numbers: each is first told apart into its values.
    for place in operands.indices where isNumerical(operands[place]) {
      operands[place] = .variable(try categoricalVariable(for: inputs[place]))
    }
    return try tabulate(operation, operands: &operands, of: inputs, for: id)
  }

  private func isNumerical(_ expression: Expression) -> Bool {
    switch expression {
    case .constant, .table: false
    case .variable(let id): !graph[id].isCategorical
    case .linear, .steps: true
    }
  }

  /// The expression as a table over categorical variables, if it is one.
  private func categorical(_ expression: Expression) -> TableExpression? {
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

  private mutating func tabulate(
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

  private func tooManyCombinations(of roots: [VariableID], for id: SOpID) -> Diagnostic {
    let sizes = roots.map { "`\(graph[$0].name)` has \(graph[$0].codes) values" }.joined(separator: ", ")
    let product = roots.reduce(1.0) { $0 * Double(graph[$1].codes) }
    return Diagnostic(
      "this needs an MLP of \(Int(min(product, 1e18))) hidden units, one for each combination of values: "
        + "\(sizes); the limit is \(options.limits.dMLP)",
      at: source[id].range, hint: "bring the values into fewer classes first")
  }

  private func tabulate(
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

  private func entry(
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

  // MARK: Numbers

  /// The expression as a weighted sum, if it is one.
  private func linear(_ expression: Expression) -> LinearForm? {
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

  private func linear(_ operation: Operation, _ operands: [Expression]) -> LinearForm? {
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

  private static func sum(_ a: LinearForm, _ b: LinearForm, factor: Double) -> LinearForm {
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
  private func steps(
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
      let numbers = try knownPoints(of: form, for: id)
      var arguments = operands.indices.map(constant)
      return try steps(form, numbers.map { ($0, $0) }, for: id) { number in
        arguments[varying[0]] = number.map(Value.float) ?? .none
        return arguments
      } result: { operation, arguments, places, values in
        entry(of: operation, arguments, in: &places, &values)
      } operation: {
        operation
      }
    }
    guard case .comparison = operation.form, operands.count == 2, varying.count == 2,
      let left = linear(operands[0]), let right = linear(operands[1]),
      let leftPoints = points(of: left, limit: 2_000), let rightPoints = points(of: right, limit: 2_000)
    else { return nil }
    var pairs: [(Double, Double)] = []
    for a in leftPoints { for b in rightPoints { pairs.append((a - b, a)) } }
    pairs.sort { $0.0 < $1.0 }
    let form = Self.sum(left, right, factor: -1)
    return try steps(form, pairs, for: id) { number in
      [number.map(Value.float) ?? .none, .float(0)]
    } result: { operation, arguments, places, values in
      entry(of: operation, arguments, in: &places, &values)
    } operation: {
      operation
    }
  }

  private func steps(
    _ form: LinearForm, _ numbers: [(Double, Double)], for id: SOpID,
    arguments: (Double?) -> [Value],
    result: (Operation, [Value], inout [Value: Int32], inout [Value]) -> Int32,
    operation: () -> Operation
  ) throws(Diagnostic) -> StepExpression {
    let operation = operation()
    var places: [Value: Int32] = [:]
    var steps = StepExpression(form: form, points: [], values: [], entries: [], noneEntry: Code.none)
    for (number, _) in numbers {
      // Sums that differ only by rounding are one value; zero is what comparisons ask for.
      let exact = abs(number) < 1e-9 ? 0 : number
      if let last = steps.points.last, exact - last < 1e-9 * max(1, abs(exact)) { continue }
      steps.points.append(exact)
      steps.entries.append(result(operation, arguments(exact), &places, &steps.values))
    }
    steps.noneEntry = result(operation, arguments(nil), &places, &steps.values)
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

  private func knownPoints(of form: LinearForm, for id: SOpID) throws(Diagnostic) -> [Double] {
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
  private static func snapped(_ number: Double) -> Double {
    for denominator in 1...64 {
      let scaled = number * Double(denominator)
      let whole = scaled.rounded()
      if abs(scaled - whole) <= 1e-12 * max(1, abs(scaled)) { return whole / Double(denominator) }
    }
    return number
  }

  /// The numbers without those that differ only by rounding.
  private static func distinct(_ sorted: [Double]) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(sorted.count)
    for number in sorted {
      if let last = result.last, number - last < 1e-12 * max(1, abs(number)) { continue }
      result.append(number)
    }
    return result
  }

  // MARK: Variables

  /// The categorical variable that holds an s-op, made once.
  private mutating func categoricalVariable(for id: SOpID) throws(Diagnostic) -> VariableID {
    if let known = categoricalVariables[id] { return known }
    let variable = try materialise(lowered[id.index]!, for: id, encoding: .categorical)
    categoricalVariables[id] = variable
    if case .table = lowered[id.index]! { lowered[id.index] = .variable(variable) }
    return variable
  }

  /// A variable that holds the expression, in the encoding asked for.
  mutating func materialise(
    _ expression: Expression, for id: SOpID, encoding wanted: Encoding? = nil, always: Bool = false
  ) throws(Diagnostic) -> VariableID {
    let sop = source[id]
    if case .variable(let variable) = expression, !always {
      if wanted == nil || wanted == graph[variable].encoding { return variable }
    }
    var encoding = wanted ?? sop.encoding
    if encoding == nil, always, usedOnlyInMeans[id.index] { encoding = .numerical }
    let label = name(of: sop)
    func variable(_ values: [Value], _ encoding: Encoding, mayBeNone: Bool, _ kind: Expression) -> Variable {
      Variable(
        name: label, kind: .map(kind), values: values, encoding: encoding, mayBeNone: mayBeNone, sop: id,
        range: sop.range)
    }
    var expression = expression
    if case .variable(let root) = expression {
      expression = categorical(expression).map(Expression.table) ?? .linear(LinearForm(numbers: [root: 1]))
    } else if case .constant = expression {
      expression = .table(categorical(expression)!)
    }
    switch expression {
    case .constant, .variable: fatalError("handled above")
    case .table(let table):
      let mayBeNone = table.entries.contains(Code.none)
      let numbers = table.values.compactMap { $0.number }.filter(\.isFinite)
      if encoding == .numerical, numbers.count == table.values.count {
        return add(
          variable(
            Self.distinct(numbers.sorted()).map(Value.float), .numerical, mayBeNone: mayBeNone, expression))
      }
      if encoding == .numerical, sop.encoding == .numerical {
        throw Diagnostic("not all values of this are numbers: \(table.values[0].quoted)", at: sop.range)
      }
      try checkSize(table.values.count, of: label, at: sop.range)
      return add(variable(table.values, .categorical, mayBeNone: mayBeNone, expression))
    case .linear(let form):
      let mayBeNone = form.roots.contains { graph[$0].mayBeNone }
      if encoding == .categorical {
        let points = try knownPoints(of: form, for: id)
        try checkSize(points.count, of: label, at: sop.range)
        let steps = StepExpression(
          form: form, points: points, values: points.map(Value.float),
          entries: points.indices.map(Int32.init), noneEntry: Code.none)
        return add(variable(steps.values, .categorical, mayBeNone: mayBeNone, .steps(steps)))
      }
      let numbers = points(of: form, limit: options.limits.values) ?? []
      return add(variable(numbers.map(Value.float), .numerical, mayBeNone: mayBeNone, expression))
    case .steps(let steps):
      let mayBeNone =
        steps.entries.contains(Code.none)
        || (steps.noneEntry == Code.none && steps.form.roots.contains { graph[$0].mayBeNone })
      let numbers = steps.values.compactMap { $0.number }.filter(\.isFinite)
      if encoding == .numerical, numbers.count == steps.values.count {
        return add(
          variable(
            Self.distinct(numbers.sorted()).map(Value.float), .numerical, mayBeNone: mayBeNone, expression))
      }
      try checkSize(steps.values.count, of: label, at: sop.range)
      return add(variable(steps.values, .categorical, mayBeNone: mayBeNone, expression))
    }
  }

  private func checkSize(_ count: Int, of name: String, at range: SourceRange?) throws(Diagnostic) {
    guard count <= options.limits.values else {
      throw Diagnostic(
        "`\(name)` can have \(count) values, each of which needs a residual direction; the limit is "
          + "\(options.limits.values)",
        at: range)
    }
  }

  private mutating func add(_ variable: Variable) -> VariableID {
    graph.variables.append(variable)
    return VariableID(graph.variables.count - 1)
  }

  private mutating func name(of sop: SOp) -> String {
    unusedName(sop.name ?? (sop.label.isEmpty ? "value" : sop.label))
  }

  private mutating func unusedName(_ name: String) -> String {
    let uses = usedNames[name, default: 0] + 1
    usedNames[name] = uses
    return uses == 1 && name != "tokens" && name != "indices" ? name : "\(name)_\(uses)"
  }

  // MARK: Selectors

  private mutating func lower(_ id: SelectorID) throws(Diagnostic) -> SelectorForm {
    if let form = loweredSelectors[id.index] { return form }
    let selector = source[id]
    let form: SelectorForm
    switch selector.kind {
    case .select(let keys, let queries, let predicate):
      form = SelectorForm(clauses: [.init(atoms: [try atom(keys, queries, predicate)])])
    case .and(let a, let b):
      form = try lower(a).and(try lower(b))
    case .or(let a, let b):
      let (a, b) = (try lower(a), try lower(b))
      if let either = a.or(b) {
        form = either
      } else {
        form = try product([a, b], for: selector, SelectorForm.Truth.or)
      }
    case .not(let a):
      let a = try lower(a)
      if let opposite = a.not() {
        form = opposite
      } else {
        form = try product([a, a], for: selector) { truth, _ in truth.not }
      }
    }
    loweredSelectors[id.index] = form
    return form
  }

  private mutating func atom(
    _ keys: SOpID, _ queries: SOpID, _ predicate: Operation
  ) throws(Diagnostic) -> SelectorForm.Atom {
    let key = try side(keys)
    let query = try side(queries)
    var table: [SelectorForm.Truth] = []
    table.reserveCapacity(key.entries.count * query.entries.count)
    for keyEntry in key.entries {
      for queryEntry in query.entries {
        if keyEntry == Code.undefined || queryEntry == Code.undefined {
          table.append(.undefined)
          continue
        }
        let keyValue = keyEntry >= 0 ? key.values[Int(keyEntry)] : .none
        let queryValue = queryEntry >= 0 ? query.values[Int(queryEntry)] : .none
        if let value = try? predicate(keyValue, queryValue) {
          table.append(value.isTrue ? .yes : .no)
        } else {
          table.append(.undefined)
        }
      }
    }
    return SelectorForm.Atom(
      key: key.roots.first, query: query.roots.first, keyCodes: key.entries.count,
      queryCodes: query.entries.count, table: table)
  }

  /// A selector's keys or queries as a table over at most one variable.
  private mutating func side(_ id: SOpID) throws(Diagnostic) -> TableExpression {
    let expression = lowered[id.index]!
    if let table = categorical(expression), table.roots.count <= 1 { return table }
    let variable = try categoricalVariable(for: id)
    return categorical(.variable(variable))!
  }

  /// One predicate of two selectors' truth, over variables that hold the combined values of their keys and
  /// of their queries.
  private mutating func product(
    _ forms: [SelectorForm], for selector: Selector,
    _ combine: (SelectorForm.Truth, SelectorForm.Truth) -> SelectorForm.Truth
  ) throws(Diagnostic) -> SelectorForm {
    let atoms = forms.flatMap { $0.clauses.flatMap(\.atoms) }
    let keys = Set(atoms.compactMap(\.key)).sorted()
    let queries = Set(atoms.compactMap(\.query)).sorted()
    let seesNone = { (roots: [VariableID], graph: VariableGraph) in
      // The combination decides, so that a missing value on one side counts as one.
      roots.contains { graph[$0].mayBeNone }
    }
    let key = try product(keys, keepsNone: seesNone(keys, graph), for: selector)
    let query = try product(queries, keepsNone: seesNone(queries, graph), for: selector)
    let keyCodes = key.map { graph[$0].codes } ?? 1
    let queryCodes = query.map { graph[$0].codes } ?? 1
    guard keyCodes * queryCodes <= 16_000_000 else {
      throw Diagnostic(
        "this selector needs a table of \(keyCodes) by \(queryCodes) combinations of values",
        at: selector.range)
    }
    let keyRadices = keys.map { graph[$0].codes }
    let queryRadices = queries.map { graph[$0].codes }
    var table: [SelectorForm.Truth] = []
    table.reserveCapacity(keyCodes * queryCodes)
    var codes: [VariableID: Int] = [:]
    var queryValues: [VariableID: Int] = [:]
    func spread(_ code: Int, _ roots: [VariableID], _ radices: [Int], into result: inout [VariableID: Int]) {
      var rest = code
      for place in roots.indices.reversed() {
        result[roots[place]] = rest % radices[place]
        rest /= radices[place]
      }
    }
    for keyCode in 0..<keyCodes {
      spread(keyCode, keys, keyRadices, into: &codes)
      for queryCode in 0..<queryCodes {
        spread(queryCode, queries, queryRadices, into: &queryValues)
        table.append(
          combine(
            forms[0].truth(keys: codes, queries: queryValues),
            forms[1].truth(keys: codes, queries: queryValues)))
      }
    }
    return SelectorForm(clauses: [
      .init(atoms: [
        .init(key: key, query: query, keyCodes: keyCodes, queryCodes: queryCodes, table: table)
      ])
    ])
  }

  /// A variable whose values are the combinations of other variables' codes.
  private mutating func product(
    _ roots: [VariableID], keepsNone: Bool, for selector: Selector
  ) throws(Diagnostic) -> VariableID? {
    guard let first = roots.first else { return nil }
    if roots.count == 1 { return first }
    let key = ProductKey(roots: roots, keepsNone: keepsNone)
    if let known = products[key] { return known }
    let radices = roots.map { graph[$0].codes }
    let count = radices.reduce(1.0) { $0 * Double($1) }
    guard count <= Double(options.limits.dMLP) else {
      let sizes = roots.map { "`\(graph[$0].name)` has \(graph[$0].codes) values" }.joined(separator: ", ")
      throw Diagnostic(
        "this selector depends on the combined values of several s-ops, \(Int(min(count, 1e18))) of them: "
          + "\(sizes); "
          + "the limit is \(options.limits.dMLP)",
        at: selector.range)
    }
    var values: [Value] = []
    for index in 0..<Int(count) {
      var rest = index
      var parts: [String] = []
      for place in roots.indices.reversed() {
        let code = rest % radices[place]
        let values = graph[roots[place]].values
        parts.append(code < values.count ? values[code].text : "None")
        rest /= radices[place]
      }
      values.append(.string("(" + parts.reversed().joined(separator: ", ") + ")"))
    }
    let table = TableExpression(
      roots: roots, radices: radices, values: values, entries: values.indices.map(Int32.init))
    let names = roots.map { graph[$0].name }.joined(separator: ", ")
    let id = add(
      Variable(
        name: unusedName("(\(names))"), kind: .map(.table(table)), values: values, encoding: .categorical,
        mayBeNone: false, range: selector.range))
    products[key] = id
    return id
  }
}
