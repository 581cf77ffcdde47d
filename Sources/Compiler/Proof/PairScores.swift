import Runtime
import Transformer

/// A head's scores for pairs of a query and a key, by the result of its selector.
struct PairScores {
  /// The range over selected pairs; nil if none is ever selected.
  var selected: ClosedRange<Double>?
  /// The largest score of pairs that are not selected.
  var unselected: Double?
  /// The range for the BOS position.
  var bos: ClosedRange<Double>
  /// How far a score may be off because of errors in queries and in keys. The former move the scores of all
  /// keys and of BOS.
  var errorOfQueries: Double
  var errorOfKeys: Double

  var error: Double { errorOfQueries + errorOfKeys }
}

extension ProofChecker {
  /// The scores of all pairs, before scaling.
  ///
  /// Claims that are compared with each other form disjoint groups. The pairs of each group are considered on
  /// their own; then their contributions to the score, and the results of the group's `select`s, are combined
  /// with those of the other groups.
  mutating func pairScores(
    _ selector: SelectorID?, _ products: HeadProducts, _ component: Component, _ index: Int
  ) throws(ProofError) -> PairScores {
    let logic = selector.map { SelectorLogic($0, in: graph) } ?? SelectorLogic()
    let groups = try groups(of: logic, products, component, index)
    var pairs: [(score: Double, leaves: [Bool?])] = [
      (products.scores[products.bias]?[products.bias] ?? 0, Array(repeating: nil, count: logic.leaves.count))
    ]
    var bos = products.scoreOfBOS(products.bias, self.bos)...products.scoreOfBOS(products.bias, self.bos)
    for group in groups {
      let found = try groupPairs(of: group, logic, products, component, index)
      var next: [(score: Double, leaves: [Bool?])] = []
      for old in pairs {
        for new in found.pairs {
          var leaves = old.leaves
          for (place, leaf) in group.leaves.enumerated() { leaves[leaf] = new.leaves[place] }
          next.append((old.score + new.score, leaves))
        }
      }
      guard next.count <= 1_000_000 else {
        throw failure(component, index, "its selector has too many parts")
      }
      pairs = next
      bos = (bos.lowerBound + found.bos.lowerBound)...(bos.upperBound + found.bos.upperBound)
    }
    let errors = scoreErrors(products)
    var scores = PairScores(bos: bos, errorOfQueries: errors.queries, errorOfKeys: errors.keys)
    for pair in pairs where !pair.leaves.contains(where: { $0 == nil }) {
      let isSelected = logic.truth { leaf in
        pair.leaves[logic.leaves.firstIndex { $0.selector == leaf.selector }!]!
      }
      if isSelected {
        let low = min(scores.selected?.lowerBound ?? pair.score, pair.score)
        scores.selected = low...max(scores.selected?.upperBound ?? pair.score, pair.score)
      } else {
        scores.unselected = max(scores.unselected ?? pair.score, pair.score)
      }
    }
    return scores
  }

  // MARK: Groups

  /// Claims at keys and at queries that are compared with each other, and the indices of the `select`s that
  /// compare them.
  private struct Group {
    var keys: [Int] = []
    var queries: [Int] = []
    var leaves: [Int] = []
  }

  private func groups(
    of logic: SelectorLogic, _ products: HeadProducts, _ component: Component, _ index: Int
  ) throws(ProofError) -> [Group] {
    var keys: Set<Int> = []
    var queries: Set<Int> = []
    var links: [(query: Int, key: Int)] = []
    for (query, row) in products.scores {
      let owner = owners[query]?.holding
      if let owner { queries.insert(owner) }
      for key in row.keys where row[key] != 0 {
        guard let other = owners[key]?.holding else { continue }
        keys.insert(other)
        if let owner { links.append((owner, other)) }
      }
    }
    for claim in keys.union(queries) {
      guard holdings[claim].claim.encoding == .categorical else {
        throw failure(component, index, "it compares a number, `\(holdings[claim].claim.variable)`")
      }
    }
    // Indices of groups by claim; a claim may be in one group as a key and in another as a query.
    var groups: [Group] = []
    var keyGroup: [Int: Int] = [:]
    var queryGroup: [Int: Int] = [:]
    for key in keys.sorted() {
      keyGroup[key] = groups.count
      groups.append(Group(keys: [key]))
    }
    for query in queries.sorted() {
      queryGroup[query] = groups.count
      groups.append(Group(queries: [query]))
    }
    func join(_ a: Int, _ b: Int) {
      guard a != b else { return }
      groups[a].keys += groups[b].keys
      groups[a].queries += groups[b].queries
      groups[a].leaves += groups[b].leaves
      for key in groups[b].keys { keyGroup[key] = a }
      for query in groups[b].queries { queryGroup[query] = a }
      groups[b] = Group()
    }
    for link in links { join(queryGroup[link.query]!, keyGroup[link.key]!) }
    for (place, leaf) in logic.leaves.enumerated() {
      // Merging moves claims, so each leaf looks its groups up again.
      let ofKey = claims(behind: logic.keys[leaf.key], among: keys).map { keyGroup[$0]! }
      let ofQuery = claims(behind: logic.queries[leaf.query], among: queries).map { queryGroup[$0]! }
      var all = Set(ofKey + ofQuery).sorted()
      if all.isEmpty {
        all = [groups.count]
        groups.append(Group())
      }
      for other in all.dropFirst() {
        join(all[0], other)
      }
      groups[all[0]].leaves.append(place)
    }
    return groups.filter { !$0.keys.isEmpty || !$0.queries.isEmpty || !$0.leaves.isEmpty }
  }

