import Artifacts
import Compiler
import Foundation
import Runtime
import Testing

/// What is written of a proof is read back as it was.
struct CertificateTests {
  private func roundTrip<Content: Codable>(_ content: Content) throws -> Content {
    try JSONDecoder().decode(Content.self, from: JSONEncoder().encode(content))
  }

  private func claim(_ content: Claim.Content, _ values: [[Value]], none: Int? = nil) -> Claim {
    Claim(
      variable: "v \"1\" \u{e9}", content: content, encoding: values.isEmpty ? .numerical : .categorical,
      direction: 3, noneDirection: none, values: values)
  }

  @Test func claimsOfEveryKindComeBack() throws {
    let claims = [
      claim(.value(SOpID(0)), [], none: 7), claim(.share(of: SOpID(12)), []),
      claim(.tuple([0, 2, 1]), [[.int(0), .int(2), .int(1)], [.int(1), .int(0), .int(0)]]),
      claim(.value(SOpID(5)), [[.string("a")]], none: 0),
    ]
    for claim in claims { #expect(try roundTrip(claim) == claim) }
    #expect(try roundTrip(claims) == claims)
  }

  /// Values that JSON itself does not tell apart, and those that look like others.
  @Test(
    arguments: [
      [.int(1), .float(1), .bool(true)], [.float(0.1), .float(1.0 / 3), .float(-0x1p-40), .float(1e300)],
      [.string("inf"), .string("null"), .string("1"), .string("")],
      [.string("\u{e9}"), .string("e\u{301}"), .string("\"\\\n\t\u{1}")], [.none, .bool(false), .int(.max)],
    ] as [[Value]])
  func valuesComeBackExactly(values: [Value]) throws {
    let claim = claim(.value(SOpID(1)), values.map { [$0] } + [values])
    #expect(try roundTrip(claim).values == claim.values)
  }

  @Test func infinitiesComeBack() throws {
    let claim = claim(.value(SOpID(1)), [[.float(.infinity)], [.float(-.infinity)], [.string("inf")]])
    #expect(try roundTrip(claim).values == claim.values)
  }

  @Test func damagedClaimsAreNotRead() throws {
    let good = claim(.value(SOpID(1)), [[.int(1)]])
    let text = String(decoding: try JSONEncoder().encode(good), as: UTF8.self)
    #expect(throws: Never.self) { try JSONDecoder().decode(Claim.self, from: Data(text.utf8)) }
    for damage in [("\"sop\"", "\"s0p\""), ("categorical", "categorial"), ("[1]", "[1"), ("direction", "d")] {
      let damaged = text.replacingOccurrences(of: damage.0, with: damage.1)
      #expect(damaged != text)
      #expect(throws: (any Error).self) { try JSONDecoder().decode(Claim.self, from: Data(damaged.utf8)) }
    }
  }

  @Test func certificatesComeBackAndProveTheSame() throws {
    for compiled in try [
      SmallCircuits.reverse(), SmallCircuits.histogram(), SmallCircuits.tokenBefore(), SmallCircuits.sort(),
      SmallCircuits.share(),
    ] {
      let certificate = try #require(compiled.certificate)
      let read = try roundTrip(certificate)
      #expect(read == certificate)
      #expect(compiled.certified(claims: read.claims) == certificate)
    }
  }

  /// Why there is no proof is kept, too.
  @Test func certificatesWithoutAProofComeBack() throws {
    var compiled = try SmallCircuits.reverse()
    var parameters = compiled.parameters
    let weights = parameters.layout.blocks[0].wO
    parameters.values[weights.range.first { parameters.values[$0] != 0 }!] = 0.5
    compiled.parameters = parameters
    var certificate = compiled.certified()
    certificate.open = ["whether `y` has a value on every input"]
    #expect(!certificate.isProved)
    let reason = try #require(certificate.reason)
    #expect(reason.contains("blocks.0"))
    #expect(try roundTrip(certificate) == certificate)
  }
}
