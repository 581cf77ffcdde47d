import Foundation
import Testing

@testable import Discovery

/// Values computed with scipy; exact signed-rank values with ties by counting all sign patterns.
@Suite struct StatisticsTests {
  struct Fixtures: Decodable {
    struct TwoSamples: Decodable {
      let a, b: [Double]
      let u, p, a12: Double
      let pearson, spearman: Double?
    }
    struct Paired: Decodable {
      let d: [Double]
      let w, p: Double
    }
    struct ROC: Decodable {
      let scores: [Double]
      let labels: [Bool]
      let area: Double
    }
    struct Holm: Decodable { let p, adjusted: [Double] }
    struct Quantiles: Decodable {
      let x: [Double]
      let mean, median, q1, q3: Double
    }
    let two_samples: [TwoSamples]
    let paired: [Paired]
    let roc: [ROC]
    let holm: [Holm]
    let quantiles: [Quantiles]
  }

  let fixtures: Fixtures

  init() throws {
    let url = try #require(
      Bundle.module.url(forResource: "statistics", withExtension: "json", subdirectory: "Fixtures"))
    fixtures = try JSONDecoder().decode(Fixtures.self, from: Data(contentsOf: url))
  }

  private func close(_ a: Double?, _ b: Double?) -> Bool {
    switch (a, b) {
    case (nil, nil): true
    case (let a?, let b?): abs(a - b) <= 1e-9 * max(1, abs(b))
    default: false
    }
  }

  @Test func mannWhitney() throws {
    for sample in fixtures.two_samples {
      let test = try #require(MannWhitney(sample.a, sample.b))
      #expect(close(test.statistic, sample.u))
      #expect(close(test.pValue, sample.p), "\(sample.a.count) and \(sample.b.count) values")
      #expect(close(EffectSize.varghaDelaney(sample.a, sample.b), sample.a12))
    }
    #expect(MannWhitney([], [1]) == nil)
    #expect(MannWhitney([2, 2, 2], [2, 2])?.pValue == 1)
  }

  @Test func correlations() {
    for sample in fixtures.two_samples where sample.pearson != nil {
      #expect(close(Summary.correlation(sample.a, sample.b), sample.pearson))
      #expect(close(Summary.rankCorrelation(sample.a, sample.b), sample.spearman))
    }
    #expect(Summary.correlation([1, 1], [1, 2]) == nil)
  }

  @Test func signedRank() throws {
    for sample in fixtures.paired {
      let test = try #require(WilcoxonSignedRank(sample.d))
      #expect(close(test.statistic, sample.w))
      #expect(close(test.pValue, sample.p), "\(sample.d.count) differences")
    }
    #expect(WilcoxonSignedRank([0, 0]) == nil)
  }

  @Test func areas() throws {
    for sample in fixtures.roc {
      let curve = try #require(ROCCurve(scores: sample.scores, labels: sample.labels))
      #expect(close(curve.area, sample.area))
      #expect(curve.points.first == ROCCurve.Point(falsePositiveRate: 0, truePositiveRate: 0))
      #expect(curve.points.last == ROCCurve.Point(falsePositiveRate: 1, truePositiveRate: 1))
    }
    #expect(ROCCurve(scores: [1, 1, 1], labels: [true, false, false])?.points.count == 2)
    #expect(ROCCurve(scores: [1, 2], labels: [true, true]) == nil)
    #expect(ROCCurve(scores: [.infinity, 0], labels: [true, false])?.area == 1)
  }

  @Test func holm() {
    for sample in fixtures.holm {
      #expect(zip(holmAdjusted(sample.p), sample.adjusted).allSatisfy(close))
    }
  }

  @Test func quantiles() {
    for sample in fixtures.quantiles {
      #expect(close(Summary.mean(sample.x), sample.mean))
      #expect(close(Summary.median(sample.x), sample.median))
      #expect(close(Summary.quantile(sample.x, 0.25), sample.q1))
      #expect(close(Summary.quantile(sample.x, 0.75), sample.q3))
    }
    #expect(Summary.median([]) == nil)
  }
}
