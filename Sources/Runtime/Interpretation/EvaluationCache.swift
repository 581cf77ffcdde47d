import Diagnostics

/// The values of nodes on a few inputs while the graph is still growing, by RASP 0.1's rules.
///
/// A session tries out every expression on the running example. Values on the latest inputs are kept, so that a
/// new node costs only its own evaluation, however many nodes came before it.
struct EvaluationCache {
  /// By input, latest first.
  private var evaluations: [GraphEvaluation] = []
  private let isInterrupted: @Sendable () -> Bool
  /// The number of nodes visited so far, for tests of how the work grows.
  private(set) var visits = 0

  private static let maximumInputs = 3
  /// Bytes of selectors to keep for each input.
  private static let maximumKept = 50_000_000

  init(isInterrupted: @escaping @Sendable () -> Bool) { self.isInterrupted = isInterrupted }

  /// The values of an s-op on an input, which must be of one type.
  mutating func values(of sop: SOpID, on tokens: [Value], in graph: SOpGraph) throws -> [Value] {
    let values = try evaluation(of: .sop(sop), on: tokens, in: graph) { $0.values(of: sop) }
    do {
      try SequenceDisplay.checkUniform(values)
    } catch {
      throw Diagnostic(error.message, at: graph[sop].range)
    }
    return values
  }

  /// What a selector selects on an input: by query position, then key position.
  mutating func rows(of selector: SelectorID, on tokens: [Value], in graph: SOpGraph) throws -> [[Bool]] {
    try evaluation(of: .selector(selector), on: tokens, in: graph) { $0.rows(of: selector) }
  }

  /// Evaluates a node on an input and reads its result.
  private mutating func evaluation<Output>(
    of node: SOpGraph.Node, on tokens: [Value], in graph: SOpGraph, _ read: (GraphEvaluation) -> Output
  ) throws -> Output {
    // Taken out of the list while it changes, so that it is never copied.
    let place = evaluations.firstIndex { $0.tokens == tokens }
    var evaluation = place.map { evaluations.remove(at: $0) } ?? newEvaluation(on: tokens)
    if evaluations.count == Self.maximumInputs { evaluations.removeLast() }
    defer {
      evaluation.releaseSelectors(beyond: Self.maximumKept)
      evaluations.insert(evaluation, at: 0)
    }
    do {
      visits += try evaluation.evaluate(node, in: graph)
    } catch let error {
      guard evaluation.isFull, place != nil else { throw error }
      // Perhaps it is full of values that this node does not need.
      evaluation = newEvaluation(on: tokens)
      visits += try evaluation.evaluate(node, in: graph)
    }
    return read(evaluation)
  }

  private func newEvaluation(on tokens: [Value]) -> GraphEvaluation {
    GraphEvaluation(on: tokens, causal: false, requiresUniformTypes: true, isInterrupted: isInterrupted)
  }
}
