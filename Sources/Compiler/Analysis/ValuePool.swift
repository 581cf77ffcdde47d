import Runtime

/// A set of values: an index into the list of sets of a ``ValuePool``.
struct ValueSet: Hashable, Sendable {
  let index: Int32

  static let empty = ValueSet(index: 0)
  /// Numbers that have too many values to list.
  static let unlisted = ValueSet(index: -1)
  /// The same, or None.
  static let unlistedOrNone = ValueSet(index: -2)

  var isListed: Bool { index >= 0 }
}

/// Every value that an analysis meets, and every set of them, stored once.
///
/// The id of a value is its index; ids distinguish exact values (1, 1.0 and True are three). Sets are equal
/// if their ``ValueSet``s are, so that results can be cached by set.
struct ValuePool: Sendable {
  private(set) var values: [Value] = [.none]
  private var ids: [Value: Int32] = [.none: ValuePool.none]
  private var sets: [[Int32]] = [[]]
  private var places: [[Int32]: Int32] = [[]: 0]

  /// The id of None.
  static let none: Int32 = 0

  subscript(id: Int32) -> Value { values[Int(id)] }

  /// The members of a set, ascending; none for an unlisted one.
  subscript(members: ValueSet) -> [Int32] { members.isListed ? sets[Int(members.index)] : [] }

  mutating func id(of value: Value) -> Int32 {
    if let id = ids[value] { return id }
    let id = Int32(values.count)
    ids[value] = id
    values.append(value)
    return id
  }

  /// The id of a value that the analysis has met.
  func knownID(of value: Value) -> Int32? { ids[value] }

  /// - Parameter ids: ascending, without repetition
  mutating func set(ofSorted ids: [Int32]) -> ValueSet {
    if let place = places[ids] { return ValueSet(index: place) }
    let place = Int32(sets.count)
    places[ids] = place
    sets.append(ids)
    return ValueSet(index: place)
  }

  mutating func set(of ids: some Sequence<Int32>) -> ValueSet {
    set(ofSorted: Set(ids).sorted())
  }

  mutating func set(of value: Value) -> ValueSet { set(ofSorted: [id(of: value)]) }

  mutating func set(ofValues values: [Value]) -> ValueSet { set(of: values.map { id(of: $0) }) }

  mutating func union(_ a: ValueSet, _ b: ValueSet) -> ValueSet {
    if a == b || b == .empty { return a }
    if a == .empty { return b }
    guard a.isListed, b.isListed else {
      return mayBeNone(a) || mayBeNone(b) ? .unlistedOrNone : .unlisted
    }
    return set(of: self[a] + self[b])
  }

  /// Whether a set is a subset of another; false if either is not listed.
  func isSubset(_ a: ValueSet, of b: ValueSet) -> Bool {
    guard a.isListed, b.isListed else { return false }
    if a == b { return true }
    let (members, others) = (self[a], self[b])
    guard members.count <= others.count else { return false }
    var place = 0
    for id in members {
      while place < others.count, others[place] < id { place += 1 }
      guard place < others.count, others[place] == id else { return false }
    }
    return true
  }

  func mayBeNone(_ set: ValueSet) -> Bool {
    set.isListed ? self[set].first == Self.none : set == .unlistedOrNone
  }
}
