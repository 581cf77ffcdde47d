// How large numbers can be, listed or not.

import Runtime

extension VariableGraph {
  /// A bound on the absolute values of a variable's numbers; 0 for other values.
  func magnitude(of id: VariableID) -> Double {
    let variable = self[id]
    if !variable.values.isEmpty || variable.isCategorical {
      return variable.values.compactMap { $0.finiteNumber.map(abs) }.max() ?? 0
    }
    switch variable.kind {
    case .map(.linear(let form)): return form.reach(in: self)
    case .map(.scaled(let scaled)): return scaled.reach(in: self)
    case .aggregate(_, let form):
      guard case .numerical(let sum) = form.source else { return 0 }
      return max(sum.reach(in: self), abs(form.fallbackNumber ?? 0))
    default: return 0
    }
  }
}

extension LinearForm {
  /// A bound on the sum of its terms' absolute values.
  func reach(in graph: VariableGraph) -> Double {
    var result = abs(constant)
    for (root, factor) in numbers { result += abs(factor) * graph.magnitude(of: root) }
    for weights in tables.values { result += weights.compactMap { $0.map(abs) }.max() ?? 0 }
    return result
  }
}

extension ScaledForm {
  /// A bound on the product's absolute value.
  func reach(in graph: VariableGraph) -> Double {
    form.reach(in: graph) * (factors.compactMap { $0.map(abs) }.max() ?? 0)
  }
}
