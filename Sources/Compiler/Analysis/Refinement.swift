// In: boxes of inputs on which an analysis cannot exclude a problem. Out: smaller boxes on which it can, or
// an input that shows the problem.

import Runtime

/// Branch and bound over boxes: a box with a problem is split in two and each half is analysed on its own,
/// until the problem is gone or the box is a single input, on which the analysis is exact.
struct Refinement {
  /// What is looked for.
  enum Trouble: Hashable {
    /// The program may have no value.
    case failure(PossibleFailure)
    /// An aggregate may select different values.
    case mixing(Int)
  }

  /// Limits on boxes, and on combinations of values.
  let limit: Int
  let work: Int
  /// Boxes without problems, which together contain all inputs unless ``isOpen``.
  private(set) var runs: [BoxRun] = []
  /// Aggregates that select different values, each with an input that shows it.
  private(set) var mixing: [Int: [Int32]]
  /// An input on which the program has no value.
  private(set) var failing: [Int32]?
  /// Whether the limit was reached before all inputs were covered.
  private(set) var isOpen = false
  /// The inputs that belong to the circuit, if not all do.
  private var domain: DomainAnalysis?

  /// - Parameter mixing: aggregates that are known to select different values
  init(limit: Int, work: Int, mixing: [Int: [Int32]], domain: DomainAnalysis?) {
    self.limit = limit
    self.work = work
    self.mixing = mixing
    self.domain = domain
  }

  /// - Parameters:
  ///   - boxes: all inputs
  ///   - trouble: what a run cannot exclude
  mutating func refine(
    _ boxes: [Box], with interpreter: inout BoxInterpreter, trouble: (BoxRun) -> [Trouble]
  ) {
    var pending = boxes.reversed() + []
    interpreter.budget = self.work / 20
    defer { interpreter.budget = interpreter.limits.work }
    var looked = 0
    var work = 0
    while let popped = pending.popLast(), failing == nil {
      looked += 1
      guard looked <= limit, work <= self.work else {
        isOpen = true
        return
      }
      guard let box = interpreter.narrowed(popped, by: &domain) else { continue }
      let run = interpreter.run(box)
      work += interpreter.work
      let left = trouble(run).filter { if case .mixing(let node) = $0 { mixing[node] == nil } else { true } }
      if left.isEmpty {
        runs.append(run)
      } else if let parts = interpreter.split(box) {
        pending += parts.reversed()
      } else {
        let input = box.tokens.map { interpreter.pool[$0][0] }
        for case .mixing(let node) in left { mixing[node] = input }
        if left.contains(where: { if case .failure = $0 { true } else { false } }) { failing = input }
        runs.append(run)
      }
    }
  }
}

extension BoxInterpreter {
  /// What is left of a box if not all inputs belong to the circuit; nil if nothing is.
  mutating func narrowed(_ box: Box, by domain: inout DomainAnalysis?) -> Box? {
    guard domain != nil else { return box }
    return domain!.narrowed(box.tokens.map { pool[$0] }).map { tokens in
      Box(tokens: tokens.map { pool.set(ofSorted: $0) })
    }
  }

  /// Boxes with what is left of a box if not all inputs belong to the circuit.
  mutating func inside(_ box: Box, by domain: inout DomainAnalysis?) -> [Box] {
    guard domain != nil else { return [box] }
    return domain!.inside(box.tokens.map { pool[$0] }).map { tokens in
      Box(tokens: tokens.map { pool.set(ofSorted: $0) })
    }
  }

  /// Splits a box into two or more parts by the token at one position; nil for a single input.
  ///
  /// Tokens that some function of tokens tells apart are separated first, since they decide what happens.
  /// Functions with few results come first, so that few splits are needed.
  mutating func split(_ box: Box) -> [Box]? {
    let classes = box.tokens.map { pool[$0].count > 1 ? self.classes(of: pool[$0]) : [] }
    let position: Int
    let parts: [[Int32]]
    if let told = classes.indices.filter({ classes[$0].count > 1 }).min(by: { a, b in
      (pool[box.tokens[a]].count, a) < (pool[box.tokens[b]].count, b)
    }) {
      (position, parts) = (told, classes[told])
    } else {
      let sizes = box.tokens.map { pool[$0].count }
      guard let most = sizes.max(), most > 1, let first = sizes.firstIndex(of: most) else { return nil }
      let ids = pool[box.tokens[first]]
      (position, parts) = (first, [Array(ids[..<(ids.count / 2)]), Array(ids[(ids.count / 2)...])])
    }
    return parts.map { part in
      var box = box
      box.tokens[position] = pool.set(ofSorted: part)
      return box
    }
  }

  /// Tokens grouped by a function of tokens that tells them apart; of several, the one with the fewest
  /// results.
  private func classes(of ids: [Int32]) -> [[Int32]] {
    var best: [[Int32]] = []
    for node in graph.nodes {
      guard case .map(let operation, let inputs) = node.kind, inputs.count == 1,
        case .tokens = graph.nodes[inputs[0]].kind
      else { continue }
      let classes = Dictionary(grouping: ids) { try? operation(pool[$0]) }
      guard classes.count > 1, best.isEmpty || classes.count < best.count else { continue }
      best = classes.values.sorted { $0[0] < $1[0] }
    }
    return best
  }
}
