import Testing
import Transformer

@testable import Training

@Suite struct SwapCurriculumTests {
  func pair(_ number: Int, _ lengths: SwapLengths = .init(base: 4, source: 3)) -> SwapPair {
    SwapPair(
      base: Array(repeating: Int32(number), count: lengths.base),
      source: Array(repeating: 0, count: lengths.source),
      map: PositionMap(Array(repeating: 0, count: lengths.base), sourceLength: lengths.source))
  }

  let lengths = SwapLengths(base: 4, source: 3)

  @Test("Effective pairs that are rare at random are drawn as often as others")
  func rare() {
    var pairs = EffectivePairs(nodes: 2, wantedShare: 0.5)
    var generator = SeededGenerator(seed: 1)
    for number in 0..<400 {
      pairs.note(node: 1, drawn: 16, effective: number.isMultiple(of: 16) ? 1 : 0)
      if number.isMultiple(of: 16) { pairs.keep(node: 1, pair(number), using: &generator) }
    }
    func share(_ node: Int, _ lengths: SwapLengths) -> Double {
      let drawn = (0..<4000).count { _ in pairs.draw(node: node, lengths, using: &generator) != nil }
      return Double(drawn) / 4000
    }
    #expect(abs(share(1, lengths) - 0.5) < 0.05)
    #expect(share(1, lengths.reversed) == 0)
    #expect(share(0, lengths) == 0)
    let drawn = (0..<4000).compactMap { _ in pairs.drawLengths(node: 1, using: &generator) }
    #expect(drawn.allSatisfy { $0 == lengths } && drawn.count > 1000, "rare ones need their lengths drawn")
    #expect((0..<4000).allSatisfy { _ in pairs.drawLengths(node: 0, using: &generator) == nil })
  }

  @Test("If few pairs are kept, they are drawn less often; if random pairs are effective enough, never")
  func fewOrEnough() {
    var generator = SeededGenerator(seed: 1)
    func share(effective: Int, kept: Int) -> Double {
      var pairs = EffectivePairs(nodes: 1, wantedShare: 0.5)
      for _ in 0..<400 { pairs.note(node: 0, drawn: 16, effective: effective) }
      for number in 0..<kept { pairs.keep(node: 0, pair(number), using: &generator) }
      let drawn = (0..<4000).count { _ in pairs.draw(node: 0, lengths, using: &generator) != nil }
      return Double(drawn) / 4000
    }
    #expect(abs(share(effective: 0, kept: 4) - 0.125) < 0.03)
    #expect(abs(share(effective: 4, kept: 64) - 1.0 / 3) < 0.05)
    #expect(share(effective: 9, kept: 64) == 0)
  }

  @Test("No more pairs are kept than the capacity allows, and recent ones are among them")
  func capacity() {
    var generator = SeededGenerator(seed: 1)
    var pairs = EffectivePairs(nodes: 1, wantedShare: 0.5)
    for _ in 0..<400 { pairs.note(node: 0, drawn: 16, effective: 0) }
    for number in 0..<10 * EffectivePairs.capacity { pairs.keep(node: 0, pair(number), using: &generator) }
    let drawn = (0..<5000).compactMap { _ in pairs.draw(node: 0, lengths, using: &generator)?.base[0] }
    #expect(Set(drawn).count == EffectivePairs.capacity)
    #expect(drawn.max()! > Int32(9 * EffectivePairs.capacity))
  }

  @Test("Pairs on which a node was wrong are given to it again, and then its effective pairs")
  func replays() throws {
    let scene = try PairBatchTests.Scene()
    var generator = SeededGenerator(seed: 1)
    var curriculum = SwapCurriculum(
      nodes: scene.compiled.causalModel.nodes.count, edges: 3, effectiveShare: 0.5, jointShare: 0.5)
    let early = curriculum.replay(scene.sampler, using: &generator)
    #expect(early == nil)
    let plan = curriculum.plan(scene.sampler, using: &generator)
    #expect(plan.pairs.given.isEmpty)

    // Blocks 0 and 1 hold what the scene drew.
    let drawn = SwapCurriculum.Plan(
      pairs: PairBatch.Plan(lengths: scene.batch.pair(block: 0, lane: 0).lengths, kind: nil),
      nodes: [[0, 1], [2]])
    var score = BlockScore()
    score.counted = 16
    score.correct = 15
    score.wrongLanes = 1 << 3
    curriculum.note(drawn, block: 0, scene.batch, score, changed: 0, using: &generator)
    let first = curriculum.replay(scene.sampler, using: &generator)
    let second = curriculum.replay(scene.sampler, using: &generator)
    let replay = try #require(first)
    #expect(replay.isReplay && replay.nodes[0] == [0, 1])
    #expect(replay.pairs.given.map(\.pair) == [scene.batch.pair(block: 0, lane: 3)])
    #expect(second == nil)
  }

  @Test("Swaps that change the output are distinguished from those that do not")
  func changed() throws {
    let scene = try PairBatchTests.Scene()
    let model = scene.compiled.causalModel
    for block in scene.batch.layout.blocks.indices {
      for node in model.nodes.indices {
        let changed = scene.batch.targets(block: block, swapping: [node]).changed
        for lane in 0..<laneCount {
          let pair = scene.batch.pair(block: block, lane: lane)
          var (base, source, swapped) = (model.makeState(), model.makeState(), model.makeState())
          model.run(pair.base, into: &base)
          model.run(pair.source, into: &source)
          model.swap([node], base: base, source: source, map: pair.map, into: &swapped)
          let differs = pair.base.indices.contains { base.outputID(at: $0) != swapped.outputID(at: $0) }
          #expect((changed & 1 << UInt16(lane) != 0) == differs)
        }
      }
    }
  }
}
