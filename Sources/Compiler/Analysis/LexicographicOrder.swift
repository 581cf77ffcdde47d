import Parser
import Runtime

/// Selectors that compare the same s-ops on both sides, first by one of them, then, if that is equal, by
/// another, and so on: `select(tokens, tokens, <) or (select(tokens, tokens, ==) and select(indices, indices,
/// <))`.
///
/// Of two positions at which not all of these are equal, such a selector selects exactly one for the other,
/// whatever the values are, and it is transitive: it orders the positions.
enum LexicographicOrder {
  /// Whether such a selector selects equals; nil if it is not one.
  static func selectsItself(_ selection: AnalysisGraph.Selection) -> Bool? {
    guard selection.logic.promised.isEmpty, !selection.logic.leaves.isEmpty else { return nil }
    for leaf in selection.logic.leaves {
      guard selection.keys[leaf.key] == selection.queries[leaf.query], case .comparison = leaf.predicate.form
      else { return nil }
    }
    let nodes = Set(selection.keys).sorted()
    guard nodes.count <= 4 else { return nil }
    /// The selector's result if each s-op is less (-1), equal (0) or greater (1) at the key than at the
    /// query.
    func truth(_ signs: [Int: Int]) -> Bool {
      selection.logic.truth { leaf in
        guard case .comparison(let comparison) = leaf.predicate.form else { return false }
        return comparison.holds(for: signs[selection.keys[leaf.key]]!)
      }
    }
    /// All ways in which some s-ops can compare.
    func signs(of nodes: [Int]) -> [[Int: Int]] {
      nodes.reduce([[:]]) { all, node in
        all.flatMap { signs in [-1, 0, 1].map { sign in signs.merging([node: sign]) { $1 } } }
      }
    }
    var equal: [Int: Int] = [:]
    while equal.count < nodes.count {
      let rest = nodes.filter { equal[$0] == nil }
      // An s-op that decides alone whenever it is not equal.
      let first = rest.first { node in
        let others = signs(of: rest.filter { $0 != node }).map { $0.merging(equal) { $1 } }
        let less = Set(others.map { truth($0.merging([node: -1]) { $1 }) })
        let greater = Set(others.map { truth($0.merging([node: 1]) { $1 }) })
        return less.count == 1 && greater.count == 1 && less != greater
      }
      guard let first else { return nil }
      equal[first] = 0
    }
    return truth(equal)
  }
}

extension Comparison {
  /// Whether it holds for two values of which the first is less (-1), equal (0) or greater (1).
  fileprivate func holds(for sign: Int) -> Bool {
    switch self {
    case .equal: sign == 0
    case .notEqual: sign != 0
    case .less: sign < 0
    case .lessOrEqual: sign <= 0
    case .greater: sign > 0
    case .greaterOrEqual: sign >= 0
    }
  }
}
