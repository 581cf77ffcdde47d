import Compiler
import Diagnostics
import Runtime
import Testing

@testable import raspc

/// Input lines become tokens of the vocabulary, or an error that points at the element to blame.
struct InputTextTests {
  let inputs = InputSpace(
    name: "circuit 'c'",
    vocabulary: [.string("a"), .string("x,]\""), .int(3), .float(.infinity), .bool(true)], lengths: 2...4)

  @Test func tokensAreTheVocabularysOwnValues() throws {
    let text = try InputText(#" [ "a",3.0, "inf" , true]"#, name: "--input")
    #expect(Value.json(try text.tokens(for: inputs)) == #"["a", 3, "inf", true]"#)
  }

  @Test func everyElementHasItsPlace() throws {
    let text = try InputText(#"[ "x,]\"" ,null,-1.5e3]"#, name: "--input")
    #expect(text.ranges.map(\.text) == [#""x,]\"""#, "null", "-1.5e3"])
    #expect(try InputText("[]", name: "--input").ranges.isEmpty)
  }

  @Test(
    arguments: [
      (#"["a", "b"]"#, "<stdin>:7:7: error: \"b\" is not in the vocabulary of circuit 'c'"),
      (#"[true, 1]"#, "<stdin>:7:8: error: 1 is not in the vocabulary of circuit 'c'"),
      (
        #"[3, 3, 3, 3, "a", 3]"#, "<stdin>:7:14: error: input has 6 tokens; circuit 'c' takes at most 4"
      ),
      (#" ["a"]"#, "<stdin>:7:1: error: input has 1 token; circuit 'c' takes at least 2"),
      (#"["a""#, "<stdin>:7:5: error: expected ',' or ']'"),
      (#"{"a": 1}"#, "<stdin>:7:1: error: expected a JSON array such as [\"a\", \"b\"]"),
      (#"["a", []]"#, "<stdin>:7:7: error: expected a string, a number, true, false or null"),
    ])
  func badInputIsRefusedWithItsPlace(line: String, message: String) {
    do {
      let tokens = try InputText(line, name: "<stdin>", line: 7).tokens(for: inputs)
      Issue.record("read as \(tokens)")
    } catch {
      let lines = "\(error)".split(separator: "\n")
      #expect(lines.first.map(String.init) == message)
      #expect(lines.dropFirst().first.map(String.init) == line)
    }
  }
}
