// Works backwards from a value that an s-op should have to tokens that give it that value.

import Runtime
import Transformer

/// Builds an input on which an s-op has a given value at a given position, as far as good choices allow.
///
/// A goal for a map becomes goals for its ancestors: some combination of their values that gives the result.
/// A goal for an aggregate becomes goals for a key that is selected, for the query that selects it, and for
/// the other keys, which must not be selected. Choices are random and never undone, so one attempt may fail
/// and another succeed.
struct GoalSolver {
  private let graph: AnalysisGraph
  private let causal: Bool
  private var run: BoxRun
  private var interpreter: BoxInterpreter
  private var generator: SeededGenerator
  /// By position, the id of the token, if it is fixed.
  private(set) var tokens: [Int32?] = []
  private var steps = 0

  /// The largest number of goals in one attempt.
  private static let maximumSteps = 4_000
  /// Combinations tried for one goal.
  private static let tries = 6
  /// The largest number of keys that are chosen for a mean.
  private static let keysOfMean = 8

  init(_ interpreter: BoxInterpreter, seed: UInt64) {
    graph = interpreter.graph
    causal = interpreter.causal
    run = BoxRun(length: 0, nodes: 0)
    self.interpreter = interpreter
    generator = SeededGenerator(seed: seed, stream: "goals")
  }

  /// Starts over: no token is fixed, and values are those of a run's inputs.
  mutating func begin(_ run: BoxRun) {
    self.run = run
    tokens = Array(repeating: nil, count: run.length)
    steps = 0
  }

