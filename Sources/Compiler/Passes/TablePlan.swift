// In: a table over several variables. Out: the cheaper way for an MLP to compute it.
//
// A hidden unit for each combination of values is always correct, but the number of units grows with the
// product of the numbers of values. Values that a function does not distinguish share units; and if
// everything depends on one sum, two units for each step of the result along that sum are enough.

import Runtime

extension TableExpression {
  /// The number of hidden units of the cheaper way.
  func units(in graph: VariableGraph) -> Int {
    min(unitsByClass, steps(in: graph)?.units ?? .max)
  }

  /// The same table as steps of its factor, if it has one and that takes fewer units.
  ///
  /// Every step adds a little rounding if its input is not exact, and the more so the further the sum
  /// reaches, so many steps are used only if the other way needs too many units.
  func cheaperSteps(in graph: VariableGraph) -> StepExpression? {
    guard let steps = steps(in: graph), case let units = unitsByClass, steps.units < units else { return nil }
    if roots.allSatisfy({ graph.isExact($0) }) || units > 1_024 { return steps }
    let function = steps.functions[0]
    let gaps = zip(function.points.dropFirst(), function.points).map { $0 - $1 }
    let reach = steps.form.reach(in: graph) / (gaps.min() ?? 1)
    return reach * Double(function.changes) <= 1_000 ? steps : nil
  }

  /// The number of hidden units with one for each combination of classes that has a value.
  private var unitsByClass: Int {
    guard roots.count > 1 else { return Set(entries).count { $0 >= 0 } }
    let classes = classes
    var count = 0
    classes.forEachCombination { place in if entries[place] >= 0 { count += 1 } }
    return count
  }

  /// For each root, its codes by class; two codes are in the same class if no code of the others
  /// distinguishes them.
  var classes: TableClasses {
    var stride = entries.count
    var result: [[[Int]]] = []
    for radix in radices {
      stride /= radix
      var members: [[Int32]: Int] = [:]
      var classes: [[Int]] = []
      for code in 0..<radix {
        var row: [Int32] = []
        row.reserveCapacity(entries.count / radix)
        for block in Swift.stride(from: code * stride, to: entries.count, by: stride * radix) {
          row += entries[block..<block + stride]
        }
        if let known = members[row] {
          classes[known].append(code)
        } else {
          members[row] = classes.count
          classes.append([code])
        }
      }
      result.append(classes)
    }
    return TableClasses(codes: result, radices: radices)
  }

  /// The table as a function of its factor; nil if it has none, or if equal sums have different results.
  private func steps(in graph: VariableGraph) -> StepExpression? {
    guard roots.count > 1, let form = factor?.form, Set(form.roots) == Set(roots) else { return nil }
    let weights = roots.map { form.tables[$0]! }
    var sums: [(sum: Double, entry: Int32)] = []
    sums.reserveCapacity(entries.count)
    var noneEntry: Int32?
    var isFunction = true
    Combinations(counts: radices, strides: [strides]).walk { codes, places in
      let entry = entries[places[0]]
      if entry == Code.undefined { return }
      var sum = form.constant
      for (root, code) in codes.enumerated() {
        guard let weight = weights[root][code] else {
          if let noneEntry, noneEntry != entry { isFunction = false }
          noneEntry = entry
          return
        }
        sum += weight
      }
      sums.append((sum, entry))
    }
    guard isFunction else { return nil }
    sums.sort { $0.sum < $1.sum }
    var function = StepFunction(points: [], entries: [])
    let reach = form.reach(in: graph)
    for (sum, entry) in sums {
      if let last = function.points.last, sum - last < HeldValue.rounding * max(1, abs(sum)) {
        guard function.entries.last == entry else { return nil }
        continue
      }
      if let last = function.points.last, function.entries.last != entry {
        guard sum - last > 1e-4 * max(1, reach) else { return nil }
      }
      function.points.append(abs(sum) < HeldValue.rounding ? 0 : sum)
      function.entries.append(entry)
    }
    guard !function.points.isEmpty else { return nil }
    return StepExpression(
      form: form, functions: [function], values: values, noneEntry: noneEntry ?? Code.none)
  }

  private var strides: [Int] {
    radices.indices.map { radices[($0 + 1)...].reduce(1, *) }
  }
}

extension VariableGraph {
  /// Whether a variable's directions are 0 and 1 without any rounding, as those of inputs are, and those of
  /// tables over such variables.
  fileprivate func isExact(_ id: VariableID) -> Bool {
    switch self[id].kind {
    case .tokens, .indices: true
    case .map(.table(let table)): table.roots.allSatisfy(isExact)
    case .map, .aggregate, .width: false
    }
  }
}

/// The codes of each root of a table, by class.
struct TableClasses: Sendable {
  /// [root][class][code]
  let codes: [[[Int]]]
  let radices: [Int]

  /// For each combination of classes, calls `body` with the table index of one of its combinations.
  func forEachCombination(_ body: (Int) -> Void) { forEach { place, _ in body(place) } }

  /// Calls `body` with that index and the class of each root.
  func forEach(_ body: (_ place: Int, _ classes: [Int]) -> Void) {
    Combinations(counts: codes.map(\.count), strides: []).forEachIndex { classes in
      var place = 0
      for (root, index) in classes.enumerated() { place = place * radices[root] + codes[root][index][0] }
      body(place, classes)
    }
  }
}

extension StepExpression {
  /// The number of hidden units: two for each step of each function, and one for the start of each.
  var units: Int {
    functions.reduce(0) { $0 + 1 + 2 * $1.changes } + (noneEntry >= 0 ? 2 : 0)
  }
}
