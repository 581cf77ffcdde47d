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

  /// What a pair of blocks is to hold: pairs that are given, in the first lanes, and in the others any inputs of
  /// one length.
  struct Plan {
    var length: Int
    var given: [InputPair] = []
  }

  /// Draws new inputs, computes the program on them and puts their tokens into a run.
  func draw(
    _ sampler: InputSampler, _ part: InputSampler.Part, into run: PlainRun,
    using generator: inout SeededGenerator
  ) {
    let plans = (0..<blocks / 2).map { _ in Plan(length: sampler.drawLength(using: &generator)) }
    draw(plans, sampler, part, into: run, using: &generator)
  }

  /// The same, with a plan for each pair of blocks.
  func draw(
    _ plans: [Plan], _ sampler: InputSampler, _ part: InputSampler.Part, into run: PlainRun,
    using generator: inout SeededGenerator
  ) {
    precondition(plans.count == blocks / 2)
    layout.removeAll()
    lanes = Array(repeating: laneCount, count: blocks)
    for plan in plans {
      layout.append(positions: plan.length + 1)
      layout.append(positions: plan.length + 1)
    }
    run.begin(layout)
    for (index, block) in layout.blocks.enumerated() {
      let given = plans[index / 2].given
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
    fill(block) { lane in
      states[block * laneCount + lane]
    } value: {
      output($0, at: $1)
    }
  }

  /// What a block should output with some nodes' variables taken from its partner, and the lanes where that is
  /// not what it outputs without.
  func targets(block: Int, swapping nodes: [Int]) -> (targets: Targets, counted: Int, changed: UInt16) {
    let partner = block ^ 1
    var changed: UInt16 = 0
    let (targets, counted) = fill(block) { lane in
      let base = states[block * laneCount + lane]
      model.swap(
        nodes, base: base, source: states[partner * laneCount + lane], map: .plain(length: base.length),
        into: &swappedState)
      if !hasSameOutput(base, swappedState) { changed |= 1 << UInt16(lane) }
      return swappedState
    } value: {
      output($0, at: $1)
    }
    return (targets, counted, changed)
  }

  private func hasSameOutput(_ a: CausalState, _ b: CausalState) -> Bool {
    (0..<a.length).allSatisfy { position in
      guard let x = output(a, at: position), let y = output(b, at: position) else { return true }
      return x == y
    }
  }

  /// A variable's values on a block's own inputs, numbers divided by `scale`.
  func values(of variable: Int, block: Int, scale: Float) -> (targets: Targets, counted: Int) {
    let isNumber = model.variables[variable].encoding == .numerical
    return fill(block) { lane in
      states[block * laneCount + lane]
    } value: { state, position in
      let id = state.id(of: variable, at: position)
      guard id >= 0 else { return nil }
      return isNumber ? (0, state.number(of: variable, at: position) / scale) : (id, 0)
    }
  }

  /// The root mean square of a numerical variable on what the batch holds; 1 where it is nothing but zeros.
  func scale(of variable: Int) -> Float {
    var square = 0.0
    var counted = 0.0
    for state in states {
      for position in 0..<state.length where state.id(of: variable, at: position) >= 0 {
        let number = Double(state.number(of: variable, at: position))
        square += number * number
        counted += 1
      }
    }
    return square > 0 ? Float((square / counted).squareRoot()) : 1
  }

  /// Whether a variable has the same values on every input as on its partner.
  func isInert(_ variable: Int) -> Bool {
    let isNumber = model.variables[variable].encoding == .numerical
    return layout.blocks.indices.allSatisfy { block in
      (0..<laneCount).allSatisfy { lane in
        let own = states[block * laneCount + lane]
        let other = states[(block ^ 1) * laneCount + lane]
        return (0..<own.length).allSatisfy { position in
          let id = own.id(of: variable, at: position)
          return id == other.id(of: variable, at: position)
            && (!isNumber || id < 0
              || own.number(of: variable, at: position) == other.number(of: variable, at: position))
        }
      }
    }
  }

  private func output(_ state: CausalState, at position: Int) -> (id: Int32, number: Float)? {
    guard state.hasOutput(at: position) else { return nil }
    return model.isNumerical ? (0, state.outputNumber(at: position)) : (state.outputID(at: position), 0)
  }

  private func fill(
    _ block: Int, _ state: (Int) -> CausalState,
    value: (CausalState, _ position: Int) -> (id: Int32, number: Float)?
  ) -> (targets: Targets, counted: Int) {
    let positions = layout.blocks[block].positions
    var counted = 0
    for lane in 0..<laneCount {
      let state = state(lane)
      let isCounted = lane < lanes[block]
      ids[lane] = -1
      for position in 1..<positions {
        let column = position * laneCount + lane
        if isCounted, let (id, number) = value(state, position - 1) {
          counted += 1
          ids[column] = id
          numbers[column] = number
        } else {
          ids[column] = -1
        }
      }
    }
    return (Targets(ids: ids, numbers: numbers), counted)
  }
}
