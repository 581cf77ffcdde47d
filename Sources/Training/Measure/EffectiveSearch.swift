import Compiler
import Transformer

/// Finds swaps of a node that change the program's output, if random ones hardly ever do.
///
/// It runs only the causal model. Half of the pairs that it tries are pairs found earlier with something
/// changed: a token, the map, or one of the two inputs.
struct EffectiveSearch {
  private let model: CausalModel
  private let draw: SwapDraw
  private let tolerance: Float
  private var base, source, swapped: CausalState

  init(_ model: CausalModel, _ draw: SwapDraw, tolerance: Double) {
    self.model = model
    self.draw = draw
    self.tolerance = Float(tolerance)
    base = model.makeState()
    source = model.makeState()
    swapped = model.makeState()
  }

  /// Pairs with at least `wanted` effective positions of a node in total, or whatever the given number of
  /// tries finds.
  mutating func find(_ node: Int, wanted: Int, tries: Int, using generator: inout SeededGenerator)
    -> [SwapPair]
  {
    var found: [SwapPair] = []
    var positions = 0
    for attempt in 0..<tries where positions < wanted {
      let isNew = found.isEmpty || attempt.isMultiple(of: 2)
      let pair =
        isNew
        ? draw.pair(using: &generator)
        : draw.changed(found[generator.index(below: found.count)], using: &generator)
      guard let pair else { continue }
      let effective = effectivePositions(pair, node)
      guard effective > 0 else { continue }
      positions += effective
      found.append(pair)
    }
    return found
  }

  private mutating func effectivePositions(_ pair: SwapPair, _ node: Int) -> Int {
    model.run(pair.base, into: &base)
    model.run(pair.source, into: &source)
    model.swap(CollectionOfOne(node), base: base, source: source, map: pair.map, into: &swapped)
    return (0..<swapped.length).count { model.differ(swapped, base, at: $0, tolerance: tolerance) }
  }
}

extension CausalModel {
  /// Whether a state has an output at a position, and the other state has none or a different one there.
  func differ(_ a: CausalState, _ b: CausalState, at position: Int, tolerance: Float) -> Bool {
    differ(a, at: position, b, at: position, tolerance: tolerance)
  }

  /// The same, with a position of its own in the other state.
  func differ(
    _ a: CausalState, at position: Int, _ b: CausalState, at place: Int, tolerance: Float
  ) -> Bool {
    guard a.hasOutput(at: position) else { return false }
    guard b.hasOutput(at: place) else { return true }
    return isNumerical
      ? abs(a.outputNumber(at: position) - b.outputNumber(at: place)) > tolerance
      : a.outputID(at: position) != b.outputID(at: place)
  }
}
