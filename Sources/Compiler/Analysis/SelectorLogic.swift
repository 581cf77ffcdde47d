import Runtime

/// A selector as a formula over its `select`s, with the s-ops that it compares at either side.
struct SelectorLogic: Sendable {
  /// One `select`.
  struct Leaf: Sendable {
    let selector: SelectorID
    /// Places in ``SelectorLogic/keys`` and ``SelectorLogic/queries``.
    let key: Int
    let query: Int
    let predicate: Operation
  }

  /// A step of the formula; operands are places of earlier steps.
  enum Step: Sendable {
    case leaf(Int)
    case and(Int, Int)
    case or(Int, Int)
    case not(Int)
  }

  private(set) var keys: [SOpID] = []
  private(set) var queries: [SOpID] = []
  private(set) var leaves: [Leaf] = []
  private(set) var steps: [Step] = []
  /// Places of steps that the program promises to be true of one key at most.
  private(set) var promised: [Int] = []
  /// Whether such a promise is about all that is selected.
  private(set) var promisesOne = false

  /// Selects everything.
  init() {}

  init(_ id: SelectorID, in graph: SOpGraph) {
    var places: [SelectorID: Int] = [:]
    // With a stack of its own, so that depth costs no stack.
    var pending: [(SelectorID, isExpanded: Bool)] = [(id, false)]
    while let (next, isExpanded) = pending.popLast() {
      if places[next] != nil { continue }
      let operands: [SelectorID]
      switch graph[next].kind {
      case .select: operands = []
      case .and(let a, let b), .or(let a, let b): operands = [a, b]
      case .not(let a), .one(let a): operands = [a]
      }
      if !isExpanded, !operands.isEmpty {
        pending.append((next, true))
        pending += operands.map { ($0, false) }
        continue
      }
      switch graph[next].kind {
      case .select(let keys, let queries, let predicate):
        steps.append(.leaf(leaves.count))
        leaves.append(
          Leaf(
            selector: next, key: Self.place(of: keys, in: &self.keys),
            query: Self.place(of: queries, in: &self.queries), predicate: predicate))
      case .and(let a, let b): steps.append(.and(places[a]!, places[b]!))
      case .or(let a, let b): steps.append(.or(places[a]!, places[b]!))
      case .not(let a): steps.append(.not(places[a]!))
      case .one(let a):
        places[next] = places[a]!
        promised.append(places[a]!)
        continue
      }
      places[next] = steps.count - 1
    }
    promisesOne = Self.promisesOne(id, in: graph)
  }

  private static func promisesOne(_ id: SelectorID, in graph: SOpGraph) -> Bool {
    var pending = [id]
    while let next = pending.popLast() {
      switch graph[next].kind {
      case .one: return true
      case .and(let a, let b): pending += [a, b]
      case .select, .or, .not: break
      }
    }
    return false
  }

  private static func place(of id: SOpID, in list: inout [SOpID]) -> Int {
    if let place = list.firstIndex(of: id) { return place }
    list.append(id)
    return list.count - 1
  }

  /// What the formula says, given what each leaf says.
  ///
  /// - Parameter promise: called with the place in ``promised`` of each promise about what is true
  func truth(_ leaf: (Leaf) -> Bool, promise: (Int) -> Void = { _ in }) -> Bool {
    if steps.isEmpty { return true }
    if steps.count == 1, promised.isEmpty { return leaf(leaves[0]) }
    return withUnsafeTemporaryAllocation(of: Bool.self, capacity: steps.count) { known in
      for (place, step) in steps.enumerated() {
        switch step {
        case .leaf(let index): known[place] = leaf(leaves[index])
        case .and(let a, let b): known[place] = known[a] && known[b]
        case .or(let a, let b): known[place] = known[a] || known[b]
        case .not(let a): known[place] = !known[a]
        }
      }
      for (place, step) in promised.enumerated() where known[step] { promise(place) }
      return known[steps.count - 1]
    }
  }
}
