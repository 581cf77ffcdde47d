// In: a program. Out: an equivalent one in which widths of alternatives are sums of widths.

import Diagnostics
import Runtime

/// A program whose widths of large alternatives are split: `selector_width(a or b)` becomes
/// `selector_width(a) + selector_width(b and not a)`.
///
/// A head scores `a or b` by a variable that holds everything that both compare, with as many values as there
/// are combinations. Two heads need no such variable. What is known about the original width, such as that it
/// is a rank, remains known through ``wholes``.
struct SplitWidths: Sendable {
  private(set) var graph = SOpGraph()
  private(set) var circuit: Circuit
  /// Sums that were one width, and the selector that they count.
  private(set) var wholes: [SOpID: SelectorID] = [:]

  /// The largest number of combinations of compared values for which a width is not split.
  private static let combinations = 512.0

  /// - Parameter facts: of this circuit, if they are known
  init(_ circuit: Circuit, in source: SOpGraph, facts: CircuitFacts? = nil) {
    self.circuit = circuit
    var bounds = ValueBounds(circuit, in: source, facts: facts)
    let large = source.sops.indices.filter { index in
      guard case .selectorWidth(let selector) = source.sops[index].kind else { return false }
      return Self.isLarge(selector, in: source, &bounds)
    }
    guard !large.isEmpty else {
      graph = source
      return
    }
    graph.selectors = source.selectors
    let splits = Set(large)
    var places: [SOpID] = []
    for (index, old) in source.sops.enumerated() {
      var sop = old
      if case .selectorWidth(let selector) = old.kind, splits.contains(index) {
        places.append(split(selector, of: old))
      } else {
        sop.kind = old.kind.reading { places[$0.index] }
        places.append(graph.add(sop))
      }
    }
    for index in source.selectors.indices {
      graph.selectors[index].kind = source.selectors[index].kind.reading { places[$0.index] }
    }
    self.circuit.output = places[circuit.output.index]
    self.circuit.balance = circuit.balance.map { places[$0.index] }
    self.circuit.domain = circuit.domain.map { places[$0.index] }
  }

  /// The sum of the widths of a selector's alternatives, each without what the ones before it select.
  private mutating func split(_ selector: SelectorID, of old: SOp) -> SOpID {
    var parts: [SelectorID] = []
    var earlier: SelectorID?
    for alternative in inOrder(alternatives(of: selector)) {
      func add(_ kind: Selector.Kind) -> SelectorID {
        graph.add(Selector(kind, label: graph[alternative].label, range: graph[alternative].range))
      }
      parts.append(earlier.map { add(.and(alternative, add(.not($0)))) } ?? alternative)
      earlier = earlier.map { add(.or($0, alternative)) } ?? alternative
    }
    var sum: SOpID?
    for (number, part) in parts.enumerated() {
      let label = "\(old.name ?? old.label), part \(number + 1)"
      let width = graph.add(SOp(.selectorWidth(part), label: label, range: old.range))
      guard let left = sum else {
        sum = width
        continue
      }
      let operation = Operation(binary: "+", form: .linear([1, 1], constant: 0)) { a, b in
        .int((a.integer ?? 0) + (b.integer ?? 0))
      }
      let isLast = number == parts.count - 1
      sum = graph.add(
        SOp(
          .map(operation, [left, width]), name: isLast ? old.name : nil,
          label: isLast ? old.label : "\(old.name ?? old.label), so far",
          encoding: isLast ? old.encoding : nil, range: old.range))
    }
    wholes[sum!] = selector
    return sum!
  }

  private func alternatives(of selector: SelectorID) -> [SelectorID] {
    guard case .or(let a, let b) = graph[selector].kind else { return [selector] }
    return alternatives(of: a) + alternatives(of: b)
  }

  /// Sorts simpler alternatives first, and equally simple ones by what they select, whatever their order in
  /// the program.
  private func inOrder(_ alternatives: [SelectorID]) -> [SelectorID] {
    var graph = graph
    let widths = alternatives.map { graph.add(SOp(.selectorWidth($0))) }
    let texts = SampleInputs.texts(of: widths, for: circuit, in: graph)
    let keys = zip(alternatives, widths).map { alternative, width in
      (SelectorLogic(alternative, in: graph).leaves.count, texts[width] ?? "")
    }
    return alternatives.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
      .map { alternatives[$0] }
  }

  /// Whether alternatives compare s-ops that have many combined values.
  private static func isLarge(
    _ selector: SelectorID, in graph: SOpGraph, _ bounds: inout ValueBounds
  ) -> Bool {
    guard case .or = graph[selector].kind else { return false }
    let logic = SelectorLogic(selector, in: graph)
    guard logic.promised.isEmpty else { return false }
    func count(_ sops: [SOpID]) -> Double {
      Set(sops.map(graph.canonical)).reduce(1) { $0 * bounds[$1] }
    }
    return max(count(logic.keys), count(logic.queries)) > combinations
  }
}

/// Roughly how many values s-ops have.
private struct ValueBounds {
  private let circuit: Circuit
  private let graph: SOpGraph
  private let facts: CircuitFacts?
  private var known: [SOpID: Double] = [:]

  init(_ circuit: Circuit, in graph: SOpGraph, facts: CircuitFacts?) {
    self.circuit = circuit
    self.graph = graph
    self.facts = facts
  }

  subscript(id: SOpID) -> Double {
    mutating get {
      if let bound = known[id] { return bound }
      if let facts, facts.graph.places[id] != nil, let values = facts.values(of: id) {
        let bound = Double(values.count + (facts.mayBeNone(id) ? 1 : 0))
        known[id] = bound
        return bound
      }
      let length = Double(circuit.lengths.upperBound)
      let bound: Double
      switch graph[id].kind {
      case .tokens: bound = Double(circuit.vocabulary.count)
      case .indices, .length: bound = length
      case .constant: bound = 1
      case .selectorWidth: bound = length + 1
      case .aggregate(_, let values, _): bound = self[values] + 1
      case .map(let operation, let inputs):
        if case .comparison = operation.form {
          bound = 2
        } else {
          bound = min(1e6, inputs.reduce(1) { $0 * self[$1] })
        }
      }
      known[id] = bound
      return bound
    }
  }
}
