// In: a selector. Out: the form in which an attention head can score it.

import Diagnostics
import Runtime

extension Lowering {
  mutating func lower(_ id: SelectorID) throws(Diagnostic) -> SelectorForm {
    if let form = loweredSelectors[id.index] { return form }
    let selector = source[id]
    let form: SelectorForm
    switch selector.kind {
    case .select(let keys, let queries, let predicate):
      form = SelectorForm(clauses: [.init(atoms: [try atom(keys, queries, predicate, for: selector)])])
    case .one(let a):
      form = try lower(a)
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
    _ keys: SOpID, _ queries: SOpID, _ predicate: Operation, for selector: Selector
  ) throws(Diagnostic) -> SelectorForm.Atom {
    let key = try side(keys)
    let query = try side(queries)
    let keySpellings = key.entries.map { spellings($0, of: key, keys) }
    let querySpellings = query.entries.map { spellings($0, of: query, queries) }
    var table: [SelectorForm.Truth] = []
    table.reserveCapacity(key.entries.count * query.entries.count)
    for keyValues in keySpellings {
      for queryValues in querySpellings {
        guard let keyValues, let queryValues else {
          table.append(.undefined)
          continue
        }
        var truth: SelectorForm.Truth?
        for keyValue in keyValues {
          for queryValue in queryValues {
            guard let value = try? predicate(keyValue, queryValue) else { continue }
            let found: SelectorForm.Truth = value.isTrue ? .yes : .no
            guard truth == nil || truth == found else {
              throw Diagnostic(
                "what this selects depends on rounding: '\(predicate.name)' is \(value.isTrue) between "
                  + "\(keyValue.quoted) and \(queryValue.quoted), but not between numbers that differ from "
                  + "them only by rounding",
                at: selector.range, hint: "round the numbers first")
            }
            truth = found
          }
        }
        table.append(truth ?? .undefined)
      }
    }
    return SelectorForm.Atom(
      key: key.roots.first, query: query.roots.first, keyCodes: key.entries.count,
      queryCodes: query.entries.count, table: table)
  }

  /// What one entry of a compared s-op stands for: of several spellings, those that occur. Nil if it stands
  /// for nothing.
  private func spellings(_ entry: Int32, of table: TableExpression, _ id: SOpID) -> [Value]? {
    if entry == Code.undefined { return nil }
    guard entry >= 0 else { return [.none] }
    let spellings = table.values[Int(entry)].spellings
    guard spellings.count > 1, let occurring = facts.values(of: id) else { return spellings }
    let found = spellings.filter(occurring.contains)
    return found.isEmpty ? [spellings[0]] : found
  }

  /// A selector's keys or queries as a table over at most one variable.
  mutating func side(_ id: SOpID) throws(Diagnostic) -> TableExpression {
    let expression = lowered[id.index]!
    if let table = categorical(expression), table.roots.count <= 1 { return table }
    let variable = try categoricalVariable(for: id)
    return categorical(.variable(variable))!
  }

  /// One predicate for the combined result of two selectors, over one variable that holds the combined values
  /// of their keys and one that holds those of their queries.
  mutating func product(
    _ forms: [SelectorForm], for selector: Selector,
    _ combine: (SelectorForm.Truth, SelectorForm.Truth) -> SelectorForm.Truth
  ) throws(Diagnostic) -> SelectorForm {
    let atoms = forms.flatMap { $0.clauses.flatMap(\.atoms) }
    let keys = Set(atoms.compactMap(\.key)).sorted()
    let queries = Set(atoms.compactMap(\.query)).sorted()
    let seesNone = { (roots: [VariableID], graph: VariableGraph) in
      // The combination decides, so a missing value in one part still counts.
      roots.contains { graph[$0].mayBeNone }
    }
    let key = try product(keys, keepsNone: seesNone(keys, graph), for: selector)
    let query = try product(queries, keepsNone: seesNone(queries, graph), for: selector)
    let keyCodes = key.map { graph[$0].codes } ?? 1
    let queryCodes = query.map { graph[$0].codes } ?? 1
    guard keyCodes * queryCodes <= options.limits.tableEntries else {
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
    var values: [HeldValue] = []
    for index in 0..<Int(count) {
      var rest = index
      var parts: [String] = []
      for place in roots.indices.reversed() {
        let code = rest % radices[place]
        let values = graph[roots[place]].values
        parts.append(code < values.count ? values[code].text : "None")
        rest /= radices[place]
      }
      values.append(HeldValue(.string("(" + parts.reversed().joined(separator: ", ") + ")")))
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
