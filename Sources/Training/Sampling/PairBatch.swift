import Compiler
import Transformer

/// A batch of inputs in blocks of sixteen, the program's values on them, and the correct outputs for swaps
/// between neighbouring blocks.
///
/// Blocks come in pairs: the partner of block `b` is `b ^ 1`, lane by lane. Each is the base of swaps from
/// the other, with a separate map for each lane.
final class PairBatch {
  let blocks: Int
  private(set) var layout = BlockLayout()
  private let model: CausalModel
  private let bos: Int32
  private var states: [CausalState]
  /// The program's values in the last swap, by lane.
  private var swappedStates: [CausalState]
  private var row: [Int32]
  /// Each lane's input, without BOS.
  private var inputs: [[Int32]]
  /// Each lane's map to its partner's positions.
  private var maps: [[PositionMap]]
  private(set) var laneMaps: [LaneMap] = []
  /// How many lanes of a block have sequences of their own.
  private var lanes: [Int]
  private let ids: UnsafeMutablePointer<Int32>
  private let numbers: UnsafeMutablePointer<Float>
  private let effective: UnsafeMutablePointer<Bool>
  /// Numbers that differ by less than this count as the same output.
  private let tolerance: Float
  private let arena = Arena()

  /// - Parameters:
  ///   - blocks: an even number
  ///   - tolerance: how close a numerical output must be to count as right
  init(_ compiled: CompiledCircuit, blocks: Int, tolerance: Double = SIITSettings().tolerance) {
    precondition(blocks.isMultiple(of: 2))
    self.blocks = blocks
    model = compiled.causalModel
    bos = compiled.tokenizer.bos
    states = (0..<blocks * laneCount).map { _ in compiled.causalModel.makeState() }
    swappedStates = (0..<laneCount).map { _ in compiled.causalModel.makeState() }
    row = []
    inputs = Array(repeating: [], count: blocks * laneCount)
    maps = Array(repeating: [], count: blocks)
    lanes = Array(repeating: laneCount, count: blocks)
    self.tolerance = Float(tolerance)
    let columns = (model.maxLength + 1) * laneCount
    numbers = arena.floats(columns)
    ids = UnsafeMutableRawPointer(arena.floats(columns)).assumingMemoryBound(to: Int32.self)
    effective = UnsafeMutableRawPointer(arena.floats(columns)).assumingMemoryBound(to: Bool.self)
  }

  /// The capacity that a run needs for the batch.
  static func capacity(_ config: TransformerConfig, blocks: Int) -> BatchCapacity {
    BatchCapacity(
      columns: blocks * laneCount * config.context, patterns: blocks * config.context * config.context)
  }

  /// The contents of a pair of blocks: given pairs in the first lanes, and any inputs of two lengths in the
  /// others.
  struct Plan {
    /// The lengths in the even and in the odd block.
    var lengths: SwapLengths
    /// The kind of map for pairs that are not given; nil for any kind but plain, drawn separately for each
    /// lane.
    var kind: PositionMap.Kind?
    var given: [Given] = []

    /// A pair in one lane.
    struct Given {
      var pair: SwapPair
      /// Whether the odd block holds the base.
      var isOdd = false
      /// Whether it was made by changing a kept pair.
      var isNew = false
    }

    init(lengths: SwapLengths, kind: PositionMap.Kind?, given: [Given] = []) {
      precondition(kind != .plain || lengths.base == lengths.source)
      self.lengths = lengths
      self.kind = kind
      self.given = given
    }

    /// Inputs of any two lengths, or of a single length for plain swaps.
    init(_ sampler: InputSampler, kind: PositionMap.Kind?, using generator: inout SeededGenerator) {
      let length = sampler.drawLength(using: &generator)
      let other = kind == .plain ? length : sampler.drawLength(using: &generator)
      self.init(lengths: SwapLengths(base: length, source: other), kind: kind)
    }

