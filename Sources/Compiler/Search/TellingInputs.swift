import Runtime
import Transformer

/// Inputs that show what the s-ops of a program can do, indexed by what they show, so that rare values can be
/// drawn as often as common ones.
package struct TellingInputs: Sendable {
  /// Token ids, without BOS.
  package let inputs: [[Int32]]
  /// By s-op, and by value that it has at some position: indices into ``inputs``.
  private let shown: [[[Int]]]

  init(_ inputs: [[Int32]], shown: [[[Int]]]) {
    self.inputs = inputs
    self.shown = shown
  }

  /// The inputs of one length; nil if there are none.
  package func ofLength(_ length: Int) -> TellingInputs? {
    let shown = shown.map { values in
      values.map { $0.filter { inputs[$0].count == length } }.filter { !$0.isEmpty }
    }.filter { !$0.isEmpty }
    return shown.isEmpty ? nil : TellingInputs(inputs, shown: shown)
  }

  /// An input on which a random s-op has a random one of its values.
  package func draw(using generator: inout SeededGenerator) -> [Int32] {
    let values = shown[generator.index(below: shown.count)]
    let places = values[generator.index(below: values.count)]
    return inputs[places[generator.index(below: places.count)]]
  }
}
