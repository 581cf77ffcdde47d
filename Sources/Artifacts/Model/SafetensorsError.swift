/// Why bytes are not a safetensors file.
package enum SafetensorsError: Error, Sendable, Equatable, CustomStringConvertible {
  case truncated(bytes: Int)
  case headerTooLong(header: UInt64, file: Int)
  case malformedHeader
  case unsupportedType(String, tensor: String)
  case badOffsets(tensor: String)
  case badShape([Int], tensor: String)
  case trailingBytes(Int)

  package var description: String {
    switch self {
    case .truncated(let bytes):
      "not a safetensors file: \(bytes) bytes are too few for a header"
    case .headerTooLong(let header, let file):
      "the safetensors file is cut short: its header should have \(header) bytes, but the file has \(file)"
    case .malformedHeader:
      "not a safetensors file: its header is not the expected JSON"
    case .unsupportedType(let type, let tensor):
      "tensor '\(tensor)' has type \(type); only F32 can be read"
    case .badOffsets(let tensor):
      "tensor '\(tensor)' does not start where the one before it ends, or runs past the end of the file"
    case .badShape(let shape, let tensor):
      "tensor '\(tensor)' does not have the number of bytes that its shape \(shape) needs"
    case .trailingBytes(let count):
      "\(count) bytes belong to no tensor"
    }
  }
}
