/// What keeps a model's files from being read back as a transformer.
public enum ModelFileError: Error, Sendable, Equatable, CustomStringConvertible {
  case badSize(String, Int)
  case unsupported(String, String)
  case missingTensor(String)
  case unknownTensor(String)
  case wrongShape(String, found: [Int], expected: [Int])

  public var description: String {
    switch self {
    case .badSize(let field, let size): "\(field) is \(size); it must not be"
    case .unsupported(let field, let value): "\(field) is '\(value)', which these transformers do not have"
    case .missingTensor(let name): "tensor '\(name)' is missing"
    case .unknownTensor(let name): "tensor '\(name)' is no parameter of a transformer of these sizes"
    case .wrongShape(let name, let found, let expected):
      "tensor '\(name)' has shape \(found); the configuration asks for \(expected)"
    }
  }
}
