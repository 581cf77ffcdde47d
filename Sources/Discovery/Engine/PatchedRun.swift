import Transformer

/// A transformer with some edges cut, in which one more edge is tried at a time.
///
/// The activations of the current state are kept for every input. A trial computes only what lies behind the
/// tried edge: a node is computed again only if an intact edge brings it a change, and a trial whose change
/// reaches the output by no intact path costs nothing.
final class PatchedRun {
  private let inputs: PreparedInputs
  private let model: EdgeModel
  private let weights: MaskedWeights
  private let run: MaskedRun
  private let nodes: NodeKernel
  /// The divergence from the clean outputs with the edges cut so far.
  private(set) var divergence = 0.0
  private var current: [State] = []
  private var trial: [State] = []
  private var lastTrial: Trial?
  private let changeBase, derivativeBase: UnsafeMutablePointer<Float>
  private let pattern: UnsafeMutablePointer<Vector>
  private let arena = Arena()

  /// One block's activations: by rows of the stack, and by stage.
  private struct State {
    var stack: Tile
    var stages: [Tile]
  }

  /// What one more cut edge changes, in the order of computation.
  private struct Plan {
    struct Step {
      let stage: Int
      /// Sources whose change the stage receives; empty for the stage of the tried edge.
      let changed: [Int]
      /// Sources that the stage computes again; the output computes none.
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
    weights = MaskedWeights(inputs.model)
    run = MaskedRun(inputs.model)
    nodes = NodeKernel(inputs.model)
    let c = model.config
    let columns = c.context * laneCount
    changeBase = arena.floats(model.stackRows * columns)
    derivativeBase = arena.floats(c.dMLP * columns)
    pattern = arena.vectors(c.context * c.context)
    let model = model
    let arena = arena
    func states() -> [State] {
      inputs.blocks.map { block in
        State(
          stack: arena.tile(channels: model.stackRows, positions: block.positions),
          stages: model.stages.map { arena.tile(channels: $0.outputs, positions: block.positions) })
      }
    }
    current = states()
    trial = states()
    start(cut: [])
  }

  /// Which edges are intact.
  var intact: [Bool] { weights.mask.map { $0 == 1 } }

  /// Begins anew with these edges cut.
  func start(cut: Set<Int>) {
    weights.set(weights.mask.indices.map { cut.contains($0) ? 0 : 1 })
    lastTrial = nil
    divergence = 0
    for (block, state) in zip(inputs.blocks, current) {
      run.forward(block, weights)
      state.stack.copy(run.stack(block), channels: model.stackRows)
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
    if plan.reachesOutput, weights.mask[edge] != 0 {
      result = 0
      for (index, block) in inputs.blocks.enumerated() {
        execute(plan, source, target, block, index)
        result += value(block, trial[index])
      }
    }
    lastTrial = Trial(edge: edge, plan: plan, divergence: result)
    return result
  }

  /// Cuts the edge of the last trial for good.
  func commit() {
    guard let last = lastTrial else { return }
    let (source, target) = model.graph.ends(of: last.edge)
    if last.plan.reachesOutput, weights.mask[last.edge] != 0 {
      for index in current.indices {
        for step in last.plan.steps {
          swap(&current[index].stages[step.stage], &trial[index].stages[step.stage])
          for recomputed in step.recomputed {
            let rows = model.rows(recomputed)
            current[index].stack.from(rows.lowerBound).copy(
              trial[index].stack.from(rows.lowerBound), channels: rows.count)
          }
        }
      }
      divergence = last.divergence
    }
    weights.set(edge: last.edge, source: source, target: target, to: 0)
    lastTrial = nil
  }

  /// What a change of one target's input reaches on intact paths to the output.
  ///
  /// A node from which no such path leads is never computed again: edges are only ever cut, so nothing will
  /// read it.
  private func plan(_ target: Int) -> Plan {
    let graph = model.graph
    var plan = Plan()
    let first = model.stageIndex(of: target)
    guard let owner = graph.owner(of: target) else {
      return Plan(steps: [Plan.Step(stage: first, changed: [], recomputed: [])], reachesOutput: true)
    }
    let heard = sourcesHeard()
    guard heard[owner] else { return plan }
    plan.reachesOutput = true
    plan.steps.append(Plan.Step(stage: first, changed: [], recomputed: [owner]))
    var changed = [owner]
    for index in (first + 1)..<model.stages.count {
      var recomputed: [Int] = []
      var arriving: Set<Int> = []
      for target in model.stages[index].targets {
        let owner = graph.owner(of: target)
        if let owner, !heard[owner] { continue }
        let edges = graph.edges(into: target)
        let reaching = changed.filter { weights.mask[edges.lowerBound + $0] != 0 }
        if reaching.isEmpty { continue }
        arriving.formUnion(reaching)
        if let owner, recomputed.last != owner { recomputed.append(owner) }
      }
      if arriving.isEmpty { continue }
      plan.steps.append(Plan.Step(stage: index, changed: arriving.sorted(), recomputed: recomputed))
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
      for (source, edge) in graph.edges(into: target).enumerated() where weights.mask[edge] != 0 {
        heard[source] = true
      }
    }
    return heard
  }

  private func execute(_ plan: Plan, _ source: Int, _ target: Int, _ block: PreparedBlock, _ index: Int) {
    let now = current[index]
    let next = trial[index]
    let change = Tile(base: changeBase, stride: now.stack.stride)
    for step in plan.steps {
      let stage = model.stages[step.stage]
      let values = next.stages[step.stage]
      values.copy(now.stages[step.stage], channels: stage.outputs)
      if step.changed.isEmpty {
        let rows = model.rows(source)
        let column = stage.column(of: target)
        partialProduct(
          stage.weights + rows.lowerBound * stage.outputs + column, stride: stage.outputs,
          now.stack.from(rows.lowerBound), rows: rows.count, into: values.from(column),
          outputs: stage.width, scale: -1, adding: true)
      } else {
        for source in step.changed {
          let rows = model.rows(source)
          product(
            weights.stages[step.stage] + rows.lowerBound * stage.outputs, change.from(rows.lowerBound),
            rows: rows.count, into: values, outputs: stage.outputs, adding: true)
        }
      }
      for node in step.recomputed {
        let rows = model.rows(node)
        let out = next.stack.from(rows.lowerBound)
        switch model.graph.sources[node] {
        case .head(_, let head):
          nodes.attend(values, head: head, positions: block.positions, z: out, pattern: pattern)
        case .mlp(let layer):
          nodes.transform(
            values, layer: layer, out: out,
            derivative: Tile(base: derivativeBase, stride: now.stack.stride))
        case .embed, .positionEmbed: preconditionFailure("embeddings receive nothing")
        }
        out.subtract(block.ablated.from(rows.lowerBound), channels: rows.count)
        let difference = change.from(rows.lowerBound)
        difference.copy(out, channels: rows.count)
        difference.subtract(now.stack.from(rows.lowerBound), channels: rows.count)
      }
    }
  }
}
