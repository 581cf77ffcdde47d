// Numbers with too many values to list: the units must write the same sum as the program.

import Runtime
import Transformer

extension ProofChecker {
  /// A sum at one position: of the numbers that some claims hold, and of numbers that other claims' values
  /// stand for.
  struct Sum {
    var constant = 0.0
    /// By numerical claim: its factor.
    var numbers: [Int: Double] = [:]
    /// By categorical claim: the number that each value stands for, with None last; nil if the sum has no
    /// value.
    var tables: [Int: [Double?]] = [:]

    static func + (a: Sum, b: Sum) -> Sum {
      var sum = a
      sum.constant += b.constant
      for (claim, factor) in b.numbers { sum.numbers[claim, default: 0] += factor }
      for (claim, table) in b.tables {
        guard let old = sum.tables[claim] else {
          sum.tables[claim] = table
          continue
        }
        sum.tables[claim] = zip(old, table).map { a, b in
          if let a, let b { a + b } else { nil }
        }
      }
      return sum
    }

    static func * (factor: Double, sum: Sum) -> Sum {
      Sum(
        constant: factor * sum.constant, numbers: sum.numbers.mapValues { factor * $0 },
        tables: sum.tables.mapValues { $0.map { $0.map { factor * $0 } } })
    }
  }

  /// Shows that hidden units compute a sum, or a sum for each value of one claim.
  mutating func checkPieces(
    _ index: Int, _ group: UnitGroup, _ component: Component
  ) throws(ProofError) {
    let claim = holdings[index].claim
    guard case .value(let sop) = claim.content, claim.encoding == .numerical else {
      throw failure(component, index, "it depends on numbers that have too many values to list")
    }
    for read in group.claims where !holdings[read].isShown {
      throw failure(
        component, index, "`\(holdings[read].claim.variable)`, which it reads, is not computed yet")
    }
    var error = 0.0
    var magnitude = 0.0
    if let sum = symbolic(sop, fixed: [:], among: group.claims) {
      (error, magnitude) = try compare(sum, group, index, gate: nil, component)
    } else {
      // A product: a sum for each value of one of its factors.
      let gates = group.claims.filter {
        holdings[$0].claim.encoding == .categorical && holdings[$0].sop != nil
      }
      guard let gate = gates.first(where: { isGate($0, of: sop, group) }), let part = holdings[gate].sop,
        let values = facts.values(of: part)
      else { throw failure(component, index, "what it computes could not be followed") }
      for value in values {
        guard let code = holdings[gate].codes[value] else {
          throw failure(component, index, "\(value.quoted) is not among the values of its factor")
        }
        guard let sum = symbolic(sop, fixed: [part: value], among: group.claims) else {
          throw failure(component, index, "what it computes for \(value.quoted) could not be followed")
        }
        let piece = try compare(sum, group, index, gate: (gate, code), component)
        error = max(error, piece.error)
        magnitude = max(magnitude, piece.magnitude)
        combinations += 1
      }
    }
    guard error < 1e-2 * max(1, magnitude) else {
      throw inexact(component, index, "it may be off by \(error)")
    }
    guard claim.noneDirection == nil || !facts.mayBeNone(sop) else {
      throw failure(component, index, "its None values could not be followed")
    }
    holdings[index].error = error
    holdings[index].magnitude = magnitude
    holdings[index].magnitudeOfNone = magnitude
  }

  private func isGate(_ claim: Int, of sop: SOpID, _ group: UnitGroup) -> Bool {
    guard let part = holdings[claim].sop, let value = facts.values(of: part)?.first else { return false }
    return symbolic(sop, fixed: [part: value], among: group.claims) != nil
  }

  // MARK: The program's sum

