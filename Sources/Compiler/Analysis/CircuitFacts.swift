import Diagnostics
import Runtime

/// What is true of a circuit's s-ops on all inputs of all its lengths.
///
/// In: a circuit and its graph. Out: the values that every s-op can have, what every aggregate can select,
/// which values occur together, and where the program may have no value.
///
/// All inputs of a length are analysed as one box. If that cannot exclude something that has to be excluded,
/// inputs that show it are searched for; if none is found, boxes are split until it is excluded.
struct CircuitFacts: Sendable {
  let graph: AnalysisGraph
  private var interpreter: BoxInterpreter
  /// Which inputs belong to the circuit; nil if all do.
  let domain: DomainAnalysis?
  /// All inputs, by length; a superset of the circuit's if not all belong to it.
  private let boxes: [Box]
  /// Boxes that together contain all inputs.
  private(set) var runs: [BoxRun] = []
  /// By node, over all positions of all inputs.
  private var unions: [ValueSet] = []
  /// By node: an input on which an aggregate selects different values.
  private(set) var mixing: [Int: [Int32]] = [:]
  /// Where the program may have no value, as far as that could be neither excluded nor shown.
  private(set) var open: [PossibleFailure] = []
  /// Rows of value ids that nodes have together at one position; nil if there are too many.
  private var known: [[Int]: Set<[Int32]>?] = [:]

  /// - Throws: ``Diagnostic`` if no input belongs to the circuit, or if an input is found on which the
  ///   program has no value
  init(
    _ circuit: Circuit, in source: SOpGraph, wholes: [SOpID: SelectorID] = [:],
    limits: AnalysisLimits = AnalysisLimits(), seed: UInt64 = 0
  ) throws(Diagnostic) {
    // The tokens too, even if no output needs them: a compiled length reads them.
    let tokens = source.sops.firstIndex { if case .tokens = $0.kind { true } else { false } }
    graph = AnalysisGraph([circuit.output] + (tokens.map { [SOpID($0)] } ?? []), in: source, wholes: wholes)
    var interpreter = BoxInterpreter(
      graph, causal: circuit.causal, vocabulary: circuit.vocabulary, limits: limits)
    var domain = DomainAnalysis(of: circuit, in: source, limits: limits)
    // In a causal circuit, a position does not depend on what follows it.
    let lengths =
      circuit.causal && domain == nil
      ? circuit.lengths.upperBound...circuit.lengths.upperBound : circuit.lengths
    let boxes = lengths.flatMap { interpreter.inside(interpreter.box(length: $0), by: &domain) }
    self.domain = domain
    self.boxes = boxes
    func noInputs() -> Diagnostic {
      let condition = InputDomain(of: circuit, in: source)?.condition ?? "it"
      return Diagnostic("no input belongs to the circuit: none satisfies \(condition)", at: circuit.range)
    }
    guard !boxes.isEmpty else { throw noInputs() }
    runs = boxes.map { interpreter.run($0) }
    self.interpreter = interpreter
    unite()
    let mayMatter = graph.nodes.indices.filter { mattersWhetherItMixes($0, in: source) }
    func trouble(_ run: BoxRun) -> [Refinement.Trouble] {
      run.failures.map(Refinement.Trouble.failure)
        + mayMatter.filter { run.selections[$0].mayMix }.map(Refinement.Trouble.mixing)
    }
    guard runs.contains(where: { !trouble($0).isEmpty }) else { return }
    try search(circuit, in: source, limits: limits, seed: seed, for: mayMatter)
    var refinement = Refinement(limit: limits.boxes, work: limits.refinedWork, mixing: mixing, domain: domain)
    refinement.refine(boxes, with: &self.interpreter, trouble: trouble)
    if let failing = refinement.failing {
      let input = failing.map { self.interpreter.pool[$0] }
      let program = Interpreter(source).prepare(graph.nodes.map(\.id), causal: circuit.causal)
      _ = try Verifier.evaluate(program, input)
    }
    if refinement.failing == nil, !refinement.isOpen {
      guard !refinement.runs.isEmpty else { throw noInputs() }
      runs = refinement.runs
      unite()
    }
    mixing = refinement.mixing
    open = Set(runs.flatMap(\.failures)).sorted { $0.node < $1.node }
  }

