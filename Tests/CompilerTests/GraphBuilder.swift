import Runtime

/// Small programs as graphs, without going through the parser.
struct GraphBuilder {
  var graph = SOpGraph()

  mutating func tokens() -> SOpID { graph.add(SOp(.tokens, name: "tokens", label: "tokens")) }
  mutating func indices() -> SOpID { graph.add(SOp(.indices, name: "indices", label: "indices")) }
  mutating func length() -> SOpID { graph.add(SOp(.length, name: "length", label: "length")) }
  mutating func constant(_ value: Value) -> SOpID { graph.add(SOp(.constant(value), label: "\(value)")) }

  mutating func map(
    _ name: String? = nil, _ inputs: [SOpID], encoding: Encoding? = nil, operation: String = "f",
    form: Operation.Form? = nil, _ body: @escaping @Sendable ([Value]) throws -> Value
  ) -> SOpID {
    graph.add(
      SOp(
        .map(Operation(name: operation, arity: inputs.count, form: form, body), inputs), name: name,
        label: name ?? operation, encoding: encoding))
  }

  mutating func select(
    _ keys: SOpID, _ queries: SOpID, _ predicate: @escaping @Sendable (Value, Value) -> Bool
  ) -> SelectorID {
    graph.add(
      Selector(
        .select(
          keys: keys, queries: queries,
          Operation(name: "predicate", arity: 2) { .bool(predicate($0[0], $0[1])) })))
  }

  mutating func aggregate(
    _ name: String? = nil, _ selector: SelectorID, _ values: SOpID, fallback: Value = .none,
    encoding: Encoding? = nil
  ) -> SOpID {
    graph.add(
      SOp(
        .aggregate(selector, values, fallback: fallback), name: name, label: name ?? "aggregate",
        encoding: encoding))
  }

  mutating func width(_ name: String? = nil, _ selector: SelectorID) -> SOpID {
    graph.add(SOp(.selectorWidth(selector), name: name, label: name ?? "width"))
  }
}

extension Value {
  /// The number of a test's value that is one.
  var double: Double {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .float(let value): value
    case .none, .string: .nan
    }
  }
}
