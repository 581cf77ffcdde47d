import Foundation
import Testing
import Training

@testable import raspc

/// A folder is measured with what it was trained with.
@Suite struct MeasuredCircuitTests {
  @Test("The training's seed, which decides what is held out, and its settings come from the folder")
  func training() throws {
    let raspc = try Executable(["a.rasp": BatchTests.program("one", steps: 10)])
    defer { raspc.clean() }
    let trained = try raspc("--siit", "a.rasp", "--seed", "5", "--steps", "7")
    #expect(trained.status == 0, "\(trained.errors)")
    let path = raspc.folder.appendingPathComponent("out/one").path
    let folder = try #require(MeasuredCircuit.folders([path]).first)
    let measured = try MeasuredCircuit(folder, model: nil)
    #expect(measured.model == .ll && measured.trainingSeed == 5)
    #expect(measured.settings.steps == 7 && measured.settings.batch == 32)
    #expect(measured.parameters.config.dModel == 4)
    let compiled = try MeasuredCircuit(folder, model: .hl)
    #expect(compiled.trainingSeed == 5 && compiled.parameters.values == compiled.compiled.parameters.values)
    #expect(
      try measured.natural() != nil
        && measured.naturalOrTrained { _, _ in }.config == measured.parameters.config)
  }

  @Test("A batch measures with the seed that it trained with, as eval does afterwards")
  func batch() throws {
    // Of shorter inputs there are too few to hold any out.
    let program = BatchTests.program("one", steps: 10).replacing("max_len = 2", with: "max_len = 6")
    let raspc = try Executable(["a.rasp": program])
    defer { raspc.clean() }
    #expect(try raspc("--siit", "a.rasp", "--seed", "5").status == 0)
    let written = try raspc.contents("out/one/eval.json")
    let inputs = try #require(raspc.json("out/one/eval.json")["inputs"] as? Int)
    #expect(try raspc("eval", "out", "--inputs", "\(inputs)").status == 0)
    #expect(try raspc.contents("out/one/eval.json") == written)

    let path = raspc.folder.appendingPathComponent("out/one").path
    let folder = try #require(MeasuredCircuit.folders([path]).first)
    let measured = try MeasuredCircuit(folder, model: .ll)
    func worstCases(trainingSeed: UInt64) -> WorstCases {
      WorstCases(
        of: measured.parameters, measured.compiled, settings: measured.settings, trainingSeed: trainingSeed,
        seed: 5)
    }
    let record = try #require(folder.meta().training)
    #expect(record.heldOutIsDisjoint && record.worstCases == worstCases(trainingSeed: 5))
    #expect(record.worstCases != worstCases(trainingSeed: 0))
  }
}
