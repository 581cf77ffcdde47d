// In: a selector. Out: the form in which an attention head can score it.

import Lexer
import Runtime

extension Lowering {
  mutating func lower(_ id: SelectorID) throws(Diagnostic) -> SelectorForm {
    if let form = loweredSelectors[id.index] { return form }
    let selector = source[id]
    let form: SelectorForm
    switch selector.kind {
    case .select(let keys, let queries, let predicate):
      form = SelectorForm(clauses: [.init(atoms: [try atom(keys, queries, predicate)])])
    case .and(let a, let b):
      form = try lower(a).and(try lower(b))
    case .or(let a, let b):
      let (a, b) = (try lower(a), try lower(b))
      if let either = a.or(b) {
        form = either
      } else {
        form = try product([a, b], for: selector, SelectorForm.Truth.or)
      }
    case .not(let a):
      let a = try lower(a)
      if let opposite = a.not() {
        form = opposite
      } else {
        form = try product([a, a], for: selector) { truth, _ in truth.not }
      }
    }
    loweredSelectors[id.index] = form
    return form
  }

  mutating func atom(
    _ keys: SOpID, _ queries: SOpID, _ predicate: Operation
  ) throws(Diagnostic) -> SelectorForm.Atom {
    let key = try side(keys)
    let query = try side(queries)
    var table: [SelectorForm.Truth] = []
    table.reserveCapacity(key.entries.count * query.entries.count)
    for keyEntry in key.entries {
      for queryEntry in query.entries {
        if keyEntry == Code.undefined || queryEntry == Code.undefined {
          table.append(.undefined)
          continue
        }
        let keyValue = keyEntry >= 0 ? key.values[Int(keyEntry)] : .none
        let queryValue = queryEntry >= 0 ? query.values[Int(queryEntry)] : .none
        if let value = try? predicate(keyValue, queryValue) {
          table.append(value.isTrue ? .yes : .no)
        } else {
          table.append(.undefined)
        }
      }
    }
    return SelectorForm.Atom(
      key: key.roots.first, query: query.roots.first, keyCodes: key.entries.count,
      queryCodes: query.entries.count, table: table)
  }

  /// A selector's keys or queries as a table over at most one variable.
  mutating func side(_ id: SOpID) throws(Diagnostic) -> TableExpression {
    let expression = lowered[id.index]!
    if let table = categorical(expression), table.roots.count <= 1 { return table }
    let variable = try categoricalVariable(for: id)
    return categorical(.variable(variable))!
  }

  /// One predicate of two selectors' truth, over variables that hold the combined values of their keys and
  /// of their queries.
  mutating func product(
    _ forms: [SelectorForm], for selector: Selector,
    _ combine: (SelectorForm.Truth, SelectorForm.Truth) -> SelectorForm.Truth
  ) throws(Diagnostic) -> SelectorForm {
    let atoms = forms.flatMap { $0.clauses.flatMap(\.atoms) }
    let keys = Set(atoms.compactMap(\.key)).sorted()
    let queries = Set(atoms.compactMap(\.query)).sorted()
    let seesNone = { (roots: [VariableID], graph: VariableGraph) in
      // The combination decides, so that a missing value on one side counts as one.
      roots.contains { graph[$0].mayBeNone }
    }
    let key = try product(keys, keepsNone: seesNone(keys, graph), for: selector)
    let query = try product(queries, keepsNone: seesNone(queries, graph), for: selector)
    let keyCodes = key.map { graph[$0].codes } ?? 1
    let queryCodes = query.map { graph[$0].codes } ?? 1
    guard keyCodes * queryCodes <= 16_000_000 else {
      throw Diagnostic(
        "this selector needs a table of \(keyCodes) by \(queryCodes) combinations of values",
        at: selector.range)
    }
    let keyRadices = keys.map { graph[$0].codes }
    let queryRadices = queries.map { graph[$0].codes }
    var table: [SelectorForm.Truth] = []
    table.reserveCapacity(keyCodes * queryCodes)
    var codes: [VariableID: Int] = [:]
    var queryValues: [VariableID: Int] = [:]
    func spread(_ code: Int, _ roots: [VariableID], _ radices: [Int], into result: inout [VariableID: Int]) {
      var rest = code
      for place in roots.indices.reversed() {
        result[roots[place]] = rest % radices[place]
        rest /= radices[place]
      }
    }
    for keyCode in 0..<keyCodes {
      spread(keyCode, keys, keyRadices, into: &codes)
      for queryCode in 0..<queryCodes {
        spread(queryCode, queries, queryRadices, into: &queryValues)
        table.append(
          combine(
            forms[0].truth(keys: codes, queries: queryValues),
            forms[1].truth(keys: codes, queries: queryValues)))
      }
    }
    return SelectorForm(clauses: [
      .init(atoms: [
        .init(key: key, query: query, keyCodes: keyCodes, queryCodes: queryCodes, table: table)
      ])
    ])
  }

  /// A variable whose values are the combinations of other variables' codes.
  mutating func product(
    _ roots: [VariableID], keepsNone: Bool, for selector: Selector
  ) throws(Diagnostic) -> VariableID? {
    guard let first = roots.first else { return nil }
    if roots.count == 1 { return first }
    let key = ProductKey(roots: roots, keepsNone: keepsNone)
    if let known = products[key] { return known }
    let radices = roots.map { graph[$0].codes }
    let count = radices.reduce(1.0) { $0 * Double($1) }
    guard count <= Double(options.limits.dMLP) else {
      let sizes = roots.map { "`\(graph[$0].name)` has \(graph[$0].codes) values" }.joined(separator: ", ")
      throw Diagnostic(
        "this selector depends on the combined values of several s-ops, \(Int(min(count, 1e18))) of them: "
          + "\(sizes); "
          + "the limit is \(options.limits.dMLP)",
        at: selector.range)
    }
    var values: [Value] = []
    for index in 0..<Int(count) {
      var rest = index
      var parts: [String] = []
      for place in roots.indices.reversed() {
        let code = rest % radices[place]
        let values = graph[roots[place]].values
        parts.append(code < values.count ? values[code].text : "None")
        rest /= radices[place]
      }
      values.append(.string("(" + parts.reversed().joined(separator: ", ") + ")"))
    }
    let table = TableExpression(
      roots: roots, radices: radices, values: values, entries: values.indices.map(Int32.init))
    let names = roots.map { graph[$0].name }.joined(separator: ", ")
    let id = add(
      Variable(
        name: unusedName("(\(names))"), kind: .map(.table(table)), values: values, encoding: .categorical,
        mayBeNone: false, range: selector.range))
    products[key] = id
    return id
  }
}
