// Aggregates and selector widths on a box: for each query, what each key position can contribute, and what
// follows from all of them.

import Runtime

extension BoxInterpreter {
  mutating func width(_ node: Int, _ selection: AnalysisGraph.Selection, in run: inout BoxRun) {
    let shape = Shape(selection, value: nil, marksPositions: false, in: graph, run)
    let keys = keyTuples(shape, in: run)
    if let keys, isLong(keys, shape, in: run), !mayFail(shape, in: run) {
      // As if any number of keys could be selected, without considering pairs.
      for position in 0..<run.length { run.sets[node][position] = anyWidth(at: position, in: run) }
      return
    }
    var alike: [[Int32]: Int] = [:]
    for position in 0..<run.length {
      guard let context = context(shape, keys, at: position, in: run) else {
        run.sets[node][position] = anyWidth(at: position, in: run)
        run.noteFailure(node, .predicate(shape.firstSelect))
        continue
      }
      if let other = alike.updateValue(position, forKey: context.key) {
        run.sets[node][position] = run.sets[node][other]
        continue
      }
      var widths: Set<Int> = []
      for places in outcomes(node, shape, context) {
        var least = 0
        var most = 0
        for place in places {
          let flags = outcomes.flags[Int(place)]
          if flags.contains(.maySelect) { most += 1 }
          if flags.contains(.maySelect), !flags.contains(.maySkip) { least += 1 }
          if flags.contains(.mayFail) { run.noteFailure(node, .predicate(shape.firstSelect)) }
        }
        if !selection.logic.promised.isEmpty,
          mayBreakPromise(places.map { outcomes[$0] }, selection.logic, selectsOne: most <= 1)
        {
          run.noteFailure(node, .promise)
        }
        widths.formUnion(least...most)
      }
      run.sets[node][position] = pool.set(of: widths.map { pool.id(of: .int($0)) })
    }
  }

  /// Any number of the keys that a position sees.
  private mutating func anyWidth(at position: Int, in run: BoxRun) -> ValueSet {
    pool.set(of: (0...(causal ? position + 1 : run.length)).map { pool.id(of: .int($0)) })
  }

  /// Whether considering all pairs of positions for a width would take too long.
  private mutating func isLong(_ keys: [TupleSet], _ shape: Shape, in run: BoxRun) -> Bool {
    guard shape.selection.logic.promised.isEmpty else { return false }
    let ofKeys = Dictionary(grouping: keys, by: \.index).values.reduce(0) { $0 + $1[0].rows.count }
    var ofQueries = 0
    var seen: Set<[ValueSet]> = []
    for position in 0..<run.length {
      let sets = shape.queryNodes.map { run.sets[$0][position] }
      guard seen.insert(sets).inserted else { continue }
      guard let tuples = tuples(shape.queryNodes, { run.sets[$0][position] }) else { return true }
      ofQueries += tuples.rows.count
    }
    return ofKeys * ofQueries > limits.pairsOfWidth
  }

  /// Whether a `select` is undefined for some values that its s-ops can have.
  private mutating func mayFail(_ shape: Shape, in run: BoxRun) -> Bool {
    let logic = shape.selection.logic
    return logic.leaves.contains { leaf in
      func values(_ node: Int) -> ValueSet {
        Set(run.sets[node]).reduce(.empty) { pool.union($0, $1) }
      }
      let (keys, queries) = (
        values(shape.selection.keys[leaf.key]), values(shape.selection.queries[leaf.query])
      )
      guard keys.isListed, queries.isListed else { return true }
      let cacheKey = FailureKey(selector: leaf.selector, keys: keys, queries: queries)
      if let known = failures[cacheKey] { return known }
      let fails = pool[keys].contains { key in
        pool[queries].contains { query in truth(of: leaf, key, query) == nil }
      }
      failures[cacheKey] = fails
      return fails
    }
  }

  /// What an aggregate can give for one tuple of a query.
  private struct Answer {
    var found: Set<Int32> = []
    var isListed = true
    var mayBeNone = false
  }

  mutating func aggregate(
    _ node: Int, _ selection: AnalysisGraph.Selection, _ value: Int, _ fallback: Value, in run: inout BoxRun
  ) {
    // Nothing else at a key narrows a number that is not listed, so such values are not part of the tuples.
    let unlisted = run.sets[value].first { !$0.isListed }
    let shape = Shape(
      selection, value: unlisted == nil ? value : nil, marksPositions: true, in: graph, run)
    let fallback = pool.id(of: fallback)
    let keys = keyTuples(shape, in: run)
    var distinct: [Distinctness?] = Array(repeating: nil, count: shape.marks.count)
    var known: [[Int32]: Answer] = [:]
    var alike: [[Int32]: Int] = [:]
    for position in 0..<run.length {
      guard let context = context(shape, keys, at: position, in: run) else {
        unknownAggregate(node, shape, value, fallback, at: position, in: &run)
        continue
      }
      if let other = alike.updateValue(position, forKey: context.key) {
        run.sets[node][position] = run.sets[node][other]
        continue
      }
      var all = Answer()
      for var places in outcomes(node, shape, context) {
        places.sort()
        let answer: Answer
        if let old = known[places] {
          answer = old
        } else {
          answer = self.answer(node, shape, places, unlisted, fallback, &distinct, in: &run)
          known[places] = answer
        }
        all.found.formUnion(answer.found)
        all.isListed = all.isListed && answer.isListed
        all.mayBeNone = all.mayBeNone || answer.mayBeNone
      }
      run.sets[node][position] =
        all.isListed && all.found.count <= limits.values
        ? pool.set(of: all.found)
        : all.found.contains(ValuePool.none) || all.mayBeNone ? .unlistedOrNone : .unlisted
      // Once the list is too long at one position, means are not listed at the others either.
      if !run.sets[node][position].isListed { unlistedNodes.insert(node) }
    }
  }

