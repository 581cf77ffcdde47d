import ArgumentParser
import Compiler
import Foundation
import Runtime

/// `raspc verify FILE|DIR`: compares the compiled transformer with the interpreter.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compare compiled transformers with the interpreter.",
    discussion: """
      Takes programs and circuits' folders; in a folder it is the stored weights that are compared. Every \
      input is tried where there are at most 200,000, else 100,000 random ones of every length.
      """)

  @Argument(help: ArgumentHelp("Programs, circuits' folders, or folders of either.", valueName: "file|dir"))
  var paths: [String]

  @OptionGroup(title: "Circuits") var which: CircuitOptions

  @Option(help: ArgumentHelp("Compare this many random inputs.", valueName: "n"))
  var samples: Int?

  @Flag(help: "Compare all inputs, however many there are.")
  var exhaustive = false

  @Option(help: "The seed of random inputs.")
  var seed: UInt64 = 0

  @Flag(help: "Keep unnamed subexpressions as variables of their own.")
  var noFuse = false

  func validate() throws {
    if let samples, samples < 1 { throw ValidationError("'--samples' has to be at least 1.") }
    if samples != nil, exhaustive { throw ValidationError("Give one of '--samples' and '--exhaustive'.") }
  }

  func run() throws {
    var problems = ProblemList()
    var isGood = true
    for source in try CircuitSource.read(paths, which: which, fuse: !noFuse) {
      problems.collect {
        let mode: VerificationMode =
          exhaustive ? .exhaustive : samples.map(VerificationMode.samples) ?? .thorough(for: source.circuit)
        let report = try Verifier.verify(
          source.compiled(), graph: source.program.program.graph, mode: mode, seed: seed)
        print("\(source.circuit.name): \(Self.text(report))")
        fflush(nil)
        if report.mismatches > 0 { isGood = false }
      }
    }
    try problems.throwIfAny()
    if !isGood { throw ExitCode.failure }
  }

  /// How much was compared and what was found.
  static func text(_ report: VerificationReport) -> String {
    var text =
      "\(report.inputs) \(report.isExhaustive ? "inputs (all)" : "random inputs"), "
      + "\(report.positions) positions, \(report.mismatches) mismatches"
    if report.greatestError > 0 {
      text += String(format: ", greatest error %.1e", report.greatestError)
    }
    if let failure = report.failure {
      text +=
        "\n  on \(Value.json(failure.input)) at position \(failure.position): "
        + "\(failure.actual.json) instead of \(failure.expected.json)"
      if let variable = failure.variable { text += "; the first variable that differs is '\(variable)'" }
    }
    return text
  }
}
