import Diagnostics
import Foundation
import Runtime
import Testing

/// Texts of all kinds: none may crash the language, and each must be answered.
///
/// `RASPC_FUZZ=1000000 swift test --filter FuzzTests` tries a million of them; `RASPC_FUZZ_SEED` chooses
/// others.
@Suite struct FuzzTests {
  private static let environment = ProcessInfo.processInfo.environment

  @Test func noTextCrashesTheLanguage() throws {
    let count = Self.environment["RASPC_FUZZ"].flatMap { Int($0) } ?? 1000
    let seed = Self.environment["RASPC_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
    var fuzzer = ProgramFuzzer(seed: seed)
    var accepted = 0
    for number in 0..<count {
      let text = fuzzer.text()
      if let path = Self.environment["RASPC_FUZZ_LAST"] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      }
      if try FuzzTarget.accepts(text) { accepted += 1 }
      if number > 0, number.isMultiple(of: 50_000) { print("\(number) texts, \(accepted) programs") }
    }
    // A fuzzer that never gets past the parser tests only the parser.
    #expect(accepted > count / 100)
  }
}

/// What a text is tried on: as a program, evaluated on inputs, and as lines of a session.
enum FuzzTarget {
  /// Whether the text is a valid program.
  static func accepts(_ text: String) throws -> Bool {
    var limits = Limits()
    limits.steps = 3000
    limits.elementwiseSteps = 500
    limits.depth = 60
    limits.nodes = 500
    var options = ProgramLoader.Options()
    options.limits = limits
    let session = Session(limits: limits)
    session.drawingFolder = NSTemporaryDirectory() + "raspc-fuzz"
    for line in text.split(whereSeparator: \.isNewline) {
      for case .diagnostic(let diagnostic) in session.feed(String(line)).lines { _ = diagnostic.description }
    }
    let program: Program
    do {
      program = try ProgramLoader.load(SourceFile(name: "fuzz.rasp", text: text), options: options)
    } catch {
      // Every diagnostic must be able to say where it is.
      _ = error.description
      return false
    }
    let interpreter = Interpreter(program.graph)
    for (_, sop) in program.sops.sorted(by: { $0.key < $1.key }) {
      for input: [Value] in [
        [.string("a"), .string("b")], [.int(2), .int(0), .int(1)], [.float(0.5), .none],
      ] {
        do {
          _ = try interpreter.evaluate(sop, on: input)
        } catch let diagnostic as Diagnostic {
          _ = diagnostic.description
        }
      }
    }
    return true
  }
}
