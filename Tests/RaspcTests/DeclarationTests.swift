import Foundation
import Testing

/// A circuit that the command line declares is one as a block declares it, and so is its folder.
@Suite struct DeclarationTests {
  static let library = """
    y = selector_width(select(tokens, tokens, ==));
    z = tokens == 1;
    w = tokens_str + "!";
    v = tokens_int * 1 + indices;

    """
  static let files = [
    "plain.rasp": library,
    "other.rasp": library + "circuit other { vocab = [\"a\", \"b\"]; max_len = 2; output = w; }\n",
  ]
  static let numbers = ["--vocab", "[1, 2]", "--max-len", "3"]

  private func made(
    _ file: String, _ output: String, _ more: [String] = [], with raspc: Executable
  ) throws -> Executable.Outcome {
    try raspc.start([file, "--output", output] + Self.numbers + ["-o", "od"] + more).finish()
  }

  @Test(arguments: ["plain.rasp", "other.rasp"]) func theFolderCanBeUsed(file: String) throws {
    let raspc = try Executable(Self.files)
    defer { raspc.clean() }
    let compiled = try made(file, "z", with: raspc)
    #expect(compiled.status == 0, "\(compiled.errors)")
    #expect(
      try raspc("verify", "od/z").output
        == "z: proved for all inputs; 14 inputs (all), 34 positions, 0 mismatches\n")
    #expect(try raspc("exec", "od/z", "--input", "[1, 2, 1]").output == "[true, false, true]\n")
    #expect(try raspc("inspect", "od/z").output.hasPrefix("circuit z\n  tokens     1, 2\n"))
    #expect(try raspc("eval", "od", "--inputs", "16").status == 0)
    let discovered = try raspc("discover", "od/z", "--method", "acdc", "--inputs", "16")
    #expect(discovered.status == 0, "\(discovered.errors)")
  }

  @Test func theFolderCanBeTrained() throws {
    let raspc = try Executable(Self.files)
    defer { raspc.clean() }
    let trained = try made("other.rasp", "z", ["--siit"], with: raspc)
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(raspc.files.contains("od/z/ll_model.safetensors"))
    #expect(try raspc("exec", "od/z", "--input", "[2, 1]").output == "[false, true]\n")
    #expect(try raspc("eval", "od/z", "--inputs", "16").status == 0)
    let again = try made("other.rasp", "z", with: raspc)
    #expect(again.output.hasSuffix(", already trained\n"))
    // Another vocabulary is another circuit.
    let other = try raspc("other.rasp", "--output", "z", "--vocab", "[1]", "--max-len", "3", "-o", "od")
    #expect(!other.output.hasSuffix(", already trained\n"))
    #expect(!raspc.files.contains("od/z/ll_model.safetensors"))
  }

  @Test(arguments: ["y", "z", "w", "v"]) func itIsTheCircuitOfABlock(output: String) throws {
    let block = "circuit \(output) { vocab = [1, 2]; max_len = 3; output = \(output); }\n"
    let raspc = try Executable(Self.files.merging(["block.rasp": Self.library + block]) { $1 })
    defer { raspc.clean() }
    let expected = try raspc("run", "block.rasp", "--input", "[1, 2, 1]").output
    #expect(try raspc("block.rasp", "-o", "block").status == 0)
    let weights = try raspc.contents("block/\(output)/hl_model.safetensors")
    for file in ["plain.rasp", "other.rasp"] {
      let run = try raspc.start(
        ["run", file, "--output", output] + Self.numbers + ["--input", "[1, 2, 1]"]
      ).finish()
      #expect(run.output == expected, "\(run.errors)")
      #expect(try made(file, output, with: raspc).status == 0)
      #expect(try raspc.contents("od/\(output)/hl_model.safetensors") == weights)
    }
  }

  @Test func withoutAVocabularyTokensAreWhatTheFileSays() throws {
    let raspc = try Executable(Self.files)
    defer { raspc.clean() }
    let plain = try raspc("run", "plain.rasp", "--output", "z", "--input", "[1, 2]")
    #expect(plain.output == "[false, false]\n")
    let other = try raspc("run", "other.rasp", "--output", "z", "--input", "[1, 2]")
    #expect(other.output == "[true, false]\n")
  }

  @Test(arguments: [
    ("[]", "--vocab:1:1: error: the vocabulary must have at least one token\n"),
    ("[1, 1.0]", "--vocab:1:5: error: 1.0 is in the vocabulary twice\n"),
    ("[1, true]", "--vocab:1:5: error: true is in the vocabulary twice\n"),
    ("[1, null]", "--vocab:1:5: error: a token must be a string, a number or a bool, not null\n"),
    ("[1", "--vocab:1:3: error: expected ',' or ']'\n"),
  ])
  func aVocabularyIsHeldToTheRulesOfABlock(text: String, error: String) throws {
    let raspc = try Executable(Self.files)
    defer { raspc.clean() }
    let before = raspc.files
    for command in [["verify"], []] {
      let outcome = try raspc.start(
        command + ["plain.rasp", "other.rasp", "--output", "z", "--vocab", text, "--max-len", "3"]
      ).finish()
      #expect(outcome.status == 1)
      #expect(outcome.errors.hasPrefix(error), "\(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: "error:").count == 2)
    }
    #expect(raspc.files == before)
  }
}
