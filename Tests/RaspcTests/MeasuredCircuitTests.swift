import Foundation
import Testing

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
}
