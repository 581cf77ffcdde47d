// In: an expression. Out: a variable that holds it, in an encoding that suits its uses.

import Diagnostics
import Runtime

extension Lowering {
  /// The categorical variable that holds an s-op; it is made only once.
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
    func variable(_ values: [HeldValue], _ encoding: Encoding, mayBeNone: Bool, _ kind: Expression)
      -> Variable
    {
      Variable(
        name: label, kind: .map(kind), values: values, encoding: encoding, mayBeNone: mayBeNone, sop: id,
        range: sop.range)
    }
    var expression = expression
    if case .variable(let root) = expression {
      expression = categorical(expression).map(Expression.table) ?? .linear(LinearForm(numbers: [root: 1]))
    } else if case .constant = expression {
      expression = .table(categorical(expression)!)
    } else if case .scaled = expression, encoding == .categorical {
      // First a number, whose values are then told apart.
      let number = try materialise(expression, for: id, encoding: .numerical)
      expression = .linear(LinearForm(numbers: [number: 1]))
    }
    if case .table(let table) = expression {
      if encoding == .numerical, let factor = table.factor, factor.isResult {
        expression = .linear(factor.form)
        sums[id] = Self.ascending(table.values.flatMap(\.spellings))
      } else if let steps = table.cheaperSteps(in: graph) {
        expression = .steps(steps)
      }
    }
    let values: [HeldValue]
    let mayBeNone: Bool
    switch expression {
    case .constant, .variable: fatalError("handled above")
    case .table(let table):
      values = table.values
      mayBeNone = table.entries.contains(Code.none)
    case .scaled(let scaled):
      mayBeNone =
        scaled.form.mayBeNone(in: graph) || graph[scaled.gate].mayBeNone
        || scaled.factors.contains { $0 == nil }
      return add(variable(sums[id] ?? [], .numerical, mayBeNone: mayBeNone, expression))
    case .linear(let form):
      mayBeNone = form.mayBeNone(in: graph)
      let numbers = self.values(of: form, for: id)
      if encoding != .categorical {
        return add(variable(numbers ?? [], .numerical, mayBeNone: mayBeNone, expression))
      }
      guard var numbers else { throw unlisted(form.roots, for: id) }
      func function() -> StepFunction {
        StepFunction(
          points: numbers.map { $0.number! },
          entries: numbers.isEmpty ? [Code.undefined] : numbers.indices.map(Int32.init))
      }
      let reach = form.reach(in: graph)
      do throws(Diagnostic) {
        try checkGaps(function(), reach: reach, at: sop.range)
      } catch {
        // Values that only swaps produce are no reason to refuse.
        guard let occurring = facts.values(of: id) else { throw error }
        numbers = Self.ascending(occurring)
        try checkGaps(function(), reach: reach, at: sop.range)
      }
      try checkSize(numbers.count, of: label, at: sop.range)
      let steps = StepExpression(form: form, functions: [function()], values: numbers, noneEntry: Code.none)
      return add(variable(numbers, .categorical, mayBeNone: mayBeNone, .steps(steps)))
    case .steps(let steps):
      values = steps.values
      mayBeNone =
        steps.entries.contains(Code.none)
        || (steps.noneEntry == Code.none && steps.form.mayBeNone(in: graph))
    }
    let numbers = values.compactMap(\.finiteNumber)
    if encoding == .numerical, numbers.count == values.count {
      return add(
        variable(Self.ascending(values.flatMap(\.spellings)), .numerical, mayBeNone: mayBeNone, expression))
    }
    if encoding == .numerical, sop.encoding == .numerical {
      let other = values.first { $0.finiteNumber == nil }!
      throw Diagnostic(
        "this can be \(other.value.quoted), which is not a finite number", at: sop.range,
        hint: "leave out numerical(...)")
    }
    try checkSize(values.count, of: label, at: sop.range)
    return add(variable(values, .categorical, mayBeNone: mayBeNone, expression))
  }

  /// The possible values of a sum that becomes a variable; nil if they are not listed.
  private func values(of form: LinearForm, for id: SOpID) -> [HeldValue]? {
    if let values = sums[id] { return values }
    // The sum is just the number of another variable.
    if form.constant == 0, form.tables.isEmpty, form.numbers.count == 1,
      let (root, factor) = form.numbers.first, factor == 1, !graph[root].values.isEmpty
    {
      return graph[root].values
    }
    return nil
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
    if let name = sop.name, usedNames.insert(name).inserted { return name }
    return unusedName(sop.name ?? (sop.label.isEmpty ? "value" : sop.label))
  }

  /// A name that neither another variable nor an s-op of the program has.
  mutating func unusedName(_ name: String) -> String {
    var candidate = name
    var number = 1
    while usedNames.contains(candidate) || declaredNames.contains(candidate) {
      number += 1
      candidate = "\(name)_\(number)"
    }
    usedNames.insert(candidate)
    return candidate
  }
}
