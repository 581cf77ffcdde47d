import Artifacts
import Compiler
import Discovery
import Foundation
import Training
import Transformer

/// A circuit folder prepared for measuring: the program compiled again, and the transformer to measure.
struct MeasuredCircuit: Sendable {
  let folder: ArtifactFolder
  let compiled: CompiledCircuit
  /// Which of the folder's transformers is measured.
  let model: CircuitModel
  let parameters: Parameters
  let settings: SIITSettings
  /// The seed it was trained with, which decides what was held out.
  let trainingSeed: UInt64

  var name: String { compiled.circuit.name }

  /// The circuit folders that arguments name: they themselves, or those in them.
  ///
  /// - Throws: ``FileError`` if there is none.
  static func folders(_ arguments: [String]) throws -> [ArtifactFolder] {
    try arguments.flatMap { argument in
      let folders = ArtifactFolder.all(under: argument)
      if folders.isEmpty { try ArtifactFolder(URL(fileURLWithPath: argument)).check() }
      return folders
    }
  }

  /// The behaviour-only baseline, a transformer of the same size; nil if there is none.
  func natural() throws -> Parameters? { try folder.natural(parameters.config) }

  /// The same; trains it and keeps it in the folder if there is none yet.
  func naturalOrTrained(progress: (Double, Double) -> Void) throws -> Parameters {
    if let natural = try natural() { return natural }
    let trained = NaturalTraining.train(
      compiled, config: parameters.config, settings: settings, seed: trainingSeed, progress: progress)
    try folder.write(trained.parameters, as: .natural, name: name)
    return trained.parameters
  }

  /// The circuit's edges, and what every edge does according to `edges.json`; measures and stores it if it is
  /// missing for these transformers.
  ///
  /// - Parameter again: whether to measure even if it is there
  @discardableResult
  func edges(pairs: Int, seed: UInt64, again: Bool = false) throws -> (
    benchmark: [CircuitEdge], measured: MeasuredEdges
  ) {
    var file = try FileReader.json(EdgesFile.self, folder.edgesURL)
    let measurement = EdgeMeasurement(
      compiled, trained: try trained(), settings: settings, trainingSeed: trainingSeed)
    if !again, let measured = file.measured, measurement.isDone(by: measured) {
      return (file.edges, measured)
    }
    let measured = measurement.measure(pairs: pairs, seed: seed)
    file.measured = measured
    try AtomicFile.writeJSON(file, to: folder.edgesURL)
    return (file.edges, measured)
  }

  /// The trained transformer, if there is one.
  private func trained() throws -> Parameters? {
    if model == .ll { return parameters }
    return folder.has(folder.weightsURL(.ll)) ? try folder.named(.ll) : nil
  }

  /// Measures the transformer and its edges and writes `eval.json` and `edges.json`.
  ///
  /// - Parameter rival: the behaviour-only baseline, to compare with
  @discardableResult
  func evaluate(
    beside rival: Parameters?, seed: UInt64, inputs: Int, progress: (Double) -> Void = { _ in }
  ) throws -> EvaluationResult {
    let evaluation = Evaluation(
      compiled, parameters: parameters, model: model, settings: settings,
      trainingSeed: trainingSeed, seed: seed, inputs: inputs)
    let natural = rival.map { rival in
      let accuracy = SIITReport.accuracy(
        of: rival, compiled, settings: settings, trainingSeed: trainingSeed, seed: seed)
      return (parameters: rival, accuracy: accuracy)
    }
    let file = evaluation.run(natural: natural) { progress(0.7 * $0) }
    try edges(pairs: inputs, seed: seed, again: true)
    progress(1)
    try AtomicFile.writeJSON(file, to: folder.evaluationURL)
    return file
  }
}

extension MeasuredCircuit {
  /// Reads a folder; throws ``FileError``, ``Diagnostics``, ``Diagnostic``.
  ///
  /// - Parameter model: nil for the trained transformer if there is one
  init(_ folder: ArtifactFolder, model: CircuitModel?) throws {
    let source = try CircuitSource(folder)
    self.folder = folder
    self.model = model ?? (source.meta?.training == nil ? .hl : .ll)
    compiled = try source.compiled()
    parameters = try folder.named(self.model)
    if let record = source.meta?.training {
      guard let settings = try? SIITSettings(recorded: record.settings) else {
        throw FileError(
          folder.metaURL, "its training settings are of another version of raspc; train the circuit again")
      }
      self.settings = settings
      trainingSeed = record.seed
    } else {
      settings = SIITSettings()
      trainingSeed = 0
    }
  }
}
