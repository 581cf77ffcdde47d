import Foundation
import Testing

/// The commands as a user meets them: what they print, what they leave, how they end.
struct CommandTests {
  static let reverse = """
    flip = select(indices, length - 1 - indices, ==);
    back = aggregate(flip, tokens);
    circuit reverse {
        vocab = ["a", "b"];
        max_len = 3;
        output = back;
    }

    """
  static let count = """
    load "lib";
    seen = frac_of("x");
    circuit seen {
        about = "x so far";
        vocab = ["x", "y"];
        min_len = 2;
        max_len = 3;
        causal = true;
        output = seen;
    }

    """
  static let library = """
    def frac_of(c) { return numerical(aggregate(select(indices, indices, <=), indicator(tokens == c))); }

    """
  static let artifacts = [
    "alignment.json", "edges.json", "hl_model.safetensors", "hl_model_cfg.json", "meta.json",
    "vocab.json",
  ]

  func executable(_ more: [String: String] = [:]) throws -> Executable {
    let files = ["reverse.rasp": Self.reverse, "sub/count.rasp": Self.count, "sub/lib.rasp": Self.library]
    return try Executable(files.merging(more) { $1 })
  }

  @Test func runInterprets() throws {
    let raspc = try executable()
    defer { raspc.clean() }
    let one = try raspc("run", "reverse.rasp", "--input", #"["a", "b", "b"]"#)
    #expect(one.output == "[\"b\", \"b\", \"a\"]\n")
    #expect(one.status == 0)
    let many = try raspc("run", "sub/count.rasp", "--stdin", input: "[\"x\",\"y\"]\n\n[\"y\",\"x\",\"x\"]")
    #expect(many.output == "[1, 0.5]\n[0, 0.5, 0.6666666666666666]\n")
    #expect(many.status == 0)
  }

  @Test func runShowsAnyVariableOnAnyTokens() throws {
    let raspc = try executable(["plain.rasp": "a = 1 / (indices + 1); b = tokens == \"inf\";"])
    defer { raspc.clean() }
    #expect(
      try raspc("run", "plain.rasp", "--output", "a", "--input", "[true, null, 3]").output
        == "[1.0, 0.5, 0.3333333333333333]\n")
    #expect(try raspc("run", "reverse.rasp", "--output", "length", "--input", "[1]").status == 1)
  }

