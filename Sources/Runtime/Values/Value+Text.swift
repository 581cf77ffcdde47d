import Foundation

extension Value {
  /// The value as text, as RASP's `str` gives it: `True`, `0.5`, `abc`.
  package var text: String {
    switch self {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .int(let value): String(value)
    case .float(let value): Value.text(value)
    case .string(let value): value
    }
  }

  /// The value as it appears inside a printed list: strings in single quotes.
  package var quoted: String {
    guard case .string(let value) = self else { return text }
    let quote: Character = value.contains("'") && !value.contains("\"") ? "\"" : "'"
    var result = String(quote)
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "'" where quote == "'": result += "\\'"
      default:
        if scalar.value < 32 || scalar.value == 127 {
          result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    result.append(quote)
    return result
  }

  /// The value as it appears in the display of a sequence: floats with three digits, `T` and `F`.
  var short: String {
    switch self {
    case .float(let value): Value.text(Value.rounded(value, digits: 3))
    case .bool(let value): value ? "T" : "F"
    default: text
    }
  }

  /// A float in the shortest form that reads back the same, spelled as Python spells it.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    // Swift finds the same shortest digits; only the spelling of an exponent differs.
    let shortest = "\(value.magnitude)"
    let parts = shortest.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    var digits = String(mantissa[0]) + (mantissa.count > 1 ? String(mantissa[1]) : "")
    var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1])! : 0)
    while digits.count > 1, digits.hasPrefix("0") {
      digits.removeFirst()
      point -= 1
    }
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    if digits == "0" { point = 1 }
    let sign = value.sign == .minus ? "-" : ""
    if point > 16 || point < -3 {
      let exponent = point - 1
      let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
      let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return "\(sign)\(digits.first!)\(fraction)e\(exponent < 0 ? "-" : "+")\(size)"
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if digits.count <= point {
      return sign + digits + String(repeating: "0", count: point - digits.count) + ".0"
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  /// A float rounded to a number of decimals; its exact binary value decides ties, as in Python.
  static func rounded(_ value: Double, digits: Int) -> Double {
    guard value.isFinite else { return value }
    return Double(String(format: "%.\(digits)f", value)) ?? value
  }
}

extension Value {
  /// The value for a message, shortened if it is long.
  var excerpt: String {
    let text = quoted
    return text.count > 24 ? text.prefix(21) + "..." : text
  }
}
