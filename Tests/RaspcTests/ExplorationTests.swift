import Foundation
import Testing

/// The REPL's commands that look into programs and circuits, asked by a script.
@Suite struct ExplorationTests {
  /// A heat map as it is printed: a shade for each query (down) and key (across).
  private struct HeatMap: Equatable {
    let title: String
    let keys: [String]
    let queries: [String]
    let shades: [[Character]]

    /// All maps in some output, of tokens of one character.
    static func all(_ output: String) -> [HeatMap] {
      let lines = output.components(separatedBy: "\n")
      var maps: [HeatMap] = []
      for place in lines.indices.dropFirst(2) {
        guard lines[place].hasPrefix(" "), lines[place].dropFirst(2).hasPrefix(" |"),
          !lines[place - 1].contains("|")
        else { continue }
        let rows = lines[place...].prefix { $0.contains("|") }.map(Array.init)
        maps.append(
          HeatMap(
            title: lines[place - 2], keys: lines[place - 1].split(separator: " ").map(String.init),
            queries: rows.map { String($0[1]) },
            shades: rows.map { row in
              stride(from: 4, to: row.count, by: 2).map { row[$0] }
            }))
      }
      return maps
    }

    /// Where anything is attended to.
    var selected: [[Bool]] { shades.map { $0.map { $0 != " " } } }
  }

  private func ask(_ script: String...) throws -> Executable.Outcome {
    let raspc = try Executable()
    defer { raspc.clean() }
    return try raspc("repl", input: (["examples off"] + script).joined(separator: "\n") + "\n")
  }

  private static let before = [
    "prevs = select(indices, indices - 1, ==);", "before = aggregate(prevs, tokens, \"-\");",
  ]

  @Test("A causal circuit attends to nothing that comes later; an s-op by itself to everything")
  func causality() throws {
    let outcome = try ask(
      "so_far = aggregate(full_s, indicator(tokens == \"x\"));",
      "circuit c { vocab = [\"a\", \"x\", \"b\"]; max_len = 4; causal = true; output = so_far; }",
      "circuit d { vocab = [\"a\", \"x\", \"b\"]; max_len = 4; output = so_far; }",
      ":attention c \"axb\"", ":attention d \"axb\"", ":attention so_far \"axb\"")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let maps = HeatMap.all(outcome.output)
    try #require(maps.count == 3)
    #expect(maps.allSatisfy { $0.keys == ["a", "x", "b"] && $0.queries == $0.keys })
    #expect(maps[0].selected == [[true, false, false], [true, true, false], [true, true, true]])
    // All of it, half of it, a third.
    #expect(maps[0].shades[0][0] == "█")
    #expect(Set(maps[0].shades.map { $0[0] }).count == 3)
    #expect(maps[1].selected == Array(repeating: [true, true, true], count: 3))
    #expect(maps[1] == maps[2])
  }

  @Test("Rows are queries and columns keys, for a selector and for the s-op that is read through it")
  func orientation() throws {
    let outcome = try ask(
      Self.before[0], Self.before[1], "next = select(indices, indices + 1, ==);",
      ":attention prevs \"abcd\"", ":attention before \"abcd\"", ":attention next \"abcd\"")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let maps = HeatMap.all(outcome.output)
    try #require(maps.count == 3)
    for (map, shift) in zip(maps, [-1, -1, 1]) {
      #expect(map.keys == ["a", "b", "c", "d"] && map.queries == map.keys)
      let expected = (0..<4).map { query in (0..<4).map { key in key == query + shift } }
      #expect(map.selected == expected)
      #expect(map.shades.joined().allSatisfy { $0 == " " || $0 == "█" })
    }
    #expect(maps[0].title == "prevs" && maps[1].title.contains("before"))
  }

