import Diagnostics
import Parser

/// Evaluating expressions.
extension Evaluator {
  func evaluate(_ expression: Expression, in environment: Environment) throws -> Datum {
    try countStep(expression.range)
    if case .parenthesized(let inner) = expression.kind { return try evaluate(inner, in: environment) }
    let result = try evaluateKind(expression, in: environment)
    if case .list(let list) = result, list.elements.count > 32, makesList(expression) {
      try countStep(expression.range, elements: list.elements.count)
    }
    if isElementwise { try refuseSequences(result, expression.range) }
    switch result {
    case .display: return result
    case .sop, .selector: try tryOut(result, expression.range)
    default: break
    }
    environment.setOut(result)
    return result
  }

  /// In a session: evaluates the s-op or selector on the running example.
  private func tryOut(_ datum: Datum, _ range: SourceRange) throws {
    guard let test else { return }
    try located(range) {
      do {
        try test(datum, testInput)
      } catch let diagnostic as Diagnostic where diagnostic.range == nil {
        throw failure(diagnostic.message, at: range, hint: diagnostic.hint)
      }
    }
  }

  private func makesList(_ expression: Expression) -> Bool {
    if case .name = expression.kind { false } else { true }
  }

  private func refuseSequences(_ result: Datum, _ range: SourceRange) throws {
    switch result {
    case .sop, .selector:
      throw failure(
        "a function applied to each value cannot use \(result.kindName)", at: range,
        hint: "pass it as an argument: map(f, x, y)")
    default: break
    }
  }

  private func evaluateKind(_ expression: Expression, in environment: Environment) throws -> Datum {
    let range = expression.range
    switch expression.kind {
    case .invalid: throw AlreadyReported()
    case .parenthesized(let inner): return try evaluate(inner, in: environment)
    case .literal(let literal):
      switch literal {
      case .integer(let value): return .value(.int(value))
      case .float(let value): return .value(.float(value))
      case .string(let text): return .value(.string(text))
      }
    case .name(let name): return try lookUp(name, range, in: environment)
    case .unary(let op, let operand):
      return try unary(op, operandValue(operand, in: environment), at: range)
    case .binary(let op, let left, let right):
      if isElementwise, op == .and || op == .or {
        // On plain values inside a function the right side is looked at only when it decides.
        let first = try operandValue(left, in: environment)
        if first.isTrue == (op == .or) { return first }
        return try operandValue(right, in: environment)
      }
      let first = try operandValue(left, in: environment)
      return try binary(op, first, operandValue(right, in: environment), at: range)
    case .ternary(let then, let condition, let otherwise):
      switch try operandValue(condition, in: environment) {
      case .unknown: throw AlreadyReported()
      case .sop(let id):
        let first = try operandValue(then, in: environment)
        return try ternary(id, first, operandValue(otherwise, in: environment), at: range)
      case .selector:
        throw failure("a selector cannot be a condition", at: condition.range)
      case let plain:
        return try operandValue(plain.isTrue ? then : otherwise, in: environment)
      }
    case .contains(let element, let container):
      return try contains(element, container, range, in: environment)
    case .index(let base, let index): return try self.index(base, index, range, in: environment)
    case .call(let callee, let arguments):
      return try call(callee, arguments, range, in: environment)
    case .select(let keys, let queries, let comparison):
      let k = try operandValue(keys, in: environment)
      return try select(k, operandValue(queries, in: environment), comparison, at: range)
    case .selectWhere(let keys, let queries, let predicate):
      return try selectWhere(keys, queries, predicate, range, in: environment)
    case .aggregate(let selector, let value, let fallback):
      let sel = try operandValue(selector, in: environment)
      let values = try operandValue(value, in: environment)
      let other = try fallback.map { try operandValue($0, in: environment) }
      return try aggregate(sel, values, fallback: other, at: range)
    case .range(let bounds):
      return try self.range(bounds.map { try operandValue($0, in: environment) }, range)
    case .zip(let lists):
      return try zipped(lists.map { try operandValue($0, in: environment) }, range)
    case .length(let operand): return try length(operandValue(operand, in: environment), range)
    case .list(let elements):
      let values = try elements.map { try operandValue($0, in: environment) }
      return .list(try located(range) { try ListDatum(values) })
    case .dictionary(let entries):
      var dictionary = DictionaryDatum()
      for (key, value) in entries {
        let k = try dictionaryKey(key, in: environment)
        let v = try operandValue(value, in: environment)
        try located(range) { try dictionary.set(k, to: v) }
      }
      return .dictionary(dictionary)
    case .listComprehension(let value, let names, let iterable):
      var elements: [Datum] = []
      try forEach(names, iterable, in: environment) { inner in
        elements.append(try operandValue(value, in: inner))
      }
      return .list(try located(range) { try ListDatum(elements) })
    case .dictionaryComprehension(let key, let value, let names, let iterable):
      var dictionary = DictionaryDatum()
      try forEach(names, iterable, in: environment) { inner in
        let k = try dictionaryKey(key, in: inner)
        let v = try operandValue(value, in: inner)
        try located(range) { try dictionary.set(k, to: v) }
      }
      return .dictionary(dictionary)
    }
  }

