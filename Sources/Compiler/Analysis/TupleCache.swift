/// The tuples of values that several nodes can have together at a position: rows of value ids.
struct TupleSet: Sendable {
  /// Its index among all tuple sets; equal sets of the same nodes may have different indices.
  let index: Int32
  let rows: [[Int32]]
}

/// Tuple sets, cached by their inputs.
struct TupleCache: Sendable {
  struct Key: Hashable, Sendable {
    let nodes: [Int]
    let sets: [ValueSet]
  }

  private var known: [Key: TupleSet] = [:]
  private var byRows: [[[Int32]]: TupleSet] = [:]

  subscript(key: Key) -> TupleSet? { known[key] }

  mutating func add(_ rows: Set<[Int32]>, for key: Key) -> TupleSet {
    let sorted = rows.sorted { $0.lexicographicallyPrecedes($1) }
    let set = byRows[sorted] ?? TupleSet(index: Int32(byRows.count), rows: sorted)
    byRows[sorted] = set
    known[key] = set
    return set
  }
}
