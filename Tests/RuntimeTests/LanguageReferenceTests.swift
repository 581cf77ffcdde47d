import Diagnostics
import Foundation
import Runtime
import Testing

/// The examples of `docs/language.md`.
///
/// After a change that is meant, `RASPC_UPDATE_DOCS=1 swift test --filter LanguageReferenceTests` writes
/// the sessions' answers anew; read the difference before committing it.
@Suite struct LanguageReferenceTests {
  private static let url = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/language.md")

  @Test func sessionsAnswerAsWritten() throws {
    let page = try String(contentsOf: Self.url, encoding: .utf8)
    let rewritten = Self.rewriting(page)
    if ProcessInfo.processInfo.environment["RASPC_UPDATE_DOCS"] == "1" {
      try rewritten.write(to: Self.url, atomically: true, encoding: .utf8)
      return
    }
    let pairs = zip(page.components(separatedBy: "\n"), rewritten.components(separatedBy: "\n"))
    for (place, pair) in pairs.enumerated() where pair.0 != pair.1 {
      Issue.record(
        "line \(place + 1): the page has \(pair.0.debugDescription), it is \(pair.1.debugDescription)")
      return
    }
    #expect(page == rewritten)
    #expect(page.components(separatedBy: "\n>> ").count > 100)
  }

  /// The page with the answers that its sessions give.
  private static func rewriting(_ page: String) -> String {
    var result: [String] = []
    var session = Session()
    var isInside = false
    for line in page.components(separatedBy: "\n") {
      if line.hasPrefix("## ") {
        session = Session()
        session.drawingFolder = NSTemporaryDirectory() + "raspc-docs"
      }
      if line == "```" { isInside = false }
      guard isInside else {
        if line == "```rasp" { isInside = true }
        result.append(line)
        continue
      }
      guard line.hasPrefix(">> ") || line.hasPrefix(".. ") else { continue }
      result.append(line)
      for answer in session.feed(String(line.dropFirst(3))).lines {
        switch answer {
        case .text(let text), .note(let text): result += text.components(separatedBy: "\n")
        case .diagnostic(let diagnostic): result += diagnostic.description.components(separatedBy: "\n")
        }
      }
    }
    return result.map { line in
      // Nothing that a reader could not see.
      String(line.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }.joined(separator: "\n")
  }

  @Test func filesRunAsWritten() throws {
    let page = try String(contentsOf: Self.url, encoding: .utf8)
    let files = page.components(separatedBy: "```rasp file\n").dropFirst()
    #expect(files.count >= 3)
    #expect(page.contains("\n# outside "))
    for block in files {
      let text = try #require(block.components(separatedBy: "\n```").first)
      let program = try ProgramLoader.load(SourceFile(name: "example.rasp", text: text))
      let circuit = try #require(program.circuits.first)
      let runs = text.components(separatedBy: "\n").filter { $0.hasPrefix("# run ") }
      #expect(!runs.isEmpty)
      let domain = InputDomain(of: circuit, in: program.graph)
      let outside = text.components(separatedBy: "\n").filter { $0.hasPrefix("# outside ") }
      for line in outside {
        let tokens = try Value.array(json: String(line.dropFirst(10)))
        #expect(try domain?.contains(tokens) == false)
      }
      for run in runs {
        let sides = run.dropFirst(6).components(separatedBy: " -> ")
        let tokens = try Value.array(json: sides[0])
        #expect(try domain?.contains(tokens) != false)
        let values = try Interpreter(program.graph).evaluate(
          circuit.output, on: tokens, causal: circuit.causal)
        #expect(try Value.json(values) == Value.json(Value.array(json: sides[1])))
      }
    }
  }
}
