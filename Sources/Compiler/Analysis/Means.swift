import Runtime

/// The possible means over several positions, each of which has one of several numbers, and some of which may
/// be left out.
struct Means {
  /// What one position adds.
  struct Position {
    var numbers: [Double]
    var mayBeLeftOut: Bool
  }

  /// Distinct means of two or more numbers; nil if there are more sums than the limit.
  let values: Set<Double>?
  /// Roughly the number of additions made.
  private(set) var work = 0

  /// - Parameter limit: the largest number of sums, over all counts together
  init(_ positions: [Position], limit: Int) {
    let all = Set(positions.flatMap(\.numbers))
    if let grid = Grid(all, count: positions.count) {
      (values, work) = grid.means(positions, limit: limit)
    } else {
      (values, work) = Self.exactMeans(positions, limit: limit)
    }
  }

  /// Sets of exact sums, for numbers that lie on no grid.
  private static func exactMeans(_ positions: [Position], limit: Int) -> (Set<Double>?, Int) {
    var sums: [Set<ExactSum>] = [[.zero]]
    var work = 0
    for position in positions {
      let numbers = Set(position.numbers)
      var new = position.mayBeLeftOut ? sums + [[]] : Array(repeating: [], count: sums.count + 1)
      for (count, old) in sums.enumerated() {
        for sum in old { for number in numbers { new[count + 1].insert(sum.adding(number)) } }
        work += 20 * old.count * numbers.count
        if work > 200 * limit { return (nil, work) }
      }
      sums = new
      if sums.reduce(0, { $0 + $1.count }) > limit { return (nil, work) }
    }
    var result: Set<Double> = []
    for (count, sums) in sums.enumerated() where count > 1 {
      for sum in sums { result.insert(sum.mean(of: count)) }
    }
    return (result, work)
  }
}

/// Numbers that are whole multiples of a step above a least one.
private struct Grid {
  let least: Int
  let step: Int
  /// The unit of the numbers.
  let exponent: Int
  /// The positions of the numbers on the grid.
  let places: [Double: Int]
  let span: Int

  /// The largest number of words for the sums of one count.
  private static let maximumWords = 4_096

  init?(_ numbers: Set<Double>, count: Int) {
    guard !numbers.isEmpty else { return nil }
    // In units of the last bit of any number.
    let exponent = numbers.map { $0 == 0 ? 0 : Int($0.exponent) - $0.significandWidth }.min()!
    self.exponent = min(0, exponent)
    guard self.exponent > -40 else { return nil }
    var units: [Double: Int] = [:]
    for number in numbers {
      let scaled = Double(sign: .plus, exponent: -self.exponent, significand: number)
      guard let whole = Int(exactly: scaled), abs(whole) < 1 << 50 else { return nil }
      units[number] = whole
    }
    let least = units.values.min()!
    var step = 0
    for unit in units.values {
      var (a, b) = (step, unit - least)
      while b != 0 { (a, b) = (b, a % b) }
      step = a
    }
    self.least = least
    self.step = max(step, 1)
    places = units.mapValues { [step = self.step] in ($0 - least) / step }
    span = places.values.max()!
    guard span <= Self.maximumWords * 64 / max(count, 1) else { return nil }
  }

  /// Sums as bits: the sums of each count are a row, and adding a number shifts it.
  func means(_ positions: [Means.Position], limit: Int) -> (Set<Double>?, Int) {
    let words = (span * positions.count) / 64 + 1
    var rows = [[UInt64](repeating: 0, count: words)]
    rows[0][0] = 1
    var work = 0
    for position in positions {
      let places = Set(position.numbers.map { self.places[$0]! })
      let empty = [UInt64](repeating: 0, count: words)
      var new = position.mayBeLeftOut ? rows + [empty] : Array(repeating: empty, count: rows.count + 1)
      for (count, row) in rows.enumerated() {
        for place in places { Self.add(row, shiftedBy: place, to: &new[count + 1]) }
      }
      work += rows.count * places.count * words / 8
      rows = new
      if rows.reduce(0, { $0 + $1.reduce(0) { $0 + $1.nonzeroBitCount } }) > limit { return (nil, work) }
    }
    var result: Set<Double> = []
    for (count, row) in rows.enumerated() where count > 1 {
      for (word, bits) in row.enumerated() where bits != 0 {
        for bit in 0..<64 where bits >> UInt64(bit) & 1 == 1 {
          let units = count * least + step * (64 * word + bit)
          result.insert(ExactSum(units, times: exponent).mean(of: count))
        }
      }
    }
    return (result, work)
  }

  private static func add(_ row: [UInt64], shiftedBy places: Int, to sum: inout [UInt64]) {
    let (words, bits) = (places / 64, UInt64(places % 64))
    for word in row.indices where row[word] != 0 {
      sum[word + words] |= row[word] << bits
      if bits > 0, row[word] >> (64 - bits) != 0 { sum[word + words + 1] |= row[word] >> (64 - bits) }
    }
  }
}
