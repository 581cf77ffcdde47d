import ArgumentParser
import Compiler
import Foundation
import Runtime

/// `raspc FILE...`: compiles every circuit; with `--siit` trains them, too.
struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Compile every circuit in programs, one folder a circuit; with --siit train them, too.",
    discussion: "This is what raspc does where no subcommand is named: raspc FILE... [-o DIR].")

  @Argument(help: ArgumentHelp("Programs, or folders of them.", valueName: "file"))
  var files: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("out-dir")],
    help: ArgumentHelp("Where the circuits' folders go.", valueName: "dir"))
  var directory = "out"

  @OptionGroup(title: "Circuits") var which: CircuitOptions

  @Flag(help: "Keep unnamed subexpressions as variables of their own.")
  var noFuse = false

  @Flag(help: "Do not compare the compiled transformer with the interpreter.")
  var noVerify = false

  func run() throws {
    if files.isEmpty {
      throw ValidationError("Name a program, or a folder of them.")
    }
    var options = CompilerOptions()
    options.fuse = !noFuse
    if noVerify { options.verification = nil }
    let list = try CircuitTaskList(
      files: files, which: which, directory: URL(fileURLWithPath: directory), options: options)
    try compile(list)
  }

  /// Compiles all, then writes the circuits of those files in which nothing is wrong.
  private func compile(_ list: CircuitTaskList) throws {
    var errors = list.broken.map(\.error)
    var failedPaths: Set<String> = []
    var compiled: [(CircuitTask, CompiledCircuit)] = []
    for task in list.tasks {
      do {
        compiled.append((task, try task.compile()))
      } catch let error where Raspc.isReport(error) {
        errors.append(error)
        failedPaths.insert(task.program.path)
      }
    }
    for (task, circuit) in compiled where !failedPaths.contains(task.program.path) {
      let isNew = try task.folder.write(circuit, meta: task.meta(circuit))
      print("\(task.folder.url.relativePath): \(Self.summary(circuit))\(isNew ? "" : ", trained already")")
    }
    if !errors.isEmpty { throw Problems(errors: errors) }
  }

  /// A circuit's size and how it was verified, in a line.
  static func summary(_ compiled: CompiledCircuit) -> String {
    let config = compiled.parameters.config
    let size =
      "\(count(config.layers, "layer")), \(count(config.heads, "head")), "
      + "d_model \(config.dModel), d_head \(config.dHead), d_mlp \(config.dMLP)"
    guard let verification = compiled.verification else { return size + "; not verified" }
    let kind = verification.isExhaustive ? "all" : "random"
    return size + "; agrees with the interpreter on \(verification.inputs) inputs (\(kind))"
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
