import Runtime
import Transformer

@testable import Compiler

/// A random well-typed program as a graph, with a circuit for it.
struct RandomProgram {
  var builder = GraphBuilder()
  var circuit: Circuit
  private var generator: SeededGenerator
  private var numbers: [SOpID] = []
  private var strings: [SOpID] = []
  private var bools: [SOpID] = []
  private var selectors: [SelectorID] = []

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed, stream: "programs")
    let usesNumbers = generator.index(below: 2) == 0
    let size = 2 + generator.index(below: 2)
    let vocabulary: [Value] =
      usesNumbers ? (0..<size).map { .int($0 * 2 - 1) } : ["a", "b", "c"].prefix(size).map { .string($0) }
    let causal = generator.index(below: 2) == 0
    let longest = 2 + generator.index(below: 4)
    circuit = Circuit(
      name: "random", vocabulary: vocabulary, lengths: 1...longest, causal: causal, output: SOpID(0))
    let tokens = builder.tokens()
    if usesNumbers { numbers.append(tokens) } else { strings.append(tokens) }
    numbers.append(builder.indices())
    if !causal, generator.index(below: 3) == 0 { numbers.append(builder.length()) }
    addSelector()
    for _ in 0..<3 + generator.index(below: 8) { addNode() }
    circuit.output = SOpID(builder.graph.sops.count - 1)
  }

  private mutating func pick<Element>(_ list: [Element]) -> Element {
    // The later nodes are the deeper ones.
    list[max(generator.index(below: list.count), generator.index(below: list.count))]
  }

  private mutating func anything() -> (SOpID, kind: Int) {
    let pools = [numbers, strings, bools]
    let kinds = pools.indices.filter { !pools[$0].isEmpty }
    let kind = kinds[generator.index(below: kinds.count)]
    return (pick(pools[kind]), kind)
  }

  private mutating func name() -> String? {
    generator.index(below: 3) == 0 ? "v\(builder.graph.sops.count)" : nil
  }

  private mutating func encoding(_ kind: Int) -> Encoding? {
    guard kind == 0 else { return nil }
    return [nil, nil, nil, .categorical, .numerical][generator.index(below: 5)]
  }

  private mutating func add(_ id: SOpID, kind: Int) {
    if kind == 0 { numbers.append(id) } else if kind == 1 { strings.append(id) } else { bools.append(id) }
  }

  private mutating func addSelector() {
    let kind: Int
    let keys: SOpID
    (keys, kind) = anything()
    let queries = pick(kind == 0 ? numbers : kind == 1 ? strings : bools)
    switch generator.index(below: kind == 0 ? 4 : 2) {
    case 0: selectors.append(builder.select(keys, queries) { !$0.isNone && $0.equals($1) })
    case 1: selectors.append(builder.select(keys, queries) { !$0.isNone && !$1.isNone && !$0.equals($1) })
    case 2: selectors.append(builder.select(keys, queries) { $0.double < $1.double })
    default: selectors.append(builder.select(keys, queries) { $0.double >= $1.double })
    }
  }

  private mutating func addNode() {
    switch generator.index(below: 12) {
    case 0, 1: addSelector()
    case 2:
      let (a, b) = (pick(selectors), pick(selectors))
      let kinds: [Selector.Kind] = [.and(a, b), .or(a, b), .not(a)]
      selectors.append(builder.graph.add(Selector(kinds[generator.index(below: 3)])))
    case 3, 4:
      let width = builder.width(name(), pick(selectors))
      builder.graph[width].encoding = encoding(0)
      numbers.append(width)
    case 5, 6, 7:
      let (values, kind) = anything()
      let fallbacks: [Value] = [.none, kind == 0 ? .int(0) : kind == 1 ? .string("a") : .bool(false)]
      let encoding = generator.index(below: 3) == 0 ? encoding(kind) : nil
      let id = builder.aggregate(
        name(), pick(selectors), values, fallback: fallbacks[generator.index(below: 2)], encoding: encoding)
      add(id, kind: kind)
    case 8, 9:
      let (input, kind) = anything()
      addUnary(input, kind: kind)
    default:
      let (a, kind) = anything()
      let b = pick(kind == 0 ? numbers : kind == 1 ? strings : bools)
      addBinary(a, b, kind: kind)
    }
  }

  private mutating func addUnary(_ input: SOpID, kind: Int) {
    let choice = generator.index(below: 5)
    let none: @Sendable (Value) -> Bool = { $0.isNone }
    switch (kind, choice) {
    case (_, 0):
      bools.append(builder.map(name(), [input]) { .bool(none($0[0])) })
    case (0, 1):
      let id = builder.map(name(), [input], encoding: encoding(0), form: .linear([-2], constant: 1)) {
        none($0[0]) ? .none : .float(1 - 2 * $0[0].double)
      }
      numbers.append(id)
    case (0, 2):
      bools.append(builder.map(name(), [input]) { none($0[0]) ? .none : .bool($0[0].double > 0.4) })
    case (0, 3):
      numbers.append(builder.map(name(), [input]) { $0[0].double > 0 ? $0[0] : .none })
    case (0, _):
      let id = builder.map(name(), [input], encoding: encoding(0)) {
        none($0[0]) ? .none : .float(abs($0[0].double) / 2)
      }
      numbers.append(id)
    case (1, 1):
      numbers.append(
        builder.map(name(), [input], encoding: encoding(0)) {
          none($0[0]) ? .none : .int($0[0] == .string("a") ? 1 : 0)
        })
    case (1, _):
      strings.append(builder.map(name(), [input]) { $0[0] == .string("b") ? .none : $0[0] })
    case (2, 1):
      numbers.append(
        builder.map(name(), [input], encoding: encoding(0)) { none($0[0]) ? .none : .int(Int($0[0].double)) })
    default:
      bools.append(builder.map(name(), [input]) { none($0[0]) ? .bool(true) : .bool($0[0].double == 0) })
    }
  }

  private mutating func addBinary(_ a: SOpID, _ b: SOpID, kind: Int) {
    let anyNone: @Sendable ([Value]) -> Bool = { $0.contains(.none) }
    switch (kind, generator.index(below: 3)) {
    case (0, 0):
      numbers.append(
        builder.map(name(), [a, b], encoding: encoding(0), form: .linear([1, -1], constant: 0)) {
          anyNone($0) ? .none : .float($0[0].double - $0[1].double)
        })
    case (0, 1):
      bools.append(
        builder.map(name(), [a, b], form: .comparison(.less)) {
          anyNone($0) ? .none : .bool($0[0].double < $0[1].double)
        })
    case (0, _):
      numbers.append(
        builder.map(name(), [a, b], encoding: encoding(0)) {
          anyNone($0) ? .none : .float($0[0].double * $0[1].double)
        })
    case (1, _):
      bools.append(builder.map(name(), [a, b]) { .bool($0[0] == $0[1]) })
    default:
      bools.append(
        builder.map(name(), [a, b]) { anyNone($0) ? .none : .bool($0[0].double + $0[1].double > 0) })
    }
  }
}
