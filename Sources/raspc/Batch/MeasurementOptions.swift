import ArgumentParser
import Discovery

/// Options shared by the commands that measure trained transformers.
struct MeasurementOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("Circuit folders, or folders of them.", valueName: "dir"))
  var paths: [String]

  @Option(help: "Which transformer: hl (compiled) or ll (trained); default: ll if there is one.")
  var model: CircuitModel?

  @Option(help: ArgumentHelp("How many inputs to measure effects on.", valueName: "n"))
  var inputs = 1000

  @Option(help: "The random seed of inputs and methods.")
  var seed: UInt64 = 0

  @Flag(
    help: "Compare with the behaviour-only baseline, a transformer of the same size; trains it if needed.")
  var natural = false

  @OptionGroup var jobs: JobOptions

  func validate() throws {
    if inputs < 1 { throw ValidationError("'--inputs' must be at least 1.") }
  }
}
