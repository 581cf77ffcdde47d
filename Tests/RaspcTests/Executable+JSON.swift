import Foundation
import Testing

/// The JSON files of a working directory.
extension Executable {
  func json(_ path: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: contents(path)) as? [String: Any], "\(path)")
  }

  /// Writes a file anew with some of it changed.
  func edit(_ path: String, _ change: (inout [String: Any]) throws -> Void) throws {
    var object = try json(path)
    try change(&object)
    let data = try JSONSerialization.data(withJSONObject: object)
    try data.write(to: folder.appendingPathComponent(path))
  }
}