  @Test func compileWritesAFolderACircuit() throws {
    let raspc = try executable()
    defer { raspc.clean() }
    let before = raspc.files
    let outcome = try raspc("reverse.rasp", "sub", "-o", "made")
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.hasPrefix("made/reverse: "))
    let made = raspc.files.filter { !before.contains($0) }
    #expect(
      made == ["made/reverse", "made/seen"].flatMap { folder in Self.artifacts.map { "\(folder)/\($0)" } })

    let first = try made.map(raspc.contents)
    #expect(try raspc("reverse.rasp", "sub", "-o", "made").status == 0)
    #expect(try made.map(raspc.contents) == first)
  }

  @Test func execRunsTheCompiledTransformer() throws {
    let raspc = try executable()
    defer { raspc.clean() }
    #expect(try raspc("reverse.rasp", "sub/count.rasp").status == 0)
    #expect(
      try raspc("exec", "out/reverse", "--input", #"["a","b","b"]"#).output == "[\"b\", \"b\", \"a\"]\n")
    let numbers = try raspc("exec", "out/seen", "--model", "hl", "--stdin", input: "[\"y\",\"x\"]\n")
    let values = try JSONDecoder().decode([Double].self, from: Data(numbers.output.utf8))
    #expect(values.count == 2 && abs(values[0]) < 1e-2 && abs(values[1] - 0.5) < 1e-2)
    let logits = try raspc("exec", "out/reverse", "--logits", "--input", #"["a"]"#)
    let rows = try JSONDecoder().decode([[Double]].self, from: Data(logits.output.utf8))
    // BOS and one token; the values are "a", "b" and 0 for an empty selection.
    #expect(rows.count == 2 && rows.allSatisfy { $0.count == 3 })
    #expect(rows[1].max() == rows[1][0])
  }

  @Test func execSaysWhereThereIsNoValue() throws {
    let raspc = try executable([
      "before.rasp": """
      before = aggregate(select(indices, indices - 1, ==), tokens, None);
      circuit before { vocab = ["a", "b"]; max_len = 3; output = before; }
      """
    ])
    defer { raspc.clean() }
    #expect(try raspc("before.rasp").status == 0)
    #expect(try raspc("exec", "out/before", "--input", #"["b","a"]"#).output == "[null, \"b\"]\n")
  }

  @Test func declarationOnTheCommandLine() throws {
    let raspc = try executable([
      "plain.rasp": "hist = selector_width(select(tokens, tokens, ==));"
    ])
    defer { raspc.clean() }
    let made = try raspc("plain.rasp", "--output", "hist", "--vocab", #"["a", "b"]"#, "--max-len", "3")
    #expect(made.status == 0, "\(made.errors)")
    #expect(try raspc("exec", "out/hist", "--input", #"["a","b","a"]"#).output == "[2, 1, 2]\n")
    let twice = try raspc("plain.rasp", "--output", "hist", "--vocab", #"["a", "a"]"#, "--max-len", "3")
    #expect(twice.status == 1)
    #expect(twice.errors.hasPrefix("--vocab:1:7: error: \"a\" is in the vocabulary twice\n"))
  }

  @Test func spellingsOfOneLetterAreTwoTokens() throws {
    let raspc = try executable([
      "same.rasp": "circuit same { vocab = [\"\u{e9}\", \"e\u{301}\"]; max_len = 2; output = tokens; }"
    ])
    defer { raspc.clean() }
    #expect(try raspc("same.rasp").status == 0)
    let input = "[\"e\u{301}\", \"\u{e9}\"]"
    for command in [["run", "same.rasp"], ["exec", "out/same"]] {
      let outcome = try raspc.start(command + ["--input", input]).finish()
      #expect(Array(outcome.output.utf8) == Array((input + "\n").utf8), "\(command) \(outcome.errors)")
    }
  }

  @Test func aTransformerRunsOnTheCircuitsInputsOnly() throws {
    let raspc = try executable([
      "step.rasp": """
      before = aggregate(select(indices, indices - 1, ==), tokens, -1);
      rises = tokens > before;
      circuit step { vocab = [0, 1, 2]; max_len = 3; inputs = where(rises); output = tokens - before; }
      """
    ])
    defer { raspc.clean() }
    #expect(try raspc("step.rasp").status == 0)
    for command in [["run", "step.rasp"], ["exec", "out/step"]] {
      let inside = try raspc.start(command + ["--input", "[0, 2]"]).finish()
      #expect(inside.output == "[1, 2]\n", "\(inside.errors)")
      let outside = try raspc.start(command + ["--stdin"], input: "[1, 2]\n[2, 0]\n[1]\n").finish()
      #expect(outside.status == 1)
      #expect(outside.output == "[2, 1]\n")
      #expect(outside.errors.hasPrefix("<stdin>:2:5: error: this is not an input of circuit 'step': "))
      #expect(outside.errors.hasSuffix("hint: inputs = where(rises)\n"))
    }
    let residual = try raspc("inspect", "out/step", "--residual", "[2, 0]")
    #expect(residual.errors.hasPrefix("--residual:1:5: error: this is not an input of circuit 'step': "))
  }

  @Test func aFolderIsMadeAgainFromItself() throws {
    let raspc = try executable()
    defer { raspc.clean() }
    #expect(try raspc("sub/count.rasp").status == 0)
    let meta = try JSONSerialization.jsonObject(with: raspc.contents("out/seen/meta.json"))
    let source = try #require((meta as? [String: Any])?["source"] as? [String: Any])
    #expect(source["program"] as? String == Self.count)
    #expect(source["loaded"] as? [String: String] == ["sub/lib.rasp": Self.library])
  }

  @Test func verifyComparesProgramsAndFolders() throws {
    let raspc = try executable()
    defer { raspc.clean() }
    let program = try raspc("verify", "reverse.rasp")
    #expect(program.output == "reverse: proved for all inputs; 14 inputs (all), 34 positions, 0 mismatches\n")
    #expect(program.status == 0)
    #expect(try raspc("reverse.rasp", "sub").status == 0)
    let folders = try raspc("verify", "out", "--samples", "5")
    #expect(folders.output.contains("reverse: proved for all inputs; "))
    #expect(folders.output.contains("seen: proved for all inputs; "))
    #expect(folders.status == 0)
  }

  @Test func verifyNoticesOtherWeights() throws {
    let raspc = try executable()
    defer { raspc.clean() }
    #expect(try raspc("reverse.rasp").status == 0)
    let path = "out/reverse/hl_model.safetensors"
    var weights = try raspc.contents(path)
    weights.replaceSubrange(
      weights.count / 2..<weights.count, with: Data(count: weights.count - weights.count / 2))
    try weights.write(to: raspc.folder.appendingPathComponent(path))
    let outcome = try raspc("verify", "out/reverse")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains(" instead of "))
    #expect(outcome.output.contains("reverse: not proved: `"))
    #expect(outcome.output.contains("meta.json claims a proof that does not hold for these weights"))
    #expect(!outcome.output.contains(" 0 mismatches"))
  }

  @Test func plainRaspcReadsAScript() throws {
    let raspc = try executable()
    defer { raspc.clean() }
    let outcome = try raspc(input: "1 + 1;\n")
    #expect(outcome.output == "    value: out =  2\n")
    #expect(outcome.status == 0)
  }

  @Test func inspectShowsProgramsAndFolders() throws {
    let raspc = try executable()
    defer { raspc.clean() }
    #expect(try raspc("reverse.rasp").status == 0)
    let text = try raspc("inspect", "out/reverse")
    #expect(text.output.hasPrefix("circuit reverse\n"))
    #expect(text.output == (try raspc("inspect", "reverse.rasp").output))
    let json = try raspc("inspect", "out/reverse", "--format", "json")
    #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
    #expect(try raspc("inspect", "reverse.rasp", "--format", "dot").output.hasPrefix("digraph"))
    #expect(try raspc("inspect", "reverse.rasp", "--format", "svg").output.hasPrefix("<svg"))
    let residual = try raspc("inspect", "reverse.rasp", "--residual", #"["a", "b"]"#)
    #expect(residual.output.hasPrefix("embedding\n"))
    let outside = try raspc("inspect", "reverse.rasp", "--residual", #"["a", "z"]"#)
    #expect(outside.status == 1)
    #expect(outside.errors.hasPrefix("--residual:1:7: error: \"z\" is not in the vocabulary"))
  }

  @Test("An overview has the program, the circuit, and heat maps in which rows are queries")
  func overviewDrawsProgramCircuitAndAttention() throws {
    let program = """
      # A comment.
      share = numerical(aggregate(select(indices, indices, <=), numerical(indicator(tokens == "x"))));
      circuit share { vocab = ["a", "x"]; max_len = 2; causal = true; output = share; }
      """
    let raspc = try Executable(["share.rasp": program])
    defer { raspc.clean() }
    #expect(try raspc("share.rasp").status == 0)
    let figure = try raspc("inspect", "out/share", "--overview", #"["x", "a"]"#).output
    #expect(figure.hasPrefix("<svg"))
    #expect(figure.contains("max_len\u{A0}=\u{A0}2;") && !figure.contains("A\u{A0}comment"))
    #expect(figure.contains("attention of the compiled transformer"))
    #expect(figure.contains("head 0.0: share"))
    // BOS attends to itself, x to itself, a half to each of x and a.
    let rectangle = /<rect x="([0-9.]+)" y="([0-9.]+)" width="20" height="20" fill="#([0-9a-f]{6})"\/>/
    let cells = figure.matches(of: rectangle).map { ($0.1, $0.2, $0.3) }
    #expect(cells.map(\.2) == ["1f6fb4", "1f6fb4", "8fb7da", "8fb7da"])
    guard cells.count == 4 else { return }
    #expect(cells[2].1 == cells[3].1 && cells[1].0 == cells[2].0 && cells[2].0 < cells[3].0)
    let unmade = try raspc("inspect", "share.rasp", "--overview", #"["x"]"#)
    #expect(unmade.status == 1)
    #expect(unmade.errors.hasPrefix("error: '--overview' draws a circuit folder, not a program\n"))
  }
}
