import Compiler
import Transformer

/// Inputs of a circuit with the program's outputs, as transformers are taken apart on.
public struct CircuitInputs: Sendable {
  public let pairs: InputPairs
  /// The program's output at each counted position: its id, or the number itself; [input][position].
  public let outputs: [[Output]]
  /// The same for the corrupted inputs.
  public let corruptedOutputs: [[Output]]

  public enum Output: Sendable, Hashable {
    /// The program has no value here, or this is BOS.
    case none
    case id(Int32)
    case number(Float)
  }

  /// Draws inputs of every length.
  public init(_ compiled: CompiledCircuit, count: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed, stream: "discovery inputs")
    let tokenizer = compiled.tokenizer
    let lengths = Array(compiled.circuit.lengths)
    let sequences = (0..<count).map { index -> [Int32] in
      let length = lengths[index % lengths.count]
      return [tokenizer.bos]
        + (0..<length).map { _ in Int32(generator.index(below: tokenizer.vocabulary.count)) }
    }
    self.init(compiled, sequences: sequences, using: &generator)
  }

  /// - Parameter sequences: ids, BOS included
  init(_ compiled: CompiledCircuit, sequences: [[Int32]], using generator: inout SeededGenerator) {
    let model = compiled.causalModel
    var state = model.makeState()
    func outputs(_ sequences: [[Int32]]) -> [[Output]] {
      sequences.map { sequence in
        model.run(sequence.dropFirst(), into: &state)
        return [.none]
          + (0..<sequence.count - 1).map { position in
            guard state.hasOutput(at: position) else { return Output.none }
            return model.isNumerical
              ? .number(state.outputNumber(at: position)) : .id(state.outputID(at: position))
          }
      }
    }
    let values = outputs(sequences)
    pairs = InputPairs(
      sequences, counted: values.map { $0.map { $0 != .none } },
      outputKind: model.isNumerical ? .numerical : .categorical, using: &generator)
    self.outputs = values
    corruptedOutputs = outputs(pairs.corrupted)
  }
}
