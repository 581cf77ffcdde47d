import Runtime
import Testing

@testable import Compiler

/// Layers are as few as the dependencies allow.
struct LayerAllocationTests {
  /// Tries every assignment of variables to layers.
  private func isPossible(_ graph: VariableGraph, layers: Int) -> Bool {
    var ready = Array(repeating: -1, count: graph.variables.count)
    func place(_ index: Int) -> Bool {
      guard index < graph.variables.count else { return true }
      let id = VariableID(index)
      if graph.inputs(of: id).isEmpty, case .tokens = graph[id].kind { return place(index + 1) }
      if case .indices = graph[id].kind { return place(index + 1) }
      for layer in 0..<layers {
        let (start, end): (Int, Int)
        switch graph[id].kind {
        case .map: (start, end) = (2 * layer + 1, 2 * layer + 1)
        case .aggregate: (start, end) = (2 * layer, 2 * layer)
        default: (start, end) = (2 * layer, 2 * layer + 1)
        }
        if graph.inputs(of: id).allSatisfy({ ready[$0.index] < start }) {
          ready[index] = end
          if place(index + 1) { return true }
        }
      }
      ready[index] = -1
      return false
    }
    return place(0)
  }

  @Test func layersAreTheFewestPossible() throws {
    var seen: Set<Int> = []
    for seed in 0..<UInt64(400) {
      let program = RandomProgram(seed: seed)
      guard
        let lowered = try? Lowering.lower(
          program.circuit, in: program.builder.graph,
          facts: try CircuitFacts(program.circuit, in: program.builder.graph), options: CompilerOptions())
      else { continue }
      let graph = lowered.withoutDeadVariables()
      guard graph.variables.count <= 9 else { continue }
      let layers = LayerAllocation(graph).layers
      #expect(isPossible(graph, layers: layers), "seed \(seed)")
      if layers > 1 { #expect(!isPossible(graph, layers: layers - 1), "seed \(seed)") }
      seen.insert(layers)
    }
    #expect(seen.isSuperset(of: [1, 2, 3, 4]))
  }

  @Test func headsBeforeTheirReadersAndNumberedWithinTheirLayer() throws {
    for seed in 0..<UInt64(100) {
      let program = RandomProgram(seed: seed)
      guard
        let lowered = try? Lowering.lower(
          program.circuit, in: program.builder.graph,
          facts: try CircuitFacts(program.circuit, in: program.builder.graph), options: CompilerOptions())
      else { continue }
      let graph = lowered.withoutDeadVariables()
      let allocation = LayerAllocation(graph)
      for layer in 0..<allocation.layers {
        let heads = graph.variables.indices.filter { allocation.attentionLayer[$0] == layer }
          .compactMap { allocation.head[$0] }
        #expect(heads.sorted() == Array(0..<heads.count))
        #expect(heads.count <= allocation.heads)
      }
    }
  }
}
