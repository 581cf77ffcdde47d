import Runtime

extension VariableGraph {
  /// What the compiler intends the residual directions to hold; the proof checks it.
  func claims(_ basis: ResidualBasis) -> [Claim] {
    var claims: [Claim] = []
    // The claim of each variable's value.
    var places: [Int] = []
    for (index, variable) in variables.enumerated() {
      if let sop = variable.sop, let mean = basis.mean[index] {
        claims.append(
          Claim(
            variable: variable.name, content: .share(of: sop), encoding: .numerical, direction: mean,
            noneDirection: nil, values: []))
      }
      places.append(claims.count)
      var claim = Claim(
        variable: variable.name, content: .tuple([]), encoding: variable.encoding,
        direction: basis.first[index], noneDirection: basis.none[index],
        values: variable.isCategorical ? variable.values.map(\.spellings) : [])
      if let sop = variable.sop {
        claim.content = .value(sop)
      } else if case .map(.table(let table)) = variable.kind {
        claim.content = .tuple(table.roots.map { places[$0.index] })
        claim.values = variable.values.indices.map { place in
          var rest = place
          return table.radices.reversed().map { radix -> Value in
            defer { rest /= radix }
            return .int(rest % radix)
          }.reversed()
        }
      }
      claims.append(claim)
    }
    return claims
  }
}
