import Foundation
import Runtime
import Testing

/// Sessions held with RASP 0.1: what it printed, and where it refused, line by line.
///
/// The `.rasp` files are the input; the `.expected` files are what RASP 0.1's own interpreter printed for
/// it, prompts left out and each refusal written as `<rejected>`.
@Suite struct TranscriptTests {
  static let names = [
    "arithmetic", "collections", "comparisons", "display", "examples", "functions", "indexing", "library",
    "logic", "loops", "more", "precedence", "scope", "selectors",
  ]

  private static func fixture(_ name: String) throws -> [String] {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures/transcripts"))
    return try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
  }

  /// What a session prints for the lines, in the form of the fixtures.
  static func transcript(of lines: [String]) -> [String] {
    let session = Session()
    var output: [String] = []
    for line in lines {
      for answer in session.feed(line).lines {
        switch answer {
        case .text(let text): output += text.components(separatedBy: "\n")
        case .diagnostic: output.append("<rejected>")
        case .note: break
        }
      }
    }
    return output
  }

  @Test(arguments: names) func printsAsRASP(name: String) throws {
    let input = try Self.fixture(name + ".rasp")
    var expected = try Self.fixture(name + ".expected")
    while expected.last == "" { expected.removeLast() }
    let actual = Self.transcript(of: input)
    for (place, pair) in zip(expected, actual).enumerated() where pair.0 != pair.1 {
      Issue.record("line \(place + 1): expected \(pair.0.debugDescription), got \(pair.1.debugDescription)")
      return
    }
    #expect(actual.count == expected.count)
  }
}
