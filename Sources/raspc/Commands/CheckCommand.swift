import ArgumentParser
import Diagnostics

/// `raspc check FILE...`: checks programs for errors.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check programs for errors without running them on inputs.")

  @Argument(help: ArgumentHelp("Programs, or folders of them.", valueName: "file"))
  var files: [String]

  func run() throws {
    var problems = ProblemList()
    for file in try ProgramFile.expand(files) {
      problems.collect { _ = try LoadedProgram(file) }
    }
    try problems.throwIfAny()
  }
}
