import Runtime
import Testing

@testable import Compiler

/// Values keep their kind on the way through JSON.
struct FilesValueJSONTests {
  @Test func texts() {
    let values: [Value] = [
      .none, .bool(true), .bool(false), .int(-3), .float(1), .float(0.1), .float(.infinity),
      .float(-.infinity), .string("a\"b\n/é"),
    ]
    #expect(
      ValueJSON.text(values)
        == #"[null, true, false, -3, 1.0, 0.1, "inf", "-inf", "a\"b\n/é"]"#)
  }

  @Test(
    arguments: [
      "[]", "[0, 1, -7, 9007199254740993]", "[1.0, 0.5, 1e-09, 5e-324]", "[true, 1, 1.0, null, \"1\"]",
      #"["a", "\"", "é", "\u001f"]"#,
    ])
  func roundTrip(text: String) throws {
    #expect(ValueJSON.text(try ValueJSON.sequence(text)) == text)
  }

  @Test func infinitiesAmongNumbersAreNumbers() throws {
    func read(_ text: String) throws -> String {
      let values = ValueJSON.withInfinities(try ValueJSON.sequence(text))
      return values.map { if case .string = $0 { "string" } else { "number" } }.joined(separator: " ")
    }
    #expect(try read(#"["inf", 1, "-inf"]"#) == "number number number")
    #expect(try read(#"["inf", "a"]"#) == "string string")
    #expect(try read(#"["inf"]"#) == "string")
  }

  @Test(arguments: ["", "[1,", "{}", "3", "[[1]]", "[{}]", "[1] [2]"])
  func anythingElseIsRefused(text: String) {
    #expect(throws: ValueJSONError.self) { try ValueJSON.sequence(text) }
  }
}
