import Runtime

extension BoxInterpreter {
  /// The nodes whose values at a key's and a query's position determine a selection and its result.
  struct Shape {
    let selection: AnalysisGraph.Selection
    /// Compared keys, then the value, then marks, then uniform nodes.
    let keyNodes: [Int]
    /// Compared queries, then uniform nodes.
    let queryNodes: [Int]
    let hasValue: Bool
    /// Nodes whose values may be distinct between positions.
    let marks: [Int]
    /// Nodes that are the same at all positions, so that keys and queries agree on them.
    let uniform: Int

    /// - Parameters:
    ///   - value: nil for a width, or if the values of an aggregate are not listed
    ///   - marksPositions: whether it matters that two positions are never selected together
    init(
      _ selection: AnalysisGraph.Selection, value: Int?, marksPositions: Bool, in graph: AnalysisGraph,
      _ run: BoxRun
    ) {
      self.selection = selection
      hasValue = value != nil
      func computed(_ nodes: [Int]) -> [Int] {
        Set(nodes.flatMap { graph.nodes[$0].bases }).sorted().filter {
          switch graph.nodes[$0].kind {
          case .aggregate, .width: true
          default: false
          }
        }
      }
      let value = value.map { [$0] } ?? []
      marks =
        marksPositions ? computed(selection.keys).filter { !run.isUniform[$0] } : []
      let uniform = computed(selection.keys + value).filter { run.isUniform[$0] }
      self.uniform = uniform.count
      keyNodes = selection.keys + value + marks + uniform
      queryNodes = selection.queries + uniform
    }

    var firstMark: Int { selection.keys.count + (hasValue ? 1 : 0) }
    var firstSelect: SelectorID { selection.logic.leaves[0].selector }
  }

  /// The input of a selection at one position: tuples of values at the query, at the query's own key and at
  /// the other keys.
  struct Context {
    let queries: TupleSet
    let own: TupleSet
    let others: ArraySlice<TupleSet>
    let othersBehind: ArraySlice<TupleSet>

    /// The same, up to the order of keys, which does not matter.
    var key: [Int32] {
      var key = others.map(\.index) + othersBehind.map(\.index)
      key.sort()
      return key + [queries.index, own.index]
    }
  }
}
