// MLPs: what the hidden units compute for every combination of values that can occur together.

import Runtime
import Transformer

extension ProofChecker {
  mutating func checkMLP(layer: Int) throws(ProofError) {
    let component = Component.mlp(layer: layer)
    let block = weights.blocks[layer]
    guard block.outputBias.isEmpty else { throw failure(component, nil, "its output has a bias") }
    var units: [Int: [Int]] = [:]
    for (unit, row) in block.output.enumerated() {
      var written: Set<Int> = []
      for entry in row {
        guard let owner = owners[entry.index] else {
          throw failure(component, nil, "it writes to a direction of no variable")
        }
        written.insert(owner.holding)
      }
      for holding in written { units[holding, default: []].append(unit) }
    }
    let reads = UnitReads(block, config: weights.config)
    // All units read the stream before the layer writes.
    var shown: [(index: Int, holding: Holding)] = []
    for index in units.keys.sorted() {
      guard !holdings[index].isShown else { throw failure(component, index, "it is written twice") }
      let group = UnitGroup(units[index]!, of: index, block, reads, owners)
      let saved = holdings[index]
      if try !checkTable(index, group, component) { try checkPieces(index, group, component) }
      var holding = holdings[index]
      holding.isShown = true
      shown.append((index, holding))
      holdings[index] = saved
    }
    for (index, holding) in shown { holdings[index] = holding }
    runAtBOS(block)
  }

  /// The contents of the BOS position after an MLP.
  private mutating func runAtBOS(_ block: SparseWeights.Block) {
    var sums = block.inputBias.map { bias in
      var sum = FloatSum()
      sum.add(bias)
      return sum
    }
    var offsets = Array(repeating: 0.0, count: sums.count)
    for (direction, amount) in bos.enumerated() where amount != 0 || bosError[direction] != 0 {
      for entry in block.input[direction] {
        sums[entry.index].add(amount, entry.weight)
        offsets[entry.index] += abs(entry.weight) * bosError[direction]
      }
    }
    for (unit, sum) in sums.enumerated() {
      let offset = sum.rounding + offsets[unit]
      guard sum.value + offset > 0 else { continue }
      for entry in block.output[unit] {
        bos[entry.index] += entry.weight * max(0, sum.value)
        bosError[entry.index] += abs(entry.weight) * (offset + abs(sum.value) * FloatSum.unit)
      }
    }
  }

  // MARK: By combinations

  /// Runs the units on every combination of their inputs; false if the combinations are too many to list.
  private mutating func checkTable(
    _ index: Int, _ group: UnitGroup, _ component: Component
  ) throws(ProofError) -> Bool {
    let wanted = contents(of: index)
    if case .value(let sop) = holdings[index].claim.content, holdings[index].claim.encoding == .numerical,
      facts.values(of: sop) == nil
    {
      return false
    }
    let list = Set(group.claims.flatMap(contents))
    for sop in list.union(wanted) where facts.graph.places[sop] != nil && facts.values(of: sop) == nil {
      return false
    }
    let rows: [Assignment]
    do throws(ProofError) {
      rows = try assignments(of: group.claims, and: wanted, component, index)
    } catch {
      if group.claims.allSatisfy({ holdings[$0].isShown }), facts.combinations(of: list.sorted()) == nil {
        return false
      }
      throw error
    }
    var run = UnitRun(group, holdings, owners)
    var shown = Shown(leak: run.leak)
    for row in rows {
      let result = run.run(row)
      switch holdings[index].claim.content {
      case .share: throw failure(component, index, "an MLP cannot compute it")
      case .tuple(let parts):
        guard let place = tuplePlace(index, parts, row.known) else {
          throw failure(component, index, "a combination is missing")
        }
        shown.add(result, showing: holdings[index].claim.direction + place, none: nil, run.leak)
      case .value(let sop):
        // The program may have no value for combinations that never occur.
        guard let value = graph.value(of: sop, given: row.known) else { continue }
        if holdings[index].claim.encoding == .numerical {
          shown.add(result, number: value, holdings[index].claim, run.leak)
        } else {
          let direction: Int?
          if value.isNone {
            direction = holdings[index].claim.noneDirection
          } else {
            guard let code = holdings[index].codes[value] else {
              throw failure(component, index, "\(value.quoted) is not among its values")
            }
            direction = holdings[index].claim.direction + code
          }
          shown.add(result, showing: direction, none: holdings[index].claim.noneDirection, run.leak)
        }
      }
      if let problem = shown.problem {
        var error = failure(component, index, "\(problem) \(describe(row))")
        error.isInexact = shown.isInexact
        throw error
      }
    }
    let isNumber = holdings[index].claim.encoding == .numerical
    guard !isNumber || shown.error < 1e-2 * max(1, shown.magnitude) else {
      throw inexact(component, index, "it may be off by \(shown.error)")
    }
    if isNumber, holdings[index].claim.noneDirection != nil,
      shown.leastFlag < 0.5 / Double(circuit.lengths.upperBound)
    {
      throw failure(component, index, "a missing value cannot be told from a value")
    }
    holdings[index].error = shown.error
    holdings[index].stray = isNumber ? 0 : shown.stray
    holdings[index].strays = isNumber ? 0 : shown.strays
    holdings[index].noneStray = shown.noneStray
    holdings[index].leastFlag = isNumber ? shown.leastFlag : 1 - shown.error
    holdings[index].magnitude = shown.magnitude
    holdings[index].magnitudeOfNone = shown.magnitudeOfNone
    return true
  }

