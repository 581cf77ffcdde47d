// In: a variable graph. Out: the same graph without the variables that the output does not depend on.

import Runtime

extension VariableGraph {
  /// The variables that a variable reads directly.
  func inputs(of id: VariableID) -> [VariableID] {
    switch self[id].kind {
    case .tokens, .indices: []
    case .map(let expression): expression.roots
    case .aggregate(let selector, let form): selector.roots + form.roots
    case .width(let selector): selector.roots
    }
  }

  func withoutDeadVariables() -> VariableGraph {
    var isLive = Array(repeating: false, count: variables.count)
    isLive[output.index] = true
    for index in variables.indices.reversed() where isLive[index] {
      for input in inputs(of: VariableID(index)) { isLive[input.index] = true }
    }
    guard isLive.contains(false) else { return self }
    var places = Array(repeating: VariableID(-1), count: variables.count)
    var result = VariableGraph()
    for (index, variable) in variables.enumerated() where isLive[index] {
      places[index] = VariableID(result.variables.count)
      result.variables.append(variable)
    }
    func move(_ id: VariableID) -> VariableID { places[id.index] }
    for index in result.variables.indices {
      result.variables[index].kind = result.variables[index].kind.renaming(move)
    }
    result.output = move(output)
    return result
  }
}
