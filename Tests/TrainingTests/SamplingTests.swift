import Testing
import Transformer

@testable import Training

@Suite struct SamplingTests {
  func pair(_ tokens: [Int32], map: PositionMap? = nil) -> SwapPair {
    SwapPair(base: tokens, source: tokens.reversed(), map: map ?? .plain(length: tokens.count))
  }

  @Test("Wrong pairs come back once, grouped by lengths and node, the fullest group first")
  func hardPairs() {
    var hard = HardPairs()
    #expect(hard.take() == nil)
    for token in 0..<3 { hard.note([1], pair([Int32(token), 7])) }
    hard.note([1], pair([1, 2, 3]))
    hard.note([0], pair([5, 5]))
    let first = hard.take()
    #expect(first?.nodes == [1])
    #expect(first?.pairs.map(\.base) == [[0, 7], [1, 7], [2, 7]])
    #expect(first?.pairs[0].source == [7, 0])
    let rest = [hard.take(), hard.take()].compactMap { $0 }
    #expect(Set(rest.map(\.nodes)) == [[0], [1]])
    #expect(rest.allSatisfy { $0.pairs.count == 1 })
    #expect(hard.take() == nil)
  }

  @Test("A group holds as many pairs as a block has lanes, and the oldest groups are dropped")
  func capacity() {
    var hard = HardPairs()
    for index in 0..<Int32(laneCount * (HardPairs.capacity + 3)) { hard.note([0], pair([index, 0])) }
    var bases: [Int32] = []
    while let group = hard.take() {
      #expect(group.pairs.count == laneCount)
      bases += group.pairs.map { $0.base[0] }
    }
    #expect(bases.count == laneCount * HardPairs.capacity)
    #expect(bases.min() == Int32(3 * laneCount))
  }

  @Test("A node that was recently wrong is drawn more often, and no node is forgotten")
  func nodes() {
    var sampler = NodeSampler(count: 4)
    var right = BlockScore()
    right.counted = 100
    right.correct = 100
    var wrong = right
    wrong.correct = 20
    for _ in 0..<200 {
      for node in 0..<4 { sampler.note(node, node == 2 ? wrong : right) }
    }
    var generator = SeededGenerator(seed: 1)
    var draws = [0, 0, 0, 0]
    for _ in 0..<10_000 { draws[sampler.draw(using: &generator)] += 1 }
    #expect(draws[2] > 7000)
    #expect([0, 1, 3].allSatisfy { draws[$0] > 300 })
  }
}
