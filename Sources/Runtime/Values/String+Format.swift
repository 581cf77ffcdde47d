import Foundation

/// Repeating and formatting text.
extension String {
  static func tooLong() -> EvaluationError {
    EvaluationError("the string would have more than \(Arithmetic.maximumTextLength) bytes")
  }

  func repeated(_ count: Int) throws(EvaluationError) -> String {
    guard count > 0, !isEmpty else { return "" }
    guard count <= Arithmetic.maximumTextLength / utf8.count else { throw String.tooLong() }
    return String(repeating: self, count: count)
  }

  /// Python's `format % value` for one value: `%s`, `%d` and `%i`, `%f` with a precision, `%%`.
  func formatted(with value: Value) throws(EvaluationError) -> String {
    var result = ""
    var isUsed = false
    var rest = unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      var precision = ""
      while let next = rest.first, "0123456789.".unicodeScalars.contains(next) {
        precision.unicodeScalars.append(rest.removeFirst())
      }
      guard let directive = rest.popFirst() else { throw EvaluationError("the format ends in '%'") }
      if directive == "%" {
        result += "%"
        continue
      }
      if isUsed { throw EvaluationError("the format asks for more than one value") }
      isUsed = true
      switch directive {
      case "s":
        guard precision.isEmpty else { throw EvaluationError("widths are not supported in formats") }
        result += value.text
      case "d", "i":
        guard let number = value.number, number.isFinite else { throw Arithmetic.mismatch("%d", value) }
        guard precision.isEmpty else { throw EvaluationError("widths are not supported in formats") }
        if let integer = value.integer {
          result += String(integer)
        } else {
          result += String(try Arithmetic.integer(number.rounded(.towardZero)))
        }
      case "f":
        guard let number = value.number else { throw Arithmetic.mismatch("%f", value) }
        var places = 6
        if !precision.isEmpty {
          guard precision.first == ".", let number = Int(precision.dropFirst()), number <= 100 else {
            throw EvaluationError("'%\(precision)f' is not a format", hint: "write '%.2f' for two decimals")
          }
          places = number
        }
        result += String(format: "%.\(places)f", number)
      default:
        throw EvaluationError("unknown format '%\(directive)'", hint: "the formats are %s, %d, %f and %%")
      }
    }
    guard isUsed else {
      throw EvaluationError(
        "'%' between a string and \(value.typeName): the string has no place for a value",
        hint: "'%' formats a string, as in \"%s!\" % 3; for the remainder both sides must be numbers")
    }
    return try Arithmetic.text("", plus: result)
  }
}
