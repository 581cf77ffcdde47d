// In: variables in order, with the hidden units that compute them. Out: how far the directions of each may be
// off in the float32 arithmetic of the compiled transformer.
//
// The AND of two values that are off by e is off by 2e, so errors that are negligible at first could swamp a
// deep circuit. Once they have grown, the next table is made of units that remove them.

import Runtime

/// Bounds on the errors of variables, computed one after the other.
struct Precision: Sendable {
  private let graph: VariableGraph
  private var errors: [Double]

  /// Variables that decide how attention is shared: a selected position with a slightly lower score has a
  /// smaller share in a mean or a width.
  private let weighed: Set<VariableID>

  /// The largest error that a table of categorical variables may pass on, and the same if the table's own
  /// variable decides how attention is shared.
  private let tolerated: Double
  private static let toleratedWhereWeighed = 1e-7
  /// The error of a softmax over a few equal scores, and of the sum that it weights.
  private static let ofAttention = 2e-6
  /// Half a unit in the last place of a float32 near 1.
  private static let rounding = 6e-8

  /// - Parameter sharpensAll: whether no table may pass on the errors of attention
  init(_ graph: VariableGraph, sharpensAll: Bool) {
    self.graph = graph
    tolerated = sharpensAll ? Self.toleratedWhereWeighed : 1e-4
    errors = Array(repeating: 0, count: graph.variables.count)
    weighed = graph.variables.reduce(into: []) { weighed, variable in
      switch variable.kind {
      case .width(let selector): weighed.formUnion(selector.roots)
      case .aggregate(let selector, let form):
        if case .numerical = form.source { weighed.formUnion(selector.roots) }
      case .tokens, .indices, .map: break
      }
    }
  }

  /// Whether a table needs units that give exactly 0 or 1.
  func needsSharpening(_ table: TableExpression, of id: VariableID) -> Bool {
    table.isSharp || error(of: table) > (weighed.contains(id) ? Self.toleratedWhereWeighed : tolerated)
  }

  private func error(of table: TableExpression) -> Double {
    if table.roots.count == 1 { return errors[table.roots[0].index] * Double(table.entries.count) }
    return table.roots.map { errors[$0.index] }.reduce(0, +)
  }

  private func error(of form: LinearForm) -> Double {
    var result = 0.0
    for (root, weight) in form.numbers { result += abs(weight) * (errors[root.index] + Self.rounding) }
    for (root, weights) in form.tables {
      result += (weights.compactMap { $0.map(abs) }.max() ?? 0) * (errors[root.index] * 2 + Self.rounding)
    }
    return result
  }

  /// Adds a variable whose inputs' errors are known.
  mutating func record(_ id: VariableID, units: [HiddenUnit]) {
    let result: Double
    switch graph[id].kind {
    case .tokens, .indices: result = 0
    case .map(.table(let table)):
      let passed = needsSharpening(table, of: id) ? Self.rounding * 4 : error(of: table)
      let largest = graph[id].isCategorical ? 1 : graph[id].values.map { abs($0.number ?? 0) }.max() ?? 1
      result = passed * max(1, largest)
    case .map(.linear(let form)): result = error(of: form)
    case .map(.scaled(let scaled)):
      let largest = scaled.factors.compactMap { $0.map(abs) }.max() ?? 0
      result =
        largest * error(of: scaled.form)
        + scaled.reach(in: graph) * (4 * Self.rounding + 2 * errors[scaled.gate.index])
    case .map: result = Self.rounding * 4 * magnitude(units)
    case .width: result = Self.rounding * 4 * magnitude(units)
    case .aggregate(let selector, let form):
      switch form.source {
      case .categorical(let root, _): result = Self.ofAttention + (root.map { errors[$0.index] } ?? 0)
      case .numerical(let sum):
        let largest = graph[id].values.map { abs($0.number ?? 0) }.max() ?? 1
        let keys = selector.roots.map { errors[$0.index] }.max() ?? 0
        result = error(of: sum) + max(1, largest) * (Self.ofAttention + 4 * Assembly.coldness * keys)
      }
    }
    errors[id.index] = result
  }

  /// The largest activation of a step's units: their slopes times the range of their inputs.
  private func magnitude(_ units: [HiddenUnit]) -> Double {
    units.map { unit in Double(abs(unit.bias)) }.max() ?? 1
  }
}
