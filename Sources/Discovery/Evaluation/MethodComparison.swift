/// A comparison of methods by a figure that each method has for some circuits, such as its AUROC.
package struct MethodComparison: Codable, Sendable {
  /// One method's figures.
  package struct Method: Codable, Sendable {
    package var method: String
    package var circuits: Int
    package var mean: Double
    package var median: Double
    package var firstQuartile: Double
    package var thirdQuartile: Double

    enum CodingKeys: String, CodingKey {
      case method, circuits, mean, median
      case firstQuartile = "first_quartile"
      case thirdQuartile = "third_quartile"
    }
  }

  /// Two methods' figures for the circuits for which both have one.
  package struct Pair: Codable, Sendable {
    package var first: String
    package var second: String
    package var circuits: Int
    /// Wilcoxon-Mann-Whitney, and its p-value with Holm's correction over all pairs.
    package var mannWhitneyP: Double
    package var mannWhitneyHolm: Double
    /// Wilcoxon signed-rank, circuit by circuit; 1 if no circuit distinguishes the two.
    package var signedRankP: Double
    package var signedRankHolm: Double
    /// Vargha and Delaney's A12: the probability that the first method's figure is above the second's.
    package var a12: Double
    /// Vargha and Delaney's name for that effect size.
    package var magnitude: String

    enum CodingKeys: String, CodingKey {
      case first, second, circuits, a12, magnitude
      case mannWhitneyP = "mann_whitney_p"
      case mannWhitneyHolm = "mann_whitney_holm"
      case signedRankP = "signed_rank_p"
      case signedRankHolm = "signed_rank_holm"
    }
  }

  /// By descending mean.
  package var methods: [Method]
  /// In the order of ``methods``.
  package var pairs: [Pair]

  /// - Parameter figures: by method, by circuit
  package init(_ figures: [String: [String: Double]]) {
    methods = figures.compactMap { method, byCircuit in
      let values = Array(byCircuit.values)
      guard let mean = Summary.mean(values), let median = Summary.median(values),
        let low = Summary.quantile(values, 0.25), let high = Summary.quantile(values, 0.75)
      else { return nil }
      return Method(
        method: method, circuits: values.count, mean: mean, median: median, firstQuartile: low,
        thirdQuartile: high)
    }.sorted { ($1.mean, $0.method) < ($0.mean, $1.method) }

    pairs = []
    for (place, first) in methods.enumerated() {
      for second in methods[(place + 1)...] {
        let common = (figures[first.method] ?? [:]).keys.filter { figures[second.method]?[$0] != nil }
          .sorted()
        let a = common.compactMap { figures[first.method]?[$0] }
        let b = common.compactMap { figures[second.method]?[$0] }
        guard let test = MannWhitney(a, b), let a12 = EffectSize.varghaDelaney(a, b) else { continue }
        let signedRank = WilcoxonSignedRank(zip(a, b).map { $0 - $1 })?.pValue ?? 1
        pairs.append(
          Pair(
            first: first.method, second: second.method, circuits: common.count, mannWhitneyP: test.pValue,
            mannWhitneyHolm: 1, signedRankP: signedRank, signedRankHolm: 1, a12: a12,
            magnitude: EffectSize.magnitude(a12)))
      }
    }
    let mannWhitney = holmAdjusted(pairs.map(\.mannWhitneyP))
    let signedRank = holmAdjusted(pairs.map(\.signedRankP))
    for index in pairs.indices {
      pairs[index].mannWhitneyHolm = mannWhitney[index]
      pairs[index].signedRankHolm = signedRank[index]
    }
  }
}

extension MethodComparison {
  /// Compares by AUROC; a circuit without one, because all edges belong to it or none, does not count.
  ///
  /// - Parameters:
  ///   - circuits: a unique label for each, and its files
  ///   - area: the figure to compare by; by default, that of edges
  package init(
    circuits: some Sequence<(label: String, files: [DiscoveryResult])>,
    by area: (DiscoveryResult) -> Double? = { $0.aurocEdges }
  ) {
    var figures: [String: [String: Double]] = [:]
    for (label, files) in circuits {
      for file in files {
        if let area = area(file) { figures[file.method, default: [:]][label] = area }
      }
    }
    self.init(figures)
  }
}
