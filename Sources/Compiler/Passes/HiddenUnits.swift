// In: a variable that an MLP computes. Out: the hidden units that compute it.

import Runtime

/// One hidden unit of an MLP: relu(bias + weighted inputs), added to outputs with weights.
struct HiddenUnit: Sendable {
  enum Source: Sendable, Hashable {
    /// The direction of a categorical variable's code, including None's.
    case value(VariableID, Int)
    /// The direction of a numerical variable.
    case number(VariableID)
    case none(VariableID)
    /// The mean that a selector width's head writes.
    case mean(VariableID)
  }

  var bias: Float = 0
  var inputs: [(Source, Float)] = []
  /// Codes of the variable's values (0 for a number), or ``Code/none``.
  var outputs: [(Int32, Float)] = []
  /// For a unit of a step function: its slope with respect to the number.
  var slope: Double?
}

extension Assembly {
  /// The hidden units that compute a variable; none for variables that no MLP writes.
  ///
  /// - Parameter precision: how far the directions that are read may be off.
  static func units(
    of id: VariableID, in graph: VariableGraph, length: Int, precision: Precision
  ) -> [HiddenUnit] {
    let variable = graph[id]
    switch variable.kind {
    case .tokens, .indices, .aggregate: return []
    case .width: return widthUnits(variable, id: id)
    case .map(.table(let table)):
      return tableUnits(table, variable, in: graph, sharpens: precision.needsSharpening(table, of: id))
    case .map(.linear(let form)): return linearUnits(form, variable, in: graph)
    case .map(.scaled(let scaled)): return scaledUnits(scaled, variable, in: graph)
    case .map(.steps(let steps)): return stepUnits(steps, variable, in: graph, length: length)
    case .map(.constant), .map(.variable): fatalError("lowering leaves tables in their place")
    }
  }

  /// The outputs that represent one result.
  private static func results(
    _ entry: Int32, of values: [HeldValue], as variable: Variable, weight: Float = 1
  ) -> [(Int32, Float)] {
    guard entry >= 0 else {
      return entry == Code.none && variable.hasNoneDirection ? [(Code.none, weight)] : []
    }
    if variable.isCategorical { return [(entry, weight)] }
    let number = Float(values[Int(entry)].number!) * weight
    return number == 0 ? [] : [(Int32(0), number)]
  }

  // MARK: Tables

  /// A function of categorical variables. For one variable: a unit for each result, which adds up the values
  /// that lead to it. For several: a unit for each combination of classes of values, the AND of its classes.
  /// If the inputs have accumulated errors, each of these becomes two units whose difference is exactly 0 or
  /// 1 for inputs that are close to 0 or 1.
  private static func tableUnits(
    _ table: TableExpression, _ variable: Variable, in graph: VariableGraph, sharpens: Bool
  ) -> [HiddenUnit] {
    let units = tableUnits(table, variable, in: graph)
    guard sharpens else { return units }
    return units.flatMap { unit -> [HiddenUnit] in
      if unit.inputs.isEmpty { return [unit] }
      var low = unit
      low.bias = 2 * unit.bias - 0.5
      low.inputs = unit.inputs.map { ($0.0, 2 * $0.1) }
      var high = low
      high.bias -= 1
      high.outputs = unit.outputs.map { ($0.0, -$0.1) }
      return [low, high]
    }
  }

  private static func tableUnits(
    _ table: TableExpression, _ variable: Variable, in graph: VariableGraph
  ) -> [HiddenUnit] {
    if table.roots.isEmpty {
      let outputs = results(table.entries[0], of: table.values, as: variable)
      return outputs.isEmpty ? [] : [HiddenUnit(bias: 1, outputs: outputs)]
    }
    if table.roots.count == 1 {
      var sources: [Int32: [Int]] = [:]
      for (code, entry) in table.entries.enumerated() { sources[entry, default: []].append(code) }
      return sources.keys.sorted().compactMap { entry in
        let outputs = results(entry, of: table.values, as: variable)
        if outputs.isEmpty { return nil }
        return HiddenUnit(inputs: sources[entry]!.map { (.value(table.roots[0], $0), 1) }, outputs: outputs)
      }
    }
    var units: [HiddenUnit] = []
    let classes = table.classes
    classes.forEach { place, chosen in
      let outputs = results(table.entries[place], of: table.values, as: variable)
      let isReadable = table.roots.indices.allSatisfy { root in
        classes.codes[root][chosen[root]] != [graph[table.roots[root]].values.count]
          || graph[table.roots[root]].hasNoneDirection
      }
      guard !outputs.isEmpty, isReadable else { return }
      let inputs = table.roots.indices.flatMap { root in
        classes.codes[root][chosen[root]].map { code in
          (HiddenUnit.Source.value(table.roots[root], code), Float(1))
        }
      }
      units.append(
        HiddenUnit(bias: Float(1 - table.roots.count), inputs: inputs, outputs: outputs))
    }
    return units
  }