  @Test("Every selector on an s-op's way is shown, with who reads through it, each once")
  func severalSelectors() throws {
    let outcome = try ask(
      Self.before[0], Self.before[1], "again = tokens == before;",
      "twice = aggregate(prevs, indicator(again), 0);",
      "share = aggregate(select(again, True, ==), twice);", "alone = indices + 1;",
      ":attention share \"aab\"", ":attention alone \"aab\"")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let maps = HeatMap.all(outcome.output)
    try #require(maps.count == 2)
    #expect(maps[0].title.hasPrefix("prevs") && maps[0].title.contains("before, twice"))
    #expect(maps[1].title.contains("select(again, True, ==)") && maps[1].title.contains("share"))
    #expect(maps[1].selected == Array(repeating: [false, true, false], count: 3))
    #expect(
      outcome.output.hasSuffix("\n") && outcome.output.split(separator: "\n").last?.contains("alone") == true)
  }

  @Test("Without an input the running example is taken")
  func example() throws {
    let outcome = try ask(Self.before[0], "set example \"xyz\"", ":attention prevs")
    #expect(HeatMap.all(outcome.output).map(\.keys) == [["x", "y", "z"]])
  }

  @Test("Names are described by kind and type")
  func types() throws {
    let outcome = try ask(
      Self.before[0], Self.before[1], "n = 3;", "def twice(x) { return x + x; }",
      ":type before", ":type indices", ":type prevs", ":type n", ":type twice", ":type sort")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let answers = outcome.output.split(separator: "\n").suffix(6).map(String.init)
    let expected = [
      ("before", "s-op", "string"), ("indices", "s-op", "int"), ("prevs", "selector", ""), ("n", "int", "3"),
      ("twice", "function", "twice(x)"), ("sort", "function", "sort(seq, key)"),
    ]
    for (answer, (name, kind, detail)) in zip(answers, expected) {
      #expect(answer.hasPrefix("\(name): \(kind)") && answer.hasSuffix(detail), "\(answer)")
    }
  }

  @Test("A circuit's variables are listed, each with what it is made from")
  func variables() throws {
    let outcome = try ask(
      Self.before[0], Self.before[1], "again = tokens == before;", "mark = 2 * indicator(again);",
      "circuit c { about = \"marks\"; vocab = [\"a\", \"b\"]; max_len = 3; output = mark; }", ":circuit c",
      ":circuit again")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let rows = outcome.output.components(separatedBy: "\n").filter { $0.contains("<- ") }
    func made(_ name: String) -> [String] {
      rows.filter { $0.hasPrefix("  \(name) ") }.map { $0.components(separatedBy: "<- ")[1] }
    }
    #expect(made("before") == ["indices, tokens", "indices, tokens"])
    #expect(made("again") == ["tokens, before", "tokens, before"])
    #expect(made("mark") == ["again"])
    #expect(outcome.output.contains("circuit c: marks"))
  }

  private static let program = """
    prevs = select(indices, indices - 1, ==);
    before = aggregate(prevs, tokens, "-");
    again = tokens == before;
    circuit again { vocab = ["a", "b", "c"]; max_len = 3; output = again; }

    """

  @Test("A compiled circuit is shown as inspect shows it, its residual stream too")
  func compiled() throws {
    let raspc = try Executable(["again.rasp": Self.program])
    defer { raspc.clean() }
    let outcome = try raspc(
      "repl", "again.rasp",
      input: "examples off\n:compile again\n\"mark\";\n:circuit again\n\"mark\";\n:residual again \"abb\"\n")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let parts = outcome.output.components(separatedBy: "    value: out =  \"mark\"\n")
    try #require(parts.count == 3)
    let aligned = parts[0].split(separator: "\n").suffix(2)
    #expect(aligned.first?.contains("before") == true && aligned.first?.contains("head 0.0") == true)
    #expect(aligned.last?.contains("again") == true && aligned.last?.contains("mlp 0") == true)
    #expect(try parts[1] == raspc("inspect", "again.rasp").output)
    #expect(try parts[2] == raspc("inspect", "again.rasp", "--residual", #"["a", "b", "b"]"#).output)
  }

  @Test("An s-op is compiled for the running example's tokens")
  func compiledSOp() throws {
    let outcome = try ask(
      Self.before[0], Self.before[1], "set example \"abca\"", ":compile before", ":circuit before",
      ":residual before \"cab\"")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(#"["a", "b", "c"]"#))
    #expect(outcome.output.contains("1 to 4"))
    let residual = try #require(outcome.output.components(separatedBy: "embedding\n").last)
    let moved = residual.split(separator: "\n").filter { $0.contains("  before:") }
      .map { $0.split(separator: " ").map(String.init) }
    // BOS and the first token have the default, "b" follows "a", and "a" follows "c".
    #expect(
      moved.contains(["before:c", ".", ".", "1", "."]) && moved.contains(["before:a", ".", ".", ".", "1"]))
    #expect(moved.contains { $0.starts(with: ["before:-"]) && $0[2] == "1" })
  }

  @Test(
    "What cannot be looked into is refused by name, and the script fails",
    arguments: [
      (":type nothing", "nothing"), (":attention bfore", "before"), (":attention n", "n"),
      (":circuit", "circuit"), (":compile prevs", "prevs"), (":residual before \"ab\"", "before"),
      (":attention before [", "["), (":attention before 3", "3"), (":load", "file"), (":reload", "file"),
      (":load \"nowhere\"", "nowhere"), (":compil before", "compil"),
    ])
  func refused(command: String, named: String) throws {
    let outcome = try ask(Self.before[0], Self.before[1], "n = 3;", command, "\"after\";")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("error: ") && outcome.errors.contains(named), "\(outcome.errors)")
    #expect(outcome.output.hasSuffix("    value: out =  \"after\"\n"), "the script goes on")
    #expect(HeatMap.all(outcome.output).isEmpty)
  }

  @Test("A compiled circuit has a residual stream on its own inputs only")
  func outside() throws {
    let raspc = try Executable(["again.rasp": Self.program])
    defer { raspc.clean() }
    for input in ["\"abz\"", "\"abca\""] {
      let outcome = try raspc("repl", "again.rasp", input: ":compile again\n:residual again \(input)\n")
      #expect(outcome.status == 1 && outcome.errors.contains("again"), "\(outcome.errors)")
      #expect(!outcome.output.contains("embedding"))
    }
  }

  @Test("Files are loaded and loaded again, and what was compiled of them is forgotten")
  func loading() throws {
    let raspc = try Executable(["again.rasp": Self.program])
    defer { raspc.clean() }
    let outcome = try raspc(
      "repl", input: ":load again.rasp\n:compile\n:reload\n:circuit\n:load again\n:residual again \"ab\"\n")
    #expect(outcome.output.components(separatedBy: "s-op: again\n").count == 4)
    #expect(outcome.status == 1 && outcome.errors.contains("again"), "the last load has forgotten it")
    #expect(!outcome.output.contains("embedding"))
  }

  @Test("Help lists the commands and tells what a function does")
  func help() throws {
    let all = try ask(":help").output
    for command in ["attention", "circuit", "compile", "help", "load", "quit", "reload", "residual", "type"] {
      #expect(all.contains("\n:\(command)") || all.hasPrefix(":\(command)"), "\(command)")
    }
    let one = try ask(":help sort").output
    #expect(one.contains("sort(seq, key)") && one.split(separator: "\n").count == 1)
    let nothing = try ask(":help nothing", ":quit", "1 + 1;")
    #expect(nothing.output.contains("nothing") && !nothing.output.contains("value"))
  }
}
