import Diagnostics
import Parser
import Testing

@testable import Runtime

/// Statements of several lines end where they end when all their lines are read again for each line.
@Suite struct StatementBufferTests {
  /// Adds lines and compares with reading all of a statement's lines at once; gives the number of statements'
  /// ends.
  private func ends(_ lines: [String]) -> Int {
    var buffer = StatementBuffer()
    var text = ""
    var ends = 0
    for line in lines {
      text += line + "\n"
      let whole = Parser.read(SourceFile(name: "<input>", text: text))
      let goesOn = whole.isIncomplete && whole.diagnostics.count == 1
      let parsed = buffer.add(line + "\n")
      #expect((parsed == nil) == goesOn, "\(text)")
      #expect(buffer.isEmpty == !goesOn)
      guard let parsed else { continue }
      #expect(parsed.diagnostics.map(\.description) == whole.diagnostics.map(\.description))
      #expect(parsed.program.statements.map(\.range.text) == whole.program.statements.map(\.range.text))
      text = ""
      ends += 1
    }
    return ends
  }

  @Test(arguments: [
    "def f(x) {|  if x { y = 1; }|  else { y = 2; }|  return y;|}",
    "def f(x) {|  if x { y = 1; }|  elif y {|    z = 1;|  }|  else|  {|    z = 2; }|  return y;|}",
    "for i in [1] {|  def g(x) {|    a = 1;|    # note|    return a; }|  b = g(i); c =|  b;| }",
    "for i in [1] {|  set example \"a\"|  ;|  x = 1;|}",
    "if True { # note|  x = 1; # another|  y = 2|  ; z = 3;|}",
  ])
  func aStatementEndsWithItsBlock(text: String) {
    let lines = text.components(separatedBy: "|")
    #expect(ends(lines) == 1)
    // Once more, with a mistake behind each line.
    for place in 1..<lines.count { _ = ends(lines[..<place] + [") ;"] + lines[place...]) }
  }

  @Test func anyTextEndsWhereItEnds() {
    var fuzzer = ProgramFuzzer(seed: 7)
    var total = 0
    for _ in 0..<300 { total += ends(fuzzer.text().split(whereSeparator: \.isNewline).map(String.init)) }
    #expect(total > 300)
  }
}
