import Runtime
import Testing
import Transformer

@testable import Compiler

/// The set of means that positions can have is the one that trying all choices gives.
struct MeansTests {
  /// Numbers on a grid and on none, whose sums are counted in two ways.
  static let kinds: [[Double]] = [
    [0, 1], [-9, -4, 0, 1, 2, 3, 7], [-1.5, -0.25, 0.125, 3, 100], [0.1, 0.2, 0.3, 0.7],
    [1.0 / 3, 2.0 / 3, 1, -1.0 / 7], [1e15, -1e15, 0.1, 1], [1e300, -1e300, 3], [5], [-2.5, 2.5],
    [1e-30, 1, 2], [0x1p-45, 1], [1e9, 1e9 + 1, 2],
  ]

  static func bruteForce(_ positions: [Means.Position]) throws -> Set<Double> {
    var choices: [[Double]] = [[]]
    for position in positions {
      choices = choices.flatMap { old in
        position.numbers.map { old + [$0] } + (position.mayBeLeftOut ? [old] : [])
      }
    }
    var means: Set<Double> = []
    for choice in choices where choice.count > 1 {
      means.insert(try #require(try Mean.of(choice.map(Value.float)).number))
    }
    return means
  }

  static func positions(_ numbers: [Double], using generator: inout SeededGenerator) -> [Means.Position] {
    (0..<1 + generator.index(below: 5)).map { _ in
      let some = (0..<1 + generator.index(below: 3)).map { _ in numbers[generator.index(below: numbers.count)]
      }
      return Means.Position(numbers: some, mayBeLeftOut: generator.index(below: 2) == 0)
    }
  }

  @Test(arguments: kinds) func allChoicesAndNoOthers(numbers: [Double]) throws {
    var generator = SeededGenerator(seed: 3, stream: "means")
    for _ in 0..<60 {
      let positions = Self.positions(numbers, using: &generator)
      let means = Means(positions, limit: 20_000)
      let expected = try Self.bruteForce(positions)
      #expect(means.values == expected, "\(positions)")
    }
  }

  /// Beyond the limit there is no set rather than a part of it.
  @Test(arguments: kinds) func aLimitGivesNoSetOrAllOfIt(numbers: [Double]) throws {
    var generator = SeededGenerator(seed: 4, stream: "means")
    var refused = 0
    for _ in 0..<60 {
      let positions = Self.positions(numbers, using: &generator)
      let expected = try Self.bruteForce(positions)
      if let values = Means(positions, limit: 6).values {
        #expect(values == expected)
      } else {
        refused += 1
      }
    }
    #expect(numbers.count < 3 || refused > 0)
  }

  /// A position that has no number to add but may be left out adds nothing.
  @Test func aPositionWithoutNumbersIsLeftOut() {
    let two = [1.0, 3.0].map { Means.Position(numbers: [$0], mayBeLeftOut: false) }
    #expect(Means(two + [Means.Position(numbers: [], mayBeLeftOut: true)], limit: 100).values == [2])
    #expect(Means([two[0]], limit: 100).values == [])
  }
}
