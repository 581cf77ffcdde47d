import Runtime
import Transformer

/// A block's hidden units, indexed by what they read.
struct UnitReads {
  /// By unit, the residual directions that it reads.
  let directions: [[SparseWeights.Entry]]

  init(_ block: SparseWeights.Block, config: TransformerConfig) {
    var directions = Array(repeating: [SparseWeights.Entry](), count: config.dMLP)
    for (direction, row) in block.input.enumerated() {
      for entry in row {
        directions[entry.index].append(SparseWeights.Entry(index: direction, weight: entry.weight))
      }
    }
    self.directions = directions
  }
}

/// The hidden units that write one claim, numbered from 0.
struct UnitGroup {
  let biases: [Double]
  /// By unit: the residual directions that it reads, except that of BOS, which is 0 at all other positions.
  let inputs: [[SparseWeights.Entry]]
  /// By unit: what it writes to the claim's directions.
  let outputs: [[SparseWeights.Entry]]
  /// The claims that the units read.
  let claims: [Int]
  /// By residual direction, the units that read it.
  let readers: [Int: [SparseWeights.Entry]]

  init(
    _ units: [Int], of holding: Int, _ block: SparseWeights.Block, _ reads: UnitReads,
    _ owners: [Int: ProofChecker.Owner]
  ) {
    biases = units.map { block.inputBias[$0] }
    inputs = units.map { reads.directions[$0].filter { owners[$0.index] != nil } }
    outputs = units.map { block.output[$0].filter { owners[$0.index]?.holding == holding } }
    claims = Set(inputs.joined().map { owners[$0.index]!.holding }).sorted()
    var readers: [Int: [SparseWeights.Entry]] = [:]
    for (unit, row) in inputs.enumerated() {
      for entry in row {
        readers[entry.index, default: []].append(SparseWeights.Entry(index: unit, weight: entry.weight))
      }
    }
    self.readers = readers
  }
}

/// Runs a group of hidden units on combinations of values, with bounds on the output errors due to float32
/// and inexact inputs.
struct UnitRun {
  private let group: UnitGroup
  private let holdings: [Holding]
  private let owners: [Int: ProofChecker.Owner]
  /// By unit, a bound on the error of its input.
  private let strays: [Double]
  /// By unit, its place among the units that read the same directions in the same proportions.
  private let families: [UnitFamily]
  /// Units that are active even if everything that they read is 0.
  private let restless: [Int]
  /// The most that all units that a combination does not touch may write together.
  let leak: Double
  private var sums: [FloatSum]
  /// The inexact parts of a unit's input.
  private var offsets: [Double]
  private var isTouched: [Bool]
  /// The directions that are written and, by unit, their indices with weights.
  private let written: [Int]
  private let outputs: [[SparseWeights.Entry]]
  /// [written direction][family]: how much what is written changes with errors in the inputs of unit
  /// families.
  private var familySlopes: SlopeTable

