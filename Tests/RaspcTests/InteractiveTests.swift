import Foundation
import Testing

/// The REPL as a user sits before it, on a terminal: prompts, completion, history, Ctrl-C, colours.
@Suite struct InteractiveTests {
  /// A session whose history is of the test's own, and a folder for it.
  private func session(
    _ raspc: Executable, _ arguments: [String] = ["repl"]
  ) throws -> Terminal {
    let terminal = try Terminal(arguments, history: raspc.folder.appendingPathComponent("history"))
    let greeting = try terminal.answer()
    #expect(greeting.prompt == ">> " && greeting.lines.contains { $0.contains(":help") })
    return terminal
  }

  private static let ctrlC = "\u{3}"
  private static let ctrlD = "\u{4}"
  /// The line before in the history.
  private static let ctrlP = "\u{10}"

  @Test(
    "Statements are answered one by one, mistakes are told, and Ctrl-D leaves", arguments: [["repl"], []])
  func statements(arguments: [String]) throws {
    let raspc = try Executable()
    defer { raspc.clean() }
    let terminal = try session(raspc, arguments)
    #expect(try terminal.enter("1 + 1;") == ["    value: out =  2"])
    let mistake = try terminal.enter("x = tokns;")
    #expect(mistake.first?.hasPrefix("<input>:1:5: error: ") == true, "\(mistake)")
    #expect(try terminal.enter("x = tokens == \"l\";").contains { $0.contains("[F, F, T, T, F]") })
    terminal.type(Self.ctrlD)
    #expect(try terminal.end() == 0, "a mistake at a terminal is no failure of the session")
  }

  @Test("A statement may take several lines, and Ctrl-C forgets one that has been begun")
  func severalLines() throws {
    let raspc = try Executable()
    defer { raspc.clean() }
    let terminal = try session(raspc)
    terminal.type("x = (1 +\n")
    #expect(try terminal.answer().prompt == ".. ")
    #expect(try terminal.enter("2);") == ["    value: x =  3"])
    terminal.type("y = (x +\n")
    #expect(try terminal.answer().prompt == ".. ")
    terminal.type("1000" + Self.ctrlC)
    #expect(try terminal.answer().prompt == ">> ")
    #expect(try terminal.enter("x;") == ["    value: x =  3"])
    #expect(try terminal.enter("y;").first?.contains("error") == true)
    // Ctrl-C on an empty line changes nothing.
    terminal.type(Self.ctrlC)
    #expect(try terminal.answer().prompt == ">> ")
    terminal.type("exit()\n")
    #expect(try terminal.end() == 0)
  }

  @Test("Ctrl-C ends what is being computed, which then has had no effect, and not the session")
  func interrupt() throws {
    let raspc = try Executable()
    defer { raspc.clean() }
    let terminal = try session(raspc)
    // Some hundred values that take a while each, more than a minute together.
    _ = try terminal.enter("def slow(n) { m = n; for i in range(40000) { m = m + 1; } return m; }")
    _ = try terminal.enter("examples off")
    _ = try terminal.enter("set example [i for i in range(2000)]")
    let start = DispatchTime.now().uptimeNanoseconds
    terminal.type("z = map(slow, indices);\n")
    _ = try terminal.wait { $0.hasSuffix("indices);\n") }
    usleep(200_000)
    terminal.type(Self.ctrlC)
    let answer = try terminal.answer()
    #expect(answer.prompt == ">> " && answer.lines.contains { $0.contains("interrupted") }, "\(answer)")
    #expect(DispatchTime.now().uptimeNanoseconds - start < 30_000_000_000)
    #expect(try terminal.enter("z;").first?.contains("error") == true)
    #expect(try terminal.enter("1 + 1;") == ["    value: out =  2"])
  }

  @Test("Tab completes names and commands as far as they are clear")
  func completion() throws {
    let raspc = try Executable()
    defer { raspc.clean() }
    let terminal = try session(raspc)
    _ = try terminal.enter("flagged = tokens == \"l\";")
    _ = try terminal.enter("apple_one = 1;")
    _ = try terminal.enter("apple_two = 2;")
    #expect(try terminal.enter("flag\t;").first == "     s-op: flagged")
    #expect(try terminal.enter("appl\ttwo;") == ["    value: apple_two =  2"])
    let described = try terminal.enter(":typ\t flag\t")
    #expect(described.count == 1 && described[0].hasPrefix("flagged: s-op"), "\(described)")
  }

  @Test("Lines are remembered within a session and from one to the next, repeated ones once")
  func history() throws {
    let raspc = try Executable()
    defer { raspc.clean() }
    let first = try session(raspc)
    for line in ["1 + 1;", "2 + 2;", "2 + 2;", "3 + 3;"] { _ = try first.enter(line) }
    first.type(Self.ctrlP + Self.ctrlP + "\n")
    #expect(try first.answer().lines.last == "    value: out =  4")
    first.type(Self.ctrlD)
    #expect(try first.end() == 0)
    let lines = String(decoding: try raspc.contents("history"), as: UTF8.self)
    #expect(lines == "1 + 1;\n2 + 2;\n3 + 3;\n2 + 2;\n")

    let second = try session(raspc)
    second.type(Self.ctrlP + Self.ctrlP + "\n")
    #expect(try second.answer().lines.last == "    value: out =  6")
  }

  @Test("A heat map is coloured: queries down, keys across, the brighter the more attention")
  func colours() throws {
    let raspc = try Executable([
      "c.rasp": """
      so_far = aggregate(full_s, indicator(tokens == "x"));
      circuit c { vocab = ["a", "x"]; max_len = 4; causal = true; output = so_far; }
      """
    ])
    defer { raspc.clean() }
    let terminal = try session(raspc, ["repl", raspc.folder.appendingPathComponent("c.rasp").path])
    let lines = try terminal.enter(":attention c \"axa\"")
    // The background of every cell, by query.
    let colours = lines.suffix(3).map { line in
      line.matches(of: /\u{1B}\[48;5;(\d+)m +\u{1B}\[0m/).map { String($0.1) }
    }
    #expect(colours.map(\.count) == [3, 3, 3])
    let (all, none) = (colours[0][0], colours[0][1])
    let (half, third) = (colours[1][0], colours[2][0])
    #expect(colours == [[all, none, none], [half, half, none], [third, third, third]])
    #expect(Set([all, half, third, none]).count == 4)
  }
}
