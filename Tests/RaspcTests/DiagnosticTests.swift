import Foundation
import Testing

/// Whatever is wrong brings one clear error with its place, the right status, and nothing written.
struct DiagnosticTests {
  /// A command line on certain files, and what has to come of it.
  struct Case: CustomTestStringConvertible {
    var name: String
    var arguments: [String]
    var files: [String: String] = [:]
    var input = ""
    var status: Int32 = 1
    /// The first line of standard error.
    var error: String
    var testDescription: String { name }
  }

  static let circuit = "circuit same { vocab = [\"a\", \"b\"]; max_len = 2; output = same; }\n"
  static let good = "same = tokens;\n" + circuit

  static let cases: [Case] = [
    Case(
      name: "syntax error", arguments: ["p.rasp"], files: ["p.rasp": "same = tokens +;\n" + circuit],
      error: "p.rasp:1:16: error: "),
    Case(
      name: "unknown name", arguments: ["p.rasp"], files: ["p.rasp": "same = tokns;\n" + circuit],
      error: "p.rasp:1:8: error: "),
    Case(
      name: "unknown name in check", arguments: ["check", "p.rasp"],
      files: ["p.rasp": "same = tokns;\n" + circuit], error: "p.rasp:1:8: error: "),
    Case(
      name: "outside the vocabulary", arguments: ["run", "p.rasp", "--input", #"["a", "z"]"#],
      files: ["p.rasp": good],
      error: "--input:1:7: error: \"z\" is not in the vocabulary of circuit 'same'\n"),
    Case(
      name: "too long, on a line of several", arguments: ["run", "p.rasp", "--stdin"],
      files: ["p.rasp": good], input: "[\"a\"]\n[\"a\", \"b\", \"a\"]\n",
      error: "<stdin>:2:12: error: input has 3 tokens; circuit 'same' takes at most 2\n"),
    Case(
      name: "no input at all", arguments: ["run", "p.rasp", "--input", "[]"], files: ["p.rasp": good],
      error: "--input:1:1: error: input has 0 tokens; circuit 'same' takes at least 1\n"),
    Case(
      name: "outside the circuit's inputs", arguments: ["run", "p.rasp", "--input", #"["a", "b"]"#],
      files: [
        "p.rasp": good.replacingOccurrences(of: "output", with: "inputs = where(same == \"a\"); output")
      ],
      error: """
        --input:1:7: error: this is not an input of circuit 'same': its condition is not true at position 1
        ["a", "b"]
              ^~~
        hint: inputs = where(same == "a")

        """),
    Case(
      name: "missing file", arguments: ["nowhere.rasp"],
      error: "nowhere.rasp: error: no such file or folder\n"),
    Case(
      name: "misspelt command", arguments: ["verfy", "p.rasp"], files: ["p.rasp": good],
      error: "error: no such file or folder: verfy\nhint: did you mean 'verify'?\n"),
    Case(
      name: "misspelt circuit", arguments: ["run", "p.rasp", "--circuit", "smae", "--input", "[]"],
      files: ["p.rasp": good], error: "error: p.rasp declares no circuit 'smae'\nhint: did you mean 'same'?\n"
    ),
    Case(
      name: "no circuit", arguments: ["p.rasp"], files: ["p.rasp": "same = tokens;"],
      error: "error: p.rasp declares no circuit\n"),
    Case(
      name: "unknown s-op", arguments: ["run", "p.rasp", "--output", "saem", "--input", "[1]"],
      files: ["p.rasp": good], error: "error: p.rasp has no s-op 'saem'\nhint: did you mean 'same'?\n"),
    Case(
      name: "two circuits of one name", arguments: ["p.rasp", "q.rasp"],
      files: ["p.rasp": good, "q.rasp": good],
      error: "error: circuit 'same' is declared in p.rasp and in q.rasp\n"),
    Case(
      name: "two circuits of one name in a file", arguments: ["p.rasp"], files: ["p.rasp": good + circuit],
      error: "p.rasp:3:9: error: circuit 'same' is declared twice, first on line 2\n"),
    Case(
      name: "no folder", arguments: ["exec", "nowhere", "--input", "[]"],
      error: "nowhere: error: no such folder\n"),
    Case(
      name: "folder of folders", arguments: ["exec", "made", "--input", "[]"],
      files: ["made/same/meta.json": "{}"],
      error: "made: error: not a circuit folder; the circuit folders in it are same\n"),
    Case(
      name: "incomplete folder", arguments: ["exec", "made", "--input", "[]"],
      files: ["made/hl_model_cfg.json": "{}"],
      error: "made: error: the folder is incomplete: meta.json is missing; compile the circuit again\n"),
    Case(
      name: "damaged meta.json", arguments: ["exec", "made", "--input", "[]"],
      files: ["made/meta.json": "{}"], error: "made/meta.json: error: 'format' is missing\n"),
    Case(name: "nothing to do", arguments: ["-o", "x"], status: 64, error: "Error: "),
    Case(name: "unknown option", arguments: ["--fast", "p.rasp"], status: 64, error: "Error: "),
    Case(
      name: "no input option", arguments: ["run", "p.rasp"], files: ["p.rasp": good], status: 64,
      error: "Error: Give either '--input JSON' or '--stdin'.\n"),
    Case(
      name: "vocabulary without an output", arguments: ["p.rasp", "--vocab", "[1]"],
      files: ["p.rasp": good], status: 64, error: "Error: "),
  ]

  @Test(arguments: cases)
  func everyMistake(_ mistake: Case) throws {
    let raspc = try Executable(mistake.files)
    defer { raspc.clean() }
    let before = raspc.files
    let running = try raspc.start(mistake.arguments, input: mistake.input)
    let outcome = running.finish()
    #expect(outcome.status == mistake.status)
    #expect(outcome.errors.hasPrefix(mistake.error), "\(outcome.errors)")
    #expect(raspc.files == before)
  }

  @Test func placesAreShownUnderTheSource() throws {
    let raspc = try Executable(["p.rasp": "same = tokns;\n" + Self.circuit])
    defer { raspc.clean() }
    let lines = try raspc("p.rasp").errors.split(separator: "\n")
    #expect(lines.count >= 3)
    #expect(lines.dropFirst().prefix(2) == ["same = tokns;", "       ^~~~~"])
  }

  @Test func aBadFileDoesNotStopTheOthers() throws {
    let raspc = try Executable(["bad.rasp": "x = ;\n" + Self.circuit, "good.rasp": Self.good])
    defer { raspc.clean() }
    let outcome = try raspc("bad.rasp", "good.rasp")
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("bad.rasp:1:5: error: "))
    #expect(raspc.files.contains("out/same/meta.json"))
  }

  @Test func answersBeforeTheBadLineAreGiven() throws {
    let raspc = try Executable(["p.rasp": Self.good])
    defer { raspc.clean() }
    let outcome = try raspc("run", "p.rasp", "--stdin", input: "[\"a\"]\nnonsense\n[\"b\"]\n")
    #expect(outcome.output == "[\"a\"]\n")
    #expect(outcome.errors.hasPrefix("<stdin>:2:1: error: "))
  }
}
