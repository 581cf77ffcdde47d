/// The position maps of a block's sequences: for each column of the base block, the column of the source
/// block that it takes its value from in a swap.
package struct LaneMap: Sendable, Hashable {
  /// [positions · ``laneCount``], BOS included: columns of the source block; nil if every column maps to
  /// itself.
  let columns: [Int32]?
  /// Positions of the base and of the source, BOS included.
  let positions: (base: Int, source: Int)

  /// - Parameter maps: one per lane, all between the same two lengths
  package init(_ maps: [PositionMap]) {
    precondition(maps.count == laneCount)
    let (base, source) = (maps[0].baseLength, maps[0].sourceLength)
    precondition(maps.allSatisfy { $0.baseLength == base && $0.sourceLength == source })
    positions = (base + 1, source + 1)
    if maps.allSatisfy(\.isPlain) {
      columns = nil
      return
    }
    var columns = (0..<Int32(laneCount)).map { $0 }
    for position in 0..<base {
      for lane in 0..<laneCount {
        columns.append((maps[lane].places[position] + 1) * Int32(laneCount) + Int32(lane))
      }
    }
    self.columns = columns
  }

  /// Maps every position to itself; `positions` includes BOS.
  package static func plain(positions: Int) -> LaneMap {
    LaneMap(Array(repeating: .plain(length: positions - 1), count: laneCount))
  }

  package static func == (a: LaneMap, b: LaneMap) -> Bool {
    a.columns == b.columns && a.positions == b.positions
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(columns)
    hasher.combine(positions.base)
    hasher.combine(positions.source)
  }
}

extension Tile {
  /// Copies the first channels of a tile of the source block, each column from where `map` says.
  package func copy(_ source: Tile, channels: Int, through map: LaneMap) {
    guard let columns = map.columns else { return copy(source, channels: channels) }
    columns.withUnsafeBufferPointer { columns in
      for channel in 0..<channels {
        let (from, to) = (source.row(channel), row(channel))
        for column in columns.indices { to[column] = from[Int(columns[column])] }
      }
    }
  }

  /// Adds the first channels of a tile of the base block, each column to the one that `map` takes it from.
  package func add(_ base: Tile, channels: Int, backThrough map: LaneMap) {
    guard let columns = map.columns else { return add(base, channels: channels) }
    columns.withUnsafeBufferPointer { columns in
      for channel in 0..<channels {
        let (from, to) = (base.row(channel), row(channel))
        for column in columns.indices { to[Int(columns[column])] += from[column] }
      }
    }
  }

  /// self = own + (high - low), where `high` and `low` are the source's, with columns as `map` says.
  func set(_ own: Tile, plus high: Tile, less low: Tile, channels: Int, through map: LaneMap) {
    guard let columns = map.columns else {
      let (own, high, low, result) = (own.vectors(), high.vectors(), low.vectors(), vectors())
      for i in 0..<channels * stride / laneCount { result[i] = own[i] + (high[i] - low[i]) }
      return
    }
    columns.withUnsafeBufferPointer { columns in
      for channel in 0..<channels {
        let (own, high, low, result) = (own.row(channel), high.row(channel), low.row(channel), row(channel))
        for column in columns.indices {
          let from = Int(columns[column])
          result[column] = own[column] + (high[from] - low[from])
        }
      }
    }
  }
}
