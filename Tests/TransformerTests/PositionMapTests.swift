import Testing
import Transformer

/// Which position of the source each position of the base takes from.
@Suite struct PositionMapTests {
  static let lengths = [(3, 5), (5, 3), (4, 4), (1, 6), (6, 1)]

  private func maps(_ kind: PositionMap.Kind, _ base: Int, _ source: Int) -> [PositionMap] {
    var generator = SeededGenerator(seed: 1)
    return (0..<200).map { _ in
      .drawn(kind, baseLength: base, sourceLength: source, using: &generator)
    }
  }

  @Test(
    "Positions keep their places, counted from the start or the end, if the source has them",
    arguments: lengths)
  func keptPlaces(base: Int, source: Int) {
    for map in maps(.fromStart, base, source) {
      #expect(map.baseLength == base && map.sourceLength == source)
      for position in 0..<min(base, source) { #expect(map.places[position] == Int32(position)) }
    }
    for map in maps(.fromEnd, base, source) {
      // The last takes from the last, the one before it from the one before it.
      for back in 1...min(base, source) { #expect(map.places[base - back] == Int32(source - back)) }
    }
  }

  @Test(
    "All other positions, and all of an unordered map, take their values from anywhere", arguments: lengths
  )
  func otherPlaces(base: Int, source: Int) {
    let all = Set(0..<Int32(source))
    for (kind, free) in [
      (PositionMap.Kind.fromStart, min(base, source)..<base), (.fromEnd, 0..<max(0, base - source)),
      (.anywhere, 0..<base),
    ] {
      let maps = maps(kind, base, source)
      for position in free { #expect(Set(maps.map { $0.places[position] }) == all, "\(kind) \(position)") }
    }
  }

  @Test("A plain map takes every position from itself; no other map is plain")
  func plain() {
    #expect(PositionMap.plain(length: 3).places == [0, 1, 2])
    #expect(PositionMap.plain(length: 3).isPlain)
    #expect(maps(.plain, 4, 4).allSatisfy { $0 == .plain(length: 4) })
    #expect(!PositionMap([0, 1, 1], sourceLength: 3).isPlain)
    #expect(!PositionMap([0, 1], sourceLength: 3).isPlain)
    #expect(maps(.fromStart, 3, 3).allSatisfy { $0.isPlain })
  }

  @Test("Half of the drawn maps are plain; of the rest, half keep places")
  func kinds() {
    var generator = SeededGenerator(seed: 1)
    var counts: [PositionMap.Kind: Int] = [:]
    for _ in 0..<8000 { counts[.drawn(using: &generator), default: 0] += 1 }
    for (kind, share) in [
      (PositionMap.Kind.plain, 4000), (.fromStart, 1000), (.fromEnd, 1000), (.anywhere, 2000),
    ] {
      #expect(abs(counts[kind, default: 0] - share) < 200, "\(kind)")
    }
  }
}
