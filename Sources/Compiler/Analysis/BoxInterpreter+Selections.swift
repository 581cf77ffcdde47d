// Aggregates and selector widths on a box: for each query, what each key position can contribute, and what
// follows from all of them.

import Runtime

extension BoxInterpreter {
  /// The nodes whose values at a key's and a query's position determine a selection and its result.
  private struct Shape {
    let selection: AnalysisGraph.Selection
    /// Compared keys, then the value, then marks, then uniform nodes.
    let keyNodes: [Int]
    /// Compared queries, then uniform nodes.
    let queryNodes: [Int]
    let hasValue: Bool
    /// Nodes whose values may be distinct between positions.
    let marks: [Int]
    /// Nodes that are the same at all positions, so that keys and queries agree on them.
    let uniform: Int

    /// - Parameters:
    ///   - value: nil for a width, or if the values of an aggregate are not listed
    ///   - marksPositions: whether it matters that two positions are never selected together
    init(
      _ selection: AnalysisGraph.Selection, value: Int?, marksPositions: Bool, in graph: AnalysisGraph,
      _ run: BoxRun
    ) {
      self.selection = selection
      hasValue = value != nil
      func computed(_ nodes: [Int]) -> [Int] {
        Set(nodes.flatMap { graph.nodes[$0].bases }).sorted().filter {
          switch graph.nodes[$0].kind {
          case .aggregate, .width: true
          default: false
          }
        }
      }
      let value = value.map { [$0] } ?? []
      marks =
        marksPositions ? computed(selection.keys).filter { !run.isUniform[$0] } : []
      let uniform = computed(selection.keys + value).filter { run.isUniform[$0] }
      self.uniform = uniform.count
      keyNodes = selection.keys + value + marks + uniform
      queryNodes = selection.queries + uniform
    }

    var firstMark: Int { selection.keys.count + (hasValue ? 1 : 0) }
    var firstSelect: SelectorID { selection.logic.leaves[0].selector }
  }

  /// The input of a selection at one position: tuples of values at the query, at the query's own key and at
  /// the other keys.
  private struct Context {
    let queries: TupleSet
    let own: TupleSet
    let others: ArraySlice<TupleSet>
    let othersBehind: ArraySlice<TupleSet>

    /// The same, up to the order of keys, which does not matter.
    var key: [Int32] {
      var key = others.map(\.index) + othersBehind.map(\.index)
      key.sort()
      return key + [queries.index, own.index]
    }
  }

  mutating func width(_ node: Int, _ selection: AnalysisGraph.Selection, in run: inout BoxRun) {
    let shape = Shape(selection, value: nil, marksPositions: false, in: graph, run)
    let keys = keyTuples(shape, in: run)
    if let keys, isLong(keys, shape, in: run), !mayFail(shape, in: run) {
      // Any number of keys, without considering pairs of them.
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

  /// Whether considering the pairs of positions for a width takes long.
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
    // A number that is not listed stays what it is at the key, whatever else is there.
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
      // One list that is too long is as bad as all.
      if !run.sets[node][position].isListed { unlistedNodes.insert(node) }
    }
  }

  /// - Parameters:
  ///   - places: what each key can contribute, ascending
  ///   - unlisted: what an aggregate reads, if that is not listed
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

  /// A selection about which nothing is known: any positions.
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

  // MARK: Keys

  /// The possible tuples at a position as a key; nil if there are too many to list.
  private mutating func keyTuples(_ shape: Shape, in run: BoxRun) -> [TupleSet]? {
    var keys: [TupleSet] = []
    for position in 0..<run.length {
      guard let tuples = tuples(shape.keyNodes, { run.sets[$0][position] }) else { return nil }
      keys.append(tuples)
    }
    return keys
  }