  private mutating func unite() {
    unions = graph.nodes.indices.map { node in
      var union = ValueSet.empty
      for set in Set(runs.flatMap { $0.sets[node] }) { union = interpreter.pool.union(union, set) }
      return union
    }
  }

  /// Whether it matters to the compiler that an aggregate selects different values; it does not if the
  /// aggregate is a mean of numbers anyway.
  private func mattersWhetherItMixes(_ node: Int, in source: SOpGraph) -> Bool {
    guard case .aggregate(_, let value, _) = graph.nodes[node].kind else { return false }
    return source[graph.nodes[node].id].encoding != .numerical
      && source[graph.nodes[value].id].encoding != .numerical
  }

  /// Looks for inputs that show a problem, which is quicker than trying to exclude one that exists.
  private mutating func search(
    _ circuit: Circuit, in source: SOpGraph, limits: AnalysisLimits, seed: UInt64, for nodes: [Int]
  ) throws(Diagnostic) {
    var search = InputSearch(InputSource(circuit, in: source, facts: self), seed: seed)
    search.search(limits.searchedInputs)
    search.simplifyFailure()
    if let failure = search.failure {
      throw Verifier.noValue(on: failure.input.map { circuit.vocabulary[Int($0)] }, failure.error)
    }
    var suspects = Set(nodes.filter { node in runs.contains { $0.selections[node].mayMix } })
    for input in search.corpus.reversed() where !suspects.isEmpty {
      let ids = input.map(BoxInterpreter.id)
      let run = interpreter.run(Box(tokens: ids.map { interpreter.pool.set(ofSorted: [$0]) }))
      for node in suspects where run.selections[node].mayMix {
        mixing[node] = ids
        suspects.remove(node)
      }
    }
  }

  private func union(_ id: SOpID) -> ValueSet { unions[graph.places[id]!] }

  /// The values that an s-op can have, without None; nil if they are too many numbers to list.
  func values(of id: SOpID) -> [Value]? {
    let set = union(id)
    guard set.isListed else { return nil }
    return interpreter.pool[set].filter { $0 != ValuePool.none }.map { interpreter.pool[$0] }
  }

  func mayBeNone(_ id: SOpID) -> Bool { interpreter.pool.mayBeNone(union(id)) }

  /// Whether two s-ops are known to be equal at every position of every input.
  mutating func isEqual(_ a: SOpID, _ b: SOpID) -> Bool {
    let sets = (union(a), union(b))
    guard sets.0.isListed, sets.1.isListed, interpreter.pool[sets.0] == interpreter.pool[sets.1],
      let rows = rows([a, b])
    else { return false }
    return rows.allSatisfy { $0[0] == $0[1] }
  }

  /// The s-ops that may have no value on some input, and everything that depends on them.
  var doubtful: Set<SOpID> {
    var nodes = Set(open.map(\.node))
    guard !nodes.isEmpty else { return [] }
    for (place, node) in graph.nodes.enumerated() where !nodes.contains(place) {
      let inputs: [Int]
      switch node.kind {
      case .tokens, .indices, .length, .constant: inputs = []
      case .map(_, let operands): inputs = operands
      case .aggregate(let selection, let value, _): inputs = selection.keys + selection.queries + [value]
      case .width(let selection): inputs = selection.keys + selection.queries
      }
      if inputs.contains(where: nodes.contains) { nodes.insert(place) }
    }
    return Set(graph.places.filter { nodes.contains($0.value) }.keys)
  }

