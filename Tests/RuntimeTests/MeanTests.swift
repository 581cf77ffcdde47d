import Diagnostics
import Runtime
import Testing

/// Means are the doubles nearest to the exact ones.
@Suite struct MeanTests {
  private static let least = Double.leastNonzeroMagnitude

  private static func mean(_ numbers: [Double]) throws -> Double {
    guard case .float(let mean) = try Mean.of(numbers.map { .float($0) }) else {
      Issue.record("the mean of numbers is a float")
      return .nan
    }
    return mean
  }

  /// Whether a double is the one nearest to the exact mean, of two equally near ones the even.
  private static func isNearest(_ mean: Double, _ numbers: [Double]) -> Bool {
    guard mean.isFinite else { return false }
    let sum = BigNumber.sum(numbers) * 2
    let isEven = mean.significandBitPattern & 1 == 0
    let above = BigNumber.compare(sum, BigNumber.sum([mean, mean.nextUp]) * numbers.count)
    let below = BigNumber.compare(sum, BigNumber.sum([mean, mean.nextDown]) * numbers.count)
    return (above < 0 || above == 0 && isEven) && (below > 0 || below == 0 && isEven)
  }

  @Test(arguments: [0...0, -3...3, -30...30, -200...200, -1074...970, 900...970, -1074 ... -1000])
  func randomMeansAreNearest(exponents: ClosedRange<Int>) throws {
    var generator = SplitMix(seed: UInt64(bitPattern: Int64(exponents.lowerBound)))
    for round in 0..<400 {
      let bits = round % 2 == 0 ? 53 : 5
      var numbers = (0..<Int.random(in: 2...12, using: &generator)).map { _ in
        Double(
          sign: Bool.random(using: &generator) ? .plus : .minus,
          exponent: Int.random(in: exponents, using: &generator),
          significand: Double(UInt64.random(in: 0..<(1 << UInt64(bits)), using: &generator)))
      }
      // What takes the most away leaves the last digits.
      if round % 3 == 0 { numbers += numbers.dropFirst().map { -$0 } + [1] }
      let mean = try Self.mean(numbers)
      #expect(Self.isNearest(mean, numbers), "\(numbers) have the mean \(mean)")
      #expect(try Self.mean(numbers.reversed()) == mean)
      #expect(try Self.mean(numbers.shuffled(using: &generator)) == mean)
    }
  }

  @Test(arguments: [0.1, 0.7, -1e-300, Double.leastNonzeroMagnitude, 1.7976931348623157e308, 1e22, -0.3])
  func equalNumbersAreTheirMean(number: Double) throws {
    for count in 1...40 {
      #expect(try Self.mean(Array(repeating: number, count: count)) == number)
    }
  }

  @Test func halfwayIsRoundedToEven() throws {
    let unit = 0x1p53
    #expect(try Self.mean([unit, unit + 2]) == unit)
    #expect(try Self.mean([unit + 2, unit + 4]) == unit + 4)
    #expect(try Self.mean([-unit, -unit - 2]) == -unit)
    #expect(try Self.mean([Self.least, 0]) == 0)
    #expect(try Self.mean([3 * Self.least, 0]) == 2 * Self.least)
    // The least that lies beyond the middle decides, however far away.
    #expect(try Self.mean([2 * unit, 2 * unit, 4, 0]) == unit)
    #expect(try Self.mean([2 * unit, 2 * unit, 4, Self.least]) == unit + 2)
    #expect(try Self.mean([2 * unit, 2 * unit, 4, -Self.least]) == unit)
  }

  @Test func integersAreSummedExactly() throws {
    #expect(try Mean.of([.int(.max), .int(.max)]) == .float(0x1p63))
    #expect(try Mean.of([.int(.max), .int(.min), .int(1)]) == .float(0))
    #expect(try Mean.of([.int(.max), .int(.min), .int(.max), .int(.min)]) == .float(-0.5))
    #expect(try Mean.of([.int(1 << 53 + 1), .int(1 << 53 + 1), .int(1 << 53 + 1)]) == .float(0x1p53))
    // Rounding the sum before it is divided would give 3002399751580330.5.
    #expect(try Mean.of([.int(1 << 53), .int(1), .int(0)]) == .float(3_002_399_751_580_331))
    #expect(try Mean.of([.int(1 << 53 + 1), .float(-0x1p53)]) == .float(0.5))
    #expect(try Mean.of([.int(1), .int(2)]) == .float(1.5))
    #expect(try Mean.of([.bool(true), .int(0), .float(0.5)]) == .float(0.5))
  }

