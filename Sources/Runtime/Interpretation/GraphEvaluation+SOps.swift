import Diagnostics

/// Evaluating s-ops.
extension GraphEvaluation {
  /// The values of an s-op whose inputs are known.
  func values(computing sop: SOp) throws -> [Value] {
    let values: [Value]
    do {
      switch sop.kind {
      case .tokens: values = tokens
      case .indices: values = (0..<tokens.count).map { .int($0) }
      case .length:
        if causal {
          throw EvaluationError(
            "the length of the input is not known in a causal circuit",
            hint: "attention sees only the tokens so far; use indices + 1, or causal = false")
        }
        values = Array(repeating: .int(tokens.count), count: tokens.count)
      case .constant(let value): values = Array(repeating: value, count: tokens.count)
      case .map(let operation, let inputs): values = try map(operation, inputs)
      case .aggregate(let selector, let value, let fallback):
        values = try aggregate(selectors[selector.index]!, sops[value.index]!, fallback)
      case .selectorWidth(let selector): values = widths(selectors[selector.index]!)
      }
      // The input itself may mix types: tokens_str and the like convert it.
      if requiresUniformTypes, !isInput(sop) { try SequenceDisplay.checkUniform(values) }
    } catch let error as EvaluationError {
      throw Diagnostic(error.message, at: sop.range, hint: error.hint)
    }
    if isInterrupted() { throw Interrupted() }
    return values
  }

  private func isInput(_ sop: SOp) -> Bool {
    if case .tokens = sop.kind { true } else { false }
  }

  private func map(_ operation: Operation, _ inputs: [SOpID]) throws -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(tokens.count)
    switch inputs.count {
    case 1:
      for value in sops[inputs[0].index]! { result.append(try operation(value)) }
    case 2:
      let first = sops[inputs[0].index]!
      let second = sops[inputs[1].index]!
      for position in tokens.indices {
        result.append(try operation(first[position], second[position]))
      }
    default:
      let columns = inputs.map { sops[$0.index]! }
      for position in tokens.indices {
        result.append(try operation(columns.map { $0[position] }))
      }
    }
    return result
  }

  private func widths(_ selector: [Bool]) -> [Value] {
    let n = tokens.count
    return (0..<n).map { query in
      var width = 0
      for key in 0..<n where selector[query * n + key] { width += 1 }
      return .int(width)
    }
  }

  /// The selected value, the mean of several, or the default if none is selected. The mean of several values is
  /// `None` if one of them is.
  private func aggregate(_ selector: [Bool], _ values: [Value], _ fallback: Value) throws -> [Value] {
    let n = tokens.count
    var mayAverage: Bool?
    return try (0..<n).map { query in
      var selected = 0
      var first = 0
      for key in 0..<n where selector[query * n + key] {
        if selected == 0 { first = key }
        selected += 1
      }
      if selected == 0 { return fallback }
      if selected == 1 { return values[first] }
      if requiresUniformTypes {
        if mayAverage == nil { mayAverage = SequenceDisplay.mayAverage(values) }
        if mayAverage == false { throw Mean.noMean(values) }
      }
      var mean = Mean()
      for key in first..<n where selector[query * n + key] { mean.add(values[key]) }
      return try mean.value { (0..<n).filter { selector[query * n + $0] }.map { values[$0] } }
    }
  }
}
