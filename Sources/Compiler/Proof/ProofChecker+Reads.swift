// What a query gets from the keys that it attends to.

import Foundation
import Runtime
import Transformer

extension ProofChecker {
  /// Checks the attention to BOS next to w selected positions: 1 / (w + 1).
  mutating func checkShare(
    _ index: Int, _ products: HeadProducts, _ pattern: Pattern, _ component: Component
  ) throws(ProofError) {
    let claim = holdings[index].claim
    let atBOS = products.atBOS(bos)
    guard atBOS == [claim.direction: 1] else { throw failure(component, index, "BOS does not give 1") }
    // Keys contribute nothing: only BOS's own direction is read.
    for (direction, row) in products.writes where row.values.contains(where: { $0 != 0 }) {
      guard direction != products.bias, owners[direction] == nil else {
        throw failure(component, index, "it reads more than BOS")
      }
    }
    holdings[index].relativeError = pattern.leak + pattern.spread + pattern.rounding
    holdings[index].magnitude = 1
  }

  /// Checks a head that moves one value through a table.
  mutating func checkMove(
    _ index: Int, _ sop: SOpID, _ values: SOpID, _ fallback: Value, _ products: HeadProducts,
    _ pattern: Pattern, _ component: Component
  ) throws(ProofError) {
    let selection = facts.selection(of: sop)
    guard !selection.mayMix else {
      throw failure(component, index, "it may select different values, but is not a mean")
    }
    let reading = try reading(of: values, products, component, index)
    var greatest = 0.0
    for row in reading {
      guard let value = graph.value(of: values, given: row.known) else { continue }
      let written = self.written(row.directions, products)
      greatest = max(greatest, written.values.reduce(0) { $0 + abs($1) })
      // The results for a value that is selected once or several times; none if it never is.
      for result in facts.results(of: sop, for: value) {
        try expect(result, in: index, written, component)
      }
    }
    if selection.mayBeEmpty { try expect(fallback, in: index, products.atBOS(bos), component) }
    greatest = max(greatest, products.atBOS(bos).values.reduce(0) { $0 + abs($1) })
    let rounding = pattern.rounding + Double(pattern.positions + 1) * FloatSum.unit
    let claim = holdings[index].claim
    let inputs = inputErrors(products, to: claim.direction..<claim.direction + claim.width)
    // The right direction has the errors of the selected positions; the others get what leaks and what
    // strays.
    holdings[index].error = (pattern.leak + rounding) * max(greatest, 1) * 2 + inputs.error
    holdings[index].stray = pattern.leak * max(greatest, 1) * 2 + inputs.stray
    holdings[index].strays = holdings[index].stray
    if let none = claim.noneDirection {
      let ofNone = inputErrors(products, to: [none])
      holdings[index].noneStray = pattern.leak * 2 + ofNone.error + ofNone.stray
    }
    holdings[index].leastFlag = 1 - holdings[index].error
  }

