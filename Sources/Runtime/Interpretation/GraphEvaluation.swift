import Diagnostics

/// One evaluation of a graph on one input: the values found so far.
///
/// It does not store the graph, which may grow between two uses.
struct GraphEvaluation {
  let tokens: [Value]
  let causal: Bool
  let requiresUniformTypes: Bool
  let isInterrupted: @Sendable () -> Bool
  /// By s-op: its values by position.
  private(set) var sops: [[Value]?] = []
  /// By selector: what it selects, n x n, at query * n + key.
  private(set) var selectors: [[Bool]?] = []
  /// The number of pairs of positions computed in this run, and the number of values held.
  private var pairCount = 0
  private var valueCount = 0
  /// The selectors kept by ``evaluate(_:in:)``, in the order in which they were evaluated.
  private var heldSelectors: [SelectorID] = []

  init(
    on tokens: [Value], causal: Bool, requiresUniformTypes: Bool,
    isInterrupted: @escaping @Sendable () -> Bool
  ) {
    self.tokens = tokens
    self.causal = causal
    self.requiresUniformTypes = requiresUniformTypes
    self.isInterrupted = isInterrupted
  }

  /// Whether it holds more values than it may.
  var isFull: Bool { valueCount > Interpreter.maximumValues }

  /// The values of an s-op that is already known.
  func values(of sop: SOpID) -> [Value] { sops[sop.index]! }

  /// What a selector that is already known selects: by query position, then key position.
  func rows(of selector: SelectorID) -> [[Bool]] {
    let flat = selectors[selector.index]!
    let n = tokens.count
    return (0..<n).map { Array(flat[$0 * n..<($0 + 1) * n]) }
  }

  /// Replaces the values of some s-ops; their readers then depend on the new values.
  mutating func replace(_ replacements: [SOpID: [Value]], in graph: SOpGraph) {
    makeRoom(for: graph)
    for (sop, values) in replacements {
      precondition(values.count == tokens.count, "a replacement has a value for every position")
      sops[sop.index] = values
    }
  }

  /// Evaluates the nodes of a plan that are not known yet, and forgets each selector after its last use.
  mutating func run(_ plan: EvaluationPlan, in graph: SOpGraph) throws {
    try prepare(for: graph)
    for (place, node) in plan.steps.enumerated() {
      try evaluateIfUnknown(node, in: graph)
      for selector in plan.releases[place] { selectors[selector.index] = nil }
    }
  }

  /// Evaluates one node, and those it needs that are not known yet; selectors are kept.
  ///
  /// The work depends on the number of new nodes, not on the size of the graph.
  ///
  /// - Returns: The number of nodes visited.
  mutating func evaluate(_ node: SOpGraph.Node, in graph: SOpGraph) throws -> Int {
    try prepare(for: graph)
    pairCount = 0
    var visits = 0
    // Depth first with an explicit stack: a node is evaluated after its inputs.
    var stack = [(node: node, isExpanded: false)]
    while let (node, isExpanded) = stack.popLast() {
      visits += 1
      if isExpanded {
        try evaluateIfUnknown(node, in: graph)
        if case .selector(let id) = node { heldSelectors.append(id) }
      } else if !isKnown(node) {
        stack.append((node, true))
        for input in graph.inputs(of: node).reversed() { stack.append((input, false)) }
      }
    }
    return visits
  }

  /// Forgets the oldest selectors once all of them together hold more pairs than `limit`.
  ///
  /// Half of the limit is then free, so that this happens rarely. A forgotten selector is evaluated again
  /// when it is needed.
  mutating func releaseSelectors(beyond limit: Int) {
    let area = tokens.count * tokens.count
    guard heldSelectors.count > limit / max(1, area) else { return }
    let released = heldSelectors.count - limit / 2 / max(1, area)
    for selector in heldSelectors.prefix(released) { selectors[selector.index] = nil }
    heldSelectors.removeFirst(released)
  }

  private func isKnown(_ node: SOpGraph.Node) -> Bool {
    switch node {
    case .sop(let id): sops[id.index] != nil
    case .selector(let id): selectors[id.index] != nil
    }
  }

  private mutating func prepare(for graph: SOpGraph) throws {
    guard !tokens.isEmpty else {
      throw Diagnostic("an input must have at least one token")
    }
    makeRoom(for: graph)
  }

  private mutating func makeRoom(for graph: SOpGraph) {
    if sops.count < graph.sops.count {
      sops.append(contentsOf: repeatElement(nil, count: graph.sops.count - sops.count))
    }
    if selectors.count < graph.selectors.count {
      selectors.append(contentsOf: repeatElement(nil, count: graph.selectors.count - selectors.count))
    }
  }

  private mutating func evaluateIfUnknown(_ node: SOpGraph.Node, in graph: SOpGraph) throws {
    switch node {
    case .sop(let id):
      guard sops[id.index] == nil else { return }
      valueCount += tokens.count
      guard !isFull else { throw tooLong(at: graph[id].range) }
      sops[id.index] = try values(computing: graph[id])
    case .selector(let id):
      guard selectors[id.index] == nil else { return }
      let (area, overflow) = tokens.count.multipliedReportingOverflow(by: tokens.count)
      pairCount += overflow ? Interpreter.maximumPairs : area
      guard pairCount <= Interpreter.maximumPairs else { throw tooLong(at: graph[id].range) }
      if isInterrupted() { throw Interrupted() }
      selectors[id.index] = try pairs(computing: graph[id])
    }
  }

  private func tooLong(at range: SourceRange?) -> Diagnostic {
    Diagnostic("the input is too long to interpret: \(tokens.count) tokens", at: range)
  }
}
