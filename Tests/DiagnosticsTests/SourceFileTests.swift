import Diagnostics
import Testing

/// Offsets of a file as people count its lines and columns, and what a diagnostic shows of a place.
@Suite struct SourceFileTests {
  @Test func positionsCountCharactersAndLines() {
    let file = SourceFile(name: "t", text: "é = 1;\r\n\tb;\n")
    let b = file.bytes.firstIndex(of: UInt8(ascii: "b"))!
    #expect(file.position(of: b).line == 2)
    #expect(file.position(of: b).column == 2)
    #expect(file.line(1) == "é = 1;")
    #expect(file.position(of: 1_000).line == 3)
  }

  @Test func diagnosticsShowTheirPlace() {
    let file = SourceFile(name: "f.rasp", text: "x = 1;\n\ty = tokns;\n")
    let start = 12
    let diagnostic = Diagnostic("unknown name", at: file.range(start, start + 5), hint: "try another")
    #expect(
      diagnostic.description == """
        f.rasp:2:6: error: unknown name
        \ty = tokns;
        \t    ^~~~~
        hint: try another
        """)
  }
}