  private mutating func context(
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
  private mutating func outcomes(_ node: Int, _ shape: Shape, _ context: Context) -> [[Int32]] {
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
  private mutating func outcomes(
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
      // What is the same everywhere is the same in a key's and a query's tuple.
      let rows = Dictionary(grouping: tuples.rows.map { $0[...] }) { $0.suffix(shape.uniform) }
      for row in queries.rows {
        found.append(outcomes.add(outcome(shape, rows[row.suffix(shape.uniform)] ?? [], row)))
      }
    }
    outcomes[cacheKey] = found
    return found
  }

  private mutating func outcome(_ shape: Shape, _ keys: [ArraySlice<Int32>], _ query: [Int32]) -> KeyOutcome {
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

  private func truth(
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

  /// Whether a selector selects a key for a query, from the ids of what it compares; nil if that is
  /// undefined.
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
  private func truth(of leaf: SelectorLogic.Leaf, _ key: Int32, _ query: Int32) -> Bool? {
    guard let value = try? leaf.predicate(pool[key], pool[query]) else { return nil }
    return value.isTrue
  }

  // MARK: Several positions

  /// What an aggregate gives if several positions are selected.
  private struct Several {
    var results = ValueSet.empty
    var mayMix = false
    var mayFail = false
    var moves: Set<SelectionFacts.Move> = []
  }

  private mutating func severalSelected(_ outcomes: [KeyOutcome]) -> Several {
    var several = Several()
    let selectable = outcomes.filter(\.maySelect)
    let ids = selectable.map { pool[$0.values] }
    let all = Set(ids.flatMap { $0 })
    let isListed = selectable.allSatisfy(\.values.isListed)
    if selectable.contains(where: { pool.mayBeNone($0.values) }) {
      several.results = pool.set(ofSorted: [ValuePool.none])
      several.moves.insert(.init(value: ValuePool.none, result: ValuePool.none))
    }
    let present = all.filter { $0 != ValuePool.none }
    // If a value that is certainly selected is None, the result is None.
    if selectable.contains(where: { !$0.maySkip && pool[$0.values] == [ValuePool.none] }) {
      several.mayMix = !isListed || !present.isEmpty
      return several
    }
    let numbers = Set(present.compactMap { pool[$0].number })
    several.mayMix = !isListed || all.count > present.count && !present.isEmpty || numbers.count > 1
    // Strings have no mean, and neither have bools on their own.
    let texts = ids.count { $0.contains { pool[$0] != .none && pool[$0].number == nil } }
    let bools = ids.count { $0.contains { if case .bool = pool[$0] { true } else { false } } }
    let others = ids.count { $0.contains { $0 != ValuePool.none } }
    several.mayFail = texts > 0 && others > 1 || bools > 1
    if texts > 0, present.count > numbers.count { several.mayMix = true }
    guard isListed, numbers.count == 1 || work < budget else {
      several.results = pool.union(several.results, .unlisted)
      return several
    }
    let finite = numbers.filter(\.isFinite)
    if finite.count < numbers.count {
      // A single infinity makes the mean infinite; both together have no mean.
      let infinities = numbers.subtracting(finite)
      several.results = pool.union(several.results, pool.set(of: infinities.map { pool.id(of: .float($0)) }))
      several.mayFail = several.mayFail || infinities.count > 1
    }
    if numbers.count == 1, let number = numbers.first {
      let result = pool.id(of: .float(number))
      for id in present where pool[id].number != nil {
        several.moves.insert(.init(value: id, result: result))
      }
      several.results = pool.union(several.results, pool.set(ofSorted: [result]))
    } else if !finite.isEmpty {
      let means = Means(
        zip(selectable, ids).map { outcome, ids in
          let addends = ids.compactMap { pool[$0].number }.filter(\.isFinite)
          return Means.Position(
            numbers: addends, mayBeLeftOut: outcome.maySkip || addends.count < ids.count)
        }, limit: limits.values)
      work += means.work
      if let means = means.values {
        several.results = pool.union(
          several.results, pool.set(of: means.map { pool.id(of: .float($0)) }))
      } else {
        several.results = pool.union(several.results, .unlisted)
      }
    }
    return several
  }

  // MARK: Distinct values

  /// Whether an s-op shows that at most one position is selected, and whether one certainly is.
  private func markedSelection(
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
  private mutating func distinctness(of node: Int, in run: BoxRun) -> Distinctness {
    let sets = run.sets[node]
    if sets.allSatisfy(\.isListed) {
      let all = sets.flatMap { pool[$0] }
      if Set(all).count == all.count { return .distinct }
    }
    if case .width(let selection) = graph.nodes[node].kind { return rank(selection, in: run) }
    return .unknown
  }

  /// For any two values that an s-op can have, whether the first is less, equal or greater.
  private func isOrdered(_ node: Int, in run: BoxRun) -> Bool {
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
  /// It does if, of any two positions, exactly one selects the other, and counting by how many states each
  /// state is selected gives numbers that always agree with it.
  private mutating func rank(_ selection: AnalysisGraph.Selection, in run: BoxRun) -> Distinctness {
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

/// What is known about the values of an s-op at the positions of one input.
enum Distinctness: Hashable, Sendable {
  case unknown
  /// No two are equal.
  case distinct
  /// They are consecutive whole numbers, from a first one on.
  case permutation(from: Int)
}

extension BoxRun {
  fileprivate mutating func noteFailure(_ node: Int, _ kind: PossibleFailure.Kind) {
    let failure = PossibleFailure(node: node, kind: kind)
    if failures.last != failure { failures.append(failure) }
  }
}
