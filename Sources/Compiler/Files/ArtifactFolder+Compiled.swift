import Foundation

extension ArtifactFolder {
  /// Files that belong to a trained transformer, and those that were measured on it.
  private var trainingFiles: [URL] {
    let measured = ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [])
      .filter { $0.hasPrefix("discover-") && $0.hasSuffix(".json") }.map(file)
    return [weightsURL(.ll), configURL(.ll), metricsURL, evaluationURL] + measured
  }

  /// The description of a complete folder made from the same program with the same choices; nil where there
  /// is none.
  public func current(_ wanted: MetaFile) -> MetaFile? {
    guard let meta = try? meta(), meta.format == wanted.format,
      meta.source.hasSameContent(as: wanted.source), meta.circuit == wanted.circuit,
      meta.compiler == wanted.compiler,
      [vocabularyURL, alignmentURL, edgesURL, weightsURL(.hl), configURL(.hl)].allSatisfy(has)
    else { return nil }
    return meta
  }

  /// Writes a compiled circuit's files.
  ///
  /// A folder that already holds the same circuit, trained, stays as it is. What was trained for another
  /// program goes, since it would belong to a circuit that is no longer described here.
  ///
  /// - Returns: whether anything was written.
  @discardableResult
  public func write(_ compiled: CompiledCircuit, meta: MetaFile) throws -> Bool {
    AtomicFile.removeLeftovers(in: url)
    if let old = current(meta), old.training != nil { return false }
    // First, so that a run that is killed half-way leaves a folder that says it is incomplete.
    try? FileManager.default.removeItem(at: metaURL)
    for file in trainingFiles { try? FileManager.default.removeItem(at: file) }
    try write(compiled.parameters, as: .hl, name: compiled.circuit.name)
    let vocabulary = VocabularyFile(tokenizer: compiled.tokenizer, outputs: compiled.outputs)
    try AtomicFile.write(Data(vocabulary.text.utf8), to: vocabularyURL)
    try AtomicFile.writeJSON(AlignmentFile(compiled.alignment), to: alignmentURL)
    try AtomicFile.writeJSON(EdgesFile(compiled.edges), to: edgesURL)
    try AtomicFile.writeJSON(meta, to: metaURL)
    return true
  }
}
