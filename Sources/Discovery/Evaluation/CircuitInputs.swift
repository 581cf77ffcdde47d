import Compiler
import Training
import Transformer

/// Inputs of a circuit with the program's outputs, for interventions.
package struct CircuitInputs: Sendable {
  package let pairs: InputPairs
  /// The program's output at each counted position: its id, or the number itself; [input][position].
  package let outputs: [[Output]]
  /// The corrupted inputs' outputs at the positions from which the clean ones take their values.
  package let corruptedOutputs: [[Output]]

  package enum Output: Sendable, Hashable {
    /// The program has no value here, or this is BOS.
    case none
    case id(Int32)
    case number(Float)
  }

  /// Draws inputs that were held out from training, if the circuit has enough of them.
  ///
  /// - Parameters:
  ///   - trainingSeed: the seed of the training run, which determines what was held out
  ///   - plain: whether both inputs of a pair have one length and every position takes from itself
  package init(
    _ compiled: CompiledCircuit, count: Int, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64 = 0, seed: UInt64, plain: Bool = false
  ) {
    let inputs = HeldOutInputs(compiled, settings: settings, trainingSeed: trainingSeed)
    var generator = SeededGenerator(seed: seed, stream: "discovery inputs")
    self.init(
      compiled,
      (0..<count).map { _ in
        plain ? inputs.plainPair(using: &generator) : inputs.pair(using: &generator)
      })
  }

  /// Takes given pairs of the circuit's inputs.
  ///
  /// - Parameter counts: whether a position of a pair counts if the program has a value there; BOS is position 0
  package init(
    _ compiled: CompiledCircuit, _ drawn: [SwapPair],
    counts: (_ pair: Int, _ position: Int) -> Bool = { _, _ in true }
  ) {
    let bos = compiled.tokenizer.bos
    let model = compiled.causalModel
    var state = model.makeState()
    func outputs(_ tokens: [Int32]) -> [Output] {
      model.run(tokens, into: &state)
      return [.none]
        + tokens.indices.map { position in
          guard state.hasOutput(at: position) else { return Output.none }
          return model.isNumerical
            ? .number(state.outputNumber(at: position)) : .id(state.outputID(at: position))
        }
    }
    let values = drawn.map { outputs($0.base) }
    let pairs = InputPairs(
      clean: drawn.map { [bos] + $0.base }, corrupted: drawn.map { [bos] + $0.source },
      maps: drawn.map(\.map),
      counted: values.enumerated().map { pair, outputs in
        outputs.enumerated().map { position, output in output != .none && counts(pair, position) }
      },
      outputKind: model.isNumerical ? .numerical : .categorical)
    self.pairs = pairs
    self.outputs = values
    corruptedOutputs = drawn.enumerated().map { index, pair in
      let values = outputs(pair.source)
      return pairs.clean[index].indices.map { values[pairs.place(index, $0)] }
    }
  }
}
