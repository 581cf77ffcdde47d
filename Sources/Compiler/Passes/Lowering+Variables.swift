// In: an expression. Out: a variable that holds it, in the encoding that suits its uses.

import Lexer
import Runtime

extension Lowering {
  /// The categorical variable that holds an s-op, made once.
  mutating func categoricalVariable(for id: SOpID) throws(Diagnostic) -> VariableID {
    if let known = categoricalVariables[id] { return known }
    let variable = try materialise(lowered[id.index]!, for: id, encoding: .categorical)
    categoricalVariables[id] = variable
    if case .table = lowered[id.index]! { lowered[id.index] = .variable(variable) }
    return variable
  }

  /// A variable that holds the expression, in the encoding asked for.
  mutating func materialise(
    _ expression: Expression, for id: SOpID, encoding wanted: Encoding? = nil, always: Bool = false
  ) throws(Diagnostic) -> VariableID {
    let sop = source[id]
    if case .variable(let variable) = expression, !always {
      if wanted == nil || wanted == graph[variable].encoding { return variable }
    }
    var encoding = wanted ?? sop.encoding
    if encoding == nil, always, usedOnlyInMeans[id.index] { encoding = .numerical }
    let label = name(of: sop)
    func variable(_ values: [Value], _ encoding: Encoding, mayBeNone: Bool, _ kind: Expression) -> Variable {
      Variable(
        name: label, kind: .map(kind), values: values, encoding: encoding, mayBeNone: mayBeNone, sop: id,
        range: sop.range)
    }
    var expression = expression
    if case .variable(let root) = expression {
      expression = categorical(expression).map(Expression.table) ?? .linear(LinearForm(numbers: [root: 1]))
    } else if case .constant = expression {
      expression = .table(categorical(expression)!)
    }
    switch expression {
    case .constant, .variable: fatalError("handled above")
    case .table(let table):
      let mayBeNone = table.entries.contains(Code.none)
      let numbers = table.values.compactMap { $0.number }.filter(\.isFinite)
      if encoding == .numerical, numbers.count == table.values.count {
        return add(
          variable(
            Self.distinct(numbers.sorted()).map(Value.float), .numerical, mayBeNone: mayBeNone, expression))
      }
      if encoding == .numerical, sop.encoding == .numerical {
        throw Diagnostic("not all values of this are numbers: \(table.values[0].quoted)", at: sop.range)
      }
      try checkSize(table.values.count, of: label, at: sop.range)
      return add(variable(table.values, .categorical, mayBeNone: mayBeNone, expression))
    case .linear(let form):
      let mayBeNone = form.roots.contains { graph[$0].mayBeNone }
      if encoding == .categorical {
        let points = try knownPoints(of: form, for: id)
        try checkSize(points.count, of: label, at: sop.range)
        let steps = StepExpression(
          form: form, points: points, values: points.map(Value.float),
          entries: points.indices.map(Int32.init), noneEntry: Code.none)
        return add(variable(steps.values, .categorical, mayBeNone: mayBeNone, .steps(steps)))
      }
      let numbers = points(of: form, limit: options.limits.values) ?? []
      return add(variable(numbers.map(Value.float), .numerical, mayBeNone: mayBeNone, expression))
    case .steps(let steps):
      let mayBeNone =
        steps.entries.contains(Code.none)
        || (steps.noneEntry == Code.none && steps.form.roots.contains { graph[$0].mayBeNone })
      let numbers = steps.values.compactMap { $0.number }.filter(\.isFinite)
      if encoding == .numerical, numbers.count == steps.values.count {
        return add(
          variable(
            Self.distinct(numbers.sorted()).map(Value.float), .numerical, mayBeNone: mayBeNone, expression))
      }
      try checkSize(steps.values.count, of: label, at: sop.range)
      return add(variable(steps.values, .categorical, mayBeNone: mayBeNone, expression))
    }
  }

  func checkSize(_ count: Int, of name: String, at range: SourceRange?) throws(Diagnostic) {
    guard count <= options.limits.values else {
      throw Diagnostic(
        "`\(name)` can have \(count) values, each of which needs a residual direction; the limit is "
          + "\(options.limits.values)",
        at: range)
    }
  }

  mutating func add(_ variable: Variable) -> VariableID {
    graph.variables.append(variable)
    return VariableID(graph.variables.count - 1)
  }

  mutating func name(of sop: SOp) -> String {
    unusedName(sop.name ?? (sop.label.isEmpty ? "value" : sop.label))
  }

  mutating func unusedName(_ name: String) -> String {
    let uses = usedNames[name, default: 0] + 1
    usedNames[name] = uses
    return uses == 1 && name != "tokens" && name != "indices" ? name : "\(name)_\(uses)"
  }
}
