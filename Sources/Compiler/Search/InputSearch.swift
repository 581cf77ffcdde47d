// In: a circuit and its facts. Out: inputs that show what random ones rarely do.

import Runtime
import Transformer

/// Looks for inputs that show everything that the s-ops of a program can do.
///
/// The measure is coverage: an input is kept if some s-op has a value that it has on few of the inputs kept
/// so far. Inputs come from ``GoalSolver``, which works backwards from values that are not covered yet, from
/// changes to kept inputs, as in coverage-guided fuzzing, and from chance.
struct InputSearch {
  private let source: InputSource
  private var solver: GoalSolver
  private var draw: InputDraw
  private var generator: SeededGenerator
  /// The indices in the corpus of the inputs that cover a value.
  private var covered: [Covered: [Int]] = [:]
  private var known: Set<[Int32]> = []
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

  /// How many values of one s-op are worth an input of their own.
  private static let valuesPerNode = 48
  /// How many inputs are kept for one value of an s-op.
  static let inputsPerValue = 24

  init(_ source: InputSource, seed: UInt64) {
    self.source = source
    solver = source.facts.solver(seed: seed)
    draw = InputDraw(source)
    generator = SeededGenerator(seed: seed, stream: "search")
  }

  /// Tries roughly this many inputs; stops early at one on which the program has no value.
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
      default: if let input = draw.input(using: &generator) { run(input) } else { tried += 1 }
      }
    }
  }

  /// Makes the failing input shorter and simpler as long as the program still has no value on it.
  mutating func simplifyFailure() {
    guard var (input, error) = failure else { return }
    func fails(_ candidate: [Int32]) -> (any Error)? {
      guard source.contains(candidate) else { return nil }
      do {
        _ = try source.program.evaluate(on: source.values(candidate))
        return nil
      } catch {
        return error
      }
    }
    var place = 0
    while place < input.count {
      var shorter = input
      shorter.remove(at: place)
      if shorter.count >= source.circuit.lengths.lowerBound, let found = fails(shorter) {
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

  /// The inputs found, by what they show.
  var telling: TellingInputs {
    let byNode = Dictionary(grouping: covered) { $0.key.node }
    return TellingInputs(
      corpus,
      shown: byNode.sorted { $0.key < $1.key }.map { _, values in
        values.map(\.value).sorted { $0.lexicographicallyPrecedes($1) }
      })
  }

  // MARK: Goals

  /// Values that s-ops may have, those of the last s-ops first: what leads to them is covered along the way.
  private func goals() -> [(node: Int, id: Int32)] {
    var goals: [(node: Int, id: Int32)] = []
    for node in source.facts.graph.nodes.indices.reversed() {
      if case .tokens = source.facts.graph.nodes[node].kind { continue }
      for id in source.facts.ids(of: node).prefix(Self.valuesPerNode) { goals.append((node, id)) }
    }
    return goals
  }

  private mutating func aim(at goal: (node: Int, id: Int32)) {
    let value = source.facts.value(goal.id)
    let inputs = covered[Covered(node: goal.node, value: value)]?.count ?? 0
    guard inputs == 0 || generator.index(below: 4 * inputs) == 0 else {
      tried += 1
      return
    }
    let places = source.facts.places(of: goal.id, node: goal.node)
    guard !places.isEmpty else {
      tried += 1
      return
    }
    let (run, position) = places[generator.index(below: places.count)]
    solver.begin(source.facts.runs[run])
    guard solver.solve(goal.node, at: position, is: goal.id) else {
      tried += 1
      return
    }
    let settled = solver.tokens.map { $0.map(BoxInterpreter.token) }
    if let input = draw.input(settled, using: &generator) { self.run(input) } else { tried += 1 }
  }

  // MARK: Changes

  /// A kept input with a token changed, a part repeated, two tokens exchanged, or its end replaced by that of
  /// another.
  private mutating func mutated() -> [Int32]? {
    guard !corpus.isEmpty else { return nil }
    // Inputs found later show rarer things.
    var input = corpus[max(generator.index(below: corpus.count), generator.index(below: corpus.count))]
    for _ in 0..<1 + generator.index(below: 2) {
      let place = generator.index(below: input.count)
      switch generator.index(below: 5) {
      case 0: input[place] = Int32(generator.index(below: source.circuit.vocabulary.count))
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
        let length = source.circuit.lengths.lowerBound + generator.index(below: source.circuit.lengths.count)
        input = (0..<length).map { input[($0 + place) % input.count] }
      }
    }
    return input
  }

  // MARK: Running

  private mutating func run(_ input: [Int32]) {
    tried += 1
    guard source.contains(input) else { return }
    do {
      let values = try source.program.evaluate(on: source.values(input))
      guard known.insert(input).inserted else { return }
      let shown = Set(
        values.enumerated().flatMap { node, column in column.map { Covered(node: node, value: $0) } })
      let isNew = shown.contains { covered[$0, default: []].count < Self.inputsPerValue }
      guard isNew else { return }
      for value in shown where covered[value, default: []].count < Self.inputsPerValue {
        covered[value, default: []].append(corpus.count)
      }
      corpus.append(input)
    } catch {
      failure = (input, error)
    }
  }
}