  /// What all combinations so far have shown about one claim's directions.
  private struct Shown {
    var error = 0.0
    var stray: Double
    var strays: Double
    var noneStray: Double
    var leastFlag = 1.0
    var magnitude = 0.0
    var magnitudeOfNone = 0.0
    /// Why the last combination is wrong, and whether it would be right with exact arithmetic.
    var problem: String?
    var isInexact = false

    init(leak: Double) { (stray, strays, noneStray) = (leak, leak, leak) }

    mutating func add(_ result: UnitRun.Result, showing direction: Int?, none: Int?, _ leak: Double) {
      let distance = result.distance(to: direction, none: none)
      isInexact = distance.nominal < 0.1
      let others = distance.strays + distance.noneStray + leak
      if distance.error > 0.2 { problem = "its direction is off by \(distance.error)" }
      if others > 0.2 { problem = "other directions are off by \(others)" }
      error = max(error, distance.error)
      stray = max(stray, distance.stray + leak)
      strays = max(strays, distance.strays + leak)
      noneStray = max(noneStray, distance.noneStray + leak)
    }

    mutating func add(_ result: UnitRun.Result, number value: Value, _ claim: Claim, _ leak: Double) {
      let number = result.value(at: claim.direction)
      let flag = claim.noneDirection.map { result.value(at: $0) } ?? (value: 0, error: 0)
      if value.isNone {
        magnitudeOfNone = max(magnitudeOfNone, abs(number.value) + number.error)
        if claim.noneDirection != nil { leastFlag = min(leastFlag, flag.value - flag.error) }
        return
      }
      guard let expected = value.number else {
        problem = "\(value.quoted) is not a number"
        return
      }
      magnitude = max(magnitude, abs(expected))
      error = max(error, abs(number.value - expected) + number.error + leak)
      noneStray = max(noneStray, abs(flag.value) + flag.error)
      if abs(number.value - expected) > 1e-3 * max(1, abs(expected)) {
        problem = "it is \(number.value), not \(expected),"
      }
      if claim.noneDirection != nil, abs(flag.value) + flag.error > 1e-3 { problem = "it writes None" }
    }
  }

  /// A combination in words, for an error message.
  private func describe(_ row: Assignment) -> String {
    let parts = row.known.sorted { $0.key < $1.key }.map { sop, value in
      "\(graph[sop].name ?? graph[sop].label) is \(value.quoted)"
    }
    return "where " + parts.joined(separator: ", ")
  }
}
