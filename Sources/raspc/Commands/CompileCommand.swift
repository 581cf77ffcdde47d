import ArgumentParser
import Artifacts
import Compiler
import Diagnostics
import Foundation
import Runtime

/// `raspc FILE...`: compiles every circuit; with `--siit`, trains them too.
struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Compile every circuit in programs, one folder per circuit; with --siit, train them too.",
    discussion: "This is the default command: raspc FILE... [-o DIR].")

  @Argument(help: ArgumentHelp("Programs, or folders of them.", valueName: "file"))
  var files: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("out-dir")],
    help: ArgumentHelp("Where to write the circuit folders.", valueName: "dir"))
  var directory = "out"

  @OptionGroup(title: "Circuits") var which: CircuitOptions

  @Flag(help: "Keep unnamed subexpressions as separate variables.")
  var noFuse = false

  @Flag(help: "Do not prove or compare the compiled transformer.")
  var noVerify = false

  @Flag(help: "Also compile what could not be proved correct.")
  var unproved = false

  @Flag(help: "Also train a transformer to hold each circuit, with SIIT.")
  var siit = false

  @OptionGroup(title: "Training, with --siit") var training: TrainingOptions

  func validate() throws {
    if !siit, let option = training.given {
      throw ValidationError("'\(option)' can only be used with '--siit'.")
    }
  }

  func run() throws {
    if files.isEmpty, CommandLine.argc == 1 {
      // Plain `raspc` starts the REPL.
      return try ReplCommand.parse([]).run()
    }
    if files.isEmpty {
      throw ValidationError("Name a program, or a folder of them.")
    }
    var options = CompilerOptions()
    options.fuse = !noFuse
    if noVerify { options.verification = nil }
    options.acceptsUnproved = unproved
    if let hint = misspeltCommand { throw Failure("no such file or folder: \(files[0])", hint: hint) }
    let list = try CircuitTaskList(
      files: files, which: which, directory: URL(fileURLWithPath: directory), options: options)
    if siit { try train(list) } else { try compile(list) }
  }

  /// If the first argument is not a file but close to the name of a command: that command.
  private var misspeltCommand: String? {
    guard !FileManager.default.fileExists(atPath: files[0]) else { return nil }
    return Spelling.suggestion(
      for: files[0], among: Raspc.configuration.subcommands.compactMap { $0.configuration.commandName })
  }

  /// Compiles everything, then writes the circuits of the files without errors.
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
      for variable in circuit.idleVariables() { Raspc.warn(variable.diagnostic) }
      let isNew = try task.folder.write(circuit, meta: task.meta(circuit))
      print("\(task.folder.url.relativePath): \(Self.summary(circuit))\(isNew ? "" : ", already trained")")
    }
    if !errors.isEmpty { throw Problems(errors: errors) }
  }

  /// The batch job: trains every circuit that is not up to date, whatever happens to the others.
  private func train(_ list: CircuitTaskList) throws {
    let folder = URL(fileURLWithPath: directory)
    AtomicFile.removeLeftovers(in: folder)
    let choices = training.choices
    // All are compiled before any is trained: only then is it known which take longest.
    let jobs = JobPool.map(list.tasks, jobs: training.jobs) { TrainingJob(planning: $0, choices) }
    for warning in JobPool.map(jobs, jobs: training.jobs, { $0.warnings() }).joined() { Raspc.warn(warning) }
    let work = jobs.map(\.work)
    let display = ProgressDisplay(total: jobs.count, work: work.reduce(0, +))
    let outcomes = JobPool.map(jobs, jobs: training.jobs, work: work) { job in
      display.start(job.task.name, work: job.work)
      let outcome = job.run(display)
      display.finish(job.task.name, BatchSummary.Row(job.task, outcome).line)
      return outcome
    }
    display.close()
    let summary = BatchSummary(
      rows: list.broken.map { BatchSummary.Row(brokenFile: $0.file.path, $0.error) }
        + zip(list.tasks, outcomes).map(BatchSummary.Row.init))
    try summary.write(to: folder)
    print(summary.table.text)
    print(
      "\(summary.verdict) Everything is in \(directory)/, this table in \(directory)/summary.txt, .csv and .json."
    )
    if !summary.isGood { throw ExitCode.failure }
  }

  /// A circuit's size and how it was verified, in a line.
  static func summary(_ compiled: CompiledCircuit) -> String {
    let sizes = compiled.parameters.config.sizes
    guard let certificate = compiled.certificate else { return sizes + "; not verified" }
    return sizes + "; " + certificate.summary(compiled.verification)
  }
}
