import Runtime
import Testing

@testable import Compiler

/// Values and sets of them are told apart exactly, and each is kept once.
struct ValuePoolTests {
  @Test func valuesThatPrintDifferentlyHaveIDsOfTheirOwn() {
    var pool = ValuePool()
    let numbers: [Value] = [.int(1), .float(1), .bool(true)]
    let values = numbers + ["1", "\u{e9}", "e\u{301}"].map(Value.string)
    let ids = values.map { pool.id(of: $0) }
    #expect(Set(ids).count == values.count && !ids.contains(ValuePool.none))
    let again = values.map { pool.id(of: $0) }
    #expect(again == ids)
    #expect(ids.map { pool[$0] } == values)
    let none = pool.id(of: .none)
    #expect(none == ValuePool.none)
    #expect(pool.knownID(of: .int(2)) == nil)
  }

  @Test func equalSetsAreOne() {
    var pool = ValuePool()
    let (a, b, c) = (Value.string("a"), Value.string("b"), Value.string("c"))
    let ab = pool.set(ofValues: [a, b])
    let again = pool.set(ofValues: [b, a, b])
    let none = pool.set(ofValues: [])
    #expect(again == ab && none == .empty)
    let onlyC = pool.set(of: c)
    let joined = pool.union(ab, onlyC)
    let all = pool.set(ofValues: [c, b, a])
    #expect(joined == all && all != ab)
    let (left, right) = (pool.union(ab, .empty), pool.union(.empty, ab))
    #expect(left == ab && right == ab)
    #expect(pool[ab].map { pool[$0] } == [a, b])
  }

  /// What is not listed stays so, and whether None is among it is kept.
  @Test func unionsWithUnlistedSetsKeepNone() {
    var pool = ValuePool()
    let number = pool.set(of: .int(1))
    let missing = pool.set(ofValues: [.int(1), .none])
    #expect(pool.mayBeNone(missing) && !pool.mayBeNone(number))
    let pairs: [(ValueSet, ValueSet)] = [
      (number, .unlisted), (missing, .unlisted), (.unlistedOrNone, number), (.unlisted, .unlistedOrNone),
    ]
    let unions = pairs.map { pool.union($0, $1) }
    #expect(unions == [.unlisted, .unlistedOrNone, .unlistedOrNone, .unlistedOrNone])
    #expect(!ValueSet.unlisted.isListed && pool[ValueSet.unlisted].isEmpty)
  }
}