  /// - Parameters:
  ///   - places: what each key can contribute, ascending
  ///   - unlisted: what the aggregate reads, if that is not listed
  private mutating func answer(
    _ node: Int, _ shape: Shape, _ places: [Int32], _ unlisted: ValueSet?, _ fallback: Int32,
    _ distinct: inout [Distinctness?], in run: inout BoxRun
  ) -> Answer {
    let logic = shape.selection.logic
    var outcomes = places.map { self.outcomes[$0] }
    if let unlisted {
      for key in outcomes.indices where outcomes[key].maySelect { outcomes[key].values = unlisted }
    }
    if outcomes.contains(where: \.mayFail) { run.noteFailure(node, .predicate(shape.firstSelect)) }
    let most = outcomes.count(where: \.maySelect)
    var least = outcomes.count { $0.maySelect && !$0.maySkip }
    var selectsOne = most <= 1
    for mark in shape.marks.indices where !selectsOne || least == 0 {
      if distinct[mark] == nil { distinct[mark] = distinctness(of: shape.marks[mark], in: run) }
      let (one, some) = markedSelection(outcomes, mark, distinct[mark]!, length: run.length)
      selectsOne = selectsOne || one
      if some { least = max(least, 1) }
    }
    if mayBreakPromise(outcomes, logic, selectsOne: selectsOne) { run.noteFailure(node, .promise) }
    selectsOne = selectsOne || logic.promisesOne
    var answer = Answer()
    var facts = SelectionFacts()
    facts.mayBeEmpty = least == 0
    if least == 0 { answer.found.insert(fallback) }
    if least <= 1 || selectsOne {
      for outcome in outcomes where outcome.maySelect {
        for id in pool[outcome.values] {
          answer.found.insert(id)
          facts.moves.insert(.init(value: id, result: id))
        }
        if !outcome.values.isListed {
          answer.isListed = false
          answer.mayBeNone = answer.mayBeNone || pool.mayBeNone(outcome.values)
        }
      }
    }
    if !selectsOne {
      let several =
        unlistedNodes.contains(node)
        ? Several(results: .unlistedOrNone, mayMix: true, mayFail: false) : severalSelected(outcomes)
      facts.maySelectSeveral = true
      facts.mayMix = several.mayMix
      facts.moves.formUnion(several.moves)
      if several.mayFail { run.noteFailure(node, .mean) }
      if several.results.isListed {
        answer.found.formUnion(pool[several.results])
      } else {
        answer.isListed = false
        answer.mayBeNone = answer.mayBeNone || pool.mayBeNone(several.results)
      }
    }
    run.selections[node].formUnion(facts)
    return answer
  }

  /// If nothing is known about a selection: it may be of any positions.
  private mutating func unknownAggregate(
    _ node: Int, _ shape: Shape, _ value: Int, _ fallback: Int32, at position: Int, in run: inout BoxRun
  ) {
    var facts = SelectionFacts()
    facts.mayBeEmpty = true
    run.noteFailure(node, .predicate(shape.firstSelect))
    let values = run.sets[value][..<(causal ? position + 1 : run.length)]
    var set = pool.set(ofSorted: [fallback])
    for values in Set(values) {
      set = pool.union(set, values)
      for id in pool[values] { facts.moves.insert(.init(value: id, result: id)) }
    }
    if !shape.selection.logic.promisesOne {
      var several = Several(results: .unlisted, mayMix: true, mayFail: true)
      if set.isListed, pool[set].count <= limits.valuesOfUnknown {
        several = severalSelected(
          values.map { values in
            var outcome = KeyOutcome()
            (outcome.maySelect, outcome.maySkip, outcome.values) = (true, true, values)
            return outcome
          })
      }
      facts.maySelectSeveral = true
      facts.mayMix = several.mayMix
      facts.moves.formUnion(several.moves)
      if several.mayFail { run.noteFailure(node, .mean) }
      set = pool.union(set, several.results)
    }
    run.selections[node].formUnion(facts)
    run.sets[node][position] = set
  }

  /// Whether a selection that the program promises to be of one position may contain several.
  ///
  /// - Parameter selectsOne: whether the whole selection has at most one position
  private func mayBreakPromise(_ outcomes: [KeyOutcome], _ logic: SelectorLogic, selectsOne: Bool) -> Bool {
    logic.promised.enumerated().contains { place, step in
      let isAboutAll = step == logic.steps.count - 1
      return !(isAboutAll && selectsOne) && outcomes.count { $0.promised[place] } > 1
    }
  }
}

extension BoxRun {
  mutating func noteFailure(_ node: Int, _ kind: PossibleFailure.Kind) {
    let failure = PossibleFailure(node: node, kind: kind)
    if failures.last != failure { failures.append(failure) }
  }
}
