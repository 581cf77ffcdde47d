import Diagnostics
import Rendering

/// A built-in function beyond RASP 0.1; a program may rebind its name.
///
/// There is a file for each kind of argument. A function of plain values is elementwise: it takes no more
/// than an entry with a body in one of the lists.
struct Builtin: Sendable {
  enum Kind: Sendable {
    /// Works on plain values, and so on s-ops position by position; has the types of its results.
    case elementwise(ValueTypes, @Sendable ([Value]) throws -> Value)
    case special(Special)
  }

  /// Functions of more than plain values.
  enum Special: Sendable {
    case selectorWidth, one, numerical, categorical, map
    case sum, sorted, reversed, largest, smallest, join, split, characters, keys, values
  }

  let signature: String
  let summary: String
  let arity: ClosedRange<Int>
  /// The types that every argument must be able to have.
  let operands: ValueTypes
  /// Whether the result is `None` if one of the arguments is.
  let passesNone: Bool
  let kind: Kind

  var name: String { String(signature.prefix { $0 != "(" }) }

  static let constants: [(String, Value)] = [
    ("None", .none), ("pi", .float(.pi)), ("inf", .float(.infinity)),
  ]

  static let all: [Builtin] = special + numeric + text + general

  /// An elementwise function.
  static func function(
    _ signature: String, _ summary: String, _ arity: ClosedRange<Int>, of operands: ValueTypes,
    to result: ValueTypes, passesNone: Bool = true, _ body: @escaping @Sendable ([Value]) throws -> Value
  ) -> Builtin {
    Builtin(
      signature: signature, summary: summary, arity: arity, operands: operands, passesNone: passesNone,
      kind: .elementwise(result, body))
  }

  static func special(
    _ signature: String, _ summary: String, _ arity: ClosedRange<Int>, _ special: Special
  ) -> Builtin {
    Builtin(
      signature: signature, summary: summary, arity: arity, operands: .any, passesNone: false,
      kind: .special(special))
  }

  static func number(_ name: String, _ value: Value) throws(EvaluationError) -> Double {
    guard let number = value.number else { throw Arithmetic.mismatch(name, value) }
    return number
  }

  static func integer(_ name: String, _ value: Value) throws(EvaluationError) -> Int {
    guard let integer = value.integer else { throw Arithmetic.mismatch(name, value) }
    return integer
  }

  static func string(_ name: String, _ value: Value) throws(EvaluationError) -> String {
    guard case .string(let text) = value else { throw Arithmetic.mismatch(name, value) }
    return text
  }
}

extension Builtin {
  /// The error for a call with the wrong number of arguments.
  func wrongCount(_ count: Int, at range: SourceRange) -> Diagnostic {
    let expected =
      arity.count == 1
      ? counted(arity.lowerBound, "argument")
      : arity.count > 3
        ? "at least \(arity.lowerBound) arguments" : "\(arity.lowerBound) to \(arity.upperBound) arguments"
    return Diagnostic("\(name) takes \(expected), not \(count)", at: range, hint: signature)
  }
}