  /// An expression's value for use in another one.
  private func operandValue(_ expression: Expression, in environment: Environment) throws -> Datum {
    let value = try materialized(evaluate(expression, in: environment), expression.range)
    if case .unknown = value { throw AlreadyReported() }
    return value
  }

  private func lookUp(_ name: String, _ range: SourceRange, in environment: Environment) throws -> Datum {
    if let datum = environment.lookUp(name) { return datum }
    if hasUnknownNames, test == nil { throw AlreadyReported() }
    throw failure(
      "unknown name '\(name)'", at: range,
      hint: Spelling.suggestion(for: name, among: environment.visibleNames))
  }

  private func dictionaryKey(_ expression: Expression, in environment: Environment) throws -> Value {
    let key = try operandValue(expression, in: environment)
    guard case .value(let value) = key else {
      throw failure("a key must be a plain value, not \(key.kindName)", at: expression.range)
    }
    return value
  }

  private func forEach(
    _ names: [Name], _ iterable: Expression, in environment: Environment,
    _ body: (Environment) throws -> Void
  ) throws {
    let collection = try operandValue(iterable, in: environment)
    guard let elements = elements(of: collection) else {
      throw failure(
        "a comprehension can only loop over a list, a dictionary or a string, not \(collection.kindName)",
        at: iterable.range)
    }
    for element in elements {
      let inner = environment.nested()
      try bind(names, to: element, at: iterable.range, in: inner)
      try body(inner)
    }
  }

  // MARK: Containers

  private func contains(
    _ elementSyntax: Expression, _ containerSyntax: Expression, _ range: SourceRange,
    in environment: Environment
  ) throws -> Datum {
    let element = try operandValue(elementSyntax, in: environment)
    let container = try operandValue(containerSyntax, in: environment)
    switch (element, container) {
    case (.sop(let id), .list(let list)):
      var values: [Value] = []
      for item in list.elements {
        guard case .value(let value) = item else {
          throw failure(
            "the list after 'in' must hold plain values, not \(item.kindName)", at: containerSyntax.range)
        }
        values.append(value)
      }
      let members = values
      var name = "\(sopNames[id.index]) in "
      if case .name(let text) = containerSyntax.kind { name += text } else { name += printed(container) }
      let operation = Operation(unary: "in") { value in .bool(members.contains { $0.equals(value) }) }
      return .sop(
        try add(
          .map(operation, [id]), ValueTypes.bool.passingNone(from: types[id.index]), name: name, at: range))
    case (.sop(let id), .value(.string(let text))):
      let operation = Operation(unary: "in") { value in
        guard case .string(let part) = value else { throw Arithmetic.mismatch("in", value, .string(text)) }
        return .bool(text.includes(part))
      }
      return .sop(
        try add(
          .map(operation, [id]), ValueTypes.bool.passingNone(from: types[id.index]), name: "s-op", at: range))
    case (.value(let value), .list(let list)):
      return .value(
        .bool(list.elements.contains { if case .value(let item) = $0 { item.equals(value) } else { false } }))
    case (.value(let value), .dictionary(let dictionary)):
      return .value(.bool(dictionary[value] != nil))
    case (.value(.string(let part)), .value(.string(let text))):
      return .value(.bool(text.includes(part)))
    case (.value(let value), .sop(let id)):
      let matches = try add(
        .map(Operation(unary: "==") { .int($0.equals(value) ? 1 : 0) }, [id]), .int, name: "s-op", at: range)
      let share = try aggregate(.selector(fullSelector), .sop(matches), fallback: nil, at: range)
      return try binary(.greater, share, .value(.int(0)), at: range)
    case (.selector, _), (.function, _), (.builtin, _):
      throw failure(
        "'in' cannot look for \(element.kindName)", at: elementSyntax.range,
        hint: "it looks for plain values and s-ops")
    case (.sop, _), (.value, _):
      throw failure(
        "'in' cannot look into \(container.kindName)", at: containerSyntax.range,
        hint: "it looks into lists, dictionaries, strings and s-ops")
    default:
      throw failure(
        "'in' cannot look for \(element.kindName)", at: elementSyntax.range,
        hint: "it looks for plain values and s-ops")
    }
  }

