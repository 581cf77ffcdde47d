// In: boxes of a circuit that takes only some inputs. Out: the same boxes with fewer inputs that it does not
// take.

import Runtime

/// What a circuit's `inputs = where(...)` leaves of boxes of inputs.
///
/// The ids are those of the circuit's own analysis, which also begins with the vocabulary.
struct DomainAnalysis: Sendable {
  /// Which inputs of a box belong to the circuit, as far as the analysis can tell.
  enum Answer { case none, some, all }

  private var interpreter: BoxInterpreter
  private let condition: Int

  /// Limits on the boxes considered to narrow a box, and to find the boxes that lie inside.
  private static let narrowingLimit = 2_000
  private static let splittingLimit = 2_000

  /// Nil if all inputs belong to the circuit.
  init?(of circuit: Circuit, in source: SOpGraph, limits: AnalysisLimits) {
    guard let domain = circuit.domain else { return nil }
    let graph = AnalysisGraph([domain], in: source)
    // The condition sees the whole input, even if the circuit is causal.
    interpreter = BoxInterpreter(graph, causal: false, vocabulary: circuit.vocabulary, limits: limits)
    condition = graph.places[domain]!
  }

  /// - Parameter tokens: by position, ids of tokens
  mutating func answer(_ tokens: [[Int32]]) -> Answer {
    let run = interpreter.run(Box(tokens: tokens.map { interpreter.pool.set(ofSorted: $0) }))
    var isSure = run.failures.isEmpty
    for set in run.sets[condition] {
      guard set.isListed else {
        isSure = false
        continue
      }
      let ids = interpreter.pool[set]
      let count = ids.count { interpreter.pool[$0].isTrue }
      if count == 0 { return .none }
      if count < ids.count { isSure = false }
    }
    return isSure ? .all : .some
  }

  /// A box without the tokens that are in none of its inputs, as far as the analysis can tell; nil if no
  /// input is left.
  mutating func narrowed(_ tokens: [[Int32]]) -> [[Int32]]? {
    var tokens = tokens
    switch answer(tokens) {
    case .none: return nil
    case .all: return tokens
    case .some: break
    }
    var looked = 0
    var changes = true
    while changes {
      changes = false
      for position in tokens.indices where tokens[position].count > 1 {
        looked += tokens[position].count
        guard looked <= Self.narrowingLimit else { return tokens }
        let left = tokens[position].filter { token in
          var box = tokens
          box[position] = [token]
          return answer(box) != .none
        }
        if left.isEmpty { return nil }
        if left.count < tokens[position].count { changes = true }
        tokens[position] = left
      }
    }
    return tokens
  }

  /// Boxes that cover all inputs of a box that belong to the circuit and, unless that takes too many boxes,
  /// no others.
  mutating func inside(_ tokens: [[Int32]]) -> [[[Int32]]] {
    guard let whole = narrowed(tokens) else { return [] }
    var pending = [whole]
    var inside: [[[Int32]]] = []
    var looked = 0
    while let box = pending.popLast() {
      looked += 1
      guard looked <= Self.splittingLimit else { return [whole] }
      switch answer(box) {
      case .none: break
      case .all: inside.append(box)
      case .some:
        let sets = Box(tokens: box.map { interpreter.pool.set(ofSorted: $0) })
        // An input on which the condition has no value does not belong to the circuit.
        for part in interpreter.split(sets) ?? [] {
          if let part = narrowed(part.tokens.map { interpreter.pool[$0] }) { pending.append(part) }
        }
      }
    }
    return inside
  }

  /// An input of a box that belongs to the circuit, found by fixing one position after another in random
  /// order; nil at a dead end.
  ///
  /// - Parameter choice: a random number below its argument
  mutating func input(of tokens: [[Int32]], choice: (Int) -> Int) -> [Int32]? {
    var tokens = tokens
    while true {
      let unsettled = tokens.indices.filter { tokens[$0].count > 1 }
      guard !unsettled.isEmpty else { break }
      let position = unsettled[choice(unsettled.count)]
      var candidates = tokens[position]
      var isSettled = false
      while !candidates.isEmpty, !isSettled {
        tokens[position] = [candidates.remove(at: choice(candidates.count))]
        isSettled = answer(tokens) != .none
      }
      guard isSettled else { return nil }
    }
    return answer(tokens) == .all ? tokens.map { $0[0] } : nil
  }
}
