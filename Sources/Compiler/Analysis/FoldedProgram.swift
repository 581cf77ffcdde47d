// In: a program and what is true of it on all inputs. Out: an equivalent program in which constants are
// written as constants, and copies of other s-ops are replaced by the originals.

import Diagnostics
import Runtime

/// A program without s-ops that compute nothing: those that have the same value at every position of every
/// input, and elementwise copies of other s-ops.
///
/// Both are decided by values, including their types, so the spelling does not matter: `1 * x`, `x * 1`, and
/// `tokens_int` over a vocabulary of ints are copies. A copy reads one variable and has its value; an s-op
/// that reads more is a computation, even if the rest makes no difference. Two things stay as the program
/// says: a named output is computed even if it is a copy, and a copy in another encoding is not a copy.
struct FoldedProgram: Sendable {
  private(set) var graph: SOpGraph
  private(set) var circuit: Circuit
  /// The variables that are constants, in the order of the program.
  private(set) var constants: [FoldedConstant] = []
  /// Whether any s-op is a copy of another.
  private(set) var hasCopies = false

  /// The original of each s-op that is a copy.
  private var originals: [SOpID: SOpID] = [:]

  /// - Parameter facts: of this circuit
  init(_ circuit: Circuit, in source: SOpGraph, facts: inout CircuitFacts) {
    self.circuit = circuit
    graph = source
    // The lowering refuses a causal circuit that uses the length. The facts are about the longest inputs, so
    // the length would be folded before.
    let usesLength = facts.graph.nodes.contains { if case .length = $0.kind { true } else { false } }
    if circuit.causal, usesLength { return }
    var isChanged = false
    let doubtful = facts.doubtful
    let sops = facts.graph.places.keys.sorted().filter { id in
      if case .constant = graph[id].kind { false } else { !doubtful.contains(id) }
    }
    // If there are few inputs, all of them are run, since the facts may include values that never occur.
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

  // MARK: Finding constants and copies

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

  /// The s-op that this one copies: the only variable that it reads. An unnamed s-op may also copy another
  /// unnamed one that it is made from.
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
    // For numbers that are not listed, the operation itself decides.
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

  /// The variables that s-ops read, and the unnamed maps in between.
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

  /// Makes the readers of a copy read the original.
  private mutating func readOriginals() {
    for index in graph.sops.indices { graph.sops[index].kind = graph.sops[index].kind.reading(read) }
    for index in graph.selectors.indices {
      graph.selectors[index].kind = graph.selectors[index].kind.reading(read)
    }
    circuit.output = read(circuit.output)
    circuit.balance = circuit.balance.map(read)
  }

  /// The circuit's condition is evaluated on all inputs, so it stays as it was.
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
  /// The same kind, reading other s-ops.
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
  /// The same kind, reading other s-ops.
  func reading(_ new: (SOpID) -> SOpID) -> Selector.Kind {
    switch self {
    case .select(let keys, let queries, let predicate):
      .select(keys: new(keys), queries: new(queries), predicate)
    case .and, .or, .not, .one: self
    }
  }
}
