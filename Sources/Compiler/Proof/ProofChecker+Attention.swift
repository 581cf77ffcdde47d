// Attention heads: which keys a query attends to, and what it gets from them.

import Foundation
import Runtime
import Transformer

extension ProofChecker {
  /// A head as its products QK and OV, by residual direction; the last index stands for biases.
  struct HeadProducts {
    /// For a query's direction, by the key's direction: the pair's contribution to the score, not yet scaled.
    var scores: [Int: [Int: Double]] = [:]
    /// For a direction at a key's position, what it adds to each direction that the head writes.
    var writes: [Int: [Int: Double]] = [:]
    /// 1 / √d_head in float32.
    var scale: Double
    let bias: Int

    init(_ head: SparseWeights.Head, config: TransformerConfig) {
      bias = config.dModel
      scale = Double(1 / Float(config.dHead).squareRoot())
      var keys = Array(repeating: [(direction: Int, weight: Double)](), count: config.dHead)
      for (direction, row) in head.key.enumerated() {
        for entry in row { keys[entry.index].append((direction, entry.weight)) }
      }
      for (dimension, weight) in head.keyBias.enumerated() where weight != 0 {
        keys[dimension].append((bias, weight))
      }
      func addScores(_ direction: Int, _ dimension: Int, _ weight: Double) {
        for key in keys[dimension] {
          scores[direction, default: [:]][key.direction, default: 0] += weight * key.weight
        }
      }
      for (direction, row) in head.query.enumerated() {
        for entry in row { addScores(direction, entry.index, entry.weight) }
      }
      for (dimension, weight) in head.queryBias.enumerated() where weight != 0 {
        addScores(bias, dimension, weight)
      }
      func addWrites(_ direction: Int, _ dimension: Int, _ weight: Double) {
        for entry in head.output[dimension] {
          writes[direction, default: [:]][entry.index, default: 0] += weight * entry.weight
        }
      }
      for (direction, row) in head.value.enumerated() {
        for entry in row { addWrites(direction, entry.index, entry.weight) }
      }
      for (dimension, weight) in head.valueBias.enumerated() where weight != 0 {
        addWrites(bias, dimension, weight)
      }
    }

    /// What the BOS position gets from itself.
    func atBOS(_ bos: [Double]) -> [Int: Double] {
      var result = writes[bias] ?? [:]
      for (direction, row) in writes where direction != bias && bos[direction] != 0 {
        for (target, weight) in row { result[target, default: 0] += bos[direction] * weight }
      }
      return result
    }

    /// What a query's direction adds to the score of the BOS position.
    func scoreOfBOS(_ direction: Int, _ bos: [Double]) -> Double {
      var result = 0.0
      for (key, weight) in scores[direction] ?? [:] {
        result += weight * (key == bias ? 1 : bos[key])
      }
      return result
    }
  }

  /// A layer's heads, and what they write at the BOS position.
  mutating func checkAttention(layer: Int) throws(ProofError) {
    let block = weights.blocks[layer]
    guard block.attentionBias.isEmpty else {
      throw failure(.head(layer: layer, head: 0), nil, "the heads' output has a bias")
    }
    var next = bos
    var nextError = bosError
    for head in 0..<weights.config.heads {
      let component = Component.head(layer: layer, head: head)
      let products = HeadProducts(block.heads[head], config: weights.config)
      try checkHead(products, component)
      let leak = try leakAtBOS(products, component)
      for (direction, amount) in products.atBOS(bos) {
        next[direction] += amount
        nextError[direction] += leak * (1 + abs(amount))
      }
    }
    (bos, bosError) = (next, nextError)
  }

  /// The largest attention allowed to positions that are not selected; errors are computed from the actual
  /// amount.
  private static let greatestLeak = 1e-6

  /// What BOS attends to besides itself, which must be nothing, since it holds the same on every input.
  private func leakAtBOS(_ products: HeadProducts, _ component: Component) throws(ProofError) -> Double {
    guard !circuit.causal, !products.writes.isEmpty else { return 0 }
    var ofBOS = products.scoreOfBOS(products.bias, bos)
    var byKey = products.scores[products.bias] ?? [:]
    for (direction, amount) in bos.enumerated() where amount != 0 {
      ofBOS += amount * products.scoreOfBOS(direction, bos)
      for (key, weight) in products.scores[direction] ?? [:] { byKey[key, default: 0] += amount * weight }
    }
    var ofKeys = byKey[products.bias] ?? 0
    var greatest: [Int: Double] = [:]
    for (key, weight) in byKey where key != products.bias {
      if let owner = owners[key] { greatest[owner.holding] = max(greatest[owner.holding] ?? 0, weight) }
    }
    for weight in greatest.values { ofKeys += weight }
    let distance = (ofBOS - ofKeys) * products.scale
    let leak = Double(circuit.lengths.upperBound) * exp(-distance)
    guard leak < Self.greatestLeak else {
      throw failure(component, nil, "BOS does not attend to itself alone")
    }
    return leak
  }

