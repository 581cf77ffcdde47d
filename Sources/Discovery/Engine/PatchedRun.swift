import Transformer

/// A transformer with some edges cut, which tries to cut one more edge at a time.
///
/// The activations of the current state are kept for every input. A trial computes only what depends on the
/// tried edge: a node is recomputed only if an intact edge brings it a change, and a trial whose change
/// cannot reach the output along intact edges costs nothing.
final class PatchedRun {
  private let inputs: PreparedInputs
  private let model: EdgeModel
  private let mask: EdgeMask
  private let run: MaskedRun
  private let nodes: NodeKernel
  /// The divergence from the clean outputs with the edges cut so far.
  private(set) var divergence = 0.0
  private var current: [State] = []
  private var trial: [State] = []
  private var lastTrial: Trial?
  private let changeBase, sumBase, derivativeBase: UnsafeMutablePointer<Float>
  private let pattern: UnsafeMutablePointer<Vector>
  private let arena = Arena()

  /// The activations of one block, by source and by stage.
  private struct State {
    var stack: Tile
    var stages: [Tile]
  }

  /// What one more cut edge changes, in the order of computation.
  private struct Plan {
    /// Neighbouring targets of a stage that receive changes from the same sources.
    struct Arrival {
      var targets: Range<Int>
      let sources: [Int]
    }

    struct Step {
      let stage: Int
      /// Empty for the stage of the tried edge.
      let arrivals: [Arrival]
      /// Sources that the stage recomputes; the output recomputes none.
      let recomputed: [Int]
    }
    var steps: [Step] = []
    var reachesOutput = false
  }

  private struct Trial {
    let edge: Int
    let plan: Plan
    let divergence: Double
  }

  init(_ inputs: PreparedInputs) {
    self.inputs = inputs
    model = inputs.model
    mask = EdgeMask(inputs.model.graph, 1)
    run = MaskedRun(inputs.model)
    nodes = NodeKernel(inputs.model)
    let c = model.config
    let columns = c.context * laneCount
    changeBase = arena.floats(model.stackChannels * columns)
    sumBase = arena.floats(c.dModel * columns)
    derivativeBase = arena.floats(c.dMLP * columns)
    pattern = arena.vectors(c.context * c.context)
    let model = model
    let arena = arena
    func states() -> [State] {
      inputs.blocks.map { block in
        State(
          stack: arena.tile(channels: model.stackChannels, positions: block.positions),
          stages: model.stages.map { arena.tile(channels: $0.outputs, positions: block.positions) })
      }
    }
    current = states()
    trial = states()
    start(cut: [])
  }

  /// Starts over with these edges cut.
  func start(cut: Set<Int>) {
    for edge in 0..<mask.count { mask[edge] = cut.contains(edge) ? 0 : 1 }
    lastTrial = nil
    divergence = 0
    for (block, state) in zip(inputs.blocks, current) {
      run.forward(block, mask)
      state.stack.copy(run.stack(block), channels: model.stackChannels)
      for (index, stage) in model.stages.enumerated() {
        state.stages[index].copy(run.stageInputs(index, block), channels: stage.outputs)
      }
      divergence += value(block, state)
    }
  }

  private func value(_ block: PreparedBlock, _ state: State) -> Double {
    inputs.divergence.value(
      state.stages[state.stages.count - 1], given: block.cleanOutputs,
      probabilities: block.cleanProbabilities, weights: block.weights)
  }

  /// The divergence with one more edge cut.
  func divergence(cutting edge: Int) -> Double {
    let (source, target) = model.graph.ends(of: edge)
    let plan = plan(target)
    var result = divergence
    if plan.reachesOutput, mask[edge] != 0 {
      result = 0
      for (index, block) in inputs.blocks.enumerated() {
        execute(plan, source, target, block, index)
        result += value(block, trial[index])
      }
    }
    lastTrial = Trial(edge: edge, plan: plan, divergence: result)
    return result
  }

