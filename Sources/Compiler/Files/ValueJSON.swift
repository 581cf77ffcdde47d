import Foundation
import Runtime

/// Values as JSON: `None` is null, infinities are `"inf"` and `"-inf"`, numbers stay numbers.
public enum ValueJSON {
  /// A value's JSON text. A float always shows a point or an exponent, so that it reads back as one.
  public static func text(_ value: Value) -> String {
    switch value {
    case .none: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .float(let number):
      if number.isNaN {
        "\"nan\""
      } else if number.isInfinite {
        number < 0 ? "\"-inf\"" : "\"inf\""
      } else {
        number.description
      }
    case .string(let string): quoted(string)
    }
  }

  /// A sequence as a JSON array on one line.
  public static func text(_ values: [Value]) -> String {
    "[" + values.map(text).joined(separator: ", ") + "]"
  }

  /// A string as JSON text.
  public static func quoted(_ string: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    guard let data = try? encoder.encode(string) else { preconditionFailure("a string is always JSON") }
    return String(decoding: data, as: UTF8.self)
  }

  /// Reads a JSON array of values.
  ///
  /// A number without point and exponent is an integer. `"inf"`, `"-inf"` and `"nan"` are strings here; what
  /// they stand for depends on the values they are among, see ``withInfinities(_:)``.
  ///
  /// - Throws: ``ValueJSONError`` where the text is no such array.
  public static func sequence(_ text: String) throws -> [Value] {
    let object: Any
    do {
      object = try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
    } catch {
      throw ValueJSONError("not JSON: \(text.prefix(60))")
    }
    guard let array = object as? [Any] else {
      throw ValueJSONError("not a JSON array: \(text.prefix(60))")
    }
    return try sequence(array)
  }

  /// The values that Foundation has read.
  static func sequence(_ array: [Any]) throws -> [Value] {
    try array.enumerated().map { try value($1, place: $0) }
  }

  /// The sequence with `"inf"`, `"-inf"` and `"nan"` read as numbers, if everything else in it is a number.
  public static func withInfinities(_ values: [Value]) -> [Value] {
    let read = values.map { value in
      if case .string(let string) = value, let number = infinity(string) {
        Value.float(number)
      } else {
        value
      }
    }
    let numbers = read.allSatisfy {
      switch $0 {
      case .int, .float: true
      case .none, .bool, .string: false
      }
    }
    let finite = values.contains {
      switch $0 {
      case .int, .float: true
      case .none, .bool, .string: false
      }
    }
    return numbers && finite ? read : values
  }

  /// The number that a string stands for where numbers are meant.
  public static func infinity(_ string: String) -> Double? {
    switch string {
    case "inf": .infinity
    case "-inf": -.infinity
    case "nan": .nan
    default: nil
    }
  }

  private static func value(_ object: Any, place: Int) throws -> Value {
    switch object {
    case is NSNull: return .none
    case let string as String: return .string(string)
    case let number as NSNumber:
      // Foundation keeps the three apart by the type that the number was made from.
      switch String(cString: number.objCType) {
      case "c", "B": return .bool(number.boolValue)
      case "d", "f": return .float(number.doubleValue)
      default:
        guard let integer = Int(exactly: number) else { return .float(number.doubleValue) }
        return .int(integer)
      }
    default: throw ValueJSONError("no sequence: element \(place) is an array or object")
    }
  }
}

/// Text that is no JSON array of values.
public struct ValueJSONError: Error, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