  private mutating func checkHead(_ products: HeadProducts, _ component: Component) throws(ProofError) {
    let targets = Set(products.writes.values.flatMap(\.keys))
    if targets.isEmpty { return }
    let written = Set(targets.compactMap { owners[$0]?.holding })
    guard written.count == 1, let index = written.first, targets.allSatisfy({ owners[$0] != nil }) else {
      throw failure(component, nil, "it writes to directions that are not one variable's")
    }
    guard !holdings[index].isShown else { throw failure(component, index, "it is written twice") }
    switch holdings[index].claim.content {
    case .share(let sop):
      let pattern: Pattern
      switch graph[sop].kind {
      case .selectorWidth(let selector):
        pattern = try self.pattern(of: selector, products, component, index, .share)
      case .length: pattern = try self.pattern(of: nil, products, component, index, .share)
      default: throw failure(component, index, "it is not a selector's width")
      }
      try checkShare(index, products, pattern, component)
    case .value(let sop):
      guard case .aggregate(let selector, let values, let fallback) = graph[sop].kind else {
        throw failure(component, index, "a head cannot compute it")
      }
      let isMove = holdings[index].claim.encoding == .categorical
      let pattern = try pattern(of: selector, products, component, index, isMove ? .move : .mean)
      if isMove {
        try checkMove(index, sop, values, fallback, products, pattern, component)
      } else {
        try checkMean(index, sop, values, fallback, products, pattern, component)
      }
    case .tuple: throw failure(component, index, "a head cannot compute it")
    }
    holdings[index].isShown = true
  }

  // MARK: What is attended to

  /// How a head's attention deviates from equal shares for all selected positions.
  struct Pattern {
    /// The total attention to everything that is not selected.
    var leak: Double
    /// The relative difference allowed between the shares of selected positions and of BOS.
    var spread: Double
    /// The relative difference of a selected position's share from their mean.
    var deviation: Double
    /// The error of the sum of the shares.
    var rounding: Double
    /// The number of positions that may be attended to.
    var positions: Int
  }

  /// What a head's attention is used for.
  enum Purpose {
    /// One value, so it does not matter how attention is shared among the positions that have it.
    case move
    case mean
    /// The share of BOS, if it is attended to like a selected position; otherwise only if nothing is
    /// selected.
    case share
  }

  /// Whether a head's scores agree with a selector; none selects everything.
  private mutating func pattern(
    of selector: SelectorID?, _ products: HeadProducts, _ component: Component, _ index: Int,
    _ purpose: Purpose
  ) throws(ProofError) -> Pattern {
    let scores = try pairScores(selector, products, component, index)
    let scale = products.scale
    let positions = circuit.lengths.upperBound + 1
    var least = scores.selected.map { $0.lowerBound - scores.error } ?? .infinity
    let greatest = (scores.unselected ?? -.infinity) + scores.error
    var spread = 0.0
    let range = scores.selected.map { $0.upperBound - $0.lowerBound } ?? 0
    // Errors in a query's other directions only move the scores of keys that match those directions.
    var deviation = range + scores.error
    let bosLow = scores.bos.lowerBound - scores.error
    let bosHigh = scores.bos.upperBound + scores.error
    var distance: Double
    if purpose == .share {
      // BOS is one more selected position.
      if let selected = scores.selected {
        spread =
          max(selected.upperBound, scores.bos.upperBound) - min(selected.lowerBound, scores.bos.lowerBound)
        spread += 2 * scores.errorOfQueries + scores.errorOfKeys
      }
      least = min(least, bosLow)
      distance = least - greatest
    } else {
      distance = min(least - bosHigh, min(least, bosLow) - greatest)
    }
    if !distance.isFinite { distance = 200 / scale }
    distance *= scale
    spread *= scale
    deviation *= scale
    let leak = Double(positions) * exp(-distance)
    guard leak < Self.greatestLeak else {
      throw inexact(
        component, index,
        "the scores of selected and other positions differ by only \(distance)")
    }
    guard spread < 0.1, deviation < 0.1 || purpose == .move else {
      throw inexact(
        component, index, "the scores of selected positions differ by \(max(spread, deviation))")
    }
    margin = min(margin, distance)
    // Exponentials, their sum and the quotient, each rounded.
    let rounding = Double(positions + 8) * 2 * FloatSum.unit
    return Pattern(
      leak: leak, spread: expm1(spread), deviation: tanh(deviation), rounding: rounding,
      positions: positions)
  }

  // MARK: What is read

  /// The attention of BOS next to w selected positions: 1 / (w + 1).
  private mutating func checkShare(
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

  /// One value through a table.
  private mutating func checkMove(
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
      // The result for a value that is selected once or several times; nothing if it never is.
      for result in facts.results(of: sop, for: value) {
        try expect(result, in: index, written, component)
      }
    }
    if selection.mayBeEmpty { try expect(fallback, in: index, products.atBOS(bos), component) }
    greatest = max(greatest, products.atBOS(bos).values.reduce(0) { $0 + abs($1) })
    let rounding = pattern.rounding + Double(pattern.positions + 1) * FloatSum.unit
    let claim = holdings[index].claim
    let inputs = inputErrors(products, to: claim.direction..<claim.direction + claim.width)
    // Selected positions are read with their own errors; other directions get what leaks and what strays.
    holdings[index].error = (pattern.leak + rounding) * max(greatest, 1) * 2 + inputs.error
    holdings[index].stray = pattern.leak * max(greatest, 1) * 2 + inputs.stray
    holdings[index].strays = holdings[index].stray
    if let none = claim.noneDirection {
      let ofNone = inputErrors(products, to: [none])
      holdings[index].noneStray = pattern.leak * 2 + ofNone.error + ofNone.stray
    }
    holdings[index].leastFlag = 1 - holdings[index].error
  }

  /// A mean of numbers.
  private mutating func checkMean(
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
  private mutating func reading(
    of sop: SOpID, _ products: HeadProducts, _ component: Component, _ index: Int
  ) throws(ProofError) -> [Assignment] {
    var read: Set<Int> = []
    for (direction, row) in products.writes where direction != products.bias && !row.isEmpty {
      // BOS's own direction is zero elsewhere.
      if let owner = owners[direction] { read.insert(owner.holding) }
    }
    return try assignments(of: read.sorted(), and: [sop], component, index)
  }

  private func written(
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
  private func inputErrors(
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
