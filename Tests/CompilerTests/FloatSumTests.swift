import Testing
import Transformer

@testable import Compiler

/// No way of adding in float32 strays further from a sum than is said.
struct FloatSumTests {
  private enum Kind: CaseIterable {
    /// Small whole numbers, which add up exactly.
    case whole
    case decimal
    /// Magnitudes from 1e-6 to 1e6.
    case wide
    /// Large terms that take each other back, and a small rest.
    case cancelling
  }

  private struct Term {
    let a: Float
    let b: Float
    var isProduct: Bool { b != 1 }
  }

  private func number(_ kind: Kind, using generator: inout SeededGenerator) -> Float {
    let uniform = Float(generator.uniform() * 2 - 1)
    switch kind {
    case .whole: return Float(generator.index(below: 33) - 16)
    case .decimal: return (uniform * 100).rounded() / 10
    case .wide, .cancelling:
      var scale: Float = 1
      for _ in 0..<generator.index(below: 13) { scale *= 10 }
      return uniform * scale * 1e-6
    }
  }

  private func terms(_ kind: Kind, using generator: inout SeededGenerator) -> [Term] {
    var terms: [Term] = []
    for _ in 0..<1 + generator.index(below: 12) {
      let a = number(kind, using: &generator)
      let b = generator.index(below: 2) == 0 ? 1 : number(kind, using: &generator)
      terms.append(Term(a: a, b: b))
      // Not quite the opposite, so that most of it cancels.
      if kind == .cancelling { terms.append(Term(a: -a, b: generator.index(below: 3) == 0 ? b.nextUp : b)) }
    }
    return terms
  }

  private func sum(of terms: [Term]) -> FloatSum {
    var sum = FloatSum()
    for term in terms {
      if term.isProduct { sum.add(Double(term.a), Double(term.b)) } else { sum.add(Double(term.a)) }
    }
    return sum
  }

  /// What a processor may make of the terms: one after the other with products rounded, the same with fused
  /// additions, or by halves.
  private func floatSums(_ terms: [Term]) -> [Float] {
    let rounded = terms.reduce(Float(0)) { $0 + $1.a * $1.b }
    let fused = terms.reduce(Float(0)) { $0.addingProduct($1.a, $1.b) }
    var rest = terms.map { $0.a * $0.b }
    while rest.count > 1 {
      var next: [Float] = []
      for place in stride(from: 0, to: rest.count, by: 2) {
        next.append(place + 1 < rest.count ? rest[place] + rest[place + 1] : rest[place])
      }
      rest = next
    }
    return [rounded, fused, rest[0]]
  }

  @Test func noOrderOfAdditionsExceedsTheBound() {
    var generator = SeededGenerator(seed: 11, stream: "sums")
    var closest = 0.0
    for kind in Kind.allCases {
      for round in 0..<1_500 {
        var terms = terms(kind, using: &generator)
        let bound = sum(of: terms)
        for _ in 0..<8 {
          generator.shuffle(&terms)
          for found in floatSums(terms) {
            let error = abs(Double(found) - bound.value)
            if error > bound.rounding || error > bound.roundingOfOthers, error > 0 {
              Issue.record("\(kind) \(round): off by \(error), not \(bound.rounding): \(terms)")
              return
            }
            if bound.rounding > 0 { closest = max(closest, error / bound.rounding) }
          }
        }
      }
    }
    // A bound that is never come near to would be of little use.
    #expect(closest > 0.5)
  }

  /// Small whole numbers and their products lose nothing, however they are added.
  @Test func wholeNumbersAddUpExactly() {
    var generator = SeededGenerator(seed: 12, stream: "sums")
    for _ in 0..<500 {
      var terms = terms(.whole, using: &generator)
      #expect(sum(of: terms).rounding == 0)
      generator.shuffle(&terms)
      #expect(floatSums(terms).allSatisfy { Double($0) == sum(of: terms).value })
    }
  }

  /// 2^24 and 1 more is the first whole number that float32 does not have.
  @Test func sumsBeyondTheLastBitRound() {
    func rounding(_ numbers: [Double]) -> Double {
      var sum = FloatSum()
      for number in numbers { sum.add(number) }
      return sum.rounding
    }
    #expect(rounding([0x1p24 - 1, 1]) == 0)
    #expect(rounding([0x1p24, 1]) >= 1)
    #expect(rounding([0x1p24, 1, -0x1p24]) >= 1)
    #expect(rounding([0.1]) < 1e-7)
    #expect(rounding([]) == 0)
    #expect(rounding([0, 0, 5]) == 0)
  }

  /// A product of two float32 numbers has more bits than one.
  @Test func aProductRounds() {
    var sum = FloatSum()
    sum.add(Double(Float(0.1)), Double(Float(0.3)))
    let error = abs(Double(Float(0.1) * Float(0.3)) - sum.value)
    #expect(error > 0 && error <= sum.rounding)
  }
}
