import Diagnostics
import Runtime
import Transformer

/// Looks for variables that never change the output, whatever other input they take their values from.
///
/// In a swap a variable has, at each position of a base input, the value that it has at some position of a source
/// input; all that depends on it is computed anew. One swap that changes the output at one position clears a variable.
struct IdleVariables {
  /// Inputs that are run at first.
  private static let sampled = 96
  /// Swaps that are tried by chance.
  private static let tries = 1_000
  /// Inputs that are looked at for rare values.
  private static let searched = 500
  /// Inputs up to which all of them are run, and swaps up to which all are tried.
  private static let fewInputs = 4_000
  private static let fewSwaps = 60_000

  private let model: CausalModel
  private var states: [CausalState] = []
  private var generator: SeededGenerator
  private var swapped: CausalState
  private let seed: UInt64
  private var hasTelling = false
  /// Whether ``states`` are all inputs.
  private let isComplete: Bool

  init(_ compiled: CompiledCircuit, seed: UInt64 = 0) {
    model = compiled.causalModel
    self.seed = seed
    swapped = model.makeState()
    generator = SeededGenerator(seed: seed, stream: "idle variables")
    let circuit = compiled.circuit
    var inputs: [[Int32]] = []
    if let count = VerificationInputs.count(circuit), count <= Self.fewInputs {
      inputs = circuit.lengths.flatMap {
        compiled.inputs.members(length: $0, count: count, seed: seed).inputs
      }
      isComplete = true
      // In an order that shows different inputs early.
      for place in inputs.indices.dropFirst() { inputs.swapAt(place, generator.index(below: place + 1)) }
    } else {
      isComplete = false
      var draw = InputDraw(compiled.inputs)
      for _ in 0..<Self.sampled {
        if let input = draw.input(using: &generator) { inputs.append(input) }
      }
    }
    add(inputs)
  }

  private mutating func add(_ inputs: [[Int32]]) {
    for input in inputs {
      var state = model.makeState()
      model.run(input, into: &state)
      states.append(state)
    }
  }

  /// The variables that the program names and that nothing found makes matter, in the order of computation.
  mutating func find(in compiled: CompiledCircuit) -> [IdleVariable] {
    guard !states.isEmpty else { return [] }
    let graph = compiled.program.graph
    var result: [IdleVariable] = []
    for (index, variable) in model.variables.enumerated() where index != model.output {
      guard let sop = variable.sop, let name = graph[sop].name else { continue }
      switch graph[sop].kind {
      case .tokens, .indices, .length, .constant: continue
      case .map, .aggregate, .selectorWidth: break
      }
      var swaps = 0
      if isCleared(index, &swaps) { continue }
      if !isComplete, !hasTelling {
        hasTelling = true
        add(compiled.inputs.telling(Self.searched, seed: seed).inputs)
      }
      if !isComplete, isCleared(index, &swaps) { continue }
      guard let isProved = provesIdle(index, &swaps) else { continue }
      result.append(
        IdleVariable(
          name: name, range: graph[sop].nameRange ?? graph[sop].range, swaps: swaps, isProved: isProved))
    }
    return result
  }

  // MARK: By chance

  /// Whether a swap by chance changes the output.
  private mutating func isCleared(_ variable: Int, _ swaps: inout Int) -> Bool {
    let shown = places(of: variable)
    for attempt in 0..<Self.tries {
      let base = states[generator.index(below: states.count)]
      var source = states[generator.index(below: states.count)]
      var map: PositionMap
      if attempt % 4 == 0 {
        // A value, rare ones as often as others, at all positions.
        let place = shown[generator.index(below: shown.count)]
        source = states[place.state]
        map = PositionMap(
          Array(repeating: Int32(place.position), count: base.length), sourceLength: source.length)
      } else {
        let kinds: [PositionMap.Kind] = [.fromStart, .fromEnd, .anywhere]
        map = .drawn(
          kinds[attempt % 4 - 1], baseLength: base.length, sourceLength: source.length, using: &generator)
      }
      // Where nothing is changed, nothing is tried.
      guard differs(variable, base, source, map) else { continue }
      swaps += 1
      if changesOutput(variable, base, source, map) { return true }
    }
    return false
  }

