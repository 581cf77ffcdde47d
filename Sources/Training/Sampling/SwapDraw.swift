import Transformer

/// Draws pairs of inputs with a map, and makes small changes to them.
struct SwapDraw: Sendable {
  let sampler: InputSampler
  let part: InputSampler.Part

  /// Any pair; half of them are plain.
  func pair(using generator: inout SeededGenerator) -> SwapPair {
    pair(PairBatch.Plan(sampler, using: &generator), using: &generator)
  }

  /// Two inputs of one length, position by position.
  func plainPair(using generator: inout SeededGenerator) -> SwapPair {
    pair(PairBatch.Plan(sampler, kind: .plain, using: &generator), using: &generator)
  }

  private func pair(_ plan: PairBatch.Plan, using generator: inout SeededGenerator) -> SwapPair {
    let base = input(length: plan.lengths.base, using: &generator)
    var source = input(length: plan.lengths.source, using: &generator)
    // A plain swap of an input with itself shows nothing.
    for _ in 0..<8 where plan.kind == .plain && source == base {
      source = input(length: plan.lengths.source, using: &generator)
    }
    return SwapPair(base: base, source: source, map: plan.drawMap(plan.lengths, using: &generator))
  }

  /// A pair whose source differs from its base in one or two tokens, if the circuit takes all inputs: an
  /// output that depends on several things at once may then differ in just one of them.
  func nearPair(using generator: inout SeededGenerator) -> SwapPair {
    guard sampler.members == nil else { return pair(using: &generator) }
    let base = input(length: sampler.drawLength(using: &generator), using: &generator)
    var source = base
    for _ in 0..<20 {
      source = base
      for _ in 0...generator.index(below: 2) { changeToken(&source, using: &generator) }
      if source != base, sampler.holds(source, part) { break }
    }
    let kind = PositionMap.Kind.drawn(using: &generator)
    return SwapPair(
      base: base, source: source,
      map: .drawn(kind, baseLength: base.count, sourceLength: source.count, using: &generator))
  }

  private func changeToken(_ input: inout [Int32], using generator: inout SeededGenerator) {
    input[generator.index(below: input.count)] = Int32(generator.index(below: sampler.vocabulary))
  }

  private func input(length: Int, using generator: inout SeededGenerator) -> [Int32] {
    var tokens = [Int32](repeating: 0, count: length)
    sampler.draw(part, into: &tokens, using: &generator)
    return tokens
  }

  /// A pair of the same lengths with a token, an entry of the map or one of the inputs changed; nil if an
  /// input would then not belong to the part.
  func changed(_ pair: SwapPair, using generator: inout SeededGenerator) -> SwapPair? {
    var pair = pair
    switch generator.index(below: 5) {
    case 0: changeToken(&pair.base, using: &generator)
    case 1: changeToken(&pair.source, using: &generator)
    case 2: pair.base = input(length: pair.base.count, using: &generator)
    case 3: pair.source = input(length: pair.source.count, using: &generator)
    default:
      var places = pair.map.places
      places[generator.index(below: places.count)] = Int32(generator.index(below: pair.source.count))
      pair.map = PositionMap(places, sourceLength: pair.source.count)
    }
    return sampler.holds(pair.base, part) && sampler.holds(pair.source, part) ? pair : nil
  }
}
