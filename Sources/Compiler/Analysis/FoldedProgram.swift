// In: a program and what is true of it on all inputs. Out: one that means the same, in which what is constant is
// written as a constant, and what only repeats another s-op is that s-op.

import Lexer
import Runtime

/// A program without what is no computation: s-ops that have one value at every position of every input, and
/// elementwise copies of other s-ops.
///
/// Both are facts about values, of type and all, so it does not matter how a program spells them: `1 * x`, `x * 1` and
/// `tokens_int` over a vocabulary of ints are copies. A copy reads one variable and has its value; what reads more
/// is a computation, even one that makes no difference. Two things stay what the program says: an
/// output that has a name is computed even where it is a copy, and a copy in another encoding is none.
struct FoldedProgram: Sendable {
  private(set) var graph: SOpGraph
  private(set) var circuit: Circuit
  /// The variables that are constants, in the order of the program.
  private(set) var constants: [FoldedConstant] = []
  /// Whether any s-op was found to be another.
  private(set) var hasCopies = false

  /// What is left of each s-op that is another.
  private var originals: [SOpID: SOpID] = [:]

  /// - Parameter facts: of this circuit
  init(_ circuit: Circuit, in source: SOpGraph, facts: inout CircuitFacts) {
    self.circuit = circuit
    graph = source
    // A causal transformer has no length, which the lowering refuses; the facts are about the longest inputs.
    let usesLength = facts.graph.nodes.contains { if case .length = $0.kind { true } else { false } }
    if circuit.causal, usesLength { return }
    var isChanged = false
    let doubtful = facts.doubtful
    let sops = facts.graph.places.keys.sorted().filter { id in
      if case .constant = graph[id].kind { false } else { !doubtful.contains(id) }
    }
    // Where inputs are few, all of them are looked at: the facts may have left a value open that never occurs.
    let unsettled = sops.filter { needsComponent($0) && constant($0, facts) == nil }
    let everyInput = EveryInput(unsettled, of: circuit, in: source, facts: facts)
    for id in sops {
      if let value = constant(id, facts) ?? everyInput?.constants[id] {
        graph[id].kind = .constant(value)
        isChanged = true
        if let name = graph[id].name {
          constants.append(FoldedConstant(name: name, value: value, range: graph[id].range))
        }
      } else if let original = original(of: id, &facts) {
        originals[id] = original
      }
    }
    hasCopies = !originals.isEmpty
    if hasCopies { readOriginals() }
    if hasCopies || isChanged { keepDomain(of: source) }
  }

  // MARK: What is found

  private func needsComponent(_ id: SOpID) -> Bool {
    switch graph[id].kind {
    case .tokens, .indices: false
    case .length, .constant, .map, .aggregate, .selectorWidth: true
    }
  }

  private func constant(_ id: SOpID, _ facts: CircuitFacts) -> Value? {
    guard needsComponent(id), let values = facts.values(of: id) else { return nil }
    if facts.mayBeNone(id) { return values.isEmpty ? Value.none : nil }
    return values.count == 1 ? values[0] : nil
  }

  /// The s-op that one only repeats: the variable that it reads, where it reads one. An unnamed s-op may also repeat
  /// another unnamed one that it is made from.
  private func original(of id: SOpID, _ facts: inout CircuitFacts) -> SOpID? {
    guard case .map(let operation, let inputs) = graph[id].kind,
      id != circuit.output || graph[id].name == nil
    else { return nil }
    let (variables, maps) = reads(inputs)
    let candidates = graph[id].name == nil ? variables.union(maps) : variables
    for other in candidates.sorted() where hasEncoding(of: other, id) {
      guard variables == (variables.contains(other) ? [other] : reads([other]).variables) else { continue }
      if facts.isEqual(id, other) { return other }
    }
    // Numbers that are not listed: the operation says so itself.
    let varying = inputs.map(read).filter { if case .constant = graph[$0].kind { false } else { true } }
    guard varying.count == 1, hasEncoding(of: varying[0], id), facts.values(of: id) == nil else { return nil }
    let keeps = [Value.int(3), .float(0.5), .float(-2)].allSatisfy { number in
      let arguments = inputs.map { input in
        if case .constant(let value) = graph[read(input)].kind { value } else { number }
      }
      return (try? operation(arguments)) == number
    }
    return operation.passesNone && keeps && isIdentity(operation, inputs) ? varying[0] : nil
  }

