import Runtime
import Testing
import Transformer

@testable import Compiler

/// The search shows what chance does not, and only what is there.
struct SearchTests {
  /// A program and a value of its output that few inputs show.
  struct Rare: Sendable, CustomTestStringConvertible {
    let name: String
    let value: Value
    let text: String
    var testDescription: String { name }
  }

  static let rare = [
    Rare(
      name: "a motif twice", value: .float(3.5),
      text: """
        one_back = aggregate(select(indices, indices - 1, ==), tokens, None);
        two_back = aggregate(select(indices, indices - 2, ==), tokens, None);
        ends = tokens == "c" and one_back == "b" and two_back == "a";
        y = aggregate(select(ends, True, ==), indices);
        circuit y { vocab = chars("abcdefghijklmnopqrst"); max_len = 6; output = y; }
        """),
    Rare(
      name: "a count that is rare", value: .bool(true),
      text: """
        y = selector_width(select(tokens, "z", ==)) >= 7;
        circuit y { vocab = chars("abcdefghijklmnopqrstuvwxyz"); max_len = 8; output = y; }
        """),
    Rare(
      name: "three places in agreement", value: .bool(true),
      text: """
        y = tokens[0] == 97 and tokens[1] == 3 and tokens[2] == 42;
        circuit y { vocab = range(100); min_len = 3; max_len = 4; output = y; }
        """),
    Rare(
      name: "one token of a thousand twice", value: .float(1),
      text: """
        y = aggregate(select(tokens, 777, ==), indices, -1);
        circuit y { vocab = range(1000); max_len = 3; output = y; }
        """),
    Rare(
      name: "a share of four in five", value: .bool(true),
      text: """
        share = aggregate(select(indices, indices, <=), indicator(tokens == "x"));
        y = share > 0.79 and share < 0.81;
        circuit y { vocab = chars("abcdefghijklmnopqrstuvwx"); max_len = 5; causal = true; output = y; }
        """),
  ]

  private func shows(
    _ rare: Rare, _ circuit: Circuit, _ graph: SOpGraph, _ inputs: [[Int32]]
  ) throws -> Bool {
    let program = Interpreter(graph).prepare([circuit.output], causal: circuit.causal)
    return try inputs.contains { input in
      try program.evaluate(on: input.map { circuit.vocabulary[Int($0)] })[0].contains(rare.value)
    }
  }

  /// Most searches succeed, whatever their seed.
  @Test(arguments: rare) func rareValuesAreFound(rare: Rare) throws {
    let (circuit, graph) = try loaded(rare.text)
    let facts = try CircuitFacts(circuit, in: graph)
    var found = 0
    for seed in 0..<8 as Range<UInt64> {
      var search = InputSearch(InputSource(circuit, in: graph, facts: facts), seed: seed)
      search.search(1_000)
      if try shows(rare, circuit, graph, search.corpus) { found += 1 }
    }
    #expect(found >= 4)
    // Chance alone needs thousands more, so that a search without aim would not pass.
    var generator = SeededGenerator(seed: 1, stream: "uniform")
    let random = (0..<5_000).map { _ in
      let length = circuit.lengths.lowerBound + generator.index(below: circuit.lengths.count)
      return (0..<length).map { _ in Int32(generator.index(below: circuit.vocabulary.count)) }
    }
    #expect(try !shows(rare, circuit, graph, random))
  }

  /// What is kept are the circuit's own inputs, each of which shows something new.
  @Test(arguments: 0..<60 as Range<UInt64>) func keptInputsAreTheCircuitsAndShowSomethingNew(seed: UInt64)
    throws
  {
    var program = RandomProgram(seed: seed)
    program.shorten()
    let (circuit, graph) = (program.circuit, program.builder.graph)
    guard let facts = try? CircuitFacts(circuit, in: graph) else { return }
    var search = InputSearch(InputSource(circuit, in: graph, facts: facts), seed: seed)
    search.search(200)
    let prepared = Interpreter(graph).prepare(facts.graph.nodes.map(\.id), causal: circuit.causal)
    var seen: [[Value]: Int] = [:]
    for input in search.corpus {
      #expect(circuit.lengths.contains(input.count))
      #expect(input.allSatisfy { circuit.vocabulary.indices.contains(Int($0)) })
      let values = try prepared.evaluate(on: input.map { circuit.vocabulary[Int($0)] })
      let shown = Set(values.enumerated().flatMap { node, column in column.map { [.int(node), $0] } })
      #expect(shown.contains { seen[$0, default: 0] < InputSearch.inputsPerValue }, "\(input)")
      for value in shown { seen[value, default: 0] += 1 }
    }
    #expect(Set(search.corpus).count == search.corpus.count)
    #expect(search.failure == nil || !facts.open.isEmpty)
  }

  /// Small programs are searched to the end: each value of each s-op is shown by some input.
  @Test func whatSmallProgramsCanDoIsFound() throws {
    var found = 0
    var all = 0
    for seed in 0..<60 as Range<UInt64> {
      let program = RandomProgram(seed: seed)
      let (circuit, graph) = (program.circuit, program.builder.graph)
      guard let facts = try? CircuitFacts(circuit, in: graph) else { continue }
      let sops = facts.graph.nodes.map(\.id)
      let observed = try Observed(circuit, in: graph, sops: sops)
      var search = InputSearch(InputSource(circuit, in: graph, facts: facts), seed: seed)
      search.search(400)
      let prepared = Interpreter(graph).prepare(sops, causal: circuit.causal)
      var seen: [SOpID: Set<Value>] = [:]
      for input in search.corpus {
        let columns = try prepared.evaluate(on: input.map { circuit.vocabulary[Int($0)] })
        for (sop, column) in zip(sops, columns) { seen[sop, default: []].formUnion(column) }
      }
      for sop in sops {
        found += seen[sop]?.count ?? 0
        all += observed.values[sop]!.count
      }
    }
    print("found \(found) of \(all)")
    #expect(found * 100 >= all * 97)
  }

  // MARK: Failures

  private static let failing = """
    z = tokens == "z";
    first = aggregate(select(indices, indices - 1, ==), z, False);
    y = aggregate(select(first and tokens == "q", True, ==), tokens, "-");
    circuit y { vocab = chars("abcdefghijklmnopqrstuvwxyz"); min_len = 2; max_len = 7; output = y; }
    """

  /// An input without a value is found where one is rare, and is made as simple as it can be.
  @Test func anInputWithoutAValueIsFoundAndMadeSimple() throws {
    let (circuit, graph) = try loaded(Self.failing)
    var message = ""
    do { _ = try CircuitFacts(circuit, in: graph) } catch { message = error.message }
    #expect(message.contains("on the input ['z', 'q', 'z', 'q'] the program has no value"), "\(message)")
  }
}

extension RandomProgram {
  /// Leaves out inputs of one token, so that the least length is not 1.
  fileprivate mutating func shorten() { circuit.lengths = 2...circuit.lengths.upperBound }
}
