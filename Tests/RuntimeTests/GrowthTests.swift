import Testing

@testable import Runtime

/// The work that statements take as a session grows, counted in nodes that are looked at and bytes that are read,
/// never in time.
@Suite struct GrowthTests {
  /// The nodes that a session looks at for some lines.
  private func visits(_ lines: [String]) -> Int {
    let session = Session()
    for line in lines {
      for case .diagnostic(let diagnostic) in session.feed(line).lines { Issue.record("\(diagnostic)") }
    }
    return session.elaborator.cache.visits
  }

  private func expectLinear(_ counts: [Int]) {
    #expect(counts[0] > 0)
    #expect(counts[2] - counts[1] == 2 * (counts[1] - counts[0]), "\(counts)")
  }

  @Test(arguments: [
    "x = indices + i;",
    "x = x + 1;",
    "x = aggregate(select(indices, i, <=), x);",
    "s = s and select(indices, i, <=);",
    "x = x + selector_width(s); s = not s;",
    "x = f(x);",
    "v = x(\"abc\"); x = x + 1;",
  ])
  func everyRoundOfALoopTakesTheSame(body: String) {
    let counts = [50, 100, 200].map { rounds in
      visits([
        "x = indices; s = full_s;", "def f(x) { y = x + 1; return shift(y, 1, 0); }",
        "for i in range(\(rounds)) { \(body) }",
      ])
    }
    expectLinear(counts)
  }

  @Test func everyLineTakesTheSame() {
    expectLinear([50, 100, 200].map { visits(["x = indices;"] + Array(repeating: "x = x + 1;", count: $0)) })
  }

  @Test func soDoesARoundWhereSelectorsAreTooManyToBeKept() {
    // 50 selectors on this input are 50 MB, all that is kept.
    let example = "set example \"" + String(repeating: "a", count: 1000) + "\""
    let counts = [30, 60, 120].map { rounds in
      visits([
        "examples off", example, "s = full_s;",
        "for i in range(\(rounds)) { s = s and select(indices, i, <=); }",
      ])
    }
    expectLinear(counts)
  }

  @Test(arguments: [
    ["def f(x) {", "  x = x + 1;", "  return x; }"],
    ["for i in [1] {", "  x = i + 1;", "}"],
    ["if True {", "  if True { x = 1; }", "}"],
    ["def f(x) {", "  if x { y = 1; }", "  else { y = 2; }", "  return x; }"],
    ["def f(x) {", "  for i in [1] {", "    x = x + i; # note", "  }", "  return x; }"],
  ])
  func everyLineOfAStatementIsReadAsOften(lines: [String]) {
    let counts = [50, 100, 200].map { times in
      let session = Session()
      _ = session.feed(lines[0])
      for _ in 0..<times { for line in lines[1..<lines.count - 1] { _ = session.feed(line) } }
      #expect(session.isInStatement)
      let response = session.feed(lines.last!)
      #expect(!session.isInStatement)
      #expect(response.lines.allSatisfy { if case .diagnostic = $0 { false } else { true } })
      return session.buffer.bytesRead
    }
    expectLinear(counts)
  }
}
