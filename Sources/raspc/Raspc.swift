import ArgumentParser
import Artifacts
import Diagnostics
import Foundation

/// The `raspc` executable: one file per subcommand; the default one compiles.
@main
struct Raspc: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "raspc",
    abstract:
      "Compile RASP programs to transformers with known circuits, and train transformers that hold them.",
    version: version,
    subcommands: [
      CompileCommand.self, CheckCommand.self, RunCommand.self, ExecCommand.self,
      VerifyCommand.self, InspectCommand.self, EvalCommand.self, DiscoverCommand.self,
      PairsCommand.self, JudgeCommand.self, ExportCommand.self, ReportCommand.self, BenchCommand.self,
      ReplCommand.self,
    ],
    defaultSubcommand: CompileCommand.self)

  static func main() {
    BLASKernels.prepare()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error where isReport(error) {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(withError: ExitCode.failure)
    } catch {
      exit(withError: error)
    }
  }

  /// Prints a warning.
  static func warn(_ diagnostic: Diagnostic) {
    FileHandle.standardError.write(Data("\(diagnostic)\n".utf8))
  }

  /// Whether an error is already a message for the user, rather than one that ArgumentParser words.
  static func isReport(_ error: any Error) -> Bool {
    error is Diagnostic || error is Diagnostics || error is FileError || error is Failure || error is Problems
  }
}
