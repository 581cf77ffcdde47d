import Runtime

extension BoxInterpreter {
  /// What an aggregate gives if several positions are selected.
  struct Several {
    var results = ValueSet.empty
    var mayMix = false
    var mayFail = false
    var moves: Set<SelectionFacts.Move> = []
  }

  mutating func severalSelected(_ outcomes: [KeyOutcome]) -> Several {
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
}
