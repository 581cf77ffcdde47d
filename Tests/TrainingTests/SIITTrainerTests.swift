import Compiler
import Runtime
import Testing
import Transformer

@testable import Training

/// A circuit small enough to be trained in a test: whether a token is the first of two.
func tinyCircuit() throws -> CompiledCircuit {
  var graph = SOpGraph()
  let tokens = graph.add(SOp(.tokens, name: "tokens"))
  let isFirst = Operation(name: "is_a", arity: 1) { .bool($0[0] == .string("a")) }
  let output = graph.add(SOp(.map(isFirst, [tokens]), name: "is_a"))
  let circuit = Circuit(
    name: "is_a", vocabulary: [.string("a"), .string("b")], lengths: 2...3, causal: true, output: output)
  return try Compiler.compile(circuit, in: graph)
}

@Suite struct SIITTrainerTests {
  func settings(steps: Int) -> SIITSettings {
    var settings = SIITSettings()
    settings.steps = steps
    settings.rounds = 1
    settings.batch = 32
    settings.evaluateEvery = 10
    settings.evaluationPairs = 32
    settings.finalPairs = 64
    return settings
  }

  @Test("A small circuit is learned, and every node holds its variable")
  func learns() throws {
    let trainer = try SIITTrainer(tinyCircuit(), settings: settings(steps: 400), seed: 1)
    let result = try trainer.train()
    #expect(result.reached)
    #expect(result.report.worst >= 0.999)
    #expect(result.report.iia.map(\.component) == [.mlp(layer: 0)])
    #expect(result.report.siia.count == 2 * 5 - 1)
    #expect(result.updates.last?.step == result.steps)
  }

  @Test("A run resumed from a checkpoint ends with the same bytes as one that was never stopped")
  func resumes() throws {
    let circuit = try tinyCircuit()
    var settings = settings(steps: 25)
    settings.rounds = 3
    settings.roundsPerAttempt = 2
    settings.target = 1.1
    let through = try SIITTrainer(circuit, settings: settings, seed: 3).train()
    // Two rounds, and a new attempt.
    #expect(through.steps > 50)
    #expect(through.attempts == 2)

    for stop in stride(from: 1, to: through.steps, by: 6) {
      struct Stopped: Error {}
      var saved: TrainingCheckpoint?
      var taken = 0
      let killed = try SIITTrainer(circuit, settings: settings, seed: 3)
      #expect(throws: Stopped.self) {
        try killed.train(
          TrainingEvents(
            step: { _, _, _ in
              taken += 1
              if taken > stop { throw Stopped() }
            },
            checkpoint: { saved = $0 }, secondsBetweenCheckpoints: 0))
      }
      let resumed = try SIITTrainer(circuit, settings: settings, seed: 3)
      try resumed.resume(#require(saved))
      let result = try resumed.train()
      #expect(result.parameters.values == through.parameters.values)
      #expect(result.updates == through.updates)
      #expect(result.steps == through.steps)
    }
  }

  @Test("Training ends with a margin, and the result is measured on pairs other than those that ended it")
  func freshResult() throws {
    let circuit = try circuit(PairBatchTests.program)
    var settings = settings(steps: 800)
    settings.rounds = 3
    let result = try SIITTrainer(circuit, settings: settings, seed: 1).train()
    let decisive = try #require(result.updates.last?.report)
    #expect(result.reached)
    #expect(decisive.worst >= settings.aim(rounds: settings.rounds))
    #expect(result.report != decisive)
  }

  @Test("Guides are used only until the circuit has formed")
  func guide() throws {
    var settings = settings(steps: 40)
    settings.rounds = 2
    settings.roundsPerAttempt = 2
    settings.target = 1.1
    settings.warmup = 5
    // Any circuit counts as formed: the rate falls from the first evaluation on.
    (settings.near, settings.formed) = (0, 0)
    func losses(_ settings: SIITSettings) throws -> [Int: Double] {
      let updates = try SIITTrainer(tinyCircuit(), settings: settings, seed: 1).train().updates
      return Dictionary(uniqueKeysWithValues: updates.map { ($0.step, $0.guideLoss) })
    }
    let guided = try losses(settings)
    // The fall takes seven steps, the second round forty.
    #expect(guided.keys.sorted() == [10, 17, 20, 30, 40, 50, 57])
    for (step, loss) in guided { #expect((loss > 0) == (step <= 17), "step \(step): \(loss)") }
    settings.guideWeight = 0
    #expect(try losses(settings).values.allSatisfy { $0 == 0 })
  }

  @Test("Seeds decide the weights")
  func seeds() throws {
    let circuit = try tinyCircuit()
    func weights(_ seed: UInt64) throws -> [Float] {
      try SIITTrainer(circuit, settings: settings(steps: 5), seed: seed).train().parameters.values
    }
    #expect(try weights(1) == weights(1))
    #expect(try weights(1) != weights(2))
  }

  @Test("A checkpoint of another model is refused")
  func foreignCheckpoint() throws {
    var graph = SOpGraph()
    let tokens = graph.add(SOp(.tokens))
    let same = Operation(name: "same", arity: 1) { $0[0] }
    let output = graph.add(SOp(.map(same, [tokens]), name: "same"))
    let other = try Compiler.compile(
      Circuit(
        name: "other", vocabulary: (0..<5).map(Value.int), lengths: 1...2, causal: false, output: output),
      in: graph)
    let checkpoint = try SIITTrainer(other, settings: settings(steps: 1), seed: 1).checkpoint()
    let trainer = try SIITTrainer(tinyCircuit(), settings: settings(steps: 1), seed: 1)
    #expect(throws: TrainingError.self) { try trainer.resume(checkpoint) }
  }
}