  @Test func whatHasNoMean() throws {
    #expect(try Mean.of([.string("a")]) == .string("a"))
    #expect(try Mean.of([.none]) == .none)
    #expect(try Mean.of([.int(3)]) == .int(3))
    #expect(try Mean.of([.int(3), .none]) == .none)
    // Whichever comes first.
    #expect(try Mean.of([.string("a"), .none]) == .none)
    #expect(try Mean.of([.none, .string("a")]) == .none)
    #expect(try Mean.of([.float(.infinity), .int(3), .float(.infinity)]) == .float(.infinity))
    #expect(try Mean.of([.float(1.7976931348623157e308), .float(-.infinity)]) == .float(-.infinity))
    #expect(throws: EvaluationError.self) { try Mean.of([.string("a"), .string("a")]) }
    #expect(throws: EvaluationError.self) { try Mean.of([.string("a"), .int(1)]) }
    #expect(throws: EvaluationError.self) { try Mean.of([.bool(true), .bool(true)]) }
    #expect(throws: EvaluationError.self) { try Mean.of([.float(.infinity), .float(-.infinity)]) }
  }

  @Test func equalSumsAreEqualValues() {
    var generator = SplitMix(seed: 7)
    let numbers = [1e308, -1e308, 0.1, 0.1, Self.least, 3, 1e-40, -1e-40, 1e40, -1e40, 7e-20]
    let sums = (0..<50).map { _ in
      numbers.shuffled(using: &generator).reduce(ExactSum.zero) { $0.adding($1) }
    }
    #expect(Set(sums).count == 1)
    #expect(sums[0] == [0.1, 0.1, 7e-20, Self.least].reduce(ExactSum(3)) { $0.adding($1) })
    #expect(sums[0] - sums[1] == .zero)
    #expect(ExactSum(exactly: 0.5)! + ExactSum(exactly: 0.5)! == ExactSum(1))
    #expect(ExactSum(exactly: .infinity) == nil)
    #expect(ExactSum(exactly: .nan) == nil)
    #expect(ExactSum(exactly: -0.0) == .zero)
  }

  @Test func sumsAreInTheOrderOfNumbers() {
    let numbers = [-1e308, -1e40, -3, -Self.least, 0, Self.least, 1e-300, 0.1, 3, 1e40, 1e40 + 1e25, 1e308]
    let sums = numbers.map { ExactSum(exactly: $0)! } + [ExactSum(exactly: 1e308)!.adding(Self.least)]
    for (a, b) in zip(sums, sums.dropFirst()) {
      #expect(a < b)
      #expect(!(b < a))
      #expect(-b < -a)
    }
  }

  @Test func anAggregateOfEqualFloatsIsTheFloat() throws {
    let program = try ProgramLoader.load(
      SourceFile(
        name: "test.rasp",
        text: """
          y = aggregate(select(indices, indices, <=), tokens);
          circuit c { vocab = [0.1, 0.2, 0.3]; max_len = 4; output = y; }
          """))
    let interpreter = Interpreter(program.graph)
    let output = program.circuits[0].output
    let equal = Array(repeating: Value.float(0.1), count: 4)
    #expect(try interpreter.evaluate(output, on: equal) == equal)
    // 0.1 + 0.2 + 0.3 is a little more in this order than in the other.
    let one = try interpreter.evaluate(output, on: [.float(0.1), .float(0.2), .float(0.3)])
    let other = try interpreter.evaluate(output, on: [.float(0.3), .float(0.2), .float(0.1)])
    #expect(one.last == other.last)
  }
}

/// Random numbers that are the same in every run.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
