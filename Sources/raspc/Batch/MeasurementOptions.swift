import ArgumentParser
import Compiler

/// What the commands that measure trained transformers have in common.
struct MeasurementOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("Circuits' folders, or folders of those.", valueName: "dir"))
  var paths: [String]

  @Option(help: "The transformer: hl, the compiled one, or ll, the trained one (default: ll if it is there).")
  var model: ArtifactFolder.Model?

  @Option(help: ArgumentHelp("How many inputs effects are taken on.", valueName: "n"))
  var inputs = 1000

  @Option(help: "The seed of inputs, and of methods that draw.")
  var seed: UInt64 = 0

  @Flag(help: "Compare with a transformer of the same size trained on behaviour alone; trains it if need be.")
  var natural = false

  @OptionGroup var jobs: JobOptions

  func validate() throws {
    if inputs < 1 { throw ValidationError("'--inputs' has to be at least 1.") }
  }
}
