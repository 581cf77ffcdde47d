// What s-ops with distinct values say about a selection.

import Runtime

extension BoxInterpreter {
  /// Whether an s-op shows that at most one position is selected, and whether one certainly is.
  func markedSelection(
    _ outcomes: [KeyOutcome], _ mark: Int, _ distinctness: Distinctness, length: Int
  ) -> (one: Bool, some: Bool) {
    guard distinctness != .unknown else { return (false, false) }
    let selected = Set(outcomes.flatMap { pool[$0.selectedMarks[mark]] })
    var some = false
    if case .permutation(let first) = distinctness {
      let skipped = Set(outcomes.flatMap { pool[$0.skippedMarks[mark]] })
      some = (first..<first + length).contains { number in
        guard let id = pool.knownID(of: .int(number)) else { return false }
        return selected.contains(id) && !skipped.contains(id)
      }
    }
    return (selected.count <= 1, some)
  }

  /// Whether an s-op has a different value at every position.
  mutating func distinctness(of node: Int, in run: BoxRun) -> Distinctness {
    let sets = run.sets[node]
    if sets.allSatisfy(\.isListed) {
      let all = sets.flatMap { pool[$0] }
      if Set(all).count == all.count { return .distinct }
    }
    if case .width(let selection) = graph.nodes[node].kind { return rank(selection, in: run) }
    return .unknown
  }

  /// For any two values that an s-op can have, whether the first is less, equal or greater.
  func isOrdered(_ node: Int, in run: BoxRun) -> Bool {
    var hasNumbers = false
    var hasTexts = false
    for set in Set(run.sets[node]) {
      guard set.isListed else { return false }
      for id in pool[set] {
        switch pool[id] {
        case .int, .float: hasNumbers = true
        case .string: hasTexts = true
        default: return false
        }
      }
    }
    return hasNumbers != hasTexts
  }

  /// Whether a selector orders the positions, so that its width is their rank.
  ///
  /// It does if, of any two positions, exactly one selects the other, and the one that does so has a state
  /// that selects more states.
  mutating func rank(_ selection: AnalysisGraph.Selection, in run: BoxRun) -> Distinctness {
    guard !causal, run.length > 1 else { return run.length == 1 ? .distinct : .unknown }
    if let selectsItself = LexicographicOrder.selectsItself(selection),
      selection.keys.allSatisfy({ isOrdered($0, in: run) }),
      selection.keys.contains(where: { distinctness(of: $0, in: run) != .unknown })
    {
      return .permutation(from: selectsItself ? 1 : 0)
    }
    let nodes = selection.keys + selection.queries
    var positions: [[Int32]: [Int]] = [:]
    for position in 0..<run.length {
      guard let tuples = tuples(nodes, { run.sets[$0][position] }) else { return .unknown }
      for row in tuples.rows { positions[row, default: []].append(position) }
      guard positions.count <= limits.states else { return .unknown }
    }
    let states = positions.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let keys = selection.keys.count
    let shape = Shape(selection, value: nil, marksPositions: false, in: graph, run)
    work += states.count * states.count
    var selects = Array(repeating: false, count: states.count * states.count)
    var counts = Array(repeating: 0, count: states.count)
    for (query, queryState) in states.enumerated() {
      for (key, keyState) in states.enumerated() {
        let (isTrue, fails) = truth(shape, keyState[..<keys], Array(queryState[keys...]))
        if fails { return .unknown }
        if isTrue {
          selects[query * states.count + key] = true
          if query != key { counts[query] += 1 }
        }
      }
    }
    let own = states.indices.map { selects[$0 * states.count + $0] }
    for (a, first) in states.enumerated() {
      for (b, second) in states.enumerated() where a < b || (a == b && positions[first]!.count > 1) {
        let together = positions[first]!.count > 1 || positions[second]! != positions[first]!
        guard together else { continue }
        let forth = selects[a * states.count + b]
        guard forth != selects[b * states.count + a] else { return .unknown }
        guard forth == (counts[b] < counts[a]), counts[a] != counts[b] else { return .unknown }
      }
    }
    if own.allSatisfy({ !$0 }) { return .permutation(from: 0) }
    return own.allSatisfy { $0 } ? .permutation(from: 1) : .unknown
  }
}