  /// Calls `body` with each block's outputs with one more edge cut, unless they are certain to be the same.
  func outputs(cutting edge: Int, _ body: (PreparedBlock, Tile) -> Void) {
    let (source, target) = model.graph.ends(of: edge)
    let plan = plan(target)
    lastTrial = nil
    guard plan.reachesOutput, mask[edge] != 0 else { return }
    for (index, block) in inputs.blocks.enumerated()
    where execute(plan, source, target, block, index, stopsEarly: true) {
      body(block, trial[index].stages[model.stages.count - 1])
    }
  }

  /// Cuts the edge of the last trial permanently.
  func commit() {
    guard let last = lastTrial else { return }
    if last.plan.reachesOutput, mask[last.edge] != 0 {
      for index in current.indices {
        for step in last.plan.steps {
          swap(&current[index].stages[step.stage], &trial[index].stages[step.stage])
          for recomputed in step.recomputed {
            model.tile(recomputed, of: current[index].stack).copy(
              model.tile(recomputed, of: trial[index].stack), channels: model.config.dModel)
          }
        }
      }
      divergence = last.divergence
    }
    mask[last.edge] = 0
    lastTrial = nil
  }

  /// What a change of one target's input reaches on intact paths to the output.
  ///
  /// A node without such a path is never recomputed: edges are only ever cut, so nothing will read it again.
  private func plan(_ target: Int) -> Plan {
    let graph = model.graph
    var plan = Plan()
    let first = model.stageIndex(of: target)
    guard let owner = graph.owner(of: target) else {
      return Plan(steps: [Plan.Step(stage: first, arrivals: [], recomputed: [])], reachesOutput: true)
    }
    let heard = sourcesHeard()
    guard heard[owner] else { return plan }
    plan.reachesOutput = true
    plan.steps.append(Plan.Step(stage: first, arrivals: [], recomputed: [owner]))
    var changed = [owner]
    for index in (first + 1)..<model.stages.count {
      var recomputed: [Int] = []
      var arrivals: [Plan.Arrival] = []
      for target in model.stages[index].targets {
        let owner = graph.owner(of: target)
        if let owner, !heard[owner] { continue }
        let edges = graph.edges(into: target)
        let reaching = changed.filter { mask[edges.lowerBound + $0] != 0 }
        if reaching.isEmpty { continue }
        if let last = arrivals.last, last.targets.upperBound == target, last.sources == reaching {
          arrivals[arrivals.count - 1].targets = last.targets.lowerBound..<target + 1
        } else {
          arrivals.append(Plan.Arrival(targets: target..<target + 1, sources: reaching))
        }
        if let owner, recomputed.last != owner { recomputed.append(owner) }
      }
      if arrivals.isEmpty { continue }
      plan.steps.append(Plan.Step(stage: index, arrivals: arrivals, recomputed: recomputed))
      changed += recomputed
    }
    return plan
  }

  /// For each source, whether an intact path leads from it to the output.
  private func sourcesHeard() -> [Bool] {
    let graph = model.graph
    var heard = [Bool](repeating: false, count: graph.sources.count)
    for target in graph.targets.indices.reversed() {
      if let owner = graph.owner(of: target), !heard[owner] { continue }
      for (source, edge) in graph.edges(into: target).enumerated() where mask[edge] != 0 {
        heard[source] = true
      }
    }
    return heard
  }

