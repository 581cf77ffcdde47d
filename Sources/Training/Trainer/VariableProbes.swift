import Compiler
import Transformer

/// Linear probes that read the circuit's variables from the outputs of their components, trained along with
/// the transformer.
///
/// From the outputs of the transformer alone, a component deep in a circuit is slow to learn what it should
/// hold; the loss of the probes tells it (like the linear classifiers of Alain and Bengio, arXiv 1610.01644,
/// but with gradients passed on). This is a guide for the start: its weight fades to zero, and no probe is
/// part of the result. Variables are also read after swaps, if the program says what they should be.
final class VariableProbes {
  private struct Probe {
    let component: Component
    /// The index of a variable of the causal model.
    let variable: Int
    /// The number of channels that the component writes.
    let channels: Int
    /// Cross-entropy over the variable's values, or the squared error if it is a number.
    let loss: LossKernel
    /// What numbers are divided by.
    let scale: Float
    /// The offset of its [channels + 1, outputs] weights.
    let offset: Int
  }

  /// By node of the causal model.
  private let probes: [[Probe]]
  private let count: Int
  private let weights, gradient: UnsafeMutablePointer<Float>
  private let input, inputSlopes, output: UnsafeMutablePointer<Float>
  private let adam: AdamKernel
  private let arena = Arena()

  /// - Parameter scale: the scale of a numerical variable's values
  init(
    _ compiled: CompiledCircuit, config: TransformerConfig, adam settings: AdamKernel.Settings,
    scale: (Int) -> Float
  ) {
    let model = compiled.causalModel
    var offset = 0
    probes = zip(model.nodes, model.nodeVariables).map { component, variables in
      variables.map { variable in
        let info = model.variables[variable]
        let isNumber = info.encoding == .numerical
        let channels =
          switch component {
          case .head: config.dHead
          case .mlp: config.dModel
          }
        let outputs = isNumber ? 1 : info.domain.count
        defer { offset += (channels + 1) * outputs }
        return Probe(
          component: component, variable: variable, channels: channels,
          loss: LossKernel(kind: isNumber ? .squaredError(tolerance: 0) : .crossEntropy, outputs: outputs),
          scale: isNumber ? scale(variable) : 1, offset: offset)
      }
    }
    count = offset
    weights = arena.floats(count)
    gradient = arena.floats(count)
    let columns = config.context * laneCount
    let widest = probes.joined().map(\.channels).max() ?? 1
    input = arena.floats((widest + 1) * columns)
    inputSlopes = arena.floats(widest * columns)
    output = arena.floats((probes.joined().map(\.loss.outputs).max() ?? 1) * columns)
    adam = AdamKernel(settings, count: count)
  }

  var byteCount: Int { arena.byteCount + adam.byteCount }

  /// Weights and Adam's running means, for a checkpoint.
  var values: [Float] { Array(UnsafeBufferPointer(start: weights, count: count)) + adam.moments }

  /// The number of floats in ``values``.
  var valueCount: Int { 3 * count }

  func restore(_ values: [Float], steps: Int) {
    precondition(values.count == valueCount)
    values.withUnsafeBufferPointer { weights.update(from: $0.baseAddress!, count: count) }
    adam.restore(moments: Array(values[count...]), steps: steps)
  }

  func begin() { gradient.update(repeating: 0, count: count) }

  /// A run from which components' outputs are read.
  struct Reading {
    var positions: Int
    /// Writes the output of a component into a tile.
    var output: (Component, Tile) -> Void
    /// Takes the gradient of that output.
    var receive: (Tile, Component) -> Void
    /// The correct values of a variable, with numbers divided by a scale.
    var values: (_ variable: Int, _ scale: Float) -> (targets: Targets, counted: Int)
  }

  /// Reads a node's variables in one block of a run and leaves the gradient of the loss there; returns the
  /// mean loss per counted position.
  ///
  /// - Parameter weight: the weight of one position's loss, given how many positions count
  func train(_ node: Int, _ reading: Reading, weight: (_ counted: Int) -> Float) -> Double {
    var total = 0.0
    let stride = reading.positions * laneCount
    let x = Tile(base: input, stride: stride)
    let dx = Tile(base: inputSlopes, stride: stride)
    let y = Tile(base: output, stride: stride)
    for probe in probes[node] {
      reading.output(probe.component, x)
      x.fillWithOnes(channel: probe.channels)
      let w = weights + probe.offset
      let outputs = probe.loss.outputs
      product(w, x, rows: probe.channels + 1, into: y, outputs: outputs)
      let wanted = reading.values(probe.variable, probe.scale)
      total += probe.loss.score(y, wanted.targets, weight: weight(wanted.counted)).meanLoss
      addWeightGradient(x, rows: probe.channels + 1, y, outputs: outputs, into: gradient + probe.offset)
      inputGradient(w, y, outputs: outputs, into: dx, rows: probe.channels)
      reading.receive(dx, probe.component)
    }
    return total
  }

  func finish(learningRate: Float) { adam.update(weights, gradient, learningRate: learningRate) }
}
