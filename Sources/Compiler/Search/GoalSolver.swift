// Backwards from what an s-op is to be, to tokens that make it so.

import Runtime
import Transformer

/// Builds an input on which an s-op has a given value at a given position, as far as choosing well can.
///
/// A goal for a map becomes goals for what it is made from: some combination of their values that gives the
/// result. A goal for an aggregate becomes goals for a key that is selected and for the query that selects it,
/// and for others, so that they are not. Choices are random and are not taken back, so that an attempt may fail
/// where another would not.
struct GoalSolver {
  private let graph: AnalysisGraph
  private let causal: Bool
  private var run: BoxRun
  private var interpreter: BoxInterpreter
  private var generator: SeededGenerator
  /// By position, the id of the token that is settled.
  private(set) var tokens: [Int32?] = []
  private var steps = 0

  /// Goals of one attempt.
  private static let maximumSteps = 4_000
  /// Combinations tried for one goal.
  private static let tries = 6

  init(_ interpreter: BoxInterpreter, seed: UInt64) {
    graph = interpreter.graph
    causal = interpreter.causal
    run = BoxRun(length: 0, nodes: 0)
    self.interpreter = interpreter
    generator = SeededGenerator(seed: seed, stream: "goals")
  }

  /// Begins anew: nothing is settled, and values are those of a run's inputs.
  mutating func begin(_ run: BoxRun) {
    self.run = run
    tokens = Array(repeating: nil, count: run.length)
    steps = 0
  }

  /// Settles tokens so that a node has a value at a position; false where the attempt failed.
  mutating func solve(_ node: Int, at position: Int, is id: Int32) -> Bool {
    steps += 1
    guard steps <= Self.maximumSteps, run.sets[node][position].isListed,
      interpreter.pool[run.sets[node][position]].contains(id)
    else { return false }
    switch graph.nodes[node].kind {
    case .tokens:
      if let settled = tokens[position] { return settled == id }
      tokens[position] = id
      return true
    case .indices, .length, .constant: return true
    case .map: return solveMap(node, at: position, is: id)
    case .aggregate(let selection, let value, let fallback):
      return solveAggregate(selection, value, fallback, at: position, is: id)
    case .width(let selection): return solveWidth(selection, at: position, is: id)
    }
  }

  private mutating func attempt(_ body: (inout GoalSolver) -> Bool) -> Bool {
    let saved = tokens
    if body(&self) { return true }
    tokens = saved
    return false
  }

  private mutating func solveMap(_ node: Int, at position: Int, is id: Int32) -> Bool {
    let bases = graph.nodes[node].bases
    let rows = rows(bases + [node], at: position).filter { $0.last == id }
    return solveOne(of: rows) { solver, row in
      zip(bases, row).allSatisfy { solver.solve($0, at: position, is: $1) }
    }
  }

  /// Tries some of the rows in random order.
  private mutating func solveOne(
    of rows: [[Int32]], _ body: (inout GoalSolver, [Int32]) -> Bool
  ) -> Bool {
    guard !rows.isEmpty else { return false }
    for _ in 0..<min(Self.tries, rows.count) {
      let row = rows[generator.index(below: rows.count)]
      if attempt({ body(&$0, row) }) { return true }
    }
    return false
  }

  /// What nodes can be together at a position, with what is settled of its token.
  private mutating func rows(_ nodes: [Int], at position: Int) -> [[Int32]] {
    let settled = tokens[position].map { interpreter.pool.set(ofSorted: [$0]) }
    let tuples = interpreter.tuples(nodes) { node in
      if let settled, case .tokens = graph.nodes[node].kind { return settled }
      return run.sets[node][position]
    }
    return tuples?.rows ?? []
  }

  private func visible(from position: Int) -> [Int] { Array(0..<(causal ? position + 1 : run.length)) }

  // MARK: Selections

  /// Settles the query, then for each key that it sees whether it is selected, and what it holds.
  ///
  /// - Parameter wanted: for keys that are to be selected, what an aggregate is to read there, if that matters
  private mutating func settle(
    _ selection: AnalysisGraph.Selection, at position: Int, value: Int?, wanted: [Int: Int32?],
    keepsOthersOut: Bool
  ) -> Bool {
    let queries = rows(selection.queries, at: position)
    return solveOne(of: queries) { solver, query in
      guard
        zip(selection.queries, query).allSatisfy({ node, id in solver.solve(node, at: position, is: id) })
      else { return false }
      for key in wanted.keys.sorted() {
        let nodes = selection.keys + (value.map { [$0] } ?? [])
        let rows = solver.rows(nodes, at: key).filter { row in
          solver.interpreter.selects(selection, row, query) == true
            && (wanted[key]! == nil || row.last == wanted[key]!)
        }
        let isSettled = solver.solveOne(of: rows) { solver, row in
          zip(nodes, row).allSatisfy { solver.solve($0, at: key, is: $1) }
        }
        if !isSettled { return false }
      }
      guard keepsOthersOut else { return true }
      for key in solver.visible(from: position) where wanted[key] == nil {
        let rows = solver.rows(selection.keys, at: key).filter {
          solver.interpreter.selects(selection, $0, query) == false
        }
        let isSettled = solver.solveOne(of: rows) { solver, row in
          zip(selection.keys, row).allSatisfy { solver.solve($0, at: key, is: $1) }
        }
        if !isSettled { return false }
      }
      return true
    }
  }

  private mutating func solveWidth(
    _ selection: AnalysisGraph.Selection, at position: Int, is id: Int32
  ) -> Bool {
    guard let width = interpreter.pool[id].integer else { return false }
    var keys = visible(from: position)
    generator.shuffle(&keys)
    guard width <= keys.count else { return false }
    let wanted = Dictionary(uniqueKeysWithValues: keys.prefix(width).map { ($0, Int32?.none) })
    return settle(selection, at: position, value: nil, wanted: wanted, keepsOthersOut: true)
  }

  private mutating func solveAggregate(
    _ selection: AnalysisGraph.Selection, _ value: Int, _ fallback: Value, at position: Int, is id: Int32
  ) -> Bool {
    var keys = visible(from: position)
    generator.shuffle(&keys)
    let target = interpreter.pool[id]
    var choices: [[Int: Int32?]] = []
    if target == fallback { choices.append([:]) }
    if let key = keys.first(where: { interpreter.pool[run.sets[value][$0]].contains(id) }) {
      choices.append([key: id])
    }
    if case .float(let mean) = target, let pair = pair(with: mean, of: value, among: keys) {
      choices.append(pair)
    }
    guard !choices.isEmpty else { return false }
    let wanted = choices[generator.index(below: choices.count)]
    let keepsOut = wanted.isEmpty || generator.index(below: 4) > 0
    return settle(selection, at: position, value: value, wanted: wanted, keepsOthersOut: keepsOut)
  }

  /// Two keys whose values have a mean.
  private mutating func pair(with mean: Double, of value: Int, among keys: [Int]) -> [Int: Int32?]? {
    for _ in 0..<Self.tries where keys.count > 1 {
      let first = keys[generator.index(below: keys.count)]
      let second = keys[generator.index(below: keys.count)]
      let ids = interpreter.pool[run.sets[value][first]]
      guard first != second, !ids.isEmpty else { continue }
      let one = ids[generator.index(below: ids.count)]
      guard let number = interpreter.pool[one].number else { continue }
      let other = interpreter.pool[run.sets[value][second]].first {
        interpreter.pool[$0].number == 2 * mean - number
      }
      if let other { return [first: one, second: other] }
    }
    return nil
  }
}