    /// Half of the plans are plain; the others use any two lengths.
    init(_ sampler: InputSampler, using generator: inout SeededGenerator) {
      let isPlain = PositionMap.Kind.drawn(using: &generator) == .plain
      self.init(sampler, kind: isPlain ? .plain : nil, using: &generator)
    }

    /// A map for a lane whose pair is not given, between inputs of the plan's lengths.
    func drawMap(_ lengths: SwapLengths, using generator: inout SeededGenerator) -> PositionMap {
      var kind = self.kind ?? .plain
      while self.kind == nil && kind == .plain { kind = .drawn(using: &generator) }
      return .drawn(kind, baseLength: lengths.base, sourceLength: lengths.source, using: &generator)
    }
  }

  /// Draws new inputs, computes the program on them and puts their tokens into a run.
  func draw(
    _ sampler: InputSampler, _ part: InputSampler.Part, into run: PlainRun,
    using generator: inout SeededGenerator
  ) {
    let plans = (0..<blocks / 2).map { _ in Plan(sampler, using: &generator) }
    draw(plans, sampler, part, into: run, using: &generator)
  }

  /// The same, with a plan for each pair of blocks.
  func draw(
    _ plans: [Plan], _ sampler: InputSampler, _ part: InputSampler.Part, into run: PlainRun,
    using generator: inout SeededGenerator
  ) {
    precondition(plans.count == blocks / 2)
    begin(plans.map(\.lengths), into: run)
    lanes = Array(repeating: laneCount, count: blocks)
    for (index, plan) in plans.enumerated() {
      for isOdd in [false, true] {
        let block = 2 * index + (isOdd ? 1 : 0)
        let lengths = isOdd ? plan.lengths.reversed : plan.lengths
        for lane in 0..<laneCount {
          let given = lane < plan.given.count ? plan.given[lane] : nil
          if let given, given.isOdd == isOdd {
            put(given.pair.base, block: block, lane: lane, run)
            maps[block].append(given.pair.map)
            continue
          }
          if let given {
            put(given.pair.source, block: block, lane: lane, run)
          } else {
            row.removeAll(keepingCapacity: true)
            for _ in 0..<lengths.base { row.append(0) }
            sampler.draw(part, into: &row, using: &generator)
            put(row, block: block, lane: lane, run)
          }
          maps[block].append(plan.drawMap(lengths, using: &generator))
        }
      }
    }
    laneMaps = maps.map { LaneMap($0) }
  }

  /// Takes up to sixteen pairs of the same lengths for each pair of blocks, base first; the remaining lanes
  /// do not count, and the odd blocks are not bases.
  func load(_ pairs: [[SwapPair]], into run: PlainRun) {
    precondition(pairs.count <= blocks / 2)
    begin(pairs.map { $0[0].lengths }, into: run)
    lanes = pairs.flatMap { [$0.count, $0.count] }
    laneMaps = []
    for (index, chunk) in pairs.enumerated() {
      for lane in 0..<laneCount {
        let pair = chunk[min(lane, chunk.count - 1)]
        put(pair.base, block: 2 * index, lane: lane, run)
        put(pair.source, block: 2 * index + 1, lane: lane, run)
        maps[2 * index].append(pair.map)
      }
      let back = PositionMap(
        Array(repeating: 0, count: chunk[0].source.count), sourceLength: chunk[0].base.count)
      maps[2 * index + 1] = Array(repeating: back, count: laneCount)
      laneMaps += [LaneMap(maps[2 * index]), LaneMap(maps[2 * index + 1])]
    }
  }

