import Diagnostics
import Runtime
import Transformer

/// Proves from a transformer's weights that it computes a program; start reading here.
///
/// In: the program as a graph, what is true of it on all inputs (``CircuitFacts``), the weights, and claims
/// about what the residual stream holds. Each component is checked on its own, on the assumption that its
/// inputs hold what is claimed: an MLP on every combination of values that can occur together, a head on
/// every pair of a key and a query. Their outputs are compared with the program. By induction over the
/// components, every claim holds at every position of every input.
///
/// Errors of directions are tracked: ``FloatSum`` bounds float32 rounding, and attention that leaks to
/// positions that are not selected is bounded for the longest input. The checker does not know how the
/// weights were made.
struct ProofChecker {
  let graph: SOpGraph
  let circuit: Circuit
  let weights: SparseWeights
  var facts: CircuitFacts
  var holdings: [Holding]
  /// For each residual direction, the claim that owns it and its index in that claim; ``Owner/none`` for the
  /// direction of None.
  var owners: [Int: Owner] = [:]
  /// The contents of the BOS position, the same on every input, and a bound on their error.
  var bos: [Double]
  var bosError: [Double]
  /// The smallest score margin, and the number of combinations checked.
  var margin = Double.infinity
  var combinations = 0

  struct Owner: Hashable {
    let holding: Int
    let place: Int
    static let none = -1
  }

  /// The largest number of combinations of values on which one component is checked.
  static let maximumCombinations = 4_000_000

  /// - Throws: ``ProofError`` if something cannot be shown
  static func check(
    _ claims: [Claim], of parameters: Parameters, _ circuit: Circuit, in graph: SOpGraph,
    facts: CircuitFacts, tokenizer: Tokenizer, outputs: OutputSpace
  ) throws(ProofError) -> Proof {
    var checker = ProofChecker(claims, parameters, circuit, graph, facts)
    try checker.own()
    try checker.checkEmbedding(tokenizer)
    for layer in 0..<checker.weights.config.layers {
      if layer == 0 { try checker.checkUnwritten() }
      try checker.checkAttention(layer: layer)
      try checker.checkMLP(layer: layer)
    }
    if let open = checker.holdings.first(where: { !$0.isShown }) {
      throw ProofError(component: nil, variable: open.claim.variable, message: "nothing writes it")
    }
    let outputError = try checker.checkUnembedding(outputs)
    return Proof(
      margin: checker.margin.isFinite ? checker.margin : nil,
      error: checker.holdings.map { max($0.error, $0.strays, $0.relativeError) }.max() ?? 0,
      outputError: outputError,
      combinations: checker.combinations)
  }

  init(
    _ claims: [Claim], _ parameters: Parameters, _ circuit: Circuit, _ graph: SOpGraph, _ facts: CircuitFacts
  ) {
    self.graph = graph
    self.circuit = circuit
    self.facts = facts
    weights = SparseWeights(parameters)
    holdings = claims.map(Holding.init)
    bos = Array(repeating: 0, count: parameters.config.dModel)
    bosError = bos
  }

  /// Assigns every direction to its claim; no two claims share one.
  mutating func own() throws(ProofError) {
    for (index, holding) in holdings.enumerated() {
      let claim = holding.claim
      var places = (0..<claim.width).map { (claim.direction + $0, $0) }
      if let none = claim.noneDirection { places.append((none, Owner.none)) }
      for (direction, place) in places {
        guard direction < weights.config.dModel, owners[direction] == nil else {
          throw failure(nil, index, "its direction \(direction) belongs to another variable")
        }
        owners[direction] = Owner(holding: index, place: place)
      }
    }
  }

  /// The error for a deviation that is larger than allowed.
  func inexact(_ component: Component?, _ holding: Int, _ message: String) -> ProofError {
    var error = failure(component, holding, message)
    error.isInexact = true
    return error
  }

  func failure(_ component: Component?, _ holding: Int?, _ message: String) -> ProofError {
    ProofError(component: component, variable: holding.map { holdings[$0].claim.variable }, message: message)
  }

  // MARK: Embedding

  /// Checks that, at every position after BOS, the embeddings of the token and of the position add up to the
  /// directions of the two claims and nothing else.
  mutating func checkEmbedding(_ tokenizer: Tokenizer) throws(ProofError) {
    let tokens = holdings.firstIndex { isInput($0, .tokens) }
    let indices = holdings.firstIndex { isInput($0, .indices) }
    for (id, value) in circuit.vocabulary.enumerated() {
      try checkRow(weights.embed[id], of: tokens, value)
    }
    for position in 0..<circuit.lengths.upperBound {
      try checkRow(weights.positions[position + 1], of: indices, .int(position))
    }
    for index in [tokens, indices].compactMap({ $0 }) { holdings[index].isShown = true }
    for entry in weights.embed[Int(tokenizer.bos)] + weights.positions[0] { bos[entry.index] += entry.weight }
  }

