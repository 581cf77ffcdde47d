import Diagnostics
import Parser

/// Evaluates s-ops and selectors on an input: the meaning of a program.
///
/// Nodes are evaluated in the order of the graph, so that depth costs no stack. A circuit that is causal
/// is evaluated with a mask: its selectors see the keys at positions up to the query's.
public struct Interpreter: Sendable {
  public let graph: SOpGraph
  /// Whether a sequence must hold values of one type, ints and floats counting as one and `None` as any,
  /// and a mean be of numbers: RASP 0.1's rules. Without it types may differ between positions.
  public var requiresUniformTypes = false
  /// Asked now and then; true ends the evaluation with an error.
  public var isInterrupted: @Sendable () -> Bool = { false }

  /// Pairs of positions that one evaluation may look at, over all its selectors.
  static let maximumPairs = 400_000_000
  /// Values that one evaluation may hold, over all its s-ops; they take 24 bytes each.
  static let maximumValues = 10_000_000

  public init(_ graph: SOpGraph) { self.graph = graph }

  /// An s-op's value at every position of the input.
  ///
  /// - Parameters:
  ///   - tokens: The input, at least one token.
  ///   - causal: Whether attention is masked; an s-op that needs ``SOp/Kind/length`` then has no value.
  /// - Throws: ``Lexer/Diagnostic`` at the node that has no value.
  public func evaluate(_ sop: SOpID, on tokens: [Value], causal: Bool = false) throws -> [Value] {
    try evaluate([sop], on: tokens, causal: causal)[0]
  }

  /// The values of several s-ops on one input, evaluated together.
  ///
  /// - Parameter replacing: Values that some s-ops are given in place of their own: interventions.
  public func evaluate(
    _ sops: [SOpID], on tokens: [Value], causal: Bool = false, replacing: [SOpID: [Value]] = [:]
  ) throws -> [[Value]] {
    let plan = Plan(sops, [], in: graph)
    var run = Run(self, tokens, causal: causal)
    run.makeRoom(for: graph)
    for (sop, values) in replacing {
      precondition(values.count == tokens.count, "a replacement has a value for every position")
      run.sops[sop.index] = values
    }
    try run.execute(plan, in: graph, releasing: true)
    return sops.map { run.sops[$0.index]! }
  }

  /// What a selector selects: by query position, then key position.
  public func evaluate(
    _ selector: SelectorID, on tokens: [Value], causal: Bool = false
  ) throws -> [[Bool]] {
    let plan = Plan([], [selector], in: graph)
    var run = Run(self, tokens, causal: causal)
    try run.execute(plan, in: graph, releasing: true)
    let flat = run.selectors[selector.index]!
    let n = tokens.count
    return (0..<n).map { Array(flat[$0 * n..<($0 + 1) * n]) }
  }

  /// An s-op made ready to be evaluated on many inputs.
  public func prepare(_ sops: [SOpID], causal: Bool = false) -> PreparedProgram {
    PreparedProgram(interpreter: self, plan: Plan(sops, [], in: graph), sops: sops, causal: causal)
  }
}

/// S-ops with the order in which to evaluate what they need, for many inputs.
public struct PreparedProgram: Sendable {
  let interpreter: Interpreter
  let plan: Plan
  let sops: [SOpID]
  let causal: Bool

  /// The s-ops' values on one input, in the order they were given.
  public func evaluate(on tokens: [Value]) throws -> [[Value]] {
    var run = Run(interpreter, tokens, causal: causal)
    try run.execute(plan, in: interpreter.graph, releasing: true)
    return sops.map { run.sops[$0.index]! }
  }
}

/// The nodes that some outputs need, each after what it is made from.
struct Plan: Sendable {
  enum Step: Sendable {
    case sop(Int)
    case selector(Int)
  }

  private(set) var steps: [Step] = []
  /// By step: the selectors that nothing needs behind it.
  private(set) var releases: [[Int]] = []

