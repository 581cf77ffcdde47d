import Foundation
import Testing

extension Executable {
  /// The tensors of a safetensors file by name, read by the format's description, every element as a number.
  func tensors(_ path: String) throws -> [String: (shape: [Int], values: [Double])] {
    let data = try contents(path)
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
      try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: [String: Any]])
    return try header.mapValues { entry in
      let range = try #require(entry["data_offsets"] as? [Int])
      let bytes = [UInt8](data[(8 + length + range[0])..<(8 + length + range[1])])
      func numbers<Number>(_ type: Number.Type) -> [Number] {
        bytes.withUnsafeBytes { raw in
          stride(from: 0, to: raw.count, by: MemoryLayout<Number>.size).map {
            raw.loadUnaligned(fromByteOffset: $0, as: type)
          }
        }
      }
      let values: [Double]
      switch try #require(entry["dtype"] as? String) {
      case "I64": values = numbers(Int64.self).map(Double.init)
      case "F32": values = numbers(Float.self).map(Double.init)
      case "BOOL": values = bytes.map(Double.init)
      case let type: throw UnknownType(name: type)
      }
      return (try #require(entry["shape"] as? [Int]), values)
    }
  }

  private struct UnknownType: Error {
    let name: String
  }
}
