import Runtime

/// Runs a graph on boxes of inputs; start reading here.
///
/// At each position, an s-op has a set of values instead of one. An elementwise function is applied to every
/// combination of the values that it is made from, so `x - x` is 0; an aggregate gets every mean of what may
/// be selected. Results are cached by set, so positions that are alike cost nothing.
///
/// This is abstract interpretation (Cousot and Cousot, 1977) with finite sets.
struct BoxInterpreter: Sendable {
  let graph: AnalysisGraph
  let causal: Bool
  let limits: AnalysisLimits
  var pool: ValuePool
  /// The ids of the vocabulary.
  let tokens: [Int32]

  /// Results of maps, by node and the sets of its bases or of its operands.
  private var results: [ResultKey: Result] = [:]
  /// Values by combination of the bases, at the position considered; ``fails`` if there is none.
  private var columns: [Int: [Int32]] = [:]
  private(set) var knownTuples = TupleCache()
  var outcomes = OutcomeCache()
  /// Aggregates that have, at some position, more numbers than are listed.
  var unlistedNodes: Set<Int> = []
  /// Whether a `select` is undefined for some values of two sets.
  var failures: [FailureKey: Bool] = [:]
  /// Combinations considered in this run, and how many are allowed before means are no longer listed.
  var work = 0
  var budget: Int

  /// In a column: the operation has no result.
  static let fails: Int32 = -1

  private struct ResultKey: Hashable {
    let node: Int
    let isJoint: Bool
    let sets: [ValueSet]
  }

  struct FailureKey: Hashable {
    let selector: SelectorID
    let keys: ValueSet
    let queries: ValueSet
  }

  private struct Result {
    var set: ValueSet
    var fails: Bool
  }

  /// - Parameter vocabulary: the tokens, whose ids come first and in this order
  init(
    _ graph: AnalysisGraph, causal: Bool, vocabulary: [Value], limits: AnalysisLimits = AnalysisLimits()
  ) {
    self.graph = graph
    self.causal = causal
    self.limits = limits
    budget = limits.work
    var pool = ValuePool()
    tokens = vocabulary.map { pool.id(of: $0) }
    self.pool = pool
  }

  /// The index of a token's id in the vocabulary; None's id comes before them.
  static func token(_ id: Int32) -> Int32 { id - ValuePool.none - 1 }

  static func id(ofToken token: Int32) -> Int32 { token + ValuePool.none + 1 }

  /// All inputs of one length over the vocabulary.
  mutating func box(length: Int) -> Box {
    Box(tokens: Array(repeating: pool.set(of: tokens), count: length))
  }

  mutating func run(_ box: Box) -> BoxRun {
    work = 0
    var run = BoxRun(length: box.length, nodes: graph.nodes.count)
    // Node by node, since an aggregate needs its inputs at all positions.
    for place in graph.nodes.indices {
      run.sets[place] = Array(repeating: .empty, count: box.length)
      switch graph.nodes[place].kind {
      case .tokens: run.sets[place] = box.tokens
      case .indices:
        for position in 0..<box.length { run.sets[place][position] = pool.set(of: .int(position)) }
      case .length:
        run.sets[place] = Array(repeating: pool.set(of: .int(box.length)), count: box.length)
      case .constant(let value):
        run.sets[place] = Array(repeating: pool.set(of: value), count: box.length)
      case .map:
        for position in 0..<box.length {
          let result = map(place, at: position, in: run)
          run.sets[place][position] = result.set
          if result.fails { run.failures.append(PossibleFailure(node: place, kind: .operation)) }
        }
      case .aggregate(let selection, let value, let fallback):
        aggregate(place, selection, value, fallback, in: &run)
      case .width(let selection): width(place, selection, in: &run)
      }
      run.isUniform[place] = isUniform(place, in: run)
    }
    run.failures = Array(Set(run.failures)).sorted { $0.node < $1.node }
    return run
  }

  private func isUniform(_ node: Int, in run: BoxRun) -> Bool {
    let first = run.sets[node][0]
    if run.sets[node].allSatisfy({ $0 == first }), pool[first].count == 1 { return true }
    switch graph.nodes[node].kind {
    case .tokens, .indices, .length, .constant: return false
    case .map: return graph.nodes[node].bases.allSatisfy { run.isUniform[$0] }
    case .aggregate(let selection, _, _), .width(let selection):
      // An aggregate that sees all positions and whose query is the same everywhere has the same value
      // everywhere.
      return !causal && selection.queries.allSatisfy { run.isUniform[$0] }
    }
  }

  // MARK: Maps

  private mutating func map(_ node: Int, at position: Int, in run: BoxRun) -> Result {
    let bases = graph.nodes[node].bases.map { run.sets[$0][position] }
    if let count = combinations(bases, limit: limits.combinations), work < limits.work {
      let key = ResultKey(node: node, isJoint: true, sets: bases)
      if let known = results[key] { return known }
      work += count
      columns.removeAll(keepingCapacity: true)
      let column = column(of: node) { run.sets[$0][position] }
      let result = Result(
        set: pool.set(of: Set(column).subtracting([Self.fails])), fails: column.contains(Self.fails))
      results[key] = bounded(result)
      return results[key]!
    }
    guard case .map(let operation, let inputs) = graph.nodes[node].kind else { fatalError("a map") }
    let key = ResultKey(node: node, isJoint: false, sets: inputs.map { run.sets[$0][position] })
    if let known = results[key] { return known }
    results[key] = bounded(direct(operation, key.sets))
    return results[key]!
  }