  /// - Parameter stopsEarly: whether to skip what receives no change, which leaves the trial's state
  ///   incomplete
  /// - Returns: whether the outputs were computed
  @discardableResult
  private func execute(
    _ plan: Plan, _ source: Int, _ target: Int, _ block: PreparedBlock, _ index: Int,
    stopsEarly: Bool = false
  ) -> Bool {
    let now = current[index]
    let next = trial[index]
    let dModel = model.config.dModel
    let change = Tile(base: changeBase, stride: now.stack.stride)
    var unchanged: Set<Int> = []
    var reachesOutput = false
    for step in plan.steps {
      let stage = model.stages[step.stage]
      var arrivals = step.arrivals
      if !unchanged.isEmpty {
        arrivals = arrivals.compactMap { arrival in
          let sources = arrival.sources.filter { !unchanged.contains($0) }
          return sources.isEmpty ? nil : Plan.Arrival(targets: arrival.targets, sources: sources)
        }
        if arrivals.isEmpty {
          unchanged.formUnion(step.recomputed)
          continue
        }
      }
      let values = next.stages[step.stage]
      values.copy(now.stages[step.stage], channels: stage.outputs)
      if step.arrivals.isEmpty {
        let column = stage.column(of: target)
        partialProduct(
          stage.weights + column, stride: stage.outputs, model.tile(source, of: now.stack), rows: dModel,
          into: values.from(column), outputs: stage.width, scale: -1, adding: true)
        if stopsEarly,
          values.from(column).equals(now.stages[step.stage].from(column), channels: stage.width)
        {
          return false
        }
      }
      for arrival in arrivals { receive(arrival, stage, change, into: values) }
      if step.recomputed.isEmpty { reachesOutput = true }
      for node in step.recomputed {
        if stopsEarly, !step.arrivals.isEmpty, !arrivals.contains(where: { reaches(node, $0) }) {
          unchanged.insert(node)
          continue
        }
        let out = model.tile(node, of: next.stack)
        let ablated = model.tile(node, of: block.ablated)
        switch model.graph.sources[node] {
        case .head(let layer, let head):
          nodes.attend(values, layer: layer, head: head, out: out, ablated: ablated, pattern: pattern)
        case .mlp(let layer):
          nodes.transform(
            values, layer: layer, out: out, ablated: ablated,
            derivative: Tile(base: derivativeBase, stride: now.stack.stride))
        case .embed, .positionEmbed: preconditionFailure("embeddings receive nothing")
        }
        let difference = model.tile(node, of: change)
        difference.copy(out, channels: dModel)
        difference.subtract(model.tile(node, of: now.stack), channels: dModel)
        if stopsEarly, difference.isZero(channels: dModel) { unchanged.insert(node) }
      }
    }
    return reachesOutput
  }

  /// Whether a node has an input among those that an arrival changes.
  private func reaches(_ node: Int, _ arrival: Plan.Arrival) -> Bool {
    arrival.targets.contains { model.graph.owner(of: $0) == node }
  }

  /// Adds the changes of some sources to what some neighbouring targets received.
  private func receive(_ arrival: Plan.Arrival, _ stage: EdgeModel.Stage, _ change: Tile, into values: Tile) {
    let dModel = model.config.dModel
    var sum = model.tile(arrival.sources[0], of: change)
    if arrival.sources.count > 1 {
      let first = sum
      sum = Tile(base: sumBase, stride: change.stride)
      sum.copy(first, channels: dModel)
      for source in arrival.sources.dropFirst() {
        sum.add(model.tile(source, of: change), channels: dModel)
      }
    }
    let column = stage.column(of: arrival.targets.lowerBound)
    partialProduct(
      stage.weights + column, stride: stage.outputs, sum, rows: dModel, into: values.from(column),
      outputs: arrival.targets.count * stage.width, adding: true)
  }
}

extension Tile {
  /// Whether the first channels equal those of another tile.
  fileprivate func equals(_ other: Tile, channels: Int) -> Bool {
    let a = vectors()
    let b = other.vectors()
    return (0..<channels * stride / laneCount).allSatisfy { a[$0] == b[$0] }
  }

  fileprivate func isZero(channels: Int) -> Bool {
    let a = vectors()
    return (0..<channels * stride / laneCount).allSatisfy { a[$0] == Vector(repeating: 0) }
  }
}
