import Diagnostics

/// One evaluation of a graph on one input: the values found so far.
///
/// It does not hold the graph, which may grow between two uses of it.
struct GraphEvaluation {
  let tokens: [Value]
  let causal: Bool
  let requiresUniformTypes: Bool
  let isInterrupted: @Sendable () -> Bool
  /// By s-op: its values by position.
  private(set) var sops: [[Value]?] = []
  /// By selector: what it selects, n x n, query times n plus key.
  private(set) var selectors: [[Bool]?] = []
  /// Pairs of positions that have been looked at, and values that are held.
  private var pairCount = 0
  private var valueCount = 0

  init(
    on tokens: [Value], causal: Bool, requiresUniformTypes: Bool,
    isInterrupted: @escaping @Sendable () -> Bool
  ) {
    self.tokens = tokens
    self.causal = causal
    self.requiresUniformTypes = requiresUniformTypes
    self.isInterrupted = isInterrupted
  }

  /// The values of an s-op that has been evaluated.
  func values(of sop: SOpID) -> [Value] { sops[sop.index]! }

  /// What a selector that has been evaluated selects: by query position, then key position.
  func rows(of selector: SelectorID) -> [[Bool]] {
    let flat = selectors[selector.index]!
    let n = tokens.count
    return (0..<n).map { Array(flat[$0 * n..<($0 + 1) * n]) }
  }

  /// Gives s-ops other values than their own; what is made from them is then made from these.
  mutating func replace(_ replacements: [SOpID: [Value]], in graph: SOpGraph) {
    makeRoom(for: graph)
    for (sop, values) in replacements {
      precondition(values.count == tokens.count, "a replacement has a value for every position")
      sops[sop.index] = values
    }
  }

  /// Evaluates what a plan lists and is not known yet.
  ///
  /// - Parameter releasing: Whether to forget each selector after its last use.
  mutating func run(_ plan: EvaluationPlan, in graph: SOpGraph, releasing: Bool = true) throws {
    try prepare(for: graph)
    for (place, node) in plan.steps.enumerated() {
      try evaluateIfUnknown(node, in: graph)
      if releasing { for selector in plan.releases[place] { selectors[selector.index] = nil } }
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
      guard valueCount <= Interpreter.maximumValues else { throw tooLong(at: graph[id].range) }
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