  /// Which of the claims that a head reads an s-op is computed from.
  private func claims(behind sop: SOpID, among claims: Set<Int>) -> [Int] {
    var known: [SOpID: [Int]] = [:]
    for claim in claims.sorted() {
      for part in contents(of: claim) { known[part, default: []].append(claim) }
    }
    return Set(graph.support(of: sop, known: Set(known.keys)).known.flatMap { known[$0]! }).sorted()
  }

  // MARK: Pairs of one group

  private struct GroupPairs {
    var pairs: [(score: Double, leaves: [Bool?])]
    var bos: ClosedRange<Double>
  }

  private mutating func groupPairs(
    of group: Group, _ logic: SelectorLogic, _ products: HeadProducts, _ component: Component, _ index: Int
  ) throws(ProofError) -> GroupPairs {
    let leaves = group.leaves.map { logic.leaves[$0] }
    let keySOps = leaves.map { logic.keys[$0.key] }
    let querySOps = leaves.map { logic.queries[$0.query] }
    let keys = try assignments(of: group.keys.sorted(), and: keySOps, component, index)
    let queries = try assignments(of: group.queries.sorted(), and: querySOps, component, index)
    guard Double(keys.count) * Double(queries.count) <= 64_000_000 else {
      throw failure(component, index, "it compares \(queries.count) queries with \(keys.count) keys")
    }
    combinations += keys.count * queries.count
    let keyValues = ComparedValues(keys.map { row in keySOps.map { graph.value(of: $0, given: row.known) } })
    let queryValues = ComparedValues(
      queries.map { row in querySOps.map { graph.value(of: $0, given: row.known) } })
    var truths = leaves.indices.map { PairTruths(leaves[$0].predicate, keyValues, queryValues, $0) }
    var seen: Set<ScoredLeaves> = []
    let keyPlaces = keys.map(place)
    var low = Double.infinity
    var high = -Double.infinity
    for (query, queryRow) in queries.enumerated() {
      // What each key direction adds to the score of this query.
      var byKey: [Int: Double] = [:]
      var base = 0.0
      var ofBOS = 0.0
      for (direction, value) in queryRow.directions {
        ofBOS += value * products.scoreOfBOS(direction, bos)
        for (key, weight) in products.scores[direction] ?? [:] {
          if key == products.bias { base += value * weight } else { byKey[key, default: 0] += value * weight }
        }
      }
      low = min(low, ofBOS)
      high = max(high, ofBOS)
      let place = place(queryRow)
      for (key, keyRow) in keys.enumerated() {
        if circuit.causal, let place, let keyPlace = keyPlaces[key], keyPlace > place { continue }
        var score = base
        for (direction, value) in keyRow.directions {
          score += value * ((byKey[direction] ?? 0) + (products.scores[products.bias]?[direction] ?? 0))
        }
        let said = truths.indices.map { truths[$0].truth(key, query) }
        seen.insert(ScoredLeaves(score: score, leaves: said))
      }
    }
    return GroupPairs(
      pairs: seen.sorted { $0.score < $1.score }.map { ($0.score, $0.leaves) },
      bos: low.isFinite ? low...high : 0...0)
  }

