// In: a variable graph. Out: the same graph with exact copies of variables that attention leaves slightly
// off, for readers that would add up the errors.
//
// A reader that sums over many directions adds up their errors, each times the number that the direction
// stands for. And attention is not shared evenly if the scores of keys are off. A copy is a table whose units
// give exactly 0 or 1. It needs an MLP of its own.

import Runtime

extension VariableGraph {
  /// A width with more values than this is copied before it is read as a number.
  private static let manyValues = 64

  /// - Parameter everywhere: copy not only long widths, but everything that may be off and is read as a
  ///   number, is a factor, or decides how attention is shared
  func withExactCopies(everywhere: Bool) -> VariableGraph {
    let wanted = Set(variables.flatMap { readersOfCopies(of: $0, everywhere: everywhere) })
    guard !wanted.isEmpty else { return self }
    var names = Set(variables.map(\.name))
    var places: [VariableID] = []
    var copies: [VariableID: VariableID] = [:]
    var result = VariableGraph()
    for (index, old) in variables.enumerated() {
      let own = Set(readersOfCopies(of: old, everywhere: everywhere))
      var variable = old
      variable.kind = renaming(old.kind, everywhere: everywhere) { root, wantsCopy in
        wantsCopy && own.contains(root) ? copies[root]! : places[root.index]
      }
      let id = VariableID(result.variables.count)
      places.append(id)
      result.variables.append(variable)
      guard wanted.contains(VariableID(index)) else { continue }
      copies[VariableID(index)] = VariableID(result.variables.count)
      var name = variable.name + "_exact"
      while !names.insert(name).inserted { name += "_2" }
      let table = TableExpression(id, variable, isSharp: true)
      result.variables.append(
        Variable(
          name: name, kind: .map(.table(table)), values: variable.values, encoding: .categorical,
          mayBeNone: variable.mayBeNone, sop: variable.sop, range: variable.range))
    }
    result.output = places[output.index]
    return result
  }

  /// The variables that a variable reads and that have to be copied first.
  private func readersOfCopies(of variable: Variable, everywhere: Bool) -> [VariableID] {
    var read: [VariableID] = []
    func add(_ form: LinearForm) { read += form.tables.keys }
    switch variable.kind {
    case .tokens, .indices, .map(.constant), .map(.variable), .map(.table): break
    case .map(.linear(let form)): add(form)
    case .map(.scaled(let scaled)):
      add(scaled.form)
      if everywhere { read.append(scaled.gate) }
    case .map(.steps(let steps)):
      add(steps.form)
      if everywhere, let gate = steps.gate { read.append(gate) }
    case .width(let selector): if everywhere { read += selector.roots }
    case .aggregate(let selector, let form):
      if case .numerical(let sum) = form.source {
        add(sum)
        if everywhere { read += selector.roots }
      }
    }
    return read.filter { root in
      everywhere ? isInexact(root) : self[root].isWidth && self[root].values.count > Self.manyValues
    }
  }

  private func isInexact(_ id: VariableID) -> Bool {
    guard self[id].isCategorical else { return false }
    return switch self[id].kind {
    case .width, .aggregate, .map(.steps): true
    case .tokens, .indices, .map: false
    }
  }

  /// - Parameter new: given a variable and whether a copy may replace it, returns the variable to read
  private func renaming(
    _ kind: Variable.Kind, everywhere: Bool, _ new: (VariableID, Bool) -> VariableID
  ) -> Variable.Kind {
    switch kind {
    case .tokens, .indices, .map(.constant), .map(.variable), .map(.table), .map(.linear):
      return kind.renaming { new($0, true) }
    case .map(.scaled(var scaled)):
      scaled.form = scaled.form.renaming { new($0, true) }
      scaled.gate = new(scaled.gate, everywhere)
      return .map(.scaled(scaled))
    case .map(.steps(var steps)):
      steps.form = steps.form.renaming { new($0, true) }
      steps.gate = steps.gate.map { new($0, everywhere) }
      return .map(.steps(steps))
    case .width(let selector): return .width(selector.renaming { new($0, everywhere) })
    case .aggregate(let selector, let form):
      return .aggregate(selector.renaming { new($0, everywhere) }, form.renaming { new($0, true) })
    }
  }
}
