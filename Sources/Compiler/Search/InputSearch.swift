// In: a circuit and what is known of it. Out: inputs that show what random ones rarely do.

import Runtime
import Transformer

/// Looks for inputs on which the s-ops of a program do what they can.
///
/// What counts is coverage: an input is kept where some s-op has a value that it has on no input kept before.
/// Inputs come from ``GoalSolver``, which works backwards from values that are not covered yet, from changes to
/// inputs that are kept, as coverage-guided fuzzers make them, and from chance.
struct InputSearch {
  private let circuit: Circuit
  private let facts: CircuitFacts
  private let program: PreparedProgram
  private let ids: [Value: Int32]
  private var solver: GoalSolver
  private var generator: SeededGenerator
  private var covered: Set<Covered> = []
  /// Inputs that showed something new, as token ids, in the order found.
  private(set) var corpus: [[Int32]] = []
  /// An input on which the program has no value, and why.
  private(set) var failure: (input: [Int32], error: any Error)?
  /// Inputs tried.
  private(set) var tried = 0

  private struct Covered: Hashable {
    let node: Int
    let value: Value
  }

  /// Values of one s-op that are worth an input each.
  private static let valuesPerNode = 48

  init(_ circuit: Circuit, in graph: SOpGraph, facts: CircuitFacts, seed: UInt64) {
    self.circuit = circuit
    self.facts = facts
    program = Interpreter(graph).prepare(facts.graph.nodes.map(\.id), causal: circuit.causal)
    ids = Dictionary(
      uniqueKeysWithValues: zip(circuit.vocabulary, circuit.vocabulary.indices.map(Int32.init)))
    solver = facts.solver(seed: seed)
    generator = SeededGenerator(seed: seed, stream: "search")
  }

  /// Tries so many inputs, more or less; ends early at one on which the program has no value.
  mutating func search(_ count: Int) {
    let end = tried + count
    let goals = goals()
    var next = 0
    while tried < end, failure == nil {
      switch tried % 4 {
      case 0, 1:
        guard !goals.isEmpty else { fallthrough }
        aim(at: goals[next % goals.count])
        next += 1
      case 2:
        guard let input = mutated() else { fallthrough }
        run(input)
      default: run(random())
      }
    }
  }

  /// The failing input made shorter and simpler as long as the program still has no value on it.
  mutating func simplifyFailure() {
    guard var (input, error) = failure else { return }
    func fails(_ candidate: [Int32]) -> (any Error)? {
      do {
        _ = try program.evaluate(on: candidate.map { circuit.vocabulary[Int($0)] })
        return nil
      } catch {
        return error
      }
    }
    var place = 0
    while place < input.count {
      var shorter = input
      shorter.remove(at: place)
      if shorter.count >= circuit.lengths.lowerBound, let found = fails(shorter) {
        (input, error) = (shorter, found)
        continue
      }
      for token in 0..<min(input[place], 4) {
        var simpler = input
        simpler[place] = token
        if let found = fails(simpler) {
          (input, error) = (simpler, found)
          break
        }
      }
      place += 1
    }
    failure = (input, error)
  }

  // MARK: Goals

  /// Values that s-ops may have, those of the last s-ops first: what leads to them is covered with them.
  private func goals() -> [(node: Int, id: Int32)] {
    var goals: [(node: Int, id: Int32)] = []
    for node in facts.graph.nodes.indices.reversed() {
      if case .tokens = facts.graph.nodes[node].kind { continue }
      for id in facts.ids(of: node).prefix(Self.valuesPerNode) { goals.append((node, id)) }
    }
    return goals
  }

  private mutating func aim(at goal: (node: Int, id: Int32)) {
    let value = facts.value(goal.id)
    guard !covered.contains(Covered(node: goal.node, value: value)) || generator.index(below: 8) == 0 else {
      tried += 1
      return
    }
    let places = facts.places(of: goal.id, node: goal.node)
    guard !places.isEmpty else {
      tried += 1
      return
    }
    let (run, position) = places[generator.index(below: places.count)]
    solver.begin(facts.runs[run])
    guard solver.solve(goal.node, at: position, is: goal.id) else {
      tried += 1
      return
    }
    let letters = (0..<2).map { _ in Int32(generator.index(below: circuit.vocabulary.count)) }
    let fills = generator.index(below: 2) == 0
    self.run(
      solver.tokens.map { token in
        if let token { return ids[facts.value(token)]! }
        return fills
          ? letters[generator.index(below: 2)] : Int32(generator.index(below: circuit.vocabulary.count))
      })
  }

  // MARK: Changes and chance

  private mutating func random() -> [Int32] {
    let length = circuit.lengths.lowerBound + generator.index(below: circuit.lengths.count)
    let kinds = 1 + generator.index(below: min(3, circuit.vocabulary.count))
    let letters = (0..<kinds).map { _ in Int32(generator.index(below: circuit.vocabulary.count)) }
    let few = generator.index(below: 2) == 0
    return (0..<length).map { _ in
      few ? letters[generator.index(below: kinds)] : Int32(generator.index(below: circuit.vocabulary.count))
    }
  }

  /// A kept input with a token changed, a stretch repeated, two tokens exchanged, or another one's end.
  private mutating func mutated() -> [Int32]? {
    guard !corpus.isEmpty else { return nil }
    // The later ones are the rarer ones.
    var input = corpus[max(generator.index(below: corpus.count), generator.index(below: corpus.count))]
    for _ in 0..<1 + generator.index(below: 2) {
      let place = generator.index(below: input.count)
      switch generator.index(below: 5) {
      case 0: input[place] = Int32(generator.index(below: circuit.vocabulary.count))
      case 1:
        let other = generator.index(below: input.count)
        let count = min(1 + generator.index(below: 4), input.count - max(place, other))
        for offset in 0..<count { input[place + offset] = input[other + offset] }
      case 2: input.swapAt(place, generator.index(below: input.count))
      case 3:
        let other = corpus[generator.index(below: corpus.count)]
        let end = min(input.count, other.count)
        if place < end { input.replaceSubrange(place..<end, with: other[place..<end]) }
      default:
        let length = circuit.lengths.lowerBound + generator.index(below: circuit.lengths.count)
        input = (0..<length).map { input[($0 + place) % input.count] }
      }
    }
    return input
  }

  // MARK: Running

  private mutating func run(_ input: [Int32]) {
    tried += 1
    do {
      let values = try program.evaluate(on: input.map { circuit.vocabulary[Int($0)] })
      var isNew = false
      for (node, column) in values.enumerated() {
        for value in column where covered.insert(Covered(node: node, value: value)).inserted { isNew = true }
      }
      if isNew { corpus.append(input) }
    } catch {
      failure = (input, error)
    }
  }
}
