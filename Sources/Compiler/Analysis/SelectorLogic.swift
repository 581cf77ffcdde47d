import Runtime

/// A selector as a formula over its `select`s, with the s-ops that it compares on either side.
struct SelectorLogic: Sendable {
  /// One `select`.
  struct Leaf: Sendable {
    let selector: SelectorID
    /// Indices into ``SelectorLogic/keys`` and ``SelectorLogic/queries``.
    let key: Int
    let query: Int
    let predicate: Operation
  }

  /// A step of the formula; operands are indices of earlier steps.
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
  /// Indices of the steps that the program promises to be true of at most one key.
  private(set) var promised: [Int] = []
  /// Whether such a promise concerns the whole selection.
  private(set) var promisesOne = false

  /// Selects everything.
  init() {}

  init(_ id: SelectorID, in graph: SOpGraph) {
    var places: [SelectorID: Int] = [:]
    // With an explicit stack, so that depth does not use the call stack.
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

  /// The value of the formula, from the value of each leaf.
  ///
  /// - Parameter promise: called with the index in ``promised`` of each promise that concerns something true
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
