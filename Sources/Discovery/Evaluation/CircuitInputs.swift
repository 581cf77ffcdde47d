import Compiler
import Training
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

  /// Draws inputs that were held out from training, where the circuit has any to spare.
  ///
  /// - Parameter trainingSeed: the seed that training was given, which decides what was held out
  public init(
    _ compiled: CompiledCircuit, count: Int, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64 = 0, seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed, stream: "discovery inputs")
    let sequences = HeldOutInputs.draw(
      compiled, count: count, settings: settings, trainingSeed: trainingSeed, seed: seed)
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
