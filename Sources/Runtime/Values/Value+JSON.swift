import Foundation

/// The error for text that is not the expected JSON.
package struct JSONError: Error, Sendable, CustomStringConvertible {
  package let message: String
  /// The offset of the place, in bytes of UTF-8.
  package let offset: Int
  package var description: String { "\(message) (at byte \(offset + 1) of the JSON text)" }
}

extension Value {
  /// The value as JSON: `null` for `None`, and `"inf"` and `"-inf"` for the infinities, which JSON does not
  /// have.
  package var json: String {
    switch self {
    case .none: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .float(let value):
      return value.isFinite ? Value.text(value) : "\"\(Value.text(value))\""
    case .string(let value): return Value.jsonString(value)
    }
  }

  /// An array of values as one line of JSON.
  package static func json(_ values: [Value]) -> String {
    "[" + values.map(\.json).joined(separator: ", ") + "]"
  }

  /// Reads a JSON array of values. `1` is an int and `1.0` a float, as in a program.
  ///
  /// - Parameter readsInfinities: whether `"inf"` and `"-inf"` are numbers; if false, all strings remain
  ///   strings, and infinities come from numbers that are too large.
  package static func array(json text: String, readsInfinities: Bool = true) throws(JSONError) -> [Value] {
    var reader = JSONReader(bytes: Array(text.utf8), readsInfinities: readsInfinities)
    return try reader.array()
  }

  /// Reads a JSON object whose members are values or arrays of values; a single value becomes a list of one.
  package static func members(json text: String) throws(JSONError) -> [String: [Value]] {
    var reader = JSONReader(bytes: Array(text.utf8), readsInfinities: true)
    return try reader.members()
  }

  static func jsonString(_ value: String) -> String {
    var result = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 {
          result += "\\u" + String(format: "%04x", scalar.value)
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}

/// Reads a flat JSON array. Foundation's decoder does not distinguish `1` from `1.0`, as RASP does.
private struct JSONReader {
  let bytes: [UInt8]
  let readsInfinities: Bool
  var offset = 0

  mutating func members() throws(JSONError) -> [String: [Value]] {
    var members: [String: [Value]] = [:]
    skipSpace()
    guard take("{") else { throw error("expected a JSON object") }
    repeat {
      skipSpace()
      guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { throw error("expected a name") }
      let name = try string()
      skipSpace()
      guard take(":") else { throw error("expected ':'") }
      skipSpace()
      let isArray = offset < bytes.count && bytes[offset] == UInt8(ascii: "[")
      members[name] = isArray ? try elements() : [try value()]
      skipSpace()
    } while take(",")
    guard take("}") else { throw error("expected ',' or '}'") }
    return members
  }

  mutating func array() throws(JSONError) -> [Value] {
    let values = try elements()
    skipSpace()
    guard offset == bytes.count else { throw error("unexpected text after the array") }
    return values
  }

  private mutating func elements() throws(JSONError) -> [Value] {
    var values: [Value] = []
    skipSpace()
    guard take("[") else { throw error("expected a JSON array such as [\"a\", \"b\"]") }
    skipSpace()
    if !take("]") {
      repeat {
        skipSpace()
        values.append(try value())
        skipSpace()
      } while take(",")
      guard take("]") else { throw error("expected ',' or ']'") }
    }
    return values
  }

  private mutating func value() throws(JSONError) -> Value {
    guard offset < bytes.count else { throw error("the JSON text ends too early") }
    switch bytes[offset] {
    case UInt8(ascii: "\""):
      let text = try string()
      if readsInfinities {
        if text == "inf" { return .float(.infinity) }
        if text == "-inf" { return .float(-.infinity) }
      }
      return .string(text)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      throw error("expected a string, a number, true, false or null")
    default: break
    }
    let start = offset
    while offset < bytes.count, !",]} \t\r\n".utf8.contains(bytes[offset]) { offset += 1 }
    let word = String(decoding: bytes[start..<offset], as: UTF8.self)
    switch word {
    case "null": return .none
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: break
    }
    let allowed = word.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    if allowed, let number = Int(word) { return .int(number) }
    if allowed, let number = Double(word), number.isFinite || !readsInfinities { return .float(number) }
    offset = start
    throw error("'\(word.prefix(20))' is not a JSON value")
  }

  private mutating func string() throws(JSONError) -> String {
    let start = offset
    offset += 1
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
      offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard offset < bytes.count else {
      offset = start
      throw error("the string is not closed")
    }
    offset += 1
    let decoder = JSONDecoder()
    guard let text = try? decoder.decode(String.self, from: Data(bytes[start..<offset])) else {
      offset = start
      throw error("the string is not valid JSON")
    }
    return text
  }

  private mutating func take(_ character: Character) -> Bool {
    guard offset < bytes.count, bytes[offset] == character.asciiValue else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while offset < bytes.count, " \t\r\n".utf8.contains(bytes[offset]) { offset += 1 }
  }

  private func error(_ message: String) -> JSONError { JSONError(message: message, offset: offset) }
}