  /// The number of combinations of elements of the sets; nil if above the limit or not listed.
  func combinations(_ sets: [ValueSet], limit: Int) -> Int? {
    var count = 1
    for set in sets {
      guard set.isListed else { return nil }
      count *= pool[set].count
      if count > limit { return nil }
    }
    return count
  }

  /// The operation on every combination of its operands' values.
  private mutating func direct(_ operation: Operation, _ sets: [ValueSet]) -> Result {
    guard let count = combinations(sets, limit: limits.pairs) else {
      return Result(set: unlisted(operation, sets), fails: false)
    }
    work += count
    var found: Set<Int32> = []
    var fails = false
    let members = sets.map { pool[$0] }
    var arguments = Array(repeating: Value.none, count: sets.count)
    for combination in 0..<count {
      var rest = combination
      for place in sets.indices.reversed() {
        arguments[place] = pool[members[place][rest % members[place].count]]
        rest /= members[place].count
      }
      if let value = try? operation(arguments) { found.insert(pool.id(of: value)) } else { fails = true }
    }
    return Result(set: pool.set(of: found), fails: fails)
  }

  /// What an operation can give for operands that have too many values to list.
  private mutating func unlisted(_ operation: Operation, _ sets: [ValueSet]) -> ValueSet {
    let mayBeNone = sets.contains { pool.mayBeNone($0) }
    if case .comparison = operation.form {
      return pool.set(ofValues: [.bool(false), .bool(true)] + (mayBeNone ? [Value.none] : []))
    }
    return mayBeNone || !operation.passesNone ? .unlistedOrNone : .unlisted
  }

  private mutating func bounded(_ result: Result) -> Result {
    guard pool[result.set].count > limits.values else { return result }
    return Result(set: pool.mayBeNone(result.set) ? .unlistedOrNone : .unlisted, fails: result.fails)
  }

  // MARK: Columns

  /// A node's value for every combination of its bases' elements, the last base fastest.
  ///
  /// - Parameter set: the possible values of a base at the position considered
  private mutating func column(of node: Int, _ set: (Int) -> ValueSet) -> [Int32] {
    // Operands first, without recursion.
    var pending = [node]
    var missing: Set<Int> = []
    while let next = pending.popLast() {
      guard columns[next] == nil, missing.insert(next).inserted else { continue }
      if case .map(_, let inputs) = graph.nodes[next].kind { pending += inputs }
    }
    for place in missing.sorted() {
      switch graph.nodes[place].kind {
      case .map(let operation, let inputs): columns[place] = column(operation, of: place, inputs, set)
      case .constant(let value): columns[place] = [pool.id(of: value)]
      default: columns[place] = pool[set(place)]
      }
    }
    return columns[node]!
  }

  private mutating func column(
    _ operation: Operation, of node: Int, _ inputs: [Int], _ set: (Int) -> ValueSet
  ) -> [Int32] {
    let bases = graph.nodes[node].bases
    let operands = inputs.map { columns[$0]! }
    let walk = Combinations(
      counts: bases.map { pool[set($0)].count },
      strides: inputs.map { strides(of: graph.nodes[$0].bases, among: bases, set) })
    var result: [Int32] = []
    result.reserveCapacity(walk.count)
    var arguments = Array(repeating: Value.none, count: inputs.count)
    walk.forEach { places in
      for (operand, place) in places.enumerated() {
        let id = operands[operand][place]
        if id == Self.fails {
          result.append(Self.fails)
          return
        }
        arguments[operand] = pool[id]
      }
      result.append((try? operation(arguments)).map { pool.id(of: $0) } ?? Self.fails)
    }
    return result
  }

  /// The stride of each base in a column over some of the bases.
  private func strides(of own: [Int], among bases: [Int], _ set: (Int) -> ValueSet) -> [Int] {
    var stride = 1
    var result = Array(repeating: 0, count: bases.count)
    for base in own.reversed() {
      result[bases.firstIndex(of: base)!] = stride
      stride *= pool[set(base)].count
    }
    return result
  }

  // MARK: Tuples

  /// The tuples of values that several nodes can have together at one position; nil if there are too many.
  ///
  /// - Parameter set: the possible values of each node there
  mutating func tuples(_ nodes: [Int], _ set: (Int) -> ValueSet) -> TupleSet? {
    let bases = Set(nodes.flatMap { graph.nodes[$0].bases }).sorted()
    let sets = bases.map(set)
    let own = nodes.map(set)
    let key = TupleCache.Key(nodes: nodes, sets: sets + own)
    if let known = knownTuples[key] { return known }
    var rows: Set<[Int32]> = []
    // If nothing has to be computed, more are allowed.
    let isPlain = nodes.allSatisfy { graph.nodes[$0].bases == [$0] }
    let limit = isPlain ? limits.pairs : limits.combinations
    if let count = combinations(sets, limit: limit), work < limits.work {
      work += count * nodes.count
      columns.removeAll(keepingCapacity: true)
      let values = nodes.map { column(of: $0, set) }
      let walk = Combinations(
        counts: sets.map { pool[$0].count },
        strides: nodes.map { strides(of: graph.nodes[$0].bases, among: bases, set) })
      walk.forEach { places in
        let row = places.indices.map { values[$0][places[$0]] }
        if !row.contains(Self.fails) { rows.insert(row) }
      }
    } else if let count = combinations(own, limit: limits.pairs) {
      work += count * nodes.count
      let members = own.map { pool[$0] }
      Combinations(counts: members.map(\.count), strides: []).forEachIndex { places in
        rows.insert(places.indices.map { members[$0][places[$0]] })
      }
    } else {
      return nil
    }
    return knownTuples.add(rows, for: key)
  }
}