  init(_ sops: [SOpID], _ selectors: [SelectorID], in graph: SOpGraph) {
    var isSOpNeeded = [Bool](repeating: false, count: graph.sops.count)
    var isSelectorNeeded = [Bool](repeating: false, count: graph.selectors.count)
    // Depth first with a stack of its own; a node is listed when all it needs has been.
    var stack: [(step: Step, isExpanded: Bool)] =
      selectors.reversed().map { (.selector($0.index), false) }
      + sops.reversed().map { (.sop($0.index), false) }
    while let (step, isExpanded) = stack.popLast() {
      if isExpanded {
        steps.append(step)
        continue
      }
      switch step {
      case .sop(let index):
        if isSOpNeeded[index] { continue }
        isSOpNeeded[index] = true
        stack.append((step, true))
        switch graph.sops[index].kind {
        case .tokens, .indices, .length, .constant: break
        case .map(_, let inputs):
          for input in inputs.reversed() { stack.append((.sop(input.index), false)) }
        case .aggregate(let selector, let value, _):
          stack.append((.sop(value.index), false))
          stack.append((.selector(selector.index), false))
        case .selectorWidth(let selector):
          stack.append((.selector(selector.index), false))
        }
      case .selector(let index):
        if isSelectorNeeded[index] { continue }
        isSelectorNeeded[index] = true
        stack.append((step, true))
        switch graph.selectors[index].kind {
        case .select(let keys, let queries, _):
          stack.append((.sop(queries.index), false))
          stack.append((.sop(keys.index), false))
        case .and(let a, let b), .or(let a, let b):
          stack.append((.selector(b.index), false))
          stack.append((.selector(a.index), false))
        case .not(let a), .one(let a):
          stack.append((.selector(a.index), false))
        }
      }
    }
    markReleases(keeping: selectors, in: graph)
  }

  private mutating func markReleases(keeping outputs: [SelectorID], in graph: SOpGraph) {
    releases = Array(repeating: [], count: steps.count)
    var isUsedLater = [Bool](repeating: false, count: graph.selectors.count)
    for output in outputs { isUsedLater[output.index] = true }
    for place in steps.indices.reversed() {
      var used: [SelectorID] = []
      switch steps[place] {
      case .sop(let index):
        switch graph.sops[index].kind {
        case .aggregate(let selector, _, _), .selectorWidth(let selector): used = [selector]
        default: break
        }
      case .selector(let index):
        switch graph.selectors[index].kind {
        case .and(let a, let b), .or(let a, let b): used = [a, b]
        case .not(let a), .one(let a): used = [a]
        case .select: break
        }
      }
      for selector in used where !isUsedLater[selector.index] {
        isUsedLater[selector.index] = true
        releases[place].append(selector.index)
      }
    }
  }
}

/// One evaluation on one input, with the values found so far.
///
/// It does not hold the graph, which may grow between two uses of a run.
struct Run {
  private let requiresUniformTypes: Bool
  private let isInterrupted: @Sendable () -> Bool
  let tokens: [Value]
  private let causal: Bool
  /// By s-op, values by position.
  var sops: [[Value]?]
  /// By selector, n x n: query times n plus key.
  var selectors: [[Bool]?]
  private var pairs = 0
  private var values = 0

  init(_ interpreter: Interpreter, _ tokens: [Value], causal: Bool = false) {
    self.init(
      tokens, causal: causal, requiresUniformTypes: interpreter.requiresUniformTypes,
      isInterrupted: interpreter.isInterrupted)
  }

  init(
    _ tokens: [Value], causal: Bool, requiresUniformTypes: Bool, isInterrupted: @escaping @Sendable () -> Bool
  ) {
    self.tokens = tokens
    self.causal = causal
    self.requiresUniformTypes = requiresUniformTypes
    self.isInterrupted = isInterrupted
    sops = []
    selectors = []
  }

