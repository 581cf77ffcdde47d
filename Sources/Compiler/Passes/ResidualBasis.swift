// In: a variable graph. Out: the directions of the residual stream and their meanings.

import Diagnostics
import Runtime

/// The residual stream as a list of directions: one for each value of a categorical variable, one for a
/// numerical variable, one for None if it must be distinguished, one for the mean from which a selector width
/// is computed, and one that marks the BOS position.
struct ResidualBasis: Sendable {
  /// `variable:value` or `variable`.
  private(set) var labels: [String] = []
  /// Each variable's first direction; those of its other values follow in order.
  private(set) var first: [Int]
  private(set) var none: [Int?]
  /// Where a selector width's head writes its mean.
  private(set) var mean: [Int?]
  private(set) var bos = 0

  init(_ graph: VariableGraph, bosName: String) {
    let count = graph.variables.count
    first = Array(repeating: 0, count: count)
    none = Array(repeating: nil, count: count)
    mean = Array(repeating: nil, count: count)
    for (index, variable) in graph.variables.enumerated() {
      if case .tokens = variable.kind { place(variable, index) }
    }
    bos = labels.count
    labels.append("tokens:\(bosName)")
    for (index, variable) in graph.variables.enumerated() {
      if case .tokens = variable.kind { continue }
      place(variable, index)
    }
  }

  private mutating func place(_ variable: Variable, _ index: Int) {
    if case .width = variable.kind {
      mean[index] = labels.count
      labels.append(variable.name + "_selector_width_attn_output")
    }
    first[index] = labels.count
    if variable.isCategorical {
      for value in variable.values { labels.append("\(variable.name):\(value.text)") }
    } else {
      labels.append(variable.name)
    }
    if variable.hasNoneDirection {
      none[index] = labels.count
      labels.append("\(variable.name):None")
    }
  }

  /// The number of directions in use.
  var count: Int { labels.count }
}
