import Diagnostics
import Parser
import Rendering

/// `in` and `[]`.
extension ScalarEvaluator {
  func contains(
    _ element: Expression, _ container: Expression, _ range: SourceRange, in environment: Environment
  ) throws -> Datum {
    let element = try Operand(syntax: element, value: operand(element, in: environment))
    let container = try Operand(syntax: container, value: operand(container, in: environment))
    if let result = try sequences?.contains(container, element, at: range) { return result }
    switch (element.value, container.value) {
    case (.value(let value), .list(let list)):
      return .value(
        .bool(list.elements.contains { if case .value(let item) = $0 { item.equals(value) } else { false } }))
    case (.value(let value), .dictionary(let dictionary)):
      return .value(.bool(dictionary[value] != nil))
    case (.value(.string(let part)), .value(.string(let text))):
      return .value(.bool(text.includes(part)))
    case (.sop, _), (.value, _):
      throw failure(
        "'in' cannot look into \(container.value.kindName)", at: container.range,
        hint: "it looks into lists, dictionaries, strings and s-ops")
    default:
      throw failure(
        "'in' cannot look for \(element.value.kindName)", at: element.range,
        hint: "it looks for plain values and s-ops")
    }
  }

  func index(
    _ base: Expression, _ index: Expression, _ range: SourceRange, in environment: Environment
  ) throws -> Datum {
    let base = try Operand(syntax: base, value: operand(base, in: environment))
    let index = try Operand(syntax: index, value: operand(index, in: environment))
    if let result = try sequences?.element(of: base, at: index, at: range) { return result }
    switch (base.value, index.value) {
    case (.dictionary(let dictionary), .value(let key)):
      guard let value = dictionary[key] else {
        throw failure("the dictionary has no key \(key.quoted)", at: index.range)
      }
      return value
    case (.list(let list), .value(let place)):
      return list.elements[try position(place, in: list.elements.count, "list", index.range)]
    case (.value(.string(let text)), .value(let place)):
      let scalars = Array(text.unicodeScalars)
      return .value(.string(String(scalars[try position(place, in: scalars.count, "string", index.range)])))
    case (.list, _), (.dictionary, _), (.value(.string), _):
      throw failure(
        "the index must be an s-op or a plain value, not \(index.value.kindName)", at: index.range)
    default:
      throw failure(
        "only lists, dictionaries, strings and s-ops can be indexed, not \(base.value.kindName)",
        at: base.range)
    }
  }

  /// The position that an index refers to; a negative index counts from the end.
  private func position(_ index: Value, in count: Int, _ kind: String, _ range: SourceRange) throws -> Int {
    guard let index = index.integer else {
      throw failure("a \(kind) must be indexed by an int, not by \(Datum.value(index).kindName)", at: range)
    }
    guard index < count, index >= -count else {
      throw failure("the \(kind) of \(counted(count, "element")) has no index \(index)", at: range)
    }
    return index < 0 ? index + count : index
  }
}
