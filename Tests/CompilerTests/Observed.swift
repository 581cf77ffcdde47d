import Diagnostics
import Runtime

@testable import Compiler

extension Circuit {
  /// Every input of every length.
  var everyInput: [[Value]] {
    lengths.flatMap { length in
      (0..<length).reduce([[]]) { inputs, _ in inputs.flatMap { input in vocabulary.map { input + [$0] } } }
    }
  }
}

/// A program by its text.
func loaded(_ text: String) throws -> (circuit: Circuit, graph: SOpGraph) {
  let program = try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
  return (program.circuits[0], program.graph)
}

/// What the interpreter does on every input of a circuit, s-op by s-op.
struct Observed {
  /// What an aggregate or a width was seen to select.
  struct Selected: Hashable {
    var isEmptySomewhere = false
    var isSeveralSomewhere = false
    var mixesSomewhere = false
    /// Pairs of the one value that was selected and what the aggregate made of it.
    var moves: Set<[Value]> = []
  }

  /// One input on which the program has a value.
  struct Run {
    let input: [Value]
    /// By s-op, then position.
    let values: [SOpID: [Value]]
  }

  private(set) var runs: [Run] = []
  /// Inputs on which the program has no value.
  private(set) var failing: [[Value]] = []
  private(set) var values: [SOpID: Set<Value>] = [:]
  private(set) var selections: [SOpID: Selected] = [:]

  init(_ circuit: Circuit, in graph: SOpGraph, sops wanted: [SOpID]) throws {
    var all = Set(wanted)
    for sop in wanted {
      if case .aggregate(_, let source, _) = graph[sop].kind { all.insert(graph.canonical(source)) }
    }
    let sops = all.sorted()
    let interpreter = Interpreter(graph)
    let program = interpreter.prepare(sops, causal: circuit.causal)
    for input in circuit.everyInput {
      guard let columns = try? program.evaluate(on: input) else {
        failing.append(input)
        continue
      }
      let run = Run(input: input, values: Dictionary(uniqueKeysWithValues: zip(sops, columns)))
      runs.append(run)
      for (sop, column) in run.values { values[sop, default: []].formUnion(column) }
      var matrices: [SelectorID: [[Bool]]] = [:]
      for sop in sops {
        let selector: SelectorID
        let source: SOpID?
        switch graph[sop].kind {
        case .aggregate(let used, let value, _): (selector, source) = (used, value)
        case .selectorWidth(let used): (selector, source) = (used, nil)
        default: continue
        }
        if matrices[selector] == nil {
          matrices[selector] = try interpreter.evaluate(selector, on: input, causal: circuit.causal)
        }
        guard let source else { continue }
        note(sop, matrices[selector]!, run.values[graph.canonical(source)]!, run.values[sop]!)
      }
    }
  }

  private mutating func note(_ sop: SOpID, _ matrix: [[Bool]], _ source: [Value], _ results: [Value]) {
    var seen = selections[sop] ?? Selected()
    for (query, row) in matrix.enumerated() {
      let selected = row.indices.filter { row[$0] }.map { source[$0] }
      guard let first = selected.first else {
        seen.isEmptySomewhere = true
        continue
      }
      if selected.count > 1 { seen.isSeveralSomewhere = true }
      if selected.contains(where: { !$0.equals(first) }) {
        seen.mixesSomewhere = true
      } else if Set(selected).count == 1 {
        seen.moves.insert([first, results[query]])
      }
    }
    selections[sop] = seen
  }
}
