import Diagnostics

/// Evaluating selectors.
extension GraphEvaluation {
  /// What a selector selects if its inputs are known: n x n, at query * n + key.
  func pairs(computing selector: Selector) throws -> [Bool] {
    let n = tokens.count
    switch selector.kind {
    case .not(let a):
      let inner = selectors[a.index]!
      var result = inner.map { !$0 }
      if causal {
        for query in 0..<n { for key in (query + 1)..<max(n, query + 1) { result[query * n + key] = false } }
      }
      return result
    case .and(let a, let b):
      return zip(selectors[a.index]!, selectors[b.index]!).map { $0 && $1 }
    case .or(let a, let b):
      return zip(selectors[a.index]!, selectors[b.index]!).map { $0 || $1 }
    case .one(let a):
      let inner = selectors[a.index]!
      try checkPromise(inner, at: selector.range)
      return inner
    case .select(let keys, let queries, let predicate):
      do {
        return try select(sops[keys.index]!, sops[queries.index]!, predicate)
      } catch let error as EvaluationError {
        throw Diagnostic(error.message, at: selector.range, hint: error.hint)
      }
    }
  }

  /// Throws if `one(...)` is broken, that is, if a query selects several positions. A causal mask has already
  /// been applied.
  private func checkPromise(_ selector: [Bool], at range: SourceRange?) throws {
    let n = tokens.count
    for query in 0..<n {
      let row = selector[query * n..<(query + 1) * n]
      guard row.count(where: { $0 }) > 1 else { continue }
      let places = (0..<n).filter { row[query * n + $0] }.map(String.init)
      let list =
        places.count > 6
        ? places.prefix(5).joined(separator: ", ") + " and \(places.count - 5) others"
        : places.dropLast().joined(separator: ", ") + " and " + places.last!
      throw Diagnostic(
        "one(...) promises one position, but several are selected at position \(query)", at: range,
        hint: "it selects positions \(list)")
    }
  }

  private func select(_ keys: [Value], _ queries: [Value], _ predicate: Operation) throws -> [Bool] {
    let n = tokens.count
    var result = [Bool](repeating: false, count: n * n)
    for query in 0..<n {
      let q = queries[query]
      let end = causal ? query + 1 : n
      if case .comparison(let comparison) = predicate.form {
        if q.isNone { continue }
        for key in 0..<end {
          if case .int(let x) = keys[key], case .int(let y) = q {
            result[query * n + key] = comparison.holds(x, y)
          } else if !keys[key].isNone {
            result[query * n + key] = try Arithmetic.compare(comparison, keys[key], q)
          }
        }
      } else {
        for key in 0..<end { result[query * n + key] = try predicate(keys[key], q).isTrue }
      }
    }
    return result
  }
}