  mutating func makeRoom(for graph: SOpGraph) {
    if sops.count < graph.sops.count {
      sops.append(contentsOf: repeatElement(nil, count: graph.sops.count - sops.count))
    }
    if selectors.count < graph.selectors.count {
      selectors.append(contentsOf: repeatElement(nil, count: graph.selectors.count - selectors.count))
    }
  }

  /// Evaluates what the plan lists and is not known yet.
  ///
  /// - Parameter releasing: whether to drop each selector behind its last use.
  mutating func execute(_ plan: Plan, in graph: SOpGraph, releasing: Bool) throws {
    guard !tokens.isEmpty else {
      throw Diagnostic("an input must have at least one token")
    }
    makeRoom(for: graph)
    for (place, step) in plan.steps.enumerated() {
      switch step {
      case .sop(let index):
        if sops[index] == nil {
          values += tokens.count
          guard values <= Interpreter.maximumValues else { throw tooLong(at: graph.sops[index].range) }
          sops[index] = try evaluateSOp(graph.sops[index])
        }
      case .selector(let index):
        if selectors[index] == nil { selectors[index] = try evaluateSelector(graph.selectors[index]) }
      }
      if releasing { for index in plan.releases[place] { selectors[index] = nil } }
    }
  }

  private func evaluateSOp(_ sop: SOp) throws -> [Value] {
    let values: [Value]
    do {
      switch sop.kind {
      case .tokens: values = tokens
      case .indices: values = (0..<tokens.count).map { .int($0) }
      case .length:
        if causal {
          throw EvaluationError(
            "the length of the input is not known in a causal circuit",
            hint: "attention sees only the tokens so far; use indices + 1, or causal = false")
        }
        values = Array(repeating: .int(tokens.count), count: tokens.count)
      case .constant(let value): values = Array(repeating: value, count: tokens.count)
      case .map(let operation, let inputs): values = try map(operation, inputs)
      case .aggregate(let selector, let value, let fallback):
        values = try aggregate(selectors[selector.index]!, sops[value.index]!, fallback)
      case .selectorWidth(let selector): values = widths(selectors[selector.index]!)
      }
      // The input itself may be mixed: tokens_str and the like make one type of it.
      if requiresUniformTypes, !isInput(sop) { try SequenceDisplay.checkUniform(values) }
    } catch let error as EvaluationError {
      throw Diagnostic(error.message, at: sop.range, hint: error.hint)
    }
    if isInterrupted() { throw Interrupted() }
    return values
  }

  private func isInput(_ sop: SOp) -> Bool {
    if case .tokens = sop.kind { true } else { false }
  }