  /// What is known about the selection of an aggregate or a width.
  func selection(of id: SOpID) -> SelectionFacts {
    runs.reduce(into: SelectionFacts()) { $0.formUnion($1.selections[graph.places[id]!]) }
  }

  /// What an aggregate makes of a value that it selects: the value itself, its mean, or both.
  func results(of id: SOpID, for value: Value) -> [Value] {
    guard let source = interpreter.pool.knownID(of: value) else { return [] }
    return selection(of: id).moves.filter { $0.value == source }.map(\.result).sorted()
      .map { interpreter.pool[$0] }
  }

  // MARK: Values that occur together

  /// The number of places that all others are compared with.
  private static let remembered = 16

  /// The values that s-ops have together at one position, one row each; nil if they are not known.
  mutating func combinations(of ids: [SOpID]) -> [[Value]]? {
    rows(ids)?.sorted { $0.lexicographicallyPrecedes($1) }.map { $0.map { interpreter.pool[$0] } }
  }

  /// Whether s-ops may have these values together at one position.
  mutating func mayOccur(_ values: [Value], of ids: [SOpID]) -> Bool {
    guard let rows = rows(ids) else { return true }
    var row: [Int32] = []
    for value in values {
      guard let id = interpreter.pool.knownID(of: value) else { return false }
      row.append(id)
    }
    return rows.contains(row)
  }

  private mutating func rows(_ ids: [SOpID]) -> Set<[Int32]>? {
    let nodes = ids.compactMap { graph.places[$0] }
    guard nodes.count == ids.count else { return nil }
    if let known = known[nodes] { return known }
    var rows: Set<[Int32]>? = []
    var seen: Set<Int32> = []
    let bases = Set(nodes.flatMap { graph.nodes[$0].bases }).sorted()
    // A place adds nothing if its values are also possible at a place already considered. The longest inputs
    // come first.
    var looked: Set<[ValueSet]> = []
    var greatest: [[ValueSet]] = []
    search: for run in runs.reversed() {
      for position in (0..<run.length).reversed() {
        let sets = (bases + nodes).map { run.sets[$0][position] }
        guard looked.insert(sets).inserted,
          !greatest.contains(where: { zip(sets, $0).allSatisfy { interpreter.pool.isSubset($0, of: $1) } })
        else { continue }
        if greatest.count < Self.remembered { greatest.append(sets) }
        guard let tuples = interpreter.tuples(nodes, { run.sets[$0][position] }) else {
          rows = nil
          break search
        }
        if seen.insert(tuples.index).inserted { rows!.formUnion(tuples.rows) }
      }
    }
    known[nodes] = .some(rows)
    return rows
  }

  // MARK: Searching

  /// Boxes of all inputs of a length: for each position, the ids of the possible tokens.
  func tokens(length: Int) -> [[[Int32]]] {
    boxes.filter { $0.length == length }.map { box in box.tokens.map { interpreter.pool[$0] } }
  }

  /// The ids of the possible values of a node.
  func ids(of node: Int) -> [Int32] { interpreter.pool[unions[node]] }

  func value(_ id: Int32) -> Value { interpreter.pool[id] }

  /// The runs and positions at which a node can have a value.
  func places(of id: Int32, node: Int) -> [(run: Int, position: Int)] {
    var places: [(run: Int, position: Int)] = []
    var contains: [ValueSet: Bool] = [:]
    for run in runs.indices {
      for (position, set) in runs[run].sets[node].enumerated() {
        if contains[set] == nil { contains[set] = interpreter.pool[set].contains(id) }
        if contains[set]! { places.append((run, position)) }
      }
    }
    return places
  }

  /// Searches backwards from values to inputs.
  func solver(seed: UInt64) -> GoalSolver { GoalSolver(interpreter, seed: seed) }

  /// An input on which an aggregate selects different values.
  func mixingInput(of id: SOpID) -> [Value]? {
    mixing[graph.places[id]!].map { $0.map { interpreter.pool[$0] } }
  }
}