  /// Checks claims that nothing ever writes: they hold only if there is nothing to write, that is, no value
  /// or the number 0.
  private mutating func checkUnwritten() throws(ProofError) {
    var written: Set<Int> = []
    for block in weights.blocks {
      var rows = block.output
      for head in block.heads { rows += head.outputOfWhatIsRead }
      for entry in rows.joined() { if let owner = owners[entry.index] { written.insert(owner.holding) } }
    }
    for index in holdings.indices where !holdings[index].isShown && !written.contains(index) {
      guard case .value(let sop) = holdings[index].claim.content, let values = facts.values(of: sop),
        !facts.mayBeNone(sop) || holdings[index].claim.noneDirection == nil,
        holdings[index].claim.encoding == .numerical ? values.allSatisfy({ $0.number == 0 }) : values.isEmpty
      else { throw failure(nil, index, "nothing writes it") }
      holdings[index].isShown = true
    }
  }

  private enum Input { case tokens, indices }

  private func isInput(_ holding: Holding, _ input: Input) -> Bool {
    guard case .value(let sop) = holding.claim.content else { return false }
    switch (graph[sop].kind, input) {
    case (.tokens, .tokens), (.indices, .indices): return true
    default: return false
    }
  }

  private func checkRow(
    _ row: [SparseWeights.Entry], of holding: Int?, _ value: Value
  ) throws(ProofError) {
    guard let holding else {
      guard row.isEmpty else { throw failure(nil, nil, "the embedding writes to a direction of no variable") }
      return
    }
    let claim = holdings[holding].claim
    guard let code = holdings[holding].codes[value], row.count == 1, row[0].weight == 1,
      row[0].index == claim.direction + code
    else { throw failure(nil, holding, "the embedding of \(value.quoted) does not write its direction") }
  }

  // MARK: Unembedding

  /// Checks that the largest logit is that of the program's value, or that the single output is its number.
  private mutating func checkUnembedding(_ outputs: OutputSpace) throws(ProofError) -> Double {
    let isNumber = if case .numerical = outputs { true } else { false }
    // The claim that the unembedding reads; if it reads none, the first that holds the output.
    let read = weights.unembed.firstIndex { !$0.isEmpty }.flatMap { owners[$0]?.holding }
    let index = (read.map { [$0] } ?? Array(holdings.indices)).first {
      holdings[$0].claim.content == .value(circuit.output)
        && (holdings[$0].claim.encoding == .numerical) == isNumber
    }
    guard let index,
      let values = holdings[index].claim.encoding == .numerical ? [] : facts.values(of: circuit.output)
    else { throw failure(nil, nil, "no variable is the output") }
    let holding = holdings[index]
    let claim = holding.claim
    for (direction, row) in weights.unembed.enumerated() where !row.isEmpty {
      guard let owner = owners[direction], owner.holding == index, owner.place != Owner.none else {
        throw failure(nil, index, "the unembedding reads something other than the output")
      }
    }
    switch outputs {
    case .numerical:
      guard claim.encoding == .numerical, weights.unembedBias == [0],
        weights.unembed[claim.direction].map(\.weight) == [1]
      else { throw failure(nil, index, "the unembedding does not output its number") }
      // The tolerance of the smallest number, however large the others are.
      let least = facts.values(of: circuit.output)?.compactMap { $0.number.map(abs) }.min() ?? 0
      guard holding.error <= Verifier.tolerance(for: least) else {
        throw inexact(nil, index, "it may be off by \(holding.error)")
      }
      return holding.error
    case .categorical(let list):
      guard claim.encoding == .categorical else { throw failure(nil, index, "it is not categorical") }
      let greatest = weights.unembed.joined().map { abs($0.weight) }.max() ?? 0
      let error = holding.offset * greatest * 1.01
      for value in values {
        guard let code = holding.codes[value] else {
          throw failure(nil, index, "\(value.quoted) is not listed")
        }
        var logits = weights.unembedBias
        for entry in weights.unembed[claim.direction + code] { logits[entry.index] += entry.weight }
        let best = logits.indices.max { logits[$0] < logits[$1] }!
        let second = logits.indices.filter { $0 != best }.map { logits[$0] }.max() ?? -.infinity
        guard list[best].equals(value) || claim.values[code].contains(list[best]) else {
          throw failure(nil, index, "the output for \(value.quoted) is \(list[best].quoted)")
        }
        guard logits[best] - second > 2 * error, logits[best] - error > 0.5 else {
          throw inexact(nil, index, "the logit for \(value.quoted) does not stand out")
        }
      }
      return error
    }
  }
}