  /// Fixes tokens so that a node has a value at a position; false if the attempt failed.
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
    let sets = bases.map { run.sets[$0][position] }
    guard interpreter.combinations(sets, limit: interpreter.limits.combinations) != nil else {
      return solveOperands(of: node, at: position, is: id)
    }
    let rows = rows(bases + [node], at: position).filter { $0.last == id }
    return solveOne(of: rows) { solver, row in
      zip(bases, row).allSatisfy { solver.solve($0, at: position, is: $1) }
    }
  }

  /// A map with too many combinations: goals for its operands, which may not be reachable together.
  private mutating func solveOperands(of node: Int, at position: Int, is id: Int32) -> Bool {
    guard case .map(let operation, let inputs) = graph.nodes[node].kind else { return false }
    let pool = interpreter.pool
    let rows = rows(inputs, at: position).filter { row in
      (try? operation(row.map { pool[$0] })) == pool[id]
    }
    return solveOne(of: rows) { solver, row in
      zip(inputs, row).allSatisfy { solver.solve($0, at: position, is: $1) }
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

  /// The tuples that nodes can have at a position, given what is already fixed about its token.
  private mutating func rows(_ nodes: [Int], at position: Int) -> [[Int32]] {
    let settled = tokens[position].map { interpreter.pool.set(ofSorted: [$0]) }
    let tuples = interpreter.tuples(nodes) { node in
      if let settled, case .tokens = graph.nodes[node].kind { return settled }
      return run.sets[node][position]
    }
    return tuples?.rows ?? []
  }

  // MARK: Selections

  /// The possible contents of the keys that a query sees. A row has the ids of the compared keys and of the
  /// value that an aggregate reads.
  private struct Keys {
    /// By key: the rows that make it selected, and those that do not.
    var selected: [[[Int32]]] = []
    var skipped: [[[Int32]]] = []
  }

  /// Fixes the query, then the keys that `choice` wants to be selected, then all others so that they are not.
  ///
  /// - Parameter choice: given the possible rows at the keys, which keys to select with which rows, and
  ///   whether to keep out all others; nil if nothing will do
  private mutating func settle(
    _ selection: AnalysisGraph.Selection, at position: Int, value: Int?,
    choice: (inout GoalSolver, Keys) -> (wanted: [Int: [[Int32]]], keepsOthersOut: Bool)?
  ) -> Bool {
    let nodes = selection.keys + (value.map { [$0] } ?? [])
    return solveOne(of: rows(selection.queries, at: position)) { solver, query in
      guard
        zip(selection.queries, query).allSatisfy({ node, id in solver.solve(node, at: position, is: id) })
      else { return false }
      var keys = Keys()
      for key in 0..<(solver.causal ? position + 1 : solver.run.length) {
        keys.selected.append([])
        keys.skipped.append([])
        for row in solver.rows(nodes, at: key) {
          switch solver.interpreter.selects(selection, row, query) {
          case true?: keys.selected[key].append(row)
          case false?: keys.skipped[key].append(row)
          case nil: break
          }
        }
      }
      guard let (wanted, keepsOthersOut) = choice(&solver, keys) else { return false }
      for key in wanted.keys.sorted() {
        guard solver.settle(nodes, at: key, as: wanted[key]!) else { return false }
      }
      guard keepsOthersOut else { return true }
      for key in keys.skipped.indices where wanted[key] == nil {
        // Fewer may be left after what has been fixed since.
        let left = solver.rows(selection.keys, at: key).filter {
          solver.interpreter.selects(selection, $0, query) == false
        }
        guard solver.settle(selection.keys, at: key, as: left) else { return false }
      }
      return true
    }
  }

  private mutating func settle(_ nodes: [Int], at position: Int, as rows: [[Int32]]) -> Bool {
    solveOne(of: rows) { solver, row in
      zip(nodes, row).allSatisfy { solver.solve($0, at: position, is: $1) }
    }
  }

  private mutating func solveWidth(
    _ selection: AnalysisGraph.Selection, at position: Int, is id: Int32
  ) -> Bool {
    guard let width = interpreter.pool[id].integer else { return false }
    return settle(selection, at: position, value: nil) { solver, keys in
      let always = keys.selected.indices.filter { keys.skipped[$0].isEmpty }
      var others = keys.selected.indices.filter { !keys.skipped[$0].isEmpty && !keys.selected[$0].isEmpty }
      guard always.count <= width, width <= always.count + others.count else { return nil }
      solver.generator.shuffle(&others)
      let wanted = always + others.prefix(width - always.count)
      return (Dictionary(uniqueKeysWithValues: wanted.map { ($0, keys.selected[$0]) }), true)
    }
  }

  private mutating func solveAggregate(
    _ selection: AnalysisGraph.Selection, _ value: Int, _ fallback: Value, at position: Int, is id: Int32
  ) -> Bool {
    let target = interpreter.pool[id]
    return settle(selection, at: position, value: value) { solver, keys in
      var choices: [[Int: [[Int32]]]] = []
      if target == fallback { choices.append([:]) }
      var order = Array(keys.selected.indices)
      solver.generator.shuffle(&order)
      for key in order {
        let rows = keys.selected[key].filter { $0.last == id }
        guard !rows.isEmpty else { continue }
        choices.append([key: rows])
        break
      }
      if case .float(let mean) = target, let several = solver.several(with: mean, order, keys) {
        choices.append(several)
      }
      guard !choices.isEmpty else { return nil }
      let wanted = choices[solver.generator.index(below: choices.count)]
      return (wanted, wanted.isEmpty || solver.generator.index(below: 4) > 0)
    }
  }

  /// Some keys whose values have a mean.
  private mutating func several(with mean: Double, _ order: [Int], _ keys: Keys) -> [Int: [[Int32]]]? {
    var order = order.filter { !keys.selected[$0].isEmpty }
    guard order.count > 1 else { return nil }
    for _ in 0..<2 * Self.tries {
      let count = 2 + generator.index(below: min(order.count, Self.keysOfMean) - 1)
      generator.shuffle(&order)
      var wanted: [Int: [[Int32]]] = [:]
      var rest = mean * Double(count)
      for key in order[..<(count - 1)] {
        let row = keys.selected[key][generator.index(below: keys.selected[key].count)]
        guard let number = interpreter.pool[row.last!].number else { break }
        wanted[key] = [row]
        rest -= number
      }
      guard wanted.count == count - 1 else { continue }
      let last = order[count - 1]
      let rows = keys.selected[last].filter { row in
        interpreter.pool[row.last!].number.map { abs($0 - rest) < 1e-9 * max(1, abs(rest)) } ?? false
      }
      if rows.isEmpty { continue }
      wanted[last] = rows
      return wanted
    }
    return nil
  }
}