  /// For each value that a variable was seen to have, an input and a position at which it does.
  private func places(of variable: Int) -> [(state: Int, position: Int)] {
    var seen: Set<Int64> = []
    var places: [(state: Int, position: Int)] = []
    for (number, state) in states.enumerated() {
      for position in 0..<state.length where seen.insert(key(variable, state, position)).inserted {
        places.append((number, position))
      }
    }
    return places
  }

  private func differs(
    _ variable: Int, _ base: CausalState, _ source: CausalState, _ map: PositionMap
  ) -> Bool {
    for (position, place) in map.places.enumerated() {
      if key(variable, base, position) != key(variable, source, Int(place)) { return true }
    }
    return false
  }

  /// What a variable is at a position, numbers by their bits.
  private func key(_ variable: Int, _ state: CausalState, _ position: Int) -> Int64 {
    let id = state.id(of: variable, at: position)
    guard model.variables[variable].encoding == .numerical, id >= 0 else { return Int64(id) }
    return Int64(state.number(of: variable, at: position).bitPattern) << 8
  }

  private mutating func changesOutput(
    _ variable: Int, _ base: CausalState, _ source: CausalState, _ map: PositionMap
  ) -> Bool {
    model.swap(variable: variable, base: base, source: source, map: map, into: &swapped)
    for position in 0..<base.length {
      let (old, new) = (base.id(of: model.output, at: position), swapped.id(of: model.output, at: position))
      if old != new { return true }
      guard model.isNumerical, old >= 0 else { continue }
      let (a, b) = (base.outputNumber(at: position), swapped.outputNumber(at: position))
      if abs(a - b) > 1e-5 * max(1, abs(a)) { return true }
    }
    return false
  }

  // MARK: All

  /// Tries every swap there is, where all inputs are known and swaps are few; false where they are not. Nil where
  /// one changes the output.
  private mutating func provesIdle(_ variable: Int, _ swaps: inout Int) -> Bool? {
    guard isComplete else { return false }
    // Sources by the values that they have somewhere; one whose values another has, too, adds nothing.
    var sources: [(values: [Int64: Int32], state: Int)] = []
    var known: Set<Set<Int64>> = []
    for (place, state) in states.enumerated() {
      var values: [Int64: Int32] = [:]
      for position in 0..<state.length { values[key(variable, state, position)] = Int32(position) }
      if known.insert(Set(values.keys)).inserted { sources.append((values, place)) }
    }
    sources = sources.filter { one in
      !sources.contains { other in
        other.values.count > one.values.count && one.values.keys.allSatisfy { other.values[$0] != nil }
      }
    }
    var total = 0.0
    for state in states {
      for source in sources {
        var settings = 1.0
        for _ in 0..<state.length { settings *= Double(source.values.count) }
        total += settings
      }
      if total > Double(Self.fewSwaps) { return false }
    }
    swaps = 0
    for base in states {
      for (values, place) in sources {
        let source = states[place]
        let positions = values.values.sorted()
        var choice = Array(repeating: 0, count: base.length)
        repeat {
          swaps += 1
          let map = PositionMap(choice.map { positions[$0] }, sourceLength: source.length)
          if changesOutput(variable, base, source, map) { return nil }
        } while Self.advance(&choice, below: positions.count)
      }
    }
    return true
  }

  /// The next of all choices; false after the last.
  private static func advance(_ choice: inout [Int], below count: Int) -> Bool {
    for place in choice.indices {
      choice[place] += 1
      if choice[place] < count { return true }
      choice[place] = 0
    }
    return false
  }
}

extension CompiledCircuit {
  /// The variables of the program of which no swap between inputs was found to change the output.
  package func idleVariables(seed: UInt64 = 0) -> [IdleVariable] {
    var search = IdleVariables(self, seed: seed)
    return search.find(in: self)
  }
}
