import Foundation

/// Reads files; every error says which file, and why.
package enum FileReader {
  /// A file's bytes; throws ``FileError`` where it cannot be read.
  package static func data(_ url: URL) throws -> Data {
    do {
      return try Data(contentsOf: url)
    } catch {
      throw FileError(url, FileError.reason(error))
    }
  }

  /// A file's JSON as a value; throws ``FileError`` where it is not what it should be.
  package static func json<Value: Decodable>(_ type: Value.Type, _ url: URL) throws -> Value {
    let data = try data(url)
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw FileError(url, FileError.reason(error))
    }
  }
}
