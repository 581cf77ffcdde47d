import Foundation
import Runtime
import Testing

/// The syntax files under `editors/` know every function of the language.
@Suite struct EditorTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("editors")

  private static let names: [String] = Session().names.filter { $0 != "out" }

  @Test(arguments: ["vim/syntax/rasp.vim", "textmate/rasp.tmLanguage.json"])
  func everyNameIsKnown(file: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
    let words = Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
    let missing = Self.names.filter { name in !words.contains(name) && !words.contains("b" + name) }
    #expect(missing == [])
    #expect(Self.names.count > 90)
  }

  @Test func theGrammarIsJSONWithSoundExpressions() throws {
    let data = try Data(contentsOf: Self.folder.appendingPathComponent("textmate/rasp.tmLanguage.json"))
    let grammar = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(grammar["scopeName"] as? String == "source.rasp")
    let patterns = try #require(grammar["patterns"] as? [[String: Any]])
    for pattern in patterns {
      let expression = try #require((pattern["match"] ?? pattern["begin"]) as? String)
      #expect(throws: Never.self) { try NSRegularExpression(pattern: expression) }
    }
  }
}
