import Compiler
import Foundation
import Testing
import Transformer

@testable import Artifacts
@testable import Training

/// What training leaves, on the way and at its end, comes back as it was written.
@Suite struct TrainingFilesTests {
  private func settings() -> SIITSettings {
    var settings = SIITSettings()
    settings.steps = 25
    settings.rounds = 3
    settings.roundsPerAttempt = 2
    settings.batch = 32
    settings.evaluateEvery = 10
    settings.evaluationPairs = 32
    settings.finalPairs = 64
    settings.target = 1.1
    return settings
  }

  private func circuit() throws -> CompiledCircuit {
    try SmallCircuits.compile(
      """
      seen = tokens == "a";
      circuit seen { vocab = ["a", "b"]; max_len = 2; output = seen;
        model = {"layers": 1, "heads": 2, "d_model": 4, "d_head": 2, "d_mlp": 4}; }
      """)
  }

  private func meta() -> MetaFile {
    MetaFile(
      raspc: "9.9", source: MetaFile.Source(path: "a.rasp", program: "y = 1;"),
      circuit: MetaFile.CircuitRecord(name: "y", about: "", minLen: 1, maxLen: 2, causal: false),
      compiler: MetaFile.CompilerRecord(fuse: true))
  }

  @Test("A run taken up from a checkpoint's bytes ends with the bytes of one never stopped")
  func checkpoints() throws {
    let circuit = try circuit()
    let through = try SIITTrainer(circuit, settings: settings(), seed: 3).train()
    // Before the first evaluation, in a later round, and in a later attempt, when there is a best result.
    for stop in [5, 40, through.steps - 3] {
      struct Stopped: Error {}
      var saved: Data?
      var taken = 0
      let killed = try SIITTrainer(circuit, settings: settings(), seed: 3)
      #expect(throws: Stopped.self) {
        try killed.train(
          TrainingEvents(
            step: { _, _, _ in
              taken += 1
              if taken > stop { throw Stopped() }
            }, checkpoint: { saved = try $0.encoded() }, secondsBetweenCheckpoints: 0))
      }
      let data = try #require(saved)
      let checkpoint = try TrainingCheckpoint(decoding: data)
      #expect(try checkpoint.encoded() == data)
      let resumed = try SIITTrainer(circuit, settings: settings(), seed: 3)
      try resumed.resume(checkpoint)
      let result = try resumed.train()
      #expect(result.parameters.values == through.parameters.values)
      #expect(result.updates == through.updates)
    }
  }

  @Test func damagedCheckpointsAreRefused() throws {
    let data = try SIITTrainer(circuit(), settings: settings(), seed: 1).checkpoint().encoded()
    #expect(throws: (any Error).self) { try TrainingCheckpoint(decoding: data.dropLast(4)) }
    for part in ["probes", "progress", "state"] {
      var file = try Safetensors(decoding: data)
      file.tensors.removeAll { $0.name == part }
      file.metadata[part] = nil
      #expect(throws: (any Error).self, "\(part)") { try TrainingCheckpoint(decoding: file.encoded()) }
    }
  }

  @Test("Metrics are a line for each evaluation, and say what each figure is of")
  func metrics() throws {
    var report = SIITReport(accuracy: .init(.output, correct: 9, counted: 10))
    report.needed = 4
    report.iia = [.init(.component(.head(layer: 0, head: 1)), correct: 3, counted: 5)]
    report.siia = [.init(.component(.mlp(layer: 0)), correct: 5, counted: 5)]
    report.iia[0].effective = 2
    report.iia[0].effectiveCorrect = 1
    report.iia[0].pairs = 4
    report.iia[0].correctPairs = 3
    let edge = CircuitEdge(from: .embed, to: .output(layer: 0))
    report.worstEdge = .init(.edge(edge), correct: 1, counted: 2)
    func update(_ step: Int, _ report: SIITReport) -> TrainingUpdate {
      TrainingUpdate(
        attempt: 1, step: step, learningRate: 0.005, guideLoss: 0.1, behaviourLoss: 0.2, iitLoss: 0.3,
        strictLoss: 0.4, report: report)
    }
    let updates = [update(10, report), update(20, SIITReport())]
    let data = try MetricsFile.encoded(updates)
    #expect(try MetricsFile.decoded(data) == updates)
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 2 && data.last == UInt8(ascii: "\n"))
    for node in [
      #""node":"output""#, #""node":"blocks.0.attn.hook_result[1]""#, #""node":"blocks.0.mlp.hook_post""#,
      #""node":"joint""#, #""node":"halves""#, #""node":"together""#, #""node":"zeroed""#,
      #""node":"edges""#, #""node":"hook_embed -> blocks.0.hook_resid_post""#,
    ] {
      #expect(lines[0].contains(node), "\(node)")
    }
    #expect(!lines[1].contains("worstEdge"))
    #expect(try MetricsFile.decoded(Data()) == [])
  }

  @Test func whatATrainingDependsOnComesBack() throws {
    let pending = try PendingTraining(meta(), seed: .max, settings: settings())
    let read = try JSONDecoder().decode(PendingTraining.self, from: JSONEncoder().encode(pending))
    #expect(read == pending)
    var other = settings()
    other.throughSource.toggle()
    #expect(try PendingTraining(meta(), seed: .max, settings: other) != pending)
  }

  @Test func settingsAreRecordedUnderTheNamesThatProgramsUse() throws {
    let recorded = try settings().recorded()
    #expect(recorded["evaluate_every"] == .number(10) && recorded["through_source"] == .flag(true))
    #expect(try SIITSettings(recorded: recorded) == settings())
    #expect(throws: DecodingError.self) { try SIITSettings(recorded: [:]) }
  }

  @Test("A training's record comes back, components under their names")
  func record() throws {
    let circuit = try circuit()
    let trained = try SIITTrainer(circuit, settings: settings(), seed: 1).train()
    let pending = try PendingTraining(meta(), seed: 1, settings: settings())
    let worst = WorstCases(tries: 400, failures: [.mlp(layer: 0): 3])
    let record = MetaFile.TrainingRecord(trained, pending, worstCases: worst, natural: trained.parameters)
    #expect(pending.matches(record))
    var meta = meta()
    meta.training = record
    let data = try JSONEncoder().encode(meta)
    #expect(try JSONDecoder().decode(MetaFile.self, from: data).training == record)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let training = try #require(object["training"] as? [String: Any])
    #expect(
      training["worst_cases"] as? NSDictionary == [
        "tries": 400, "failures": ["blocks.0.mlp.hook_post": 3],
      ])
    #expect(
      Set(try #require(training["siia"] as? [String: Any]).keys).isSuperset(of: [
        "blocks.0.attn.hook_result[1]"
      ]))
    let norms = try #require(training["weight_norms"] as? [String: Any])
    #expect(norms["outside_to_natural"] as? Double == 1, "compared with itself")
  }
}