  // MARK: Numbers

  private static func inputs(
    _ form: LinearForm, factor: Double
  ) -> [(HiddenUnit.Source, Float)] {
    var inputs: [(HiddenUnit.Source, Float)] = []
    for root in form.roots {
      if let weight = form.numbers[root] { inputs.append((.number(root), Float(weight * factor))) }
      for (code, weight) in (form.tables[root] ?? []).enumerated() {
        if let weight, weight != 0 { inputs.append((.value(root, code), Float(weight * factor))) }
      }
    }
    return inputs
  }

  /// A sum: its positive part minus its negative part.
  private static func linearUnits(
    _ form: LinearForm, _ variable: Variable, in graph: VariableGraph
  ) -> [HiddenUnit] {
    var units = [1.0, -1.0].map { sign in
      HiddenUnit(
        bias: Float(sign * form.constant), inputs: inputs(form, factor: sign), outputs: [(0, Float(sign))])
    }
    if variable.hasNoneDirection {
      units.append(
        HiddenUnit(inputs: form.noneSources(in: graph).map { ($0, 1) }, outputs: [(Code.none, 1)]))
    }
    return units
  }

  /// A sum times a factor: for each code of the gate, the units of the sum, which are zero unless the gate
  /// has that code.
  private static func scaledUnits(
    _ scaled: ScaledForm, _ variable: Variable, in graph: VariableGraph
  ) -> [HiddenUnit] {
    var units: [HiddenUnit] = []
    for (code, factor) in scaled.factors.enumerated() {
      guard let factor, factor != 0 else { continue }
      for sign in [1.0, -1.0] {
        var unit = HiddenUnit(
          bias: Float(sign * factor * scaled.form.constant),
          inputs: inputs(scaled.form, factor: sign * factor), outputs: [(0, Float(sign))])
        let height = unit.height(in: graph)
        unit.bias -= height
        unit.inputs.append((.value(scaled.gate, code), height))
        units.append(unit)
      }
    }
    if variable.hasNoneDirection {
      var sources = scaled.form.noneSources(in: graph)
      for (code, factor) in scaled.factors.enumerated() where factor == nil {
        if code < graph[scaled.gate].values.count {
          sources.append(.value(scaled.gate, code))
        } else if graph[scaled.gate].hasNoneDirection {
          sources.append(.none(scaled.gate))
        }
      }
      units.append(HiddenUnit(inputs: sources.map { ($0, 1) }, outputs: [(Code.none, 1)]))
    }
    return units
  }

  /// Steps of one number, or of a number for each code of a gate. The units of a code are zero unless the
  /// gate has it; all are zero if the number has no value.
  private static func stepUnits(
    _ steps: StepExpression, _ variable: Variable, in graph: VariableGraph, length: Int
  ) -> [HiddenUnit] {
    var units: [HiddenUnit] = []
    let flags = steps.form.noneSources(in: graph)
    func share(_ flag: HiddenUnit.Source) -> Double { 1 / Self.leastFlag(flag, in: graph, length: length) }
    for (code, function) in steps.functions.enumerated() {
      // A multiple of the slope, so that the part that two units share is exactly the same in both.
      let silence = 2 * (steps.form.reach(in: graph) + function.reach)
      let number = StepInput(offset: steps.form.constant) { slope in
        inputs(steps.form, factor: slope)
          + flags.map { ($0, Float(-abs(slope) * silence * share($0))) }
      }
      let first = units.count
      units += stepUnits(function, values: steps.values, as: variable, of: number)
      for place in first..<units.count where units[place].inputs.isEmpty {
        units[place].inputs = flags.map { ($0, Float(-2 * share($0))) }
      }
      guard let gate = steps.gate else { continue }
      for place in first..<units.count {
        let slope = units[place].slope.map { abs($0) * silence } ?? 2
        units[place].bias -= Float(slope)
        units[place].inputs.append((.value(gate, code), Float(slope)))
      }
    }
    let outputs = results(steps.noneEntry, of: steps.values, as: variable)
    if !outputs.isEmpty, !flags.isEmpty {
      for (bias, sign) in [(Float(0), Float(1)), (-1, -1)] {
        units.append(
          HiddenUnit(
            bias: bias, inputs: flags.map { ($0, Float(2 * share($0))) },
            outputs: outputs.map { ($0.0, $0.1 * sign) }))
      }
    }
    return units
  }

  /// The number that a step function reads.
  private struct StepInput {
    /// The constant that is added to its inputs.
    var offset: Double
    /// Its inputs times a slope.
    var inputs: (Double) -> [(HiddenUnit.Source, Float)]
  }

