import Runtime
import Transformer

@testable import Compiler

/// A program written in another way that means the same: operands in another order, s-ops made in another order and
/// under other names, and copies such as `1 * x` in between.
struct Respelling {
  private(set) var graph = SOpGraph()
  private(set) var circuit: Circuit
  private var generator: SeededGenerator
  private let source: SOpGraph
  private var places: [SOpID: SOpID] = [:]
  private var selectors: [SelectorID: SelectorID] = [:]

  init(_ circuit: Circuit, in source: SOpGraph, seed: UInt64) {
    self.circuit = circuit
    self.source = source
    generator = SeededGenerator(seed: seed, stream: "respelling")
    // The inputs themselves come first in every program.
    for (index, sop) in source.sops.enumerated() {
      if case .tokens = sop.kind { places[SOpID(index)] = graph.add(sop) }
    }
    self.circuit.output = copy(circuit.output)
    self.circuit.domain = circuit.domain.map { copy($0) }
    self.circuit.balance = circuit.balance.map { copy($0) }
  }

  private mutating func flips() -> Bool { generator.index(below: 2) == 0 }

  /// What reads an s-op reads it, or a copy of it.
  private mutating func read(_ id: SOpID) -> SOpID {
    let place = copy(id)
    guard generator.index(below: 3) == 0 else { return place }
    let times = Operation(unary: "1 *", form: .linear([1], constant: 0)) { $0 }
    return graph.add(SOp(.map(times, [place]), label: "1 * x"))
  }

  private mutating func copy(_ id: SOpID) -> SOpID {
    if let known = places[id] { return known }
    var sop = source[id]
    sop.name = sop.name.map { String($0.reversed()) + "_\(id.index)" }
    sop.label = "value \(id.index)"
    switch sop.kind {
    case .tokens, .indices, .length, .constant: break
    case .map(let operation, let inputs):
      if inputs.count == 2, flips() {
        let second = read(inputs[1])
        sop.kind = .map(operation.flipped, [second, read(inputs[0])])
      } else {
        sop.kind = .map(operation, inputs.map { read($0) })
      }
    case .aggregate(let selector, let values, let fallback):
      if flips() {
        let values = read(values)
        sop.kind = .aggregate(copy(selector), values, fallback: fallback)
      } else {
        let selector = copy(selector)
        sop.kind = .aggregate(selector, read(values), fallback: fallback)
      }
    case .selectorWidth(let selector): sop.kind = .selectorWidth(copy(selector))
    }
    places[id] = graph.add(sop)
    return places[id]!
  }

  private mutating func copy(_ id: SelectorID) -> SelectorID {
    if let known = selectors[id] { return known }
    var selector = source[id]
    switch selector.kind {
    case .select(let keys, let queries, let predicate):
      let isFlipped = flips()
      let first = read(isFlipped ? queries : keys)
      let second = read(isFlipped ? keys : queries)
      selector.kind = .select(
        keys: isFlipped ? second : first, queries: isFlipped ? first : second, predicate)
    case .and(let a, let b):
      let (a, b) = flips() ? (b, a) : (a, b)
      let first = copy(a)
      selector.kind = .and(first, copy(b))
    case .or(let a, let b):
      let (a, b) = flips() ? (b, a) : (a, b)
      let first = copy(a)
      selector.kind = .or(first, copy(b))
    case .not(let a): selector.kind = .not(copy(a))
    case .one(let a): selector.kind = .one(copy(a))
    }
    selectors[id] = graph.add(selector)
    return selectors[id]!
  }
}

extension Operation {
  /// The same with its two operands the other way round.
  fileprivate var flipped: Operation {
    var flippedForm: Form?
    switch form {
    case .linear(let coefficients, let constant):
      flippedForm = .linear(coefficients.reversed(), constant: constant)
    case .product: flippedForm = .product
    case .comparison(.equal): flippedForm = .comparison(.equal)
    case .comparison(.notEqual): flippedForm = .comparison(.notEqual)
    case .comparison(.less): flippedForm = .comparison(.greater)
    case .comparison(.greater): flippedForm = .comparison(.less)
    case .comparison(.lessOrEqual): flippedForm = .comparison(.greaterOrEqual)
    case .comparison(.greaterOrEqual): flippedForm = .comparison(.lessOrEqual)
    case .quotient, .identity, nil: return kept
    }
    return Operation(name: name, arity: 2, form: flippedForm, passesNone: passesNone) {
      try self($0[1], $0[0])
    }
  }

  /// An operation whose form knows but one order of operands.
  private var kept: Operation {
    Operation(name: name, arity: 2, form: nil, passesNone: passesNone) { try self($0[1], $0[0]) }
  }
}
