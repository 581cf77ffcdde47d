import Compiler
import Discovery
import Foundation
import Transformer

extension ArtifactFolder {
  /// Files that belong to a trained transformer, and those that were measured on it.
  private var trainingFiles: [URL] {
    let measured = ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [])
      .filter { $0.hasPrefix("discover-") && $0.hasSuffix(".json") }.map(file)
    return [CircuitModel.ll, .natural].flatMap { [weightsURL($0), configURL($0)] } + [
      metricsURL, evaluationURL,
    ]
      + measured
  }

  /// A file of earlier versions.
  private static let formerDataflow = "dataflow.json"

  /// The description of a complete folder made from the same program with the same choices; nil where there
  /// is none.
  package func current(_ wanted: MetaFile) -> MetaFile? {
    guard let meta = try? meta(), meta.format == wanted.format,
      meta.source.hasSameContent(as: wanted.source), meta.circuit == wanted.circuit,
      meta.compiler == wanted.compiler,
      [vocabularyURL, alignmentURL, edgesURL, weightsURL(.hl), configURL(.hl)].allSatisfy(has)
    else { return nil }
    return meta
  }

  /// Writes a compiled circuit's files, in place of all that the folder holds of another program.
  ///
  /// - Parameters:
  ///   - meta: what the folder is made from; without a training record.
  ///   - keepsTrained: whether a folder that holds the same circuit, trained, stays as it is.
  /// - Returns: whether anything was written.
  @discardableResult
  package func write(_ compiled: CompiledCircuit, meta: MetaFile, keepsTrained: Bool = true) throws -> Bool {
    AtomicFile.removeLeftovers(in: url)
    if keepsTrained, let old = current(meta), old.training != nil { return false }
    // First, so that a run that is killed half-way leaves a folder that says it is incomplete.
    try? FileManager.default.removeItem(at: metaURL)
    for file in trainingFiles { try? FileManager.default.removeItem(at: file) }
    try write(compiled.parameters, as: .hl, name: compiled.circuit.name)
    let vocabulary = VocabularyFile(tokenizer: compiled.tokenizer, outputs: compiled.outputs)
    try AtomicFile.write(Data(vocabulary.text.utf8), to: vocabularyURL)
    try AtomicFile.writeJSON(AlignmentFile(compiled.alignment), to: alignmentURL)
    try AtomicFile.writeJSON(EdgesFile(compiled.edges, dataflow: compiled.dataflow), to: edgesURL)
    try? FileManager.default.removeItem(at: file(Self.formerDataflow))
    try AtomicFile.writeJSON(meta, to: metaURL)
    return true
  }

  /// Adds a trained transformer to a compiled circuit's folder.
  ///
  /// - Parameters:
  ///   - places: the trained transformer's component for each of the compiled.
  ///   - meta: the folder's description with the training record.
  package func write(
    trained parameters: Parameters, of compiled: CompiledCircuit, meta: MetaFile,
    places: [Component: Component]
  ) throws {
    try write(parameters, as: .ll, name: compiled.circuit.name)
    try AtomicFile.writeJSON(AlignmentFile(compiled.alignment, places: places), to: alignmentURL)
    try AtomicFile.writeJSON(
      EdgesFile(compiled.edges, dataflow: compiled.dataflow, trained: (parameters.config, places)),
      to: edgesURL)
    try AtomicFile.writeJSON(meta, to: metaURL)
  }
}