  /// A step function of one number. Between two points with different results, the difference of two units
  /// climbs from 0 to 1 over the middle half of the gap. They face the side on which the number is nearer, so
  /// that their activations, and the rounding of their difference, stay small.
  private static func stepUnits(
    _ function: StepFunction, values: [HeldValue], as variable: Variable, of number: StepInput
  ) -> [HiddenUnit] {
    let (points, entries) = (function.points, function.entries)
    var base: [Int32: Float] = [:]
    func add(_ outputs: [(Int32, Float)]) {
      for (code, weight) in outputs { base[code, default: 0] += weight }
    }
    func unit(_ slope: Double, from threshold: Double, _ outputs: [(Int32, Float)]) -> HiddenUnit {
      var unit = HiddenUnit(
        bias: Float(-slope * (threshold - number.offset)), inputs: number.inputs(slope), outputs: outputs)
      unit.slope = slope
      return unit
    }
    add(results(entries[0], of: values, as: variable))
    var units: [HiddenUnit] = []
    for place in points.indices.dropFirst() where entries[place] != entries[place - 1] {
      let (left, right) = (points[place - 1], points[place])
      let slope = 2 / (right - left)
      let change =
        results(entries[place], of: values, as: variable)
        + results(entries[place - 1], of: values, as: variable, weight: -1)
      let back = change.map { ($0.0, -$0.1) }
      let low = left + (right - left) / 4
      let high = right - (right - left) / 4
      if right - points[0] < points[points.count - 1] - left {
        // 1 below the step, 0 above it: the change is added unless this unit is active.
        add(change)
        units += [unit(-slope, from: high, back), unit(-slope, from: low, change)]
      } else {
        units += [unit(slope, from: low, change), unit(slope, from: high, back)]
      }
    }
    let constant = base.filter { $0.value != 0 }.sorted { $0.key < $1.key }
    if !constant.isEmpty {
      units.insert(HiddenUnit(bias: 1, outputs: constant.map { ($0.key, $0.value) }), at: 0)
    }
    return units
  }

  /// A width w is computed from 1 / (w + 1), the attention to BOS next to w selected positions.
  private static func widthUnits(_ variable: Variable, id: VariableID) -> [HiddenUnit] {
    let widths = variable.values.map { $0.number! }
    let function = StepFunction(
      points: widths.reversed().map { 1 / ($0 + 1) }, entries: widths.indices.reversed().map(Int32.init))
    let share = StepInput(offset: 0) { [(.mean(id), Float($0))] }
    return stepUnits(function, values: variable.values, as: variable, of: share)
  }
}

extension Assembly {
  /// A lower bound on the None directions if there is no value: one None among n averaged values gives 1/n.
  static func leastFlag(_ source: HiddenUnit.Source, in graph: VariableGraph, length: Int) -> Double {
    guard case .none(let root) = source, !graph[root].isCategorical else { return 1 }
    func least(_ sources: [HiddenUnit.Source]) -> Double {
      sources.map { leastFlag($0, in: graph, length: length) }.min() ?? 1
    }
    switch graph[root].kind {
    case .map(.linear(let form)): return least(form.noneSources(in: graph))
    case .map(.scaled(let scaled)): return least(scaled.form.noneSources(in: graph))
    case .aggregate(_, let form):
      guard case .numerical(let sum) = form.source else { return 1 }
      return least(sum.noneSources(in: graph)) / Double(length + 1)
    default: return 1
    }
  }
}

extension HiddenUnit {
  /// A bound on the sum of its weighted inputs and its bias.
  fileprivate func height(in graph: VariableGraph) -> Float {
    var codes: [VariableID: Float] = [:]
    var result = abs(bias) + 1
    for (source, weight) in inputs {
      switch source {
      case .value(let root, _): codes[root] = max(codes[root] ?? 0, abs(weight))
      case .number(let root):
        result += abs(weight) * Float(graph.magnitude(of: root))
      case .none, .mean: result += abs(weight)
      }
    }
    return codes.values.reduce(result, +)
  }
}

extension LinearForm {
  /// The directions that show that a sum has no value.
  func noneSources(in graph: VariableGraph) -> [HiddenUnit.Source] {
    var sources: [HiddenUnit.Source] = []
    for root in roots {
      if numbers[root] != nil, graph[root].hasNoneDirection { sources.append(.none(root)) }
      for (code, weight) in (tables[root] ?? []).enumerated() where weight == nil {
        if code < graph[root].values.count {
          sources.append(.value(root, code))
        } else if graph[root].hasNoneDirection {
          sources.append(.none(root))
        }
      }
    }
    return sources
  }
}