  /// Checks a head that takes a mean of numbers.
  mutating func checkMean(
    _ index: Int, _ sop: SOpID, _ values: SOpID, _ fallback: Value, _ products: HeadProducts,
    _ pattern: Pattern, _ component: Component
  ) throws(ProofError) {
    let claim = holdings[index].claim
    let selection = facts.selection(of: sop)
    var range = 0.0...0.0
    var greatestOfNone = 0.0
    var tolerance = 0.0
    var leastFlag = 1.0
    if let reading = try? reading(of: values, products, component, index) {
      for row in reading {
        guard let value = graph.value(of: values, given: row.known) else { continue }
        let written = self.written(row.directions, products)
        let number = written[claim.direction] ?? 0
        let flag = claim.noneDirection.map { written[$0] ?? 0 } ?? 0
        if let expected = value.number {
          guard abs(number - expected) <= 1e-6 * max(1, abs(expected)), abs(flag) < 1e-6 else {
            throw failure(component, index, "it reads \(number) for \(value.quoted)")
          }
          tolerance = max(tolerance, abs(number - expected))
          range = min(range.lowerBound, number)...max(range.upperBound, number)
        } else if value.isNone {
          if claim.noneDirection != nil { leastFlag = min(leastFlag, flag) }
          var offset = 0.0
          for part in row.withoutNumber {
            let weight = products.writes[holdings[part].claim.direction]?[claim.direction] ?? 0
            offset += abs(weight) * holdings[part].magnitudeOfNone
          }
          greatestOfNone = max(greatestOfNone, abs(number) + offset)
        } else {
          throw failure(component, index, "it averages \(value.quoted)")
        }
      }
    } else {
      let form = try linear(products.writes, to: claim.direction, component, index)
      let read = Set(form.numbers.keys).union(form.tables.keys).sorted()
      let wanted = try symbolic(values, component, index, among: read)
      try compare(form, wanted, component, index)
      greatestOfNone = magnitude(of: wanted)
      range = -greatestOfNone...greatestOfNone
      guard claim.noneDirection == nil else {
        throw failure(component, index, "its None values could not be followed")
      }
    }
    let atBOS = products.atBOS(bos)
    if selection.mayBeEmpty {
      let number = atBOS[claim.direction] ?? 0
      let flag = claim.noneDirection.map { atBOS[$0] ?? 0 } ?? 0
      if let expected = fallback.number {
        guard abs(number - expected) <= 1e-6 * max(1, abs(expected)), abs(flag) < 1e-6 else {
          throw failure(component, index, "it gives \(number) where nothing is selected")
        }
      } else if !fallback.isNone {
        throw failure(component, index, "\(fallback.quoted) is not a number")
      } else if claim.noneDirection != nil {
        leastFlag = min(leastFlag, flag)
      }
    }
    let rounding = pattern.rounding + Double(pattern.positions + 1) * FloatSum.unit
    let greatest = max(-range.lowerBound, range.upperBound, abs(atBOS[claim.direction] ?? 0))
    let most = max(greatest, greatestOfNone)
    let inputs = inputErrors(products, to: [claim.direction])
    // Shares that differ by a factor e^±d move a mean by at most half its range times tanh d.
    holdings[index].error =
      pattern.deviation * (range.upperBound - range.lowerBound) / 2 + (2 * pattern.leak + rounding) * most
      + tolerance + inputs.error + inputs.stray
    if let none = claim.noneDirection {
      let ofNone = inputErrors(products, to: [none])
      holdings[index].noneStray = pattern.leak + ofNone.error + ofNone.stray
    }
    holdings[index].magnitude = greatest
    holdings[index].magnitudeOfNone = most
    // One None among the values of the longest input gives the smallest result.
    holdings[index].leastFlag = leastFlag / Double(circuit.lengths.upperBound) * 0.99
    if claim.noneDirection != nil {
      guard holdings[index].leastFlag > 0 else {
        throw failure(component, index, "None cannot be told from a value")
      }
    }
  }

  // MARK: Values at a key

  /// Everything that the directions read by a head can hold together, with the ancestors of an s-op.
  mutating func reading(
    of sop: SOpID, _ products: HeadProducts, _ component: Component, _ index: Int
  ) throws(ProofError) -> [Assignment] {
    var read: Set<Int> = []
    for (direction, row) in products.writes where direction != products.bias && !row.isEmpty {
      // BOS's own direction is zero elsewhere.
      if let owner = owners[direction] { read.insert(owner.holding) }
    }
    return try assignments(of: read.sorted(), and: [sop], component, index)
  }

  func written(
    _ directions: [(direction: Int, value: Double)], _ products: HeadProducts
  ) -> [Int: Double] {
    var result = products.writes[products.bias] ?? [:]
    for (direction, value) in directions {
      for (target, weight) in products.writes[direction] ?? [:] {
        result[target, default: 0] += weight * value
      }
    }
    return result
  }

  /// How far the output of a head may be off because of its inputs: in the right directions, and in others.
  ///
  /// - Parameter targets: the directions considered
  func inputErrors(
    _ products: HeadProducts, to targets: some Collection<Int>
  ) -> (error: Double, stray: Double) {
    var greatest: [Int: Double] = [:]
    var errors = (error: 0.0, stray: 0.0)
    for (direction, row) in products.writes.sorted(by: { $0.key < $1.key }) where direction != products.bias {
      let written = targets.reduce(0) { $0 + abs(row[$1] ?? 0) }
      if written == 0 { continue }
      guard let owner = owners[direction] else {
        errors.stray += written * bosError[direction]
        continue
      }
      if owner.place == Owner.none {
        errors.stray += written * holdings[owner.holding].noneStray
      } else {
        greatest[owner.holding] = max(greatest[owner.holding] ?? 0, written)
      }
    }
    for (holding, weight) in greatest.sorted(by: { $0.key < $1.key }) {
      errors.error += weight * holdings[holding].error * 1.01
      errors.stray += weight * holdings[holding].strays * 1.01
    }
    return errors
  }

  /// Whether directions hold a value of a categorical claim, and nothing else.
  func expect(
    _ value: Value, in index: Int, _ written: [Int: Double], _ component: Component
  ) throws(ProofError) {
    let holding = holdings[index]
    let target: Int?
    if value.isNone {
      target = holding.claim.noneDirection
    } else {
      guard let code = holding.codes[value] else {
        throw failure(component, index, "\(value.quoted) is not among its values")
      }
      target = holding.claim.direction + code
    }
    for (direction, number) in written where direction != target {
      guard abs(number) < 1e-6 else {
        throw failure(component, index, "it writes more than \(value.quoted)")
      }
    }
    if let target {
      guard abs((written[target] ?? 0) - 1) < 1e-6 else {
        throw failure(component, index, "it does not write \(value.quoted)")
      }
    }
  }
}
