// What each key position can contribute to a selection, for every tuple of values at the query.

import Runtime

extension BoxInterpreter {
  /// The possible tuples at a position as a key; nil if there are too many to list.
  mutating func keyTuples(_ shape: Shape, in run: BoxRun) -> [TupleSet]? {
    var keys: [TupleSet] = []
    for position in 0..<run.length {
      guard let tuples = tuples(shape.keyNodes, { run.sets[$0][position] }) else { return nil }
      keys.append(tuples)
    }
    return keys
  }

  mutating func context(
    _ shape: Shape, _ keys: [TupleSet]?, at query: Int, in run: BoxRun
  ) -> Context? {
    guard let keys, work < 4 * limits.work,
      let queries = tuples(shape.queryNodes, { run.sets[$0][query] }),
      let own = tuples(shape.queryNodes + shape.keyNodes, { run.sets[$0][query] })
    else { return nil }
    return Context(
      queries: queries, own: own, others: keys[..<query],
      othersBehind: causal ? [] : keys[(query + 1)...])
  }

  /// For each tuple of a query, the indices of what each key can contribute.
  mutating func outcomes(_ node: Int, _ shape: Shape, _ context: Context) -> [[Int32]] {
    var result = Array(repeating: [Int32](), count: context.queries.rows.count)
    let keys = context.others.count + context.othersBehind.count + 1
    for query in result.indices { result[query].reserveCapacity(keys) }
    func add(_ tuples: TupleSet, isOwn: Bool, to result: inout [[Int32]], _ interpreter: inout Self) {
      let places = interpreter.outcomes(node, shape, tuples, for: context.queries, isOwn: isOwn)
      for (query, place) in places.enumerated() { result[query].append(place) }
    }
    for tuples in context.others { add(tuples, isOwn: false, to: &result, &self) }
    add(context.own, isOwn: true, to: &result, &self)
    for tuples in context.othersBehind { add(tuples, isOwn: false, to: &result, &self) }
    return result
  }

  /// For each tuple of a query, the index of what one key can contribute.
  mutating func outcomes(
    _ node: Int, _ shape: Shape, _ tuples: TupleSet, for queries: TupleSet, isOwn: Bool
  ) -> [Int32] {
    let cacheKey = OutcomeCache.Key(
      node: node, keys: tuples.index, queries: queries.index, isSamePosition: isOwn)
    if let known = outcomes[cacheKey] { return known }
    var found: [Int32] = []
    if isOwn {
      // Rows begin with the query's tuple and are sorted, like the tuples of queries.
      var rest = tuples.rows[...]
      for row in queries.rows {
        let own = rest.prefix { $0.starts(with: row) }
        rest = rest[own.endIndex...]
        found.append(outcomes.add(outcome(shape, own.map { $0.dropFirst(row.count) }, row)))
      }
    } else {
      // Uniform nodes have the same value in a key's and a query's tuple.
      let rows = Dictionary(grouping: tuples.rows.map { $0[...] }) { $0.suffix(shape.uniform) }
      for row in queries.rows {
        found.append(outcomes.add(outcome(shape, rows[row.suffix(shape.uniform)] ?? [], row)))
      }
    }
    outcomes[cacheKey] = found
    return found
  }

  mutating func outcome(_ shape: Shape, _ keys: [ArraySlice<Int32>], _ query: [Int32]) -> KeyOutcome {
    work += keys.count
    let marks = shape.firstMark
    var outcome = KeyOutcome()
    outcome.promised = shape.selection.logic.promised.map { _ in false }
    var values: Set<Int32> = []
    var selected = Array(repeating: Set<Int32>(), count: shape.marks.count)
    var skipped = selected
    for key in keys {
      let first = key.startIndex
      let (isTrue, fails) = truth(shape, key, query) { outcome.promised[$0] = true }
      if fails { outcome.mayFail = true }
      if isTrue {
        outcome.maySelect = true
        if shape.hasValue { values.insert(key[first + shape.selection.keys.count]) }
      } else {
        outcome.maySkip = true
      }
      for mark in shape.marks.indices {
        if isTrue {
          selected[mark].insert(key[first + marks + mark])
        } else {
          skipped[mark].insert(key[first + marks + mark])
        }
      }
    }
    outcome.values = pool.set(of: values)
    outcome.selectedMarks = selected.map { pool.set(of: $0) }
    outcome.skippedMarks = skipped.map { pool.set(of: $0) }
    return outcome
  }

  func truth(
    _ shape: Shape, _ key: ArraySlice<Int32>, _ query: [Int32], promise: (Int) -> Void = { _ in }
  ) -> (isTrue: Bool, fails: Bool) {
    var fails = false
    let isTrue = shape.selection.logic.truth(
      { leaf in
        let truth = truth(of: leaf, key[key.startIndex + leaf.key], query[leaf.query])
        if truth == nil { fails = true }
        return truth ?? false
      }, promise: promise)
    return (isTrue, fails)
  }

  /// Whether a selector selects a key for a query, given the ids of the values that it compares; nil if that
  /// is undefined.
  func selects(_ selection: AnalysisGraph.Selection, _ key: [Int32], _ query: [Int32]) -> Bool? {
    var fails = false
    let isTrue = selection.logic.truth { leaf in
      let truth = truth(of: leaf, key[leaf.key], query[leaf.query])
      if truth == nil { fails = true }
      return truth ?? false
    }
    return fails ? nil : isTrue
  }

  /// The result of a `select` for two values; nil if its predicate has none.
  func truth(of leaf: SelectorLogic.Leaf, _ key: Int32, _ query: Int32) -> Bool? {
    guard let value = try? leaf.predicate(pool[key], pool[query]) else { return nil }
    return value.isTrue
  }
}
