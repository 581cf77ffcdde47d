import Diagnostics
import Parser

/// Adding nodes to the graph.
extension Elaborator {
  /// Adds an s-op; `name` is the name that RASP 0.1 would give it.
  func add(_ kind: SOp.Kind, _ type: ValueTypes, name: String, at range: SourceRange) throws -> SOpID {
    try evaluator.located(range) {
      try nodes.add(
        kind, type, name: name, label: label(range, name), at: evaluator.calls.userRange(range))
    }
  }

  func add(_ kind: Selector.Kind, at range: SourceRange) throws -> SelectorID {
    try evaluator.located(range) {
      try nodes.add(kind, label: label(range, "select"), at: evaluator.calls.userRange(range))
    }
  }

  /// The text of an expression on one line; `name` if the text is long.
  func label(_ range: SourceRange, _ name: String) -> String {
    guard range.end - range.start <= 200 else { return name }
    let text = range.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return text.count <= 60 ? text : name
  }

  /// An s-op, or a plain value as a constant s-op; in messages, `role` says what it is for.
  func asSOp(_ datum: Datum, at range: SourceRange, _ role: String) throws -> SOpID {
    switch datum {
    case .sop(let id): return id
    case .value(let value):
      return try add(.constant(value), ValueTypes(value), name: value.text, at: range)
    case .unknown: throw AlreadyReported()
    default:
      throw evaluator.failure("\(role) must be an s-op or a value, not \(datum.kindName)", at: range)
    }
  }

  /// A map over the arguments that are s-ops; the others become part of the operation.
  func addMap(
    _ operation: Operation, over arguments: [Datum], type: ValueTypes, name: String, at range: SourceRange
  ) throws -> Datum {
    var inputs: [SOpID] = []
    var constants: [Value?] = []
    for argument in arguments {
      switch argument {
      case .sop(let id):
        inputs.append(id)
        constants.append(nil)
      case .value(let value): constants.append(value)
      case .unknown: throw AlreadyReported()
      default:
        throw evaluator.failure(
          "\(operation.name) works on s-ops and plain values, not on \(argument.kindName)", at: range)
      }
    }
    return .sop(try add(.map(operation.applied(to: constants), inputs), type, name: name, at: range))
  }
}
