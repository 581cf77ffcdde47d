import Foundation
import Runtime
import Testing

/// Values: comparing, printing, JSON.
@Suite struct ValueTests {
  @Test(arguments: [
    (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (0.1, "0.1"), (1.0 / 3, "0.3333333333333333"),
    (1e15, "1000000000000000.0"), (1e16, "1e+16"), (123456789012345680.0, "1.2345678901234568e+17"),
    (0.0001, "0.0001"), (0.00001, "1e-05"), (1.5e-7, "1.5e-07"), (Double.leastNonzeroMagnitude, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"), (2.5e100, "2.5e+100"), (100.0, "100.0"),
    (9007199254740993.0, "9007199254740992.0"), (-12.25, "-12.25"), (.infinity, "inf"), (-.infinity, "-inf"),
  ])
  func floatsPrintAsInPython(value: Double, expected: String) {
    #expect(Value.float(value).text == expected)
  }

  @Test func exactEqualityTellsTypesApartAndRASPsDoesNot() {
    let ones: [Value] = [.int(1), .float(1), .bool(true)]
    #expect(Set(ones).count == 3)
    for a in ones { for b in ones { #expect(a.equals(b)) } }
    #expect(!Value.int(1).equals(.string("1")))
    #expect(Value.none.equals(.none))
    #expect(!Value.none.equals(.int(0)))
    #expect(!Value.float(.nan).equals(.float(.nan)))
    #expect(Value.float(.nan) == .float(.nan))
    // 2^53 and 2^53 + 1 are one double.
    #expect(!Value.int(9_007_199_254_740_993).equals(.float(9_007_199_254_740_992)))
  }

  @Test func jsonRoundTrips() throws {
    let values: [Value] = [
      .none, .bool(true), .bool(false), .int(-3), .int(.max), .float(0.5), .float(2), .float(1e300),
      .float(.infinity), .float(-.infinity), .string(""), .string("a\"\\\n\u{1}é📘"),
    ]
    let text = Value.json(values)
    #expect(
      text
        == #"[null, true, false, -3, 9223372036854775807, 0.5, 2.0, 1e+300, "inf", "-inf", "", "a\"\\\n\u0001é📘"]"#
    )
    #expect(try Value.array(json: text) == values)
    let decoded = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Any]
    #expect(decoded?.count == values.count)
  }

  @Test func jsonReadsWhatJSONAllows() throws {
    #expect(try Value.array(json: " [ ] ") == [])
    #expect(
      try Value.array(json: "[1,1.0 , \"\\u00e9\\ud83d\\ude00\"]") == [.int(1), .float(1), .string("é😀")])
    #expect(try Value.array(json: #"["inf"]"#, readsInfinities: false) == [.string("inf")])
  }

  @Test(arguments: [
    "", "[", "[1", "[1,]", "[1 2]", "{}", "[[1]]", "[nul]", "[\"a]", "[1] x", "[NaN]", "[0x10]", "[\"\\q\"]",
    "1",
  ])
  func brokenJSONIsRefused(text: String) {
    #expect(throws: JSONError.self) { try Value.array(json: text) }
  }
}
