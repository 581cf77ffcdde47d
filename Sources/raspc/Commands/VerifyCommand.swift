import ArgumentParser
import Compiler
import Foundation
import Runtime

/// `raspc verify FILE|DIR`: proves compiled transformers correct and compares them with the interpreter.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Prove that compiled transformers compute their programs.",
    discussion: """
      Takes programs and circuit folders; in a folder, the stored weights are checked against the certificate in \
      meta.json. The proof checks every component on every combination of values that can occur, and names what \
      it leaves open. The transformer is also compared with the interpreter: on every input if there are at \
      most 20,000, otherwise on 10,000, rare ones found by a search first; ten times as many if there is no \
      proof. Ctrl-C ends a comparison.
      """)

  @Argument(help: ArgumentHelp("Programs, circuit folders, or folders of either.", valueName: "file|dir"))
  var paths: [String]

  @OptionGroup(title: "Circuits") var which: CircuitOptions

  @Option(help: ArgumentHelp("Compare on this many random inputs.", valueName: "n"))
  var samples: Int?

  @Flag(help: "Compare on all inputs, however many there are.")
  var exhaustive = false

  @Option(help: "The seed of random inputs.")
  var seed: UInt64 = 0

  @Flag(help: "Keep unnamed subexpressions as separate variables.")
  var noFuse = false

  func validate() throws {
    if let samples, samples < 1 { throw ValidationError("'--samples' must be at least 1.") }
    if samples != nil, exhaustive {
      throw ValidationError("Give only one of '--samples' and '--exhaustive'.")
    }
  }

  func run() throws {
    Interrupt.catchSignals()
    var problems = ProblemList()
    var isGood = true
    for source in try CircuitSource.read(paths, which: which, fuse: !noFuse) {
      problems.collect {
        if try !verify(source) { isGood = false }
      }
      if Interrupt.isPending { break }
    }
    try problems.throwIfAny()
    if !isGood { throw ExitCode.failure }
  }

  /// Verifies one circuit; false if anything is wrong with it.
  private func verify(_ source: CircuitSource) throws -> Bool {
    let graph = source.program.program.graph
    let compiled = try source.compiled()
    let recorded = source.meta?.certificate
    let certificate = compiled.certified(claims: recorded?.claims)
    let isKnown = certificate.isProved
    let mode: VerificationMode =
      exhaustive
      ? .exhaustive
      : samples.map(VerificationMode.samples) ?? .thorough(for: source.circuit, isProved: isKnown)
    let total = VerificationInputs.count(source.circuit, mode)
    let display = ProgressDisplay(total: 1)
    display.start(source.circuit.name)
    let report = try Verifier.verify(compiled, graph: graph, mode: mode, seed: seed) { done in
      display.update(
        source.circuit.name, fraction: Double(done) / Double(max(total, 1)),
        detail: "\(done) of \(total) inputs compared")
      return !Interrupt.isPending
    }
    display.close()
    var text = "\(source.circuit.name): \(certificate.summary()); \(Self.text(report))"
    if Interrupt.isPending { text += "; stopped before the end" }
    // The folder claims more about its weights than is true.
    let isLost = recorded?.isProved == true && !certificate.isProved
    if isLost { text += "\n  meta.json claims a proof that does not hold for these weights" }
    for question in certificate.open { text += "\n  open: \(question)" }
    print(text)
    fflush(nil)
    return report.mismatches == 0 && !isLost
  }

  /// How much was compared and what was found.
  static func text(_ report: VerificationReport) -> String {
    var text =
      "\(report.inputs) \(report.isExhaustive ? "inputs (all)" : "inputs (\(report.searched) searched, others random)"), "
    text += "\(report.positions) positions, \(report.mismatches) mismatches"
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
