import Runtime
import Transformer

/// Values that s-ops have together at one position, and what the residual stream holds for them.
struct Assignment {
  let known: [SOpID: Value]
  /// The non-zero directions.
  let directions: [(direction: Int, value: Double)]
  /// Numerical claims with no value here; their directions can hold anything.
  let withoutNumber: [Int]
}

extension ProofChecker {
  /// All combinations of values that the s-ops of claims, and the ancestors of other s-ops, can have at one
  /// position.
  ///
  /// - Throws: ``ProofError`` if there are too many, or if a value is missing from its claim
  mutating func assignments(
    of claims: [Int], and sops: [SOpID], _ component: Component, _ index: Int
  ) throws(ProofError) -> [Assignment] {
    for claim in claims where !holdings[claim].isShown {
      throw failure(
        component, index, "`\(holdings[claim].claim.variable)`, which it reads, is not computed yet")
    }
    var list: [SOpID] = []
    for claim in claims {
      for sop in contents(of: claim) where !list.contains(sop) { list.append(sop) }
    }
    let known = Set(list)
    for sop in sops {
      for missing in graph.support(of: sop, known: known).missing where !list.contains(missing) {
        list.append(missing)
      }
    }
    guard let rows = facts.combinations(of: list) else {
      throw failure(component, index, "it depends on numbers that have too many values to list")
    }
    combinations += rows.count
    guard rows.count <= Self.maximumCombinations else {
      throw failure(component, index, "it depends on \(rows.count) combinations of values")
    }
    var result: [Assignment] = []
    result.reserveCapacity(rows.count)
    for row in rows {
      let values = Dictionary(uniqueKeysWithValues: zip(list, row))
      var directions: [(direction: Int, value: Double)] = []
      var withoutNumber: [Int] = []
      // If only one of many averaged numbers is missing, the None direction may be small.
      var least: [(direction: Int, value: Double)] = []
      for claim in claims {
        let holding = holdings[claim]
        let shown = try shown(claim, values, component, index)
        directions += shown
        if holding.claim.encoding == .numerical, values[holding.sop!]!.isNone {
          withoutNumber.append(claim)
          least += shown.map { ($0.direction, holding.leastFlag) }
        } else {
          least += shown
        }
      }
      result.append(Assignment(known: values, directions: directions, withoutNumber: withoutNumber))
      if zip(directions, least).contains(where: { $0.value != $1.value }) {
        result.append(Assignment(known: values, directions: least, withoutNumber: withoutNumber))
      }
    }
    return result
  }

  /// The s-ops whose values a claim holds.
  func contents(of claim: Int) -> [SOpID] {
    if case .tuple(let parts) = holdings[claim].claim.content { return parts.flatMap(contents) }
    return holdings[claim].sop.map { [$0] } ?? []
  }

  /// The non-zero directions of a claim.
  func shown(
    _ claim: Int, _ values: [SOpID: Value], _ component: Component, _ index: Int
  ) throws(ProofError) -> [(direction: Int, value: Double)] {
    let holding = holdings[claim]
    switch holding.claim.content {
    case .tuple(let parts):
      guard let place = tuplePlace(claim, parts, values) else {
        throw failure(component, index, "a combination is missing in `\(holding.claim.variable)`")
      }
      return [(holding.claim.direction + place, 1)]
    case .share(let sop):
      guard let width = values[sop]?.number else { throw failure(component, index, "a width has no value") }
      return [(holding.claim.direction, 1 / (width + 1))]
    case .value(let sop):
      let value = values[sop]!
      if value.isNone { return holding.claim.noneDirection.map { [($0, 1)] } ?? [] }
      if holding.claim.encoding == .numerical {
        guard let number = value.number else {
          throw failure(
            component, index, "`\(holding.claim.variable)` is \(value.quoted), which is not a number")
        }
        return [(holding.claim.direction, number)]
      }
      guard let code = holding.codes[value] else {
        throw failure(
          component, index,
          "`\(holding.claim.variable)` may be \(value.quoted), which is not among its values")
      }
      return [(holding.claim.direction + code, 1)]
    }
  }

  /// The index of a combination among a tuple's combinations.
  func tuplePlace(_ claim: Int, _ parts: [Int], _ values: [SOpID: Value]) -> Int? {
    var codes: [Int] = []
    for part in parts {
      let holding = holdings[part]
      if case .tuple(let inner) = holding.claim.content {
        guard let place = tuplePlace(part, inner, values) else { return nil }
        codes.append(place)
        continue
      }
      guard let sop = holding.sop, let value = values[sop] else { return nil }
      guard let code = value.isNone ? holding.claim.values.count : holding.codes[value] else { return nil }
      codes.append(code)
    }
    return holdings[claim].tuples[codes]
  }
}
