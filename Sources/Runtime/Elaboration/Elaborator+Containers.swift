import Diagnostics
import Parser
import Rendering

/// `in`, `[]` and `len` with s-ops.
extension Elaborator {
  func contains(_ container: Operand, _ element: Operand, at range: SourceRange) throws -> Datum? {
    switch (element.value, container.value) {
    case (.sop(let id), .list(let list)):
      let members = try list.elements.map { item in
        guard case .value(let value) = item else {
          throw evaluator.failure(
            "the list after 'in' must hold plain values, not \(item.kindName)", at: container.range)
        }
        return value
      }
      let text = container.name ?? nodes.printedElement(container.value)
      let operation = Operation(unary: "in") { value in .bool(members.contains { $0.equals(value) }) }
      return try addTest(operation, on: id, name: "\(nodes.sopNames[id.index]) in \(text)", at: range)
    case (.sop(let id), .value(.string(let text))):
      let operation = Operation(unary: "in") { value in
        guard case .string(let part) = value else { throw Arithmetic.mismatch("in", value, .string(text)) }
        return .bool(text.includes(part))
      }
      return try addTest(operation, on: id, name: "s-op", at: range)
    case (.value(let value), .sop(let id)):
      let matches = try add(
        .map(Operation(unary: "==") { .int($0.equals(value) ? 1 : 0) }, [id]), .int, name: "s-op", at: range)
      let share = try aggregate(.selector(base.fullSelector), .sop(matches), fallback: nil, at: range)
      return try binary(.greater, share, .value(.int(0)), at: range)
    default: return nil
    }
  }

  private func addTest(
    _ operation: Operation, on sop: SOpID, name: String, at range: SourceRange
  ) throws -> Datum {
    try addMap(
      operation, over: [.sop(sop)], type: ValueTypes.bool.passingNone(from: nodes.types[sop.index]),
      name: name, at: range)
  }

  func element(of base: Operand, at index: Operand, at range: SourceRange) throws -> Datum? {
    let baseName = base.name ?? "out"
    let name = "\(baseName)[\(index.name ?? "out")]"
    switch (base.value, index.value) {
    case (.dictionary(let dictionary), .sop(let id)):
      return try entry(of: dictionary, baseName, at: id, name: name, at: range)
    case (.list(let list), .sop(let id)):
      let values = try list.elements.map { element -> Value in
        guard case .value(let value) = element else {
          throw evaluator.failure(
            "a list indexed by an s-op must hold plain values, not \(element.kindName)", at: range)
        }
        return value
      }
      return try element(of: values, at: id, "list", name: name, at: range)
    case (.value(.string(let text)), .sop(let id)):
      let values = text.unicodeScalars.map { Value.string(String($0)) }
      return try element(of: values, at: id, "string", name: name, at: range)
    case (.sop(let id), .value(let value)):
      guard let place = value.integer else {
        throw evaluator.failure(
          "an s-op must be indexed by an int, not by \(index.value.kindName)", at: index.range)
      }
      return try element(of: id, at: place, at: range)
    case (.sop, _):
      throw evaluator.failure(
        "an s-op must be indexed by an int, not by \(index.value.kindName)", at: index.range,
        hint: "use load_from_location(seq, location) for a position that is an s-op")
    default: return nil
    }
  }

  private func entry(
    of dictionary: DictionaryDatum, _ dictionaryName: String, at key: SOpID, name: String,
    at range: SourceRange
  ) throws -> Datum {
    let values = try dictionary.entries.map { _, value in
      guard case .value(let plain) = value else {
        throw evaluator.failure(
          "a dictionary indexed by an s-op must hold plain values, not \(value.kindName)", at: range)
      }
      return plain
    }
    let operation = Operation(unary: "\(dictionaryName)[]") { key in
      guard case .value(let value)? = dictionary[key] else {
        throw EvaluationError("the dictionary has no key \(key.quoted)")
      }
      return value
    }
    return try addMap(
      operation, over: [.sop(key)], type: ValueTypes(values).passingNone(from: nodes.types[key.index]),
      name: name, at: range)
  }

  /// An element of a list, or a character of a string.
  private func element(
    of values: [Value], at index: SOpID, _ kind: String, name: String, at range: SourceRange
  ) throws -> Datum {
    let type = nodes.types[index.index]
    guard !type.isDisjoint(with: [.int, .bool, .none]) else {
      throw evaluator.failure("a \(kind) must be indexed by ints, but this s-op is \(type)", at: range)
    }
    let operation = Operation(unary: "\(kind)[]") { index in
      guard let place = index.integer else {
        throw EvaluationError(
          "a \(kind) must be indexed by an int, not by \(index.typeName) (\(index.excerpt))")
      }
      guard place < values.count, place >= -values.count else {
        throw EvaluationError("the \(kind) of \(counted(values.count, "element")) has no index \(place)")
      }
      return values[place < 0 ? place + values.count : place]
    }
    return try addMap(
      operation, over: [.sop(index)], type: ValueTypes(values).passingNone(from: type), name: name, at: range)
  }

  /// The value of an s-op at one position, copied to every position; a negative index counts from the end.
  private func element(of sop: SOpID, at place: Int, at range: SourceRange) throws -> Datum {
    let query: Datum
    if place >= 0 {
      query = .value(.int(place))
    } else {
      query = try binary(.add, .sop(base.length), .value(.int(place)), at: range)
    }
    let selector = try select(.sop(base.indices), query, .equal, at: range)
    return try aggregate(
      selector, .sop(sop), fallback: nil, name: "\(nodes.sopNames[sop.index])[\(place)]", at: range)
  }

  func length(of sop: SOpID, at range: SourceRange) throws -> Datum {
    let type = nodes.types[sop.index]
    guard type.contains(.string) else {
      throw evaluator.failure(
        "len of an s-op is the length of each of its strings, but this one is \(type)",
        at: range, hint: "use 'length' for the number of tokens")
    }
    let operation = Operation(unary: "len") { value in
      guard case .string(let text) = value else {
        throw EvaluationError("'len' does not work on \(value.typeName) (\(value.excerpt))")
      }
      return .int(text.unicodeScalars.count)
    }
    return try addMap(
      operation, over: [.sop(sop)], type: ValueTypes.int.passingNone(from: type),
      name: "len(\(nodes.sopNames[sop.index]))", at: range)
  }
}

extension Operand {
  /// The operand's name, if it is written as a name.
  fileprivate var name: String? {
    if case .name(let text) = syntax.kind { text } else { nil }
  }
}
