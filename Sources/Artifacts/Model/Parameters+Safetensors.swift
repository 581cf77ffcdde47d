import Transformer

extension Parameters {
  /// Every weight under its TransformerLens name.
  package var safetensors: Safetensors {
    Safetensors(
      tensors: layout.all.map {
        Safetensors.Tensor(name: $0.name, shape: $0.shape, values: self[$0])
      })
  }

  /// The weights that a file has for a transformer of the given sizes.
  ///
  /// - Throws: ``ModelFileError`` if a tensor is missing, unknown or of another shape.
  package init(_ file: Safetensors, config: TransformerConfig) throws {
    self.init(config: config)
    var found: [String: Safetensors.Tensor] = [:]
    for tensor in file.tensors { found[tensor.name] = tensor }
    for tensor in layout.all {
      guard let stored = found.removeValue(forKey: tensor.name) else {
        throw ModelFileError.missingTensor(tensor.name)
      }
      guard stored.shape == tensor.shape else {
        throw ModelFileError.wrongShape(tensor.name, found: stored.shape, expected: tensor.shape)
      }
      self[tensor] = stored.values
    }
    if let extra = found.keys.min() { throw ModelFileError.unknownTensor(extra) }
  }
}
