import Diagnostics
import Runtime
import Testing

@testable import Compiler

/// What is said of a program for all inputs holds on every one of them.
struct CircuitFactsTests {
  static let seeds: Range<UInt64> = 0..<150

  /// The first thing that an observation shows and the facts exclude.
  private func contradiction(_ facts: inout CircuitFacts, _ observed: Observed) -> String? {
    let sops = facts.graph.nodes.map(\.id)
    if facts.open.isEmpty, let input = observed.failing.first { return "no value on \(input), not open" }
    for sop in sops {
      for value in observed.values[sop] ?? [] {
        if value.isNone {
          if !facts.mayBeNone(sop) { return "\(sop) is None" }
        } else if let values = facts.values(of: sop), !values.contains(value) {
          return "\(sop) is \(value), which is not in \(values)"
        }
      }
      guard let seen = observed.selections[sop] else { continue }
      let said = facts.selection(of: sop)
      if seen.isEmptySomewhere, !said.mayBeEmpty { return "\(sop) selects nothing" }
      if seen.isSeveralSomewhere, !said.maySelectSeveral { return "\(sop) selects several positions" }
      if seen.mixesSomewhere, !said.mayMix { return "\(sop) selects different values" }
      // What is a mean of different values is no move.
      for move in seen.moves where !said.mayMix && facts.values(of: sop) != nil {
        if !facts.results(of: sop, for: move[0]).contains(move[1]) {
          return "\(sop) makes \(move[1]) of \(move[0])"
        }
      }
    }
    return nil
  }

  @Test(arguments: seeds) func nothingThatHappensIsExcluded(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    let graph = program.builder.graph
    guard var facts = try? CircuitFacts(program.circuit, in: graph) else { return }
    let observed = try Observed(program.circuit, in: graph, sops: facts.graph.nodes.map(\.id))
    #expect(contradiction(&facts, observed) == nil)
  }

  /// Position by position: every input is in a box, and does there what the box's run allows.
  @Test(arguments: seeds) func everyInputIsInABoxThatAllowsIt(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    let graph = program.builder.graph
    guard let facts = try? CircuitFacts(program.circuit, in: graph), facts.open.isEmpty else { return }
    let nodes = facts.graph.nodes
    let observed = try Observed(program.circuit, in: graph, sops: nodes.map(\.id))
    let tokens = nodes.firstIndex { if case .tokens = $0.kind { true } else { false } }!
    let allowed = Allowed(facts)
    var problem: String?
    for seen in observed.runs {
      let length = program.circuit.causal ? program.circuit.lengths.upperBound : seen.input.count
      let boxes = facts.runs.indices.filter {
        facts.runs[$0].length == length && allowed.contains(seen.input, tokens, inRun: $0)
      }
      if boxes.isEmpty { problem = "\(seen.input) is in no box" }
      for (place, node) in nodes.enumerated() {
        let column = seen.values[node.id]!
        if !boxes.allSatisfy({ allowed.contains(column, place, inRun: $0) }) {
          problem = "\(node.id) is \(column) on \(seen.input)"
        }
        if boxes.contains(where: { facts.runs[$0].isUniform[place] }), Set(column).count > 1 {
          problem = "\(node.id) is \(column), not the same everywhere, on \(seen.input)"
        }
      }
    }
    #expect(problem == nil)
  }

  /// Pairs of s-ops at one position.
  @Test(arguments: seeds) func whatOccursTogetherIsAmongTheCombinations(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    let graph = program.builder.graph
    guard var facts = try? CircuitFacts(program.circuit, in: graph) else { return }
    let sops = facts.graph.nodes.map(\.id)
    let observed = try Observed(program.circuit, in: graph, sops: sops)
    let pairs = sops.indices.dropLast().flatMap { [($0, $0 + 1), ($0, sops.count - 1)] }
    for (first, second) in pairs.map({ (sops[$0], sops[$1]) }) {
      guard let rows = facts.combinations(of: [first, second]) else { continue }
      let known = Set(rows)
      var seen: Set<[Value]> = []
      for run in observed.runs {
        for pair in zip(run.values[first]!, run.values[second]!) { seen.insert([pair.0, pair.1]) }
      }
      #expect(seen.subtracting(known).isEmpty, "\(first), \(second)")
      let excluded = seen.filter { !facts.mayOccur($0, of: [first, second]) }
      #expect(excluded.isEmpty)
    }
  }

  /// A program that is refused has an input that shows why.
  @Test(arguments: seeds) func aProgramIsRefusedOnlyWhereItFails(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    let graph = program.builder.graph
    guard (try? CircuitFacts(program.circuit, in: graph)) == nil else { return }
    let sops = AnalysisGraph([program.circuit.output], in: graph).nodes.map(\.id)
    let observed = try Observed(program.circuit, in: graph, sops: sops)
    #expect(!observed.failing.isEmpty)
  }

  /// Facts that exclude nothing would be sound, too: most value sets are just what occurs.
  @Test func mostValueSetsAreExact() throws {
    var exact = 0
    var all = 0
    for seed in Self.seeds {
      let program = RandomProgram(seed: seed)
      let graph = program.builder.graph
      guard let facts = try? CircuitFacts(program.circuit, in: graph) else { continue }
      let sops = facts.graph.nodes.map(\.id)
      let observed = try Observed(program.circuit, in: graph, sops: sops)
      for sop in sops {
        all += 1
        guard let values = facts.values(of: sop) else { continue }
        let none: Set<Value> = facts.mayBeNone(sop) ? [.none] : []
        if Set(values).union(none) == observed.values[sop] { exact += 1 }
      }
    }
    print("exact \(exact) of \(all)")
    #expect(exact * 10 > all * 8)
  }
}

/// What nodes may be in a run at a position.
private struct Allowed {
  private struct Place: Hashable {
    let node: Int
    let run: Int
    let position: Int
  }

  private var values: [Place: Set<Value>] = [:]
  /// Nodes whose values are listed everywhere.
  private var listed: Set<Int> = []

  init(_ facts: CircuitFacts) {
    for node in facts.graph.nodes.indices where facts.values(of: facts.graph.nodes[node].id) != nil {
      listed.insert(node)
      for id in facts.ids(of: node) {
        for (run, position) in facts.places(of: id, node: node) {
          values[Place(node: node, run: run, position: position), default: []].insert(facts.value(id))
        }
      }
    }
  }

  /// Whether a node may have these values in a run, the positions in order.
  func contains(_ column: [Value], _ node: Int, inRun run: Int) -> Bool {
    guard listed.contains(node) else { return true }
    return column.enumerated().allSatisfy { position, value in
      values[Place(node: node, run: run, position: position)]?.contains(value) == true
    }
  }
}