  /// The position of a row, if it is known: a causal mask hides keys after the query.
  private func place(_ row: Assignment) -> Int? {
    for (sop, value) in row.known {
      if case .indices = graph[sop].kind, case .int(let place) = value { return place }
    }
    return nil
  }

  /// How far scores may be off because of errors in the claims on one side.
  ///
  /// - Parameter weights: by direction on the other side and by claim on this side
  private func effect(of weights: [Int: [Int?: Weights]]) -> Double {
    // Each claim on the other side has one non-zero direction.
    var byOther: [Int?: [Int: Double]] = [:]
    for (other, row) in weights {
      for case (let claim?, let weights) in row {
        let holding = holdings[claim]
        let effect =
          weights.greatest * (holding.error + holding.noneStray)
          + holding.stray(greatest: weights.greatest, sum: weights.sum)
        let side = owners[other]?.holding
        byOther[side, default: [:]][claim] = max(byOther[side]?[claim] ?? 0, effect)
      }
    }
    return byOther.values.reduce(0) { $0 + $1.values.reduce(0, +) }
  }

  /// How far a score may be off because of errors in its inputs and float32 rounding.
  private func scoreErrors(_ products: HeadProducts) -> (queries: Double, keys: Double) {
    var isWhole = true
    var greatest = 0.0
    // For each direction on one side and each claim on the other, the largest weight and the sum of the
    // weights. A bias counts as a claim, nil.
    var rows: [Int: [Int?: Weights]] = [:]
    var columns: [Int: [Int?: Weights]] = [:]
    for (query, row) in products.scores {
      for (key, weight) in row {
        greatest = max(greatest, abs(weight))
        if (weight * 16).rounded() != weight * 16 || abs(weight) > 0x1p18 { isWhole = false }
        rows[query, default: [:]][owners[key]?.holding, default: Weights()].add(weight)
        columns[key, default: [:]][owners[query]?.holding, default: Weights()].add(weight)
      }
      // The score of BOS moves with the query too.
      columns[products.bias, default: [:]][owners[query]?.holding, default: Weights()]
        .add(products.scoreOfBOS(query, bos))
    }
    var errors = (queries: effect(of: columns), keys: effect(of: rows))
    errors.queries *= 1.01
    // Errors in what BOS holds, which every query sees.
    for offset in bosError { errors.queries += offset * greatest }
    if !isWhole { errors.keys += greatest * Double(rows.count + 2) * 4 * FloatSum.unit }
    return errors
  }
}

/// The weights with which the directions of one claim are read.
private struct Weights {
  var greatest = 0.0
  var sum = 0.0

  mutating func add(_ weight: Double) {
    greatest = max(greatest, abs(weight))
    sum += abs(weight)
  }
}

/// A score, and the result of each `select` for the pair; nil if it has none.
private struct ScoredLeaves: Hashable {
  let score: Double
  let leaves: [Bool?]
}

/// The values of some s-ops in each row, numbered.
private struct ComparedValues {
  /// [row][s-op]: an index into `values`, or -1 if there is no value.
  let places: [[Int]]
  private(set) var values: [Value] = []

  init(_ rows: [[Value?]]) {
    var known: [Value: Int] = [:]
    var values: [Value] = []
    places = rows.map { row in
      row.map { value in
        guard let value else { return -1 }
        if let place = known[value] { return place }
        known[value] = values.count
        values.append(value)
        return values.count - 1
      }
    }
    self.values = values
  }
}

/// The results of one `select` for pairs of values, each computed only once.
private struct PairTruths {
  private let predicate: Operation
  private let keys: ComparedValues
  private let queries: ComparedValues
  private let sop: Int
  /// [key value][query value]: 0 not computed yet, 1 no, 2 yes, 3 no result.
  private var known: [UInt8]

  init(_ predicate: Operation, _ keys: ComparedValues, _ queries: ComparedValues, _ sop: Int) {
    self.predicate = predicate
    self.keys = keys
    self.queries = queries
    self.sop = sop
    known = Array(repeating: 0, count: keys.values.count * queries.values.count)
  }

  mutating func truth(_ key: Int, _ query: Int) -> Bool? {
    let (a, b) = (keys.places[key][sop], queries.places[query][sop])
    guard a >= 0, b >= 0 else { return nil }
    let place = a * queries.values.count + b
    if known[place] == 0 {
      let value = try? predicate(keys.values[a], queries.values[b])
      known[place] = value.map { $0.isTrue ? 2 : 1 } ?? 3
    }
    return known[place] == 3 ? nil : known[place] == 2
  }
}
