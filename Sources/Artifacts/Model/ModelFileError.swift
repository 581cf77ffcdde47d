/// Why a model's files cannot be read as a transformer.
package enum ModelFileError: Error, Sendable, Equatable, CustomStringConvertible {
  case badSize(String, Int)
  case unsupported(String, String)
  case missingTensor(String)
  case unknownTensor(String)
  case wrongShape(String, found: [Int], expected: [Int])

  package var description: String {
    switch self {
    case .badSize(let field, let size): "\(field) must not be \(size)"
    case .unsupported(let field, let value): "\(field) is '\(value)', which raspc does not support"
    case .missingTensor(let name): "tensor '\(name)' is missing"
    case .unknownTensor(let name): "tensor '\(name)' is not a parameter of a transformer of this size"
    case .wrongShape(let name, let found, let expected):
      "tensor '\(name)' has shape \(found); the configuration asks for \(expected)"
    }
  }
}
