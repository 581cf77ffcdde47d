import Compiler
import Foundation
import Transformer

/// How fast a training step of one circuit is on this machine, compared with its matrix products alone.
package struct StepBenchmark: Codable, Sendable {
  package var circuit: String
  package var layers: Int
  package var heads: Int
  package var dModel: Int
  package var dHead: Int
  package var dMLP: Int
  package var parameters: Int
  /// Sequences per step: those that run plainly, and those that run with swaps.
  package var sequences: Int
  package var swappedSequences: Int
  /// The median over the measured steps.
  package var millisecondsPerStep: Double
  /// The operations of a step's matrix products per second of the whole step.
  package var gigaflops: Double
  /// The same for the products alone, one shape after another, in the same run.
  package var sgemmGigaflops: Double
  /// gigaflops / sgemmGigaflops
  package var shareOfSgemm: Double
  /// Activations, weights and gradients of a step.
  package var megabytes: Double

  enum CodingKeys: String, CodingKey {
    case circuit, layers, heads, parameters, sequences, gigaflops, megabytes
    case dModel = "d_model"
    case dHead = "d_head"
    case dMLP = "d_mlp"
    case swappedSequences = "swapped_sequences"
    case millisecondsPerStep = "ms_per_step"
    case sgemmGigaflops = "sgemm_gigaflops"
    case shareOfSgemm = "share_of_sgemm"
  }

  /// Runs steps for about `seconds`, and then their products alone.
  package init(_ compiled: CompiledCircuit, settings: SIITSettings = SIITSettings(), seconds: Double = 1)
    throws
  {
    let trainer = try SIITTrainer(compiled, settings: settings, seed: 0)
    let attempt = trainer.attempt
    let config = attempt.config
    for _ in 0..<3 { _ = attempt.step() }
    var times: [Double] = []
    var work: [ProductShape: Int] = [:]
    while times.reduce(0, +) < seconds || times.count < 3 {
      times.append(Self.time { _ = attempt.step() })
      for shape in attempt.lastWork.products(config) { work[shape, default: 0] += 1 }
    }
    var operations = 0.0
    var alone = 0.0
    let memory = ProductMemory(for: work.keys)
    for (shape, count) in work {
      operations += shape.floatingPointOperations * Double(count)
      shape.run(times: 3, memory)
      let calls = max(5, Int(2e8 / shape.floatingPointOperations))
      alone += Self.time { shape.run(times: calls, memory) } * Double(count) / Double(calls)
    }
    circuit = compiled.circuit.name
    layers = config.layers
    heads = config.heads
    dModel = config.dModel
    dHead = config.dHead
    dMLP = config.dMLP
    parameters = Parameters(config: config).values.count
    sequences = attempt.lastWork.sequences
    swappedSequences = attempt.lastWork.swappedSequences
    millisecondsPerStep = times.sorted()[times.count / 2] * 1e3
    gigaflops = operations / times.reduce(0, +) / 1e9
    sgemmGigaflops = operations / alone / 1e9
    shareOfSgemm = gigaflops / sgemmGigaflops
    megabytes = Double(attempt.byteCount) / 1e6
  }

  private static func time(_ body: () -> Void) -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
  }
}
