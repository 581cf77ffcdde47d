// Attention heads: which keys a query attends to.

import Foundation
import Runtime
import Transformer

extension ProofChecker {
  /// Checks a layer's heads and computes what they write at the BOS position.
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
  /// attention.
  private static let greatestLeak = 1e-6

  /// How much BOS attends to other positions. It must be next to nothing, since BOS holds the same on every
  /// input.
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

  // MARK: Attention patterns

  /// How a head's attention deviates from equal shares for all selected positions.
  struct Pattern {
    /// The total attention to everything that is not selected.
    var leak: Double
    /// The largest relative difference between the shares of selected positions and of BOS.
    var spread: Double
    /// The largest relative difference between a selected position's share and the mean share.
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
    /// The share of BOS, which is attended to like a selected position; for the other purposes, BOS is
    /// attended to only if nothing is selected.
    case share
  }

  /// Checks that a head's scores agree with a selector; nil selects everything.
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
}