  private func index(
    _ baseSyntax: Expression, _ indexSyntax: Expression, _ range: SourceRange, in environment: Environment
  ) throws -> Datum {
    let base = try operandValue(baseSyntax, in: environment)
    let index = try operandValue(indexSyntax, in: environment)
    var baseName = "out"
    if case .name(let text) = baseSyntax.kind { baseName = text }
    var indexName = "out"
    if case .name(let text) = indexSyntax.kind { indexName = text }
    switch (base, index) {
    case (.dictionary(let dictionary), .value(let key)):
      guard let value = dictionary[key] else {
        throw failure("the dictionary has no key \(key.quoted)", at: indexSyntax.range)
      }
      return value
    case (.dictionary(let dictionary), .sop(let id)):
      var table: [Value: Value] = [:]
      var plain = DictionaryDatum()
      for (key, value) in dictionary.entries {
        guard case .value(let value) = value else {
          throw failure(
            "a dictionary indexed by an s-op must hold plain values, not \(value.kindName)", at: range)
        }
        table[key] = value
        try located(range) { try plain.set(key, to: .value(value)) }
      }
      let entries = plain
      let operation = Operation(unary: "\(baseName)[]") { key in
        guard case .value(let value)? = entries[key] else {
          throw EvaluationError("the dictionary has no key \(key.quoted)")
        }
        return value
      }
      return .sop(
        try add(
          .map(operation, [id]), ValueTypes(table.values).passingNone(from: types[id.index]),
          name: "\(baseName)[\(indexName)]", at: range))
    case (.list(let list), .sop(let id)):
      let values = try list.elements.map { element -> Value in
        guard case .value(let value) = element else {
          throw failure(
            "a list indexed by an s-op must hold plain values, not \(element.kindName)", at: range)
        }
        return value
      }
      return .sop(try indexed(values, by: id, "list", "\(baseName)[\(indexName)]", range))
    case (.value(.string(let text)), .sop(let id)):
      let values = text.unicodeScalars.map { Value.string(String($0)) }
      return .sop(try indexed(values, by: id, "string", "\(baseName)[\(indexName)]", range))
    case (.list(let list), .value(let value)):
      guard let place = value.integer else {
        throw failure("a list must be indexed by an int, not by \(index.kindName)", at: indexSyntax.range)
      }
      return list.elements[try position(place, list.elements.count, "list", indexSyntax.range)]
    case (.value(.string(let text)), .value(let value)):
      guard let place = value.integer else {
        throw failure("a string must be indexed by an int, not by \(index.kindName)", at: indexSyntax.range)
      }
      let scalars = Array(text.unicodeScalars)
      return .value(.string(String(scalars[try position(place, scalars.count, "string", indexSyntax.range)])))
    case (.sop(let id), .value(let value)):
      guard let place = value.integer else {
        throw failure("an s-op must be indexed by an int, not by \(index.kindName)", at: indexSyntax.range)
      }
      let query: Datum
      if place >= 0 {
        query = .value(.int(place))
      } else {
        query = try binary(.add, .sop(lengthSOp), .value(.int(place)), at: range)
      }
      let selector = try select(.sop(indices), query, .equal, at: range)
      return try aggregate(
        selector, .sop(id), fallback: nil, name: "\(sopNames[id.index])[\(place)]", at: range)
    case (.sop, _):
      throw failure(
        "an s-op must be indexed by an int, not by \(index.kindName)", at: indexSyntax.range,
        hint: "use load_from_location(seq, location) for a position that is an s-op")
    case (.list, _), (.dictionary, _), (.value(.string), _):
      throw failure(
        "the index must be an s-op or a plain value, not \(index.kindName)", at: indexSyntax.range)
    default:
      throw failure(
        "only lists, dictionaries, strings and s-ops can be indexed, not \(base.kindName)",
        at: baseSyntax.range)
    }
  }

