/// The values of every variable at every position of one input, reusable from input to input.
package struct CausalState: Sendable {
  /// Tokens of the input, BOS not counted.
  package internal(set) var length = 0
  private let output: Int
  private let maxLength: Int
  private let isNumerical: Bool
  /// [variable, position]: a place in the variable's domain (0 for a number), or a negative status.
  private var ids: [Int32]
  /// [variable, position] for numerical variables.
  private var numbers: [Float]

  init(variables: Int, maxLength: Int, output: Int, isNumerical: Bool) {
    self.output = output
    self.maxLength = maxLength
    self.isNumerical = isNumerical
    ids = Array(repeating: CausalModel.Status.none, count: variables * maxLength)
    numbers = Array(repeating: .nan, count: variables * maxLength)
  }

  /// The output's place in its value list at a position (BOS not counted), -1 where it has no value.
  package func outputID(at position: Int) -> Int32 { max(-1, ids[output * maxLength + position]) }

  /// The numerical output at a position, NaN where it has no value.
  package func outputNumber(at position: Int) -> Float { numbers[output * maxLength + position] }

  /// Whether the output has a value at a position.
  package func hasOutput(at position: Int) -> Bool { ids[output * maxLength + position] >= 0 }

  /// A categorical variable's place in its domain at a position: -1 for None, -2 where the transformer holds
  /// a mixture that stands for no value. For a numerical variable 0 in place of the place.
  package func id(of variable: Int, at position: Int) -> Int32 { ids[variable * maxLength + position] }

  /// A numerical variable's value at a position, NaN where it has none.
  package func number(of variable: Int, at position: Int) -> Float {
    numbers[variable * maxLength + position]
  }

  @inline(__always)
  mutating func withBuffers(_ body: (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Float>) -> Void) {
    ids.withUnsafeMutableBufferPointer { ids in
      numbers.withUnsafeMutableBufferPointer { body(ids.baseAddress!, $0.baseAddress!) }
    }
  }

  @inline(__always)
  func withBuffers(_ body: (UnsafePointer<Int32>, UnsafePointer<Float>) -> Void) {
    ids.withUnsafeBufferPointer { ids in
      numbers.withUnsafeBufferPointer { body(ids.baseAddress!, $0.baseAddress!) }
    }
  }
}
