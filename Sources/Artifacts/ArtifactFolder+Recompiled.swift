import Compiler
import Transformer

extension ArtifactFolder {
  /// The circuit with the folder's own compiled weights in place of those that were made anew.
  ///
  /// - Parameter compiled: the folder's program, compiled with the folder's choices.
  /// - Throws: ``FileError`` where the folder's weights are of another transformer.
  package func withStoredWeights(_ compiled: CompiledCircuit) throws -> CompiledCircuit {
    let stored = try parameters(.hl)
    guard stored.config == compiled.parameters.config else {
      throw FileError(
        configURL(.hl), "the sizes are not those of the program in meta.json; compile the circuit again")
    }
    var result = compiled
    result.parameters = stored
    return result
  }
}