  /// An s-op as a sum over claims; nil if it is not one.
  ///
  /// - Parameter fixed: s-ops with a given value
  func symbolic(_ sop: SOpID, fixed: [SOpID: Value], among claims: [Int]) -> Sum? {
    if let value = graph.value(of: sop, given: fixed) { return value.number.map { Sum(constant: $0) } }
    if let claim = claims.first(where: { holdings[$0].claim.content == .value(graph.canonical(sop)) }),
      holdings[claim].claim.encoding == .numerical
    {
      return Sum(numbers: [claim: 1])
    }
    // A function of one categorical claim.
    let support = graph.support(of: sop, known: Set(claims.compactMap { holdings[$0].sop }))
    let free = support.known.filter { fixed[$0] == nil }
    if support.missing.isEmpty, free.count == 1,
      let claim = claims.first(where: {
        holdings[$0].sop == free[0] && holdings[$0].claim.encoding == .categorical
      })
    {
      var table: [Double?] = []
      for spellings in holdings[claim].claim.values + [[.none]] {
        var known = fixed
        known[free[0]] = spellings[0]
        let value = graph.value(of: sop, given: known)
        if let value, value.number == nil, !value.isNone { return nil }
        table.append(value?.number)
      }
      return Sum(tables: [claim: table])
    }
    guard case .map(let operation, let inputs) = graph[sop].kind else { return nil }
    switch operation.form {
    case .identity: return symbolic(inputs[0], fixed: fixed, among: claims)
    case .linear(let coefficients, let constant):
      var sum = Sum(constant: constant)
      for (coefficient, input) in zip(coefficients, inputs) {
        guard let part = symbolic(input, fixed: fixed, among: claims) else { return nil }
        sum = sum + coefficient * part
      }
      return sum
    case .product, .quotient:
      guard inputs.count == 2 else { return nil }
      if let factor = graph.value(of: inputs[1], given: fixed)?.number,
        let sum = symbolic(inputs[0], fixed: fixed, among: claims)
      {
        if operation.form == .product { return factor * sum }
        return factor == 0 ? nil : (1 / factor) * sum
      }
      guard operation.form == .product, let factor = graph.value(of: inputs[0], given: fixed)?.number,
        let sum = symbolic(inputs[1], fixed: fixed, among: claims)
      else { return nil }
      return factor * sum
    case .comparison, nil: return nil
    }
  }

  func magnitude(of sum: Sum) -> Double {
    var result = abs(sum.constant)
    for (claim, factor) in sum.numbers {
      result += abs(factor) * max(holdings[claim].magnitude, holdings[claim].magnitudeOfNone)
    }
    for table in sum.tables.values { result += table.compactMap { $0.map(abs) }.max() ?? 0 }
    return result
  }

  // MARK: The units' sum