  init(_ group: UnitGroup, _ holdings: [Holding], _ owners: [Int: ProofChecker.Owner]) {
    self.group = group
    self.holdings = holdings
    self.owners = owners
    strays = group.inputs.map { row in Self.stray(row.map { ($0.index, $0.weight) }, holdings, owners) }
    families = UnitFamily.families(of: group.inputs) { Self.stray($0, holdings, owners) }
    var restless: [Int] = []
    var leaks: [Int: Double] = [:]
    for (unit, bias) in group.biases.enumerated() {
      if bias > 0 {
        restless.append(unit)
      } else if bias + strays[unit] > 0 {
        // It may be slightly active because of errors in the directions that it reads.
        let written = group.outputs[unit].reduce(0) { $0 + abs($1.weight) }
        for entry in group.inputs[unit] { leaks[entry.index, default: 0] += abs(entry.weight) * written }
      }
    }
    self.restless = restless
    leak = Self.stray(leaks.map { ($0.key, $0.value) }, holdings, owners)
    sums = Array(repeating: FloatSum(), count: group.biases.count)
    offsets = Array(repeating: 0, count: group.biases.count)
    isTouched = Array(repeating: false, count: group.biases.count)
    let written = Set(group.outputs.joined().map(\.index)).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(written, written.indices))
    self.written = written
    outputs = group.outputs.map { row in
      row.map { SparseWeights.Entry(index: places[$0.index]!, weight: $0.weight) }
    }
    familySlopes = SlopeTable(count: written.count * families.count)
  }

  /// The error that errors in weighted directions can add up to.
  fileprivate static func stray(
    _ weights: [(direction: Int, weight: Double)], _ holdings: [Holding],
    _ owners: [Int: ProofChecker.Owner]
  ) -> Double {
    var byClaim: [Int: (greatest: Double, sum: Double)] = [:]
    var stray = 0.0
    for (direction, weight) in weights.sorted(by: { $0.direction < $1.direction }) {
      let owner = owners[direction]!
      if owner.place == ProofChecker.Owner.none {
        stray += abs(weight) * holdings[owner.holding].noneStray
      } else if holdings[owner.holding].strays > 0 {
        let old = byClaim[owner.holding] ?? (0, 0)
        byClaim[owner.holding] = (max(old.greatest, abs(weight)), old.sum + abs(weight))
      }
    }
    // In a fixed order, since sums of floats depend on it.
    for (claim, weights) in byClaim.sorted(by: { $0.key < $1.key }) {
      stray += holdings[claim].stray(greatest: weights.greatest, sum: weights.sum)
    }
    return stray
  }

  /// What the units write.
  struct Result {
    /// The residual directions that may be written, and their contents.
    fileprivate let directions: [Int]
    fileprivate var values: [Double]
    fileprivate var errors: [Double]

    fileprivate init(_ directions: [Int]) {
      self.directions = directions
      values = Array(repeating: 0, count: directions.count)
      errors = values
    }

    func value(at direction: Int) -> (value: Double, error: Double) {
      guard let place = directions.firstIndex(of: direction) else { return (0, 0) }
      return (values[place], errors[place])
    }

    /// How far the direction that should be 1 may be from 1, and all the others together from 0.
    func distance(to shown: Int?, none: Int?) -> Distance {
      var distance = Distance(error: shown == nil ? 0 : 1)
      if let shown, !directions.contains(shown) { distance.nominal = 1 }
      for (place, direction) in directions.enumerated() {
        let (value, offset) = (values[place], errors[place])
        if direction == shown {
          distance.error = abs(value - 1) + offset
          distance.nominal += abs(value - 1)
        } else if direction == none {
          distance.noneStray = abs(value) + offset
          distance.nominal += abs(value)
        } else {
          distance.stray = max(distance.stray, abs(value) + offset)
          distance.strays += abs(value) + offset
          distance.nominal += abs(value)
        }
      }
      return distance
    }
  }

  /// The errors of directions, as in ``Holding``.
  struct Distance {
    var error: Double
    var stray = 0.0
    var strays = 0.0
    var noneStray = 0.0
    /// The part that is neither rounding nor errors of inputs.
    var nominal = 0.0
  }

  mutating func run(_ row: Assignment) -> Result {
    // Directions that are present but not exact; numbers without a value can be anything.
    var inexact: [(direction: Int, offset: Double)] = []
    for (direction, value) in row.directions {
      let holding = holdings[owners[direction]!.holding]
      let offset = holding.error + holding.relativeError * abs(value)
      if offset > 0 { inexact.append((direction, offset)) }
    }
    for claim in row.withoutNumber {
      inexact.append((holdings[claim].claim.direction, holdings[claim].magnitudeOfNone))
    }
    var touched = restless
    for unit in restless { isTouched[unit] = true }
    for direction in row.directions.map(\.direction) + inexact.map(\.direction) {
      for entry in group.readers[direction] ?? [] where !isTouched[entry.index] {
        isTouched[entry.index] = true
        touched.append(entry.index)
      }
    }
    for unit in touched {
      sums[unit] = FloatSum()
      sums[unit].add(group.biases[unit])
      offsets[unit] = strays[unit]
      isTouched[unit] = false
    }
    for (direction, value) in row.directions {
      for entry in group.readers[direction] ?? [] { sums[entry.index].add(value, entry.weight) }
    }
    for (direction, offset) in inexact {
      for entry in group.readers[direction] ?? [] { offsets[entry.index] += abs(entry.weight) * offset }
    }
    return write(touched, inexact)
  }

  private mutating func write(_ units: [Int], _ inexact: [(direction: Int, offset: Double)]) -> Result {
    var result = Result(written)
    // How much outputs change with inexact inputs; units that are certainly active may cancel what others
    // pass on: [written direction][inexact direction].
    var slopes = Array(repeating: 0.0, count: written.count * inexact.count)
    for unit in units {
      let sum = sums[unit]
      let isInexact = offsets[unit] > 0
      let ofSum = isInexact ? sum.roundingOfOthers : sum.rounding
      let offset = offsets[unit] + ofSum
      guard sum.value + offset > 0 else { continue }
      let isSure = sum.value - offset >= 0
      let value = max(0, sum.value)
      let own = isSure ? ofSum : offset
      let family = families[unit]
      for entry in outputs[unit] {
        let rounding =
          !isInexact && isExact(value, entry.weight)
          ? 0 : abs(entry.weight) * value * 3 * FloatSum.unit
        result.values[entry.index] += entry.weight * value
        result.errors[entry.index] += abs(entry.weight) * own + rounding
        guard isSure, isInexact else { continue }
        if strays[unit] > 0 {
          familySlopes.add(entry.weight * family.ratio, at: entry.index * families.count + family.first)
          result.errors[entry.index] += abs(entry.weight) * family.remainder
        }
        for (place, part) in inexact.enumerated() {
          if let weight = readWeight(of: unit, part.direction) {
            slopes[entry.index * inexact.count + place] += entry.weight * weight
          }
        }
      }
    }
    for place in slopes.indices where slopes[place] != 0 {
      result.errors[place / inexact.count] += abs(slopes[place]) * inexact[place % inexact.count].offset
    }
    familySlopes.drain { place, slope in
      result.errors[place / families.count] += abs(slope) * strays[place % families.count]
    }
    return result
  }

  private func readWeight(of unit: Int, _ direction: Int) -> Double? {
    // Inputs are in the order of directions.
    let row = group.inputs[unit]
    var (low, high) = (0, row.count)
    while low < high {
      let middle = (low + high) / 2
      if row[middle].index < direction { low = middle + 1 } else { high = middle }
    }
    return low < row.count && row[low].index == direction ? row[low].weight : nil
  }

  /// Whether a product is a small whole number of sixteenths, so that sums of such products are exact.
  private func isExact(_ value: Double, _ weight: Double) -> Bool {
    let product = value * weight * 16
    return product == product.rounded() && abs(product) < 0x1p20 && Double(Float(value)) == value
  }
}

