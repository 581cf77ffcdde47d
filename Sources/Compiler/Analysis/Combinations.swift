/// Iterates over all combinations of indices into lists; the last list varies fastest.
struct Combinations {
  /// The length of each list.
  let counts: [Int]
  /// For each table over some of the lists, its stride for each list.
  let strides: [[Int]]

  var count: Int { counts.reduce(1, *) }

  /// Calls `body` with the index into each table.
  func forEach(_ body: ([Int]) -> Void) {
    walk { _, places in body(places) }
  }

  /// Calls `body` with the index into each list.
  func forEachIndex(_ body: ([Int]) -> Void) {
    walk { indices, _ in body(indices) }
  }

  /// Calls `body` with the index into each list and into each table.
  func walk(_ body: (_ indices: [Int], _ places: [Int]) -> Void) {
    guard !counts.contains(0) else { return }
    var indices = Array(repeating: 0, count: counts.count)
    var places = Array(repeating: 0, count: strides.count)
    while true {
      body(indices, places)
      var list = counts.count - 1
      while list >= 0 {
        indices[list] += 1
        for table in strides.indices { places[table] += strides[table][list] }
        if indices[list] < counts[list] { break }
        for table in strides.indices { places[table] -= strides[table][list] * counts[list] }
        indices[list] = 0
        list -= 1
      }
      if list < 0 { return }
    }
  }
}