  private func position(_ index: Int, _ count: Int, _ kind: String, _ range: SourceRange) throws -> Int {
    guard index < count, index >= -count else {
      throw failure("the \(kind) of \(Self.count(count, "element")) has no index \(index)", at: range)
    }
    return index < 0 ? index + count : index
  }

  private func indexed(
    _ values: [Value], by id: SOpID, _ kind: String, _ name: String, _ range: SourceRange
  ) throws -> SOpID {
    guard !types[id.index].isDisjoint(with: [.int, .bool, .none]) else {
      throw failure("a \(kind) must be indexed by ints, but this s-op is \(types[id.index])", at: range)
    }
    let operation = Operation(unary: "\(kind)[]") { index in
      guard let place = index.integer else {
        throw EvaluationError(
          "a \(kind) must be indexed by an int, not by \(index.typeName) (\(index.excerpt))")
      }
      guard place < values.count, place >= -values.count else {
        throw EvaluationError(
          "the \(kind) of \(Evaluator.count(values.count, "element")) has no index \(place)")
      }
      return values[place < 0 ? place + values.count : place]
    }
    return try add(
      .map(operation, [id]), ValueTypes(values).passingNone(from: types[id.index]), name: name, at: range)
  }

  private func range(_ bounds: [Datum], _ range: SourceRange) throws -> Datum {
    let numbers = try bounds.map { bound -> Int in
      guard case .value(let value) = bound, let number = value.integer else {
        throw failure("range takes ints, not \(bound.kindName)", at: range)
      }
      return number
    }
    let start = numbers.count == 1 ? 0 : numbers[0]
    let end = numbers.count == 1 ? numbers[0] : numbers[1]
    let step = numbers.count == 3 ? numbers[2] : 1
    guard step != 0 else { throw failure("the step of range must not be 0", at: range) }
    let span = Double(end) - Double(start)
    guard span / Double(step) <= Double(ListDatum.maximumTotal - 1) else {
      throw failure("the range has more than \(ListDatum.maximumTotal - 1) numbers", at: range)
    }
    let values = Array(stride(from: start, to: end, by: step))
    return .list(try located(range) { try ListDatum(values.map { .value(.int($0)) }) })
  }

  private func zipped(_ arguments: [Datum], _ range: SourceRange) throws -> Datum {
    let lists = try arguments.enumerated().map { number, argument -> [Datum] in
      guard case .list(let list) = argument else {
        throw failure("zip takes lists, but argument \(number + 1) is \(argument.kindName)", at: range)
      }
      return list.elements
    }
    guard lists.allSatisfy({ $0.count == lists[0].count }) else {
      let counts = lists.map { "\($0.count)" }.joined(separator: ", ")
      throw failure("zip takes lists of equal length, not of \(counts)", at: range)
    }
    return .list(
      try located(range) {
        try ListDatum(
          try lists[0].indices.map { place in .list(try ListDatum(lists.map { $0[place] })) })
      })
  }

  private func length(_ operand: Datum, _ range: SourceRange) throws -> Datum {
    switch operand {
    case .list(let list): return .value(.int(list.elements.count))
    case .dictionary(let dictionary): return .value(.int(dictionary.count))
    case .value(.string(let text)): return .value(.int(text.unicodeScalars.count))
    case .sop(let id):
      guard types[id.index].contains(.string) else {
        throw failure(
          "len of an s-op is the length of each of its strings, but this one is \(types[id.index])",
          at: range, hint: "use 'length' for the number of tokens")
      }
      let operation = Operation(unary: "len") { value in
        guard case .string(let text) = value else {
          throw EvaluationError("'len' does not work on \(value.typeName) (\(value.excerpt))")
        }
        return .int(text.unicodeScalars.count)
      }
      return .sop(
        try add(
          .map(operation, [id]), ValueTypes.int.passingNone(from: types[id.index]),
          name: "len(\(sopNames[id.index]))", at: range))
    default:
      throw failure("len takes a list, a dictionary or a string, not \(operand.kindName)", at: range)
    }
  }

