import Compiler
import Transformer

/// A batch of inputs in blocks of sixteen, the program's values on them, and what swaps between neighbouring
/// blocks should output.
///
/// Blocks come in pairs of equal length: block `b`'s partner is `b ^ 1`, lane by lane.
final class PairBatch {
  let blocks: Int
  private(set) var layout = BlockLayout()
  private let model: CausalModel
  private let bos: Int32
  private var states: [CausalState]
  private var swappedState: CausalState
  private var row: [Int32]
  /// Each lane's input, BOS left out.
  private var inputs: [[Int32]]
  /// How many lanes of a block have sequences of their own.
  private var lanes: [Int]
  private let ids: UnsafeMutablePointer<Int32>
  private let numbers: UnsafeMutablePointer<Float>
  private let arena = Arena()

  /// - Parameter blocks: an even number
  init(_ compiled: CompiledCircuit, blocks: Int) {
    precondition(blocks.isMultiple(of: 2))
    self.blocks = blocks
    model = compiled.causalModel
    bos = compiled.tokenizer.bos
    states = (0..<blocks * laneCount).map { _ in compiled.causalModel.makeState() }
    swappedState = compiled.causalModel.makeState()
    row = []
    inputs = Array(repeating: [], count: blocks * laneCount)
    lanes = Array(repeating: laneCount, count: blocks)
    let columns = (model.maxLength + 1) * laneCount
    numbers = arena.floats(columns)
    ids = UnsafeMutableRawPointer(arena.floats(columns)).assumingMemoryBound(to: Int32.self)
  }

  /// Room that the batch needs in a run.
  static func capacity(_ config: TransformerConfig, blocks: Int) -> BatchCapacity {
    BatchCapacity(
      columns: blocks * laneCount * config.context, patterns: blocks * config.context * config.context)
  }

  /// Draws new inputs, computes the program on them and puts their tokens into a run.
  ///
  /// - Parameter fixed: pairs that the first pairs of blocks are to hold, of one length in each
  func draw(
    _ sampler: InputSampler, _ part: InputSampler.Part, fixed: [[InputPair]] = [], into run: PlainRun,
    using generator: inout SeededGenerator
  ) {
    layout.removeAll()
    lanes = Array(repeating: laneCount, count: blocks)
    for pair in 0..<blocks / 2 {
      let length = pair < fixed.count ? fixed[pair][0].base.count : sampler.drawLength(using: &generator)
      let positions = length + 1
      layout.append(positions: positions)
      layout.append(positions: positions)
    }
    run.begin(layout)
    for (index, block) in layout.blocks.enumerated() {
      let given = index / 2 < fixed.count ? fixed[index / 2] : []
      for lane in 0..<laneCount {
        if lane < given.count {
          put(
            index.isMultiple(of: 2) ? given[lane].base : given[lane].source, block: index, lane: lane, run)
          continue
        }
        row.removeAll(keepingCapacity: true)
        for _ in 1..<block.positions { row.append(0) }
        sampler.draw(part, into: &row, using: &generator)
        put(row, block: index, lane: lane, run)
      }
    }
  }

  /// Takes up to sixteen pairs of one length for each pair of blocks; what is left of a block's lanes is not
  /// counted.
  func load(_ pairs: [[InputPair]], into run: PlainRun) {
    precondition(pairs.count <= blocks / 2)
    layout.removeAll()
    lanes = pairs.flatMap { [$0.count, $0.count] }
    for chunk in pairs {
      layout.append(positions: chunk[0].base.count + 1)
      layout.append(positions: chunk[0].base.count + 1)
    }
    run.begin(layout)
    for (index, chunk) in pairs.enumerated() {
      for lane in 0..<laneCount {
        let pair = chunk[min(lane, chunk.count - 1)]
        put(pair.base, block: 2 * index, lane: lane, run)
        put(pair.source, block: 2 * index + 1, lane: lane, run)
      }
    }
  }

  private func put(_ tokens: [Int32], block: Int, lane: Int, _ run: PlainRun) {
    model.run(tokens, into: &states[block * laneCount + lane])
    inputs[block * laneCount + lane] = tokens
    row.removeAll(keepingCapacity: true)
    row.append(bos)
    row += tokens
    row.withUnsafeBufferPointer { run.setTokens($0, block: block, lane: lane) }
  }

  /// The inputs of a block's lane and of its partner's.
  func pair(block: Int, lane: Int) -> InputPair {
    InputPair(base: inputs[block * laneCount + lane], source: inputs[(block ^ 1) * laneCount + lane])
  }

  /// What a block's own inputs should output. The memory is reused by the next call.
  func targets(block: Int) -> (targets: Targets, counted: Int) {
    fill(block) { lane in states[block * laneCount + lane] }
  }

  /// What a block should output with some nodes' variables taken from its partner.
  func targets(block: Int, swapping nodes: [Int]) -> (targets: Targets, counted: Int) {
    let partner = block ^ 1
    return fill(block) { lane in
      model.swap(
        nodes, base: states[block * laneCount + lane], source: states[partner * laneCount + lane],
        into: &swappedState)
      return swappedState
    }
  }

  private func fill(_ block: Int, _ state: (Int) -> CausalState) -> (targets: Targets, counted: Int) {
    let positions = layout.blocks[block].positions
    var counted = 0
    for lane in 0..<laneCount {
      let state = state(lane)
      let isCounted = lane < lanes[block]
      ids[lane] = -1
      for position in 1..<positions {
        let column = position * laneCount + lane
        if isCounted && state.hasOutput(at: position - 1) {
          counted += 1
          ids[column] = model.isNumerical ? 0 : state.outputID(at: position - 1)
          numbers[column] = model.isNumerical ? state.outputNumber(at: position - 1) : 0
        } else {
          ids[column] = -1
        }
      }
    }
    return (Targets(ids: ids, numbers: numbers), counted)
  }
}
