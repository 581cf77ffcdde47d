import Runtime
import Transformer

/// The program as a causal model over finite tables: what SIIT trains a transformer to be.
///
/// Its nodes are the components of the compiled transformer that hold variables. It says, without
/// running any transformer, what the program outputs, and what it outputs when the variables held by some
/// components take the values they have on another input. A run is a walk over flat tables of integers and
/// floats and allocates nothing.
package struct CausalModel: Sendable {
  /// One variable of the model.
  package struct VariableInfo: Sendable {
    package let name: String
    package let encoding: Encoding
    /// Its possible values, without None; empty for numbers with too many values to list.
    package let domain: [Value]
    /// The s-op of the program it stands for, where it stands for one.
    package let sop: SOpID?
  }

  /// Components of the compiled transformer that hold variables, in the order of computation.
  package let nodes: [Component]
  /// For each node the variables it holds, as places in ``variables``.
  package let nodeVariables: [[Int]]
  package let variables: [VariableInfo]
  /// The output's place in ``variables``.
  package let output: Int
  /// Tokens of the longest input.
  package let maxLength: Int
  package var isNumerical: Bool { variables[output].encoding == .numerical }

  private let causal: Bool
  private let steps: [CausalStep]
  private let tables: CausalTables
  /// For each variable, and for each node, which variables are computed anew when it is swapped: itself and all
  /// that depend on it.
  private let readers, downstream: [[Bool]]

  /// A status in place of a value's code.
  enum Status {
    static let none = Code.none
    /// The transformer holds what no value of the program stands for: a mixture, or what follows from values
    /// that the program cannot have together.
    static let unknown = Code.undefined
  }

  init(
    nodes: [Component], nodeVariables: [[Int]], variables: [VariableInfo], output: Int, maxLength: Int,
    causal: Bool, steps: [CausalStep], tables: CausalTables, readers: [[Bool]], downstream: [[Bool]]
  ) {
    self.nodes = nodes
    self.nodeVariables = nodeVariables
    self.variables = variables
    self.output = output
    self.maxLength = maxLength
    self.causal = causal
    self.steps = steps
    self.tables = tables
    self.readers = readers
    self.downstream = downstream
  }

  /// Whether swapping one node changes what another holds, as far as the graph tells.
  package func depends(_ node: Int, on swapped: Int) -> Bool {
    node != swapped && nodeVariables[node].contains { downstream[swapped][$0] }
  }

  /// The place of a component in ``nodes``.
  package func index(of component: Component) -> Int? { nodes.firstIndex(of: component) }

  /// Room for the values of one input, to be reused from run to run.
  package func makeState() -> CausalState {
    CausalState(variables: variables.count, maxLength: maxLength, output: output, isNumerical: isNumerical)
  }

  /// The program's values on a sequence of token ids, BOS left out.
  package func run(_ tokens: some Collection<Int32>, into state: inout CausalState) {
    precondition(tokens.count <= maxLength)
    state.length = tokens.count
    compute(in: &state) { run in
      for index in steps.indices {
        if case .tokens = steps[index] {
          var position = index * maxLength
          for token in tokens {
            run.ids[position] = token
            position += 1
          }
        } else {
          run.compute(steps[index], index, isNumerical: isNumerical(index))
        }
      }
    }
  }

  /// The program's values on `base` with all variables held by some nodes taken from `source`, each position from
  /// where `map` says; `nodes` are places in ``nodes``.
  package func swap(
    _ nodes: some Collection<Int>, base: CausalState, source: CausalState, map: PositionMap,
    into state: inout CausalState
  ) {
    swap(base: base, source: source, map: map, into: &state) { index in
      if isHeld(index, by: nodes) { return .taken }
      return nodes.contains { downstream[$0][index] } ? .computed : .kept
    }
  }

  /// The same for one variable alone, a place in ``variables``, whatever its component holds besides.
  package func swap(
    variable: Int, base: CausalState, source: CausalState, map: PositionMap, into state: inout CausalState
  ) {
    swap(base: base, source: source, map: map, into: &state) { index in
      if index == variable { return .taken }
      return readers[variable][index] ? .computed : .kept
    }
  }

  /// What becomes of a variable in a swap.
  private enum Origin {
    /// Its values are those on the source.
    case taken
    /// Its values follow from what is taken.
    case computed
    /// Its values are those on the base.
    case kept
  }

  private func swap(
    base: CausalState, source: CausalState, map: PositionMap, into state: inout CausalState,
    _ origin: (Int) -> Origin
  ) {
    precondition(map.baseLength == base.length && map.sourceLength == source.length)
    state.length = base.length
    compute(in: &state) { run in
      base.withBuffers { baseIDs, baseNumbers in
        source.withBuffers { sourceIDs, sourceNumbers in
          for index in steps.indices {
            let offset = index * maxLength
            switch origin(index) {
            case .computed: run.compute(steps[index], index, isNumerical: isNumerical(index))
            case .kept:
              (run.ids + offset).update(from: baseIDs + offset, count: base.length)
              guard isNumerical(index) else { continue }
              (run.numbers + offset).update(from: baseNumbers + offset, count: base.length)
            case .taken:
              for (position, place) in map.places.enumerated() {
                run.ids[offset + position] = sourceIDs[offset + Int(place)]
              }
              guard isNumerical(index) else { continue }
              for (position, place) in map.places.enumerated() {
                run.numbers[offset + position] = sourceNumbers[offset + Int(place)]
              }
            }
          }
        }
      }
    }
  }

  /// The same, by components; components that hold no variable change nothing.
  package func swap(
    _ components: [Component], base: CausalState, source: CausalState, map: PositionMap,
    into state: inout CausalState
  ) {
    swap(components.compactMap { index(of: $0) }, base: base, source: source, map: map, into: &state)
  }

  /// How a variable's value follows from the keys that its head selects; nil for a variable that no head computes.
  package func attention(of variable: Int) -> CausalAttention? {
    switch steps[variable] {
    case .move: .any
    case .mean: .evenly
    case .width: .evenlyWithBOS
    default: nil
    }
  }

  /// How many kinds of keys, or of queries if they are fewer, the head of a variable has to tell apart: two that are
  /// selected alike are one kind. 1 for a variable that no head computes; of several predicates together, the product.
  package func kindsToTellApart(by variable: Int) -> Int {
    guard let selection = selection(of: variable) else { return 1 }
    switch selection {
    case .atom(let place): return kinds(tables.atoms[place])
    case .clauses(let clauses):
      return clauses.flatMap { tables.clauses[$0] }.reduce(1) { product, place in
        min(product * kinds(tables.atoms[place]), 1 << 16)
      }
    }
  }

  /// What the head of a variable selects; nil for a variable that no head computes.
  private func selection(of variable: Int) -> CausalSelection? {
    switch steps[variable] {
    case .move(let selection, _), .mean(let selection, _, _), .width(let selection, _): selection
    default: nil
    }
  }

  private func kinds(_ atom: CausalAtom) -> Int {
    let keyCodes =
      switch atom.key {
      case .constant: 1
      case .code(let held):
        variables[Int(held.variable)].domain.count + (held.noneCode < 0 ? 0 : 1)
      }
    let queries = Int(atom.queryCodes)
    let truths = (0..<keyCodes).map { key in
      Array(tables.integers[atom.truth + key * queries..<atom.truth + (key + 1) * queries])
    }
    let columns = (0..<queries).map { query in truths.map { $0[query] } }
    return min(Set(truths).count, Set(columns).count)
  }

  /// Marks the keys that the head of a variable selects from a position, BOS not counted; false where the program does
  /// not say.
  ///
  /// - Parameter keys: room for the input's length
  package func select(
    _ variable: Int, from query: Int, in state: CausalState, _ keys: UnsafeMutablePointer<Bool>
  ) -> Bool {
    guard let selection = selection(of: variable) else { return false }
    var isKnown = false
    state.withBuffers { ids, numbers in
      tables.withPointers { tables in
        isKnown = CausalRun(
          ids: UnsafeMutablePointer(mutating: ids), numbers: UnsafeMutablePointer(mutating: numbers),
          length: state.length, stride: maxLength, causal: causal, tables: tables
        ).mark(selection, from: query, keys)
      }
    }
    return isKnown
  }

  private func isHeld(_ variable: Int, by nodes: some Collection<Int>) -> Bool {
    for node in nodes where nodeVariables[node].contains(variable) { return true }
    return false
  }

  private func isNumerical(_ variable: Int) -> Bool { variables[variable].encoding == .numerical }

  private func compute(in state: inout CausalState, _ body: (CausalRun) -> Void) {
    let length = state.length
    state.withBuffers { ids, numbers in
      tables.withPointers { tables in
        body(
          CausalRun(
            ids: ids, numbers: numbers, length: length, stride: maxLength, causal: causal, tables: tables))
      }
    }
  }
}