  private func isIdentity(_ operation: Operation, _ inputs: [SOpID]) -> Bool {
    switch operation.form {
    case .identity: return true
    case .linear(let coefficients, var constant):
      for (coefficient, input) in zip(coefficients, inputs) {
        if case .constant(let value) = graph[read(input)].kind {
          guard let number = value.number else { return false }
          constant += coefficient * number
        } else if coefficient != 1 {
          return false
        }
      }
      return constant == 0
    case .product:
      return inputs.allSatisfy { input in
        if case .constant(let value) = graph[read(input)].kind { value.number == 1 } else { true }
      }
    case .comparison, .quotient, nil: return false
    }
  }

  /// The variables that s-ops read, and the unnamed maps on the way there.
  private func reads(_ ids: [SOpID]) -> (variables: Set<SOpID>, maps: Set<SOpID>) {
    var variables: Set<SOpID> = []
    var maps: Set<SOpID> = []
    var pending = ids
    while let id = pending.popLast().map(read) {
      switch graph[id].kind {
      case .constant: break
      case .tokens, .indices, .length: variables.insert(graph.canonical(id))
      case .aggregate, .selectorWidth: variables.insert(id)
      case .map where graph[id].name != nil: variables.insert(id)
      case .map(_, let inputs): if maps.insert(id).inserted { pending += inputs }
      }
    }
    return (variables, maps)
  }

  private func hasEncoding(of original: SOpID, _ copy: SOpID) -> Bool {
    graph[copy].encoding == nil || graph[copy].encoding == graph[original].encoding
  }

  private func read(_ id: SOpID) -> SOpID { originals[id] ?? id }

  // MARK: The new program

  /// Has what reads a copy read what it copies.
  private mutating func readOriginals() {
    for index in graph.sops.indices { graph.sops[index].kind = graph.sops[index].kind.reading(read) }
    for index in graph.selectors.indices {
      graph.selectors[index].kind = graph.selectors[index].kind.reading(read)
    }
    circuit.output = read(circuit.output)
    circuit.balance = circuit.balance.map(read)
  }

  /// Which inputs belong to the circuit is asked of all inputs: its condition is as it was.
  private mutating func keepDomain(of source: SOpGraph) {
    guard let domain = circuit.domain else { return }
    var places: [SOpID: SOpID] = [:]
    var selectors: [SelectorID: SelectorID] = [:]
    let needed = AnalysisGraph.needed([domain], in: source, [:])
    func copy(_ id: SelectorID) -> SelectorID {
      if let known = selectors[id] { return known }
      var selector = source[id]
      switch selector.kind {
      case .select: selector.kind = selector.kind.reading { places[$0]! }
      case .and(let a, let b): selector.kind = .and(copy(a), copy(b))
      case .or(let a, let b): selector.kind = .or(copy(a), copy(b))
      case .not(let a): selector.kind = .not(copy(a))
      case .one(let a): selector.kind = .one(copy(a))
      }
      selectors[id] = graph.add(selector)
      return selectors[id]!
    }
    for id in needed {
      var sop = source[id]
      switch sop.kind {
      case .tokens, .indices:
        places[id] = id
        continue
      case .length, .constant: break
      case .map: sop.kind = sop.kind.reading { places[$0]! }
      case .aggregate(let selector, let values, let fallback):
        sop.kind = .aggregate(copy(selector), places[values]!, fallback: fallback)
      case .selectorWidth(let selector): sop.kind = .selectorWidth(copy(selector))
      }
      places[id] = graph.add(sop)
    }
    circuit.domain = places[domain]
  }
}

extension SOp.Kind {
  /// The same over other s-ops.
  func reading(_ new: (SOpID) -> SOpID) -> SOp.Kind {
    switch self {
    case .tokens, .indices, .length, .constant, .selectorWidth: self
    case .map(let operation, let inputs): .map(operation, inputs.map(new))
    case .aggregate(let selector, let values, let fallback):
      .aggregate(selector, new(values), fallback: fallback)
    }
  }
}

extension Selector.Kind {
  /// The same over other s-ops.
  func reading(_ new: (SOpID) -> SOpID) -> Selector.Kind {
    switch self {
    case .select(let keys, let queries, let predicate):
      .select(keys: new(keys), queries: new(queries), predicate)
    case .and, .or, .not, .one: self
    }
  }
}
