/// What is wrong with the bytes of a safetensors file.
public enum SafetensorsError: Error, Sendable, Equatable, CustomStringConvertible {
  case truncated(bytes: Int)
  case headerTooLong(header: UInt64, file: Int)
  case malformedHeader
  case unsupportedType(String, tensor: String)
  case badOffsets(tensor: String)
  case badShape([Int], tensor: String)
  case trailingBytes(Int)

  public var description: String {
    switch self {
    case .truncated(let bytes):
      "not a safetensors file: \(bytes) bytes are too few for a header"
    case .headerTooLong(let header, let file):
      "not a whole safetensors file: the header is said to be \(header) bytes long, the file has \(file)"
    case .malformedHeader:
      "not a safetensors file: its header is not the JSON it should be"
    case .unsupportedType(let type, let tensor):
      "tensor '\(tensor)' has type \(type); only F32 can be read"
    case .badOffsets(let tensor):
      "tensor '\(tensor)' does not lie where the tensor before it ends, or ends behind the file"
    case .badShape(let shape, let tensor):
      "tensor '\(tensor)': its bytes do not hold the shape \(shape)"
    case .trailingBytes(let count):
      "\(count) bytes belong to no tensor"
    }
  }
}