  private func map(_ operation: Operation, _ inputs: [SOpID]) throws -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(tokens.count)
    switch inputs.count {
    case 1:
      for value in sops[inputs[0].index]! { result.append(try operation(value)) }
    case 2:
      let first = sops[inputs[0].index]!
      let second = sops[inputs[1].index]!
      for position in tokens.indices {
        result.append(try operation(first[position], second[position]))
      }
    default:
      let columns = inputs.map { sops[$0.index]! }
      for position in tokens.indices {
        result.append(try operation(columns.map { $0[position] }))
      }
    }
    return result
  }

  private func widths(_ selector: [Bool]) -> [Value] {
    let n = tokens.count
    return (0..<n).map { query in
      var width = 0
      for key in 0..<n where selector[query * n + key] { width += 1 }
      return .int(width)
    }
  }

  /// The value selected, the mean of several, or the default of none. Several of which one is `None`
  /// have no mean: `None`.
  private func aggregate(_ selector: [Bool], _ values: [Value], _ fallback: Value) throws -> [Value] {
    let n = tokens.count
    var mayAverage: Bool?
    return try (0..<n).map { query in
      var selected = 0
      var first = 0
      for key in 0..<n where selector[query * n + key] {
        if selected == 0 { first = key }
        selected += 1
      }
      if selected == 0 { return fallback }
      if selected == 1 { return values[first] }
      if requiresUniformTypes {
        if mayAverage == nil { mayAverage = SequenceDisplay.mayAverage(values) }
        if mayAverage == false { throw Mean.noMean(values) }
      }
      var mean = Mean()
      for key in first..<n where selector[query * n + key] { mean.add(values[key]) }
      return try mean.value { (0..<n).filter { selector[query * n + $0] }.map { values[$0] } }
    }
  }

  private mutating func evaluateSelector(_ selector: Selector) throws -> [Bool] {
    let n = tokens.count
    let (cost, overflow) = n.multipliedReportingOverflow(by: n)
    pairs += overflow ? Interpreter.maximumPairs : cost
    guard pairs <= Interpreter.maximumPairs else { throw tooLong(at: selector.range) }
    if isInterrupted() { throw Interrupted() }
    switch selector.kind {
    case .not(let a):
      let inner = selectors[a.index]!
      var result = inner.map { !$0 }
      if causal {
        for query in 0..<n { for key in (query + 1)..<max(n, query + 1) { result[query * n + key] = false } }
      }
      return result
    case .and(let a, let b):
      return zip(selectors[a.index]!, selectors[b.index]!).map { $0 && $1 }
    case .or(let a, let b):
      return zip(selectors[a.index]!, selectors[b.index]!).map { $0 || $1 }
    case .one(let a):
      let inner = selectors[a.index]!
      try checkPromise(inner, at: selector.range)
      return inner
    case .select(let keys, let queries, let predicate):
      do {
        return try select(sops[keys.index]!, sops[queries.index]!, predicate)
      } catch let error as EvaluationError {
        throw Diagnostic(error.message, at: selector.range, hint: error.hint)
      }
    }
  }

  /// Whether `one(...)` is kept: a query selects one position at most. A masked selector has only what it sees.
  private func checkPromise(_ selector: [Bool], at range: SourceRange?) throws {
    let n = tokens.count
    for query in 0..<n {
      let row = selector[query * n..<(query + 1) * n]
      guard row.count(where: { $0 }) > 1 else { continue }
      let places = (0..<n).filter { row[query * n + $0] }.map(String.init)
      let list =
        places.count > 6
        ? places.prefix(5).joined(separator: ", ") + " and \(places.count - 5) others"
        : places.dropLast().joined(separator: ", ") + " and " + places.last!
      throw Diagnostic(
        "one(...) promises one position, but several are selected at position \(query)", at: range,
        hint: "it selects positions \(list)")
    }
  }

  private func tooLong(at range: SourceRange?) -> Diagnostic {
    Diagnostic("the input is too long to interpret: \(tokens.count) tokens", at: range)
  }

  private func select(_ keys: [Value], _ queries: [Value], _ predicate: Operation) throws -> [Bool] {
    let n = tokens.count
    var result = [Bool](repeating: false, count: n * n)
    for query in 0..<n {
      let q = queries[query]
      let end = causal ? query + 1 : n
      if case .comparison(let comparison) = predicate.form {
        if q.isNone { continue }
        for key in 0..<end {
          if case .int(let x) = keys[key], case .int(let y) = q {
            result[query * n + key] = comparison.holds(x, y)
          } else if !keys[key].isNone {
            result[query * n + key] = try Arithmetic.compare(comparison, keys[key], q)
          }
        }
      } else {
        for key in 0..<end { result[query * n + key] = try predicate(keys[key], q).isTrue }
      }
    }
    return result
  }
}

/// The user has asked for an evaluation to end.
public struct Interrupted: Error, Sendable {
  public init() {}
}

extension Comparison {
  func holds(_ a: Int, _ b: Int) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .lessOrEqual: a <= b
    case .greaterOrEqual: a >= b
    case .less: a < b
    case .greater: a > b
    }
  }
}