  /// Compares what the units write with a sum, and returns bounds on the error and on the sum.
  ///
  /// - Parameter gate: a claim and the code of its value
  private func compare(
    _ wanted: Sum, _ group: UnitGroup, _ index: Int, gate: (claim: Int, code: Int)?, _ component: Component
  ) throws(ProofError) -> (error: Double, magnitude: Double) {
    let target = holdings[index].claim.direction
    var found = Sum()
    var rounding = 0.0
    var pairs: [[Double]: Int] = [:]
    for unit in group.biases.indices {
      guard let output = group.outputs[unit].first(where: { $0.index == target }) else { continue }
      var sum = Sum(constant: group.biases[unit])
      for entry in group.inputs[unit] {
        let owner = owners[entry.index]!
        let holding = holdings[owner.holding]
        if owner.holding == gate?.claim {
          if owner.place == gate?.code { sum.constant += entry.weight }
        } else if holding.claim.encoding == .numerical, owner.place != Owner.none {
          sum.numbers[owner.holding, default: 0] += entry.weight
        } else {
          let none = holding.claim.values.count
          var table = sum.tables[owner.holding] ?? Array(repeating: 0, count: none + 1)
          table[owner.place == Owner.none ? none : owner.place] = entry.weight
          sum.tables[owner.holding] = table
        }
      }
      let reach = self.magnitude(of: sum) - abs(sum.constant)
      // Off for all of its inputs.
      if sum.constant + reach * 1.0001 + 1e-6 <= 0 { continue }
      let opposite = Self.key(-1 * sum, times: -output.weight)
      if output.weight < 0, let count = pairs[opposite], count > 0 {
        // relu(x) - relu(-x) is x, if both are written with the same weight.
        pairs[opposite] = count - 1
        found = found + (-output.weight) * (-1 * sum)
      } else if output.weight > 0 {
        pairs[Self.key(sum, times: output.weight), default: 0] += 1
        rounding += 0
      } else {
        throw failure(component, index, "a hidden unit has no counterpart")
      }
      rounding +=
        abs(output.weight) * self.magnitude(of: sum) * FloatSum.unit
        * Double(group.inputs[unit].count + 3)
    }
    guard pairs.values.allSatisfy({ $0 == 0 }) else {
      throw failure(component, index, "a hidden unit has no counterpart")
    }
    let difference = found + -1 * wanted
    let size = magnitude(of: wanted)
    // What is left comes from the rounding of the weights.
    var error = abs(difference.constant)
    for (claim, factor) in difference.numbers {
      error += abs(factor) * holdings[claim].magnitude
      error += abs(found.numbers[claim] ?? 0) * holdings[claim].offset
    }
    for (claim, table) in difference.tables {
      error += table.compactMap { $0.map(abs) }.max() ?? 0
      let greatest = (found.tables[claim] ?? []).compactMap { $0.map(abs) }.max() ?? 0
      error += greatest * holdings[claim].offset
    }
    return (error + rounding, size)
  }

  /// A unit's output weight and the coefficients of its sum in a row, to look up its opposite.
  private static func key(_ sum: Sum, times weight: Double) -> [Double] {
    var key = [weight, sum.constant]
    for (claim, factor) in sum.numbers.sorted(by: { $0.key < $1.key }) { key += [Double(claim), factor] }
    for (claim, table) in sum.tables.sorted(by: { $0.key < $1.key }) {
      key += [Double(claim)] + table.map { $0 ?? .nan }
    }
    return key
  }

  // MARK: A head's sum

  /// What a head reads at a key and writes to one direction, as a sum.
  func linear(
    _ writes: [Int: [Int: Double]], to target: Int, _ component: Component, _ index: Int
  ) throws(ProofError) -> Sum {
    var sum = Sum()
    for (direction, row) in writes {
      guard let weight = row[target], weight != 0 else { continue }
      if direction == weights.config.dModel {
        sum.constant += weight
      } else if let owner = owners[direction] {
        let holding = holdings[owner.holding]
        guard holding.isShown else {
          throw failure(component, index, "a variable that it reads is not computed yet")
        }
        if holding.claim.encoding == .numerical, owner.place != Owner.none {
          sum.numbers[owner.holding, default: 0] += weight
        } else {
          let none = holding.claim.values.count
          var table = sum.tables[owner.holding] ?? Array(repeating: 0, count: none + 1)
          table[owner.place == Owner.none ? none : owner.place] = weight
          sum.tables[owner.holding] = table
        }
      }
    }
    return sum
  }

  func symbolic(_ sop: SOpID, _ component: Component, _ index: Int, among claims: [Int]) throws(ProofError)
    -> Sum
  {
    guard let sum = symbolic(sop, fixed: [:], among: claims) else {
      throw failure(component, index, "what it averages could not be followed")
    }
    return sum
  }

  func compare(_ found: Sum, _ wanted: Sum, _ component: Component, _ index: Int) throws(ProofError) {
    let difference = found + -1 * wanted
    let factors = difference.numbers.values.map(abs)
    let entries = difference.tables.values.flatMap { $0.compactMap { $0.map(abs) } }
    guard
      (factors + entries + [abs(difference.constant)]).allSatisfy({
        $0 <= 1e-6 * max(1, magnitude(of: wanted))
      })
    else { throw failure(component, index, "it averages something else") }
  }
}
