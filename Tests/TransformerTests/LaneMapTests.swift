import Testing

@testable import Transformer

/// Which column of the source block each column of the base block takes from.
@Suite struct LaneMapTests {
  @Test(
    "A column takes its value from its own lane, at the position given by the lane's map, and BOS from BOS",
    arguments: PositionMapTests.lengths)
  func columns(base: Int, source: Int) {
    var generator = SeededGenerator(seed: 1)
    let maps = (0..<laneCount).map { _ in
      PositionMap.drawn(.anywhere, baseLength: base, sourceLength: source, using: &generator)
    }
    let arena = Arena()
    func tile(_ length: Int) -> Tile {
      let stride = (length + 1) * laneCount
      return Tile(base: arena.floats(stride), stride: stride)
    }
    let (taken, written) = (tile(base), tile(source))
    // Every column holds its own number.
    for column in 0..<written.stride { written.row(0)[column] = Float(column) }
    taken.copy(written, channels: 1, through: LaneMap(maps))
    for (lane, map) in maps.enumerated() {
      #expect(taken.row(0)[lane] == Float(lane))
      for (position, place) in map.places.enumerated() {
        let column = (Int(place) + 1) * laneCount + lane
        #expect(taken.row(0)[(position + 1) * laneCount + lane] == Float(column))
      }
    }
  }
}