  // MARK: Calls

  private func call(
    _ callee: Expression, _ argumentSyntax: [Expression], _ range: SourceRange, in environment: Environment
  ) throws -> Datum {
    // A name that is a function needs no trying out on the argument.
    if case .name(let name) = callee.kind, let datum = environment.lookUp(name) {
      switch datum {
      case .function(let function):
        let arguments = try argumentSyntax.map { try operandValue($0, in: environment) }
        return try call(function, arguments, at: range)
      case .builtin(let builtin):
        let arguments = try argumentSyntax.map { try operandValue($0, in: environment) }
        return try call(builtin, arguments, argumentSyntax.map(\.range), at: range)
      default: break
      }
    }
    let arguments = try argumentSyntax.map { try operandValue($0, in: environment) }
    let saved = testInput
    if arguments.count == 1 {
      testInput = inputTokens(arguments[0]).map { .tokens($0) } ?? .invalid
    }
    defer { testInput = saved }
    switch try evaluate(callee, in: environment) {
    case .unknown: throw AlreadyReported()
    case .function(let function): return try call(function, arguments, at: range)
    case .builtin(let builtin):
      return try call(builtin, arguments, argumentSyntax.map(\.range), at: range)
    case .sop(let id):
      let tokens = try applicationInput(arguments, "an s-op", range)
      try countStep(range, elements: 8 * tokens.count)
      let values = try values(of: id, on: tokens)
      return .display(DisplayDatum(input: tokens, content: .sequence(values)))
    case .selector(let id):
      let tokens = try applicationInput(arguments, "a selector", range)
      try countStep(range, elements: min(tokens.count, 1 << 20) * min(tokens.count, 1 << 20))
      let rows = try matrix(of: id, on: tokens)
      return .display(DisplayDatum(input: tokens, content: .matrix(rows)))
    case let other:
      throw failure("\(other.kindName) cannot be called", at: callee.range)
    }
  }

  private func applicationInput(
    _ arguments: [Datum], _ subject: String, _ range: SourceRange
  ) throws -> [Value] {
    guard arguments.count == 1 else {
      throw failure("\(subject) must be applied to one input, not to \(arguments.count)", at: range)
    }
    guard let tokens = inputTokens(arguments[0]) else {
      throw failure("\(subject) must be applied to a non-empty string or list of values", at: range)
    }
    return tokens
  }

  /// A function as an operation on the values of `arity` s-ops.
  func elementwise(_ function: Datum, arity: Int, at range: SourceRange) throws -> (Operation, ValueTypes) {
    switch function {
    case .unknown: throw AlreadyReported()
    case .function(let function):
      guard function.syntax.parameters.count == arity else {
        throw failure(
          "\(function.syntax.name.text) takes \(Self.count(function.syntax.parameters.count, "argument")), "
            + "but is given \(Self.count(arity, "value")) at each position", at: range)
      }
      let elementwise = ElementwiseFunction(function, limits: limits, isInterrupted: isInterrupted)
      return (elementwise.operation, .any)
    case .builtin(let builtin):
      guard case .elementwise(let type, let body) = builtin.kind else { break }
      guard builtin.arity.contains(arity) else {
        throw failure(
          "\(builtin.name) cannot take \(Self.count(arity, "value")) at each position", at: range,
          hint: builtin.signature)
      }
      return (
        Operation(name: builtin.name, arity: arity, passesNone: builtin.passesNone, body),
        type.union(.none)
      )
    default: break
    }
    throw failure("\(function.kindName) cannot be applied to each value", at: range)
  }

  private func selectWhere(
    _ keys: Expression, _ queries: Expression, _ predicate: Expression, _ range: SourceRange,
    in environment: Environment
  ) throws -> Datum {
    let k = try asSOp(operandValue(keys, in: environment), at: keys.range, "the keys")
    let q = try asSOp(operandValue(queries, in: environment), at: queries.range, "the queries")
    let function = try operandValue(predicate, in: environment)
    let (operation, _) = try elementwise(function, arity: 2, at: predicate.range)
    return .selector(try add(.select(keys: k, queries: q, operation), at: range))
  }
}