/// A sparse list of numbers.
private struct SlopeTable {
  private var dense: [Double]
  private var sparse: [Int: Double] = [:]
  private var touched: [Int] = []

  /// The largest number of indices for which the list is dense.
  private static let roomy = 1 << 20

  init(count: Int) { dense = Array(repeating: 0, count: count <= Self.roomy ? count : 0) }

  mutating func add(_ amount: Double, at place: Int) {
    if dense.isEmpty {
      sparse[place, default: 0] += amount
    } else {
      if dense[place] == 0 { touched.append(place) }
      dense[place] += amount
    }
  }

  /// Passes every number to `body` once and clears the list. The order is that of the indices, since sums of
  /// floats depend on it.
  mutating func drain(_ body: (Int, Double) -> Void) {
    if dense.isEmpty {
      for (place, number) in sparse.sorted(by: { $0.key < $1.key }) { body(place, number) }
      sparse.removeAll(keepingCapacity: true)
      return
    }
    for place in touched.sorted() {
      body(place, dense[place])
      dense[place] = 0
    }
    touched.removeAll(keepingCapacity: true)
  }
}

/// A hidden unit's place among those that read the same directions in the same proportions, as the units of a
/// step function do: an error in the input of one is an error in all of them, and these errors may cancel.
private struct UnitFamily {
  /// The family's first unit.
  let first: Int
  /// The ratio of this unit's weights to the first unit's.
  let ratio: Double
  /// A bound on the remaining error, which comes from the rounding of the weights.
  let remainder: Double

  static func families(
    of inputs: [[SparseWeights.Entry]], stray: ([(direction: Int, weight: Double)]) -> Double
  ) -> [UnitFamily] {
    var firsts: [[Int]: [Int]] = [:]
    return inputs.enumerated().map { unit, row in
      let directions = row.map(\.index)
      for first in firsts[directions] ?? [] {
        let reference = inputs[first]
        guard let place = row.indices.max(by: { abs(reference[$0].weight) < abs(reference[$1].weight) })
        else {
          break
        }
        let ratio = row[place].weight / reference[place].weight
        let rest = row.indices.map { (row[$0].index, row[$0].weight - ratio * reference[$0].weight) }
        let isSame = row.indices.allSatisfy {
          abs(rest[$0].1) <= 1e-6 * abs(row[$0].weight)
        }
        if isSame { return UnitFamily(first: first, ratio: ratio, remainder: stray(rest)) }
      }
      firsts[directions, default: []].append(unit)
      return UnitFamily(first: unit, ratio: 1, remainder: 0)
    }
  }
}