  private func begin(_ lengths: [SwapLengths], into run: PlainRun) {
    layout.removeAll()
    for lengths in lengths {
      layout.append(positions: lengths.base + 1)
      layout.append(positions: lengths.source + 1)
    }
    for block in 0..<blocks { maps[block].removeAll(keepingCapacity: true) }
    run.begin(layout)
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
  func pair(block: Int, lane: Int) -> SwapPair {
    SwapPair(
      base: inputs[block * laneCount + lane], source: inputs[(block ^ 1) * laneCount + lane],
      map: maps[block][lane])
  }

  /// A swap of components with those of a block's partner.
  func swap(_ components: ComponentSet, block: Int) -> Swap {
    Swap(base: block, source: block ^ 1, map: laneMaps[block], components: components)
  }

  /// A patch of edges with what they carry in a block's partner.
  func patch(_ edges: StrictEdges.Target, block: Int) -> EdgePatch {
    EdgePatch(
      base: block, source: block ^ 1, map: laneMaps[block], target: edges.target, writers: edges.writers)
  }

  /// The correct outputs for a block's own inputs, even if the partner's components outside the circuit are
  /// swapped in. Positions at which the partner's output differs are effective. The memory is reused by the
  /// next call.
  func targets(block: Int) -> (targets: Targets, counted: Int) {
    fill(block) { lane in
      states[block * laneCount + lane]
    } value: {
      output($0, at: $1)
    } isEffective: { lane, state, position in
      let source = states[(block ^ 1) * laneCount + lane]
      return model.differ(
        state, at: position, source, at: Int(maps[block][lane].places[position]), tolerance: tolerance)
    }
  }

  /// The correct outputs for a block in which some nodes' variables come from its partner, and the lanes in
  /// which they differ from those without the swap.
  func targets(block: Int, swapping nodes: [Int]) -> (targets: Targets, counted: Int, changed: UInt16) {
    let partner = block ^ 1
    var changed: UInt16 = 0
    let (targets, counted) = fill(block) { lane in
      model.swap(
        nodes, base: states[block * laneCount + lane], source: states[partner * laneCount + lane],
        map: maps[block][lane], into: &swappedStates[lane])
      return swappedStates[lane]
    } value: {
      output($0, at: $1)
    } isEffective: { lane, state, position in
      let differs = model.differ(
        state, states[block * laneCount + lane], at: position, tolerance: tolerance)
      if differs { changed |= 1 << UInt16(lane) }
      return differs
    }
    return (targets, counted, changed)
  }

  /// The program's values on a lane's own input.
  func state(block: Int, lane: Int) -> CausalState { states[block * laneCount + lane] }

  /// The program's values in a lane of the last swap.
  func swappedState(lane: Int) -> CausalState { swappedStates[lane] }

  /// A variable's values on a block's own inputs, numbers divided by `scale`.
  func values(of variable: Int, block: Int, scale: Float) -> (targets: Targets, counted: Int) {
    values(of: variable, block: block, scale: scale) { states[block * laneCount + $0] }
  }

  /// The same in the last swap, which must be this block's.
  func swappedValues(of variable: Int, block: Int, scale: Float) -> (targets: Targets, counted: Int) {
    values(of: variable, block: block, scale: scale) { swappedStates[$0] }
  }

  private func values(
    of variable: Int, block: Int, scale: Float, _ state: (_ lane: Int) -> CausalState
  ) -> (targets: Targets, counted: Int) {
    let isNumber = model.variables[variable].encoding == .numerical
    return fill(block, state) { state, position in
      let id = state.id(of: variable, at: position)
      guard id >= 0 else { return nil }
      return isNumber ? (0, state.number(of: variable, at: position) / scale) : (id, 0)
    }
  }

  /// The root mean square of a numerical variable over the batch; 1 if it is zero everywhere.
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

  private func output(_ state: CausalState, at position: Int) -> (id: Int32, number: Float)? {
    guard state.hasOutput(at: position) else { return nil }
    return model.isNumerical ? (0, state.outputNumber(at: position)) : (state.outputID(at: position), 0)
  }

  private func fill(
    _ block: Int, _ state: (Int) -> CausalState,
    value: (CausalState, _ position: Int) -> (id: Int32, number: Float)?,
    isEffective: (_ lane: Int, CausalState, _ position: Int) -> Bool = { _, _, _ in false }
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
          effective[column] = isEffective(lane, state, position - 1)
        } else {
          ids[column] = -1
        }
      }
    }
    return (Targets(ids: ids, numbers: numbers, effective: effective), counted)
  }
}
