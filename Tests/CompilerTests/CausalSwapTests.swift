import Runtime
import Testing
import Transformer

@testable import Compiler

/// A swap in the causal model is an intervention in the program: the interpreter with those s-ops' values replaced.
struct CausalSwapTests {
  /// What a swap was compared on.
  private struct Tally {
    var swaps = 0
    var values = 0
    var unknown = 0
    var problems: [String] = []
  }

  /// The compiler's own variables, to know what each is made from.
  private func variables(_ compiled: CompiledCircuit, _ graph: SOpGraph) throws -> VariableGraph {
    var variables = try Lowering.lower(
      compiled.program.circuit, in: graph, facts: compiled.facts, options: CompilerOptions())
    variables = variables.withoutDeadVariables()
    variables.addNoneDirections()
    #expect(variables.variables.map(\.name) == compiled.causalModel.variables.map(\.name))
    return variables
  }

  /// Swaps each node, and some together, from one input into another, of any length and by any map.
  private func swaps(_ compiled: CompiledCircuit, _ graph: SOpGraph, inputs count: Int, seed: UInt64) throws
    -> Tally
  {
    let model = compiled.causalModel
    // What is no variable of the model is none of the program that is replaced in.
    let (circuit, graph) = (compiled.program.circuit, compiled.program.graph)
    let variables = try variables(compiled, graph)
    let facts = try Observed(
      circuit, in: graph, sops: Set(model.variables.compactMap(\.sop)).sorted())
    var occurring: [[SOpID]: Set<[Value]>] = [:]
    var generator = SeededGenerator(seed: seed, stream: "swaps")
    let interpreter = Interpreter(graph)
    let byLength = Dictionary(grouping: facts.runs, by: \.input.count)
    var (base, source, swapped) = (model.makeState(), model.makeState(), model.makeState())
    var tally = Tally()
    for _ in 0..<count {
      let length = facts.runs[generator.index(below: facts.runs.count)].input.count
      let runs = byLength[length]!
      let kind = PositionMap.Kind.drawn(using: &generator)
      let others = kind == .plain ? runs : facts.runs
      let pair = [runs[generator.index(below: runs.count)], others[generator.index(below: others.count)]]
      let map = PositionMap.drawn(
        kind, baseLength: length, sourceLength: pair[1].input.count, using: &generator)
      model.run(try compiled.tokenizer.encode(pair[0].input).dropFirst(), into: &base)
      model.run(try compiled.tokenizer.encode(pair[1].input).dropFirst(), into: &source)
      var sets = model.nodes.indices.map { [$0] }
      sets.append(model.nodes.indices.filter { _ in generator.index(below: 2) == 0 })
      for set in sets {
        let held = Set(set.flatMap { model.nodeVariables[$0] })
        // A variable that stands for several s-ops together has none to replace.
        guard held.allSatisfy({ model.variables[$0].sop != nil }) else { continue }
        let sops = held.map { model.variables[$0].sop! }
        // A number may be held twice, as itself and as a category.
        guard
          model.variables.indices.allSatisfy({
            held.contains($0) || !sops.contains(model.variables[$0].sop ?? SOpID(-1))
          })
        else { continue }
        var replacing: [SOpID: [Value]] = [:]
        for variable in held {
          let sop = model.variables[variable].sop!
          replacing[sop] = map.places.map { pair[1].values[sop]![Int($0)] }
        }
        model.swap(set, base: base, source: source, map: map, into: &swapped)
        tally.swaps += 1
        for (index, variable) in model.variables.enumerated() {
          guard let sop = variable.sop else { continue }
          let expected = try? interpreter.evaluate(
            [sop], on: pair[0].input, causal: compiled.circuit.causal, replacing: replacing)[0]
          for position in 0..<length {
            let id = swapped.id(of: index, at: position)
            if id == CausalModel.Status.unknown {
              tally.unknown += 1
              let reads = variables.inputs(of: VariableID(index))
              let isFirst = reads.allSatisfy {
                swapped.id(of: $0.index, at: position) != CausalModel.Status.unknown
              }
              guard isFirst, case .map = variables.variables[index].kind,
                reads.allSatisfy({ variables[$0].sop != nil })
              else { continue }
              // What it is made from never is so together on any input.
              let parts = reads.map { variables[$0].sop! }
              if occurring[parts] == nil {
                var rows: Set<[Value]> = []
                for run in facts.runs {
                  for place in run.input.indices { rows.insert(parts.map { run.values[$0]![place] }) }
                }
                occurring[parts] = rows
              }
              let columns = try interpreter.evaluate(
                parts, on: pair[0].input, causal: compiled.circuit.causal, replacing: replacing)
              if occurring[parts]!.contains(columns.map { $0[position] }) {
                tally.problems.append("\(variable.name) is unknown for \(columns.map { $0[position] })")
              }
              continue
            }
            // The program has no value there; a transformer has some.
            guard let value = expected?[position] else { continue }
            tally.values += 1
            if !agrees(id, swapped.number(of: index, at: position, in: model), value, variable) {
              tally.problems.append(
                "\(variable.name) is \(id), not \(value), at \(position) on \(pair.map(\.input)) by \(replacing)"
              )
            }
          }
        }
      }
    }
    return tally
  }

  private func agrees(_ id: Int32, _ number: Float, _ value: Value, _ variable: CausalModel.VariableInfo)
    -> Bool
  {
    if value.isNone || id < 0 { return value.isNone && id == CausalModel.Status.none }
    if variable.encoding == .numerical {
      guard let expected = value.number else { return false }
      return abs(Double(number) - expected) <= 1e-5 * max(1, abs(expected))
    }
    return HeldValue.areOne(variable.domain[Int(id)], value)
  }

  @Test(arguments: SmallProgram.all) func smallProgramsSwapAsTheInterpreterReplaces(program: SmallProgram)
    throws
  {
    let (compiled, graph) = try program.compiled()
    let tally = try swaps(compiled, graph, inputs: 60, seed: 1)
    #expect(tally.problems.isEmpty, "\(tally.problems.prefix(3))")
    #expect(tally.values > 0)
  }

  @Test func randomProgramsSwapAsTheInterpreterReplaces() throws {
    var all = Tally()
    for seed in 0..<120 as Range<UInt64> {
      let program = RandomProgram(seed: seed)
      var options = CompilerOptions()
      options.verification = nil
      guard
        let compiled = try? Compiler.compile(program.circuit, in: program.builder.graph, options: options),
        compiled.facts.open.isEmpty, compiled.parameters.config.dModel < 150
      else { continue }
      let tally = try swaps(compiled, program.builder.graph, inputs: 12, seed: seed)
      #expect(tally.problems.isEmpty, "seed \(seed): \(tally.problems.prefix(3))")
      all.swaps += tally.swaps
      all.values += tally.values
      all.unknown += tally.unknown
    }
    print("swaps \(all.swaps), values \(all.values), unknown \(all.unknown)")
    #expect(all.values > 20 * all.unknown && all.swaps > 500)
  }
}

extension CausalState {
  /// A variable's number, or nothing where it is none.
  fileprivate func number(of variable: Int, at position: Int, in model: CausalModel) -> Float {
    model.variables[variable].encoding == .numerical ? number(of: variable, at: position) : .nan
  }
}
