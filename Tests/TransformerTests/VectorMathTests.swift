import Foundation
import Testing

@testable import Transformer

@Suite struct VectorMathTests {
  @Test func exponentialMatchesTheLibrary() {
    for x in stride(from: Float(-86), through: 20, by: 0.037) {
      let expected = exp(Double(x))
      let error = abs(Double(exponential(Vector(repeating: x))[3]) - expected) / expected
      #expect(error < 3e-7)
    }
    #expect(exponential(Vector(repeating: -200))[0] == 0)
    #expect(exponential(Vector(repeating: -Float.infinity))[0] == 0)
  }

  @Test func geluMatchesTheErfForm() {
    for x in stride(from: Float(-12), through: 12, by: 0.011) {
      let y = Double(x)
      let cumulative = 0.5 * erfc(-y / 2.0.squareRoot())
      let density = exp(-y * y / 2) / (2 * Double.pi).squareRoot()
      let (value, derivative) = gelu(Vector(repeating: x))
      #expect(abs(Double(value[5]) - y * cumulative) < 1e-6 * max(1, abs(y)))
      #expect(abs(Double(derivative[5]) - (cumulative + y * density)) < 1e-6)
    }
  }
}
