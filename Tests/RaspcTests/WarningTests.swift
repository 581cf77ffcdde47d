import Foundation
import Testing

/// What is doubtful is said where it is written, and is no error.
@Suite struct WarningTests {
  private static let idle = """
    flag = tokens > 0;
    x = selector_width(select(tokens, tokens, ==));
    y = x if x < 0 else tokens;
    circuit y { vocab = [0, 1]; max_len = 3; output = y; }

    """

  /// A warning that goes to the output, stops the work, or has another place fails here.
  @Test func aVariableThatNeverMattersIsWarnedAbout() throws {
    let raspc = try Executable(["idle.rasp": Self.idle])
    defer { raspc.clean() }
    let outcome = try raspc("idle.rasp", "-o", "o")
    #expect(outcome.status == 0 && raspc.files.contains("o/y/meta.json"))
    #expect(
      outcome.errors.hasPrefix("idle.rasp:2:1: warning: 'x' never changes the output: "), "\(outcome.errors)")
    #expect(!outcome.output.contains("warning"))
    // Training says so, too, before it begins; what is up to date is not looked at again.
    try Data(
      Self.idle.replacingOccurrences(
        of: "max_len = 3;", with: "max_len = 3; siit = { target = 0.1; steps = 10; warmup = 1; rounds = 1; };"
      ).utf8
    )
    .write(to: raspc.folder.appendingPathComponent("idle.rasp"))
    let trained = try raspc("--siit", "idle.rasp", "-o", "t")
    #expect(trained.errors.hasPrefix("idle.rasp:2:1: warning: 'x' never changes"), "\(trained.errors)")
  }

  @Test func constantsAreShown() throws {
    let raspc = try Executable([
      "c.rasp":
        "zero = 0 * indices; y = tokens + zero;\ncircuit y { vocab = [1, 2]; max_len = 3; output = y; }\n"
    ])
    defer { raspc.clean() }
    let text = try raspc("inspect", "c.rasp").output
    #expect(text.contains("constants, which are not computed\n  zero  0\n"), "\(text)")
  }

  /// The place is the token's own in the list, in a block as on the command line.
  @Test func aVocabularyThatInputsCannotTellApartIsRefused() throws {
    let raspc = try Executable([
      "v.rasp": "y = tokens;\ncircuit y { vocab = [1, 1e308 * 10, \"inf\"]; max_len = 3; output = y; }\n"
    ])
    defer { raspc.clean() }
    let outcome = try raspc("v.rasp", "-o", "o")
    #expect(outcome.status == 1 && outcome.errors.components(separatedBy: "error:").count == 2)
    #expect(
      outcome.errors.hasPrefix(
        "v.rasp:2:37: error: the tokens inf and 'inf' cannot be told apart in an input"),
      "\(outcome.errors)")
  }

  /// From the text of an input to an answer, neighbours beyond what floats tell apart stay two tokens.
  @Test func greatTokensStayApart() throws {
    let vocabulary = "[9007199254740992, 9007199254740993]"
    let raspc = try Executable(["g.rasp": "y = tokens;\nz = tokens == 9007199254740993;\n"])
    defer { raspc.clean() }
    for (name, answer) in [("y", vocabulary), ("z", "[false, true]")] {
      let made = try raspc.start(
        ["g.rasp", "--output", name, "--vocab", vocabulary, "--max-len", "2", "-o", "o"]
      ).finish()
      #expect(made.status == 0, "\(made.errors)")
      #expect(try raspc("exec", "o/\(name)", "--input", vocabulary).output == answer + "\n")
      #expect(try raspc("verify", "o/\(name)").output.contains("6 inputs (all), 10 positions, 0 mismatches"))
    }
  }
}
