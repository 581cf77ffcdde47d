import ArgumentParser
import Compiler
import Foundation
import Rendering
import Runtime
import Training

/// `raspc bench`: the speed of training and interpretation on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the speed of training steps and of the interpreter on this machine.",
    discussion: """
      For each circuit: the time of a training step on one thread, the rate of its matrix products (GFLOP/s) over \
      the whole step, and the rate of the same products done by OpenBLAS sgemm alone, measured in the same run. \
      Best run on an idle machine.
      """)

  @Argument(
    help: ArgumentHelp("Programs, circuit folders, or folders of either.", valueName: "file|dir"))
  var paths: [String] = ["programs"]

  @OptionGroup(title: "Circuits") var which: CircuitOptions

  @Option(help: ArgumentHelp("How long to measure each circuit.", valueName: "seconds"))
  var seconds = 1.0

  @Flag(help: "Print the results as JSON.")
  var json = false

  /// All measurements.
  struct Report: Codable {
    var kernels: String
    var training: [StepBenchmark]
    /// Interpreted runs of a sort of ten tokens.
    var sortsPerMinute: Double

    enum CodingKeys: String, CodingKey {
      case kernels, training
      case sortsPerMinute = "sorts_per_minute"
    }
  }

  func validate() throws {
    if !(seconds > 0) { throw ValidationError("'--seconds' must be above 0.") }
  }

  func run() throws {
    var training: [StepBenchmark] = []
    for source in try CircuitSource.read(paths, which: which, fuse: true) {
      let settings: SIITSettings
      do throws(SettingsError) {
        settings = try SIITSettings().overridden(by: source.circuit.training)
      } catch {
        throw Failure("circuit '\(source.circuit.name)': \(error)")
      }
      training.append(try StepBenchmark(source.compiled(), settings: settings, seconds: seconds))
    }
    let report = Report(
      kernels: BLASKernels.chosenCore, training: training,
      sortsPerMinute: try InterpreterBenchmark.sortsPerMinute(seconds: seconds))
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
    } else {
      print(Self.text(report))
    }
  }

  static func text(_ report: Report) -> String {
    var table = TextTable(columns: [.init(head: "circuit")])
    table.columns += [
      "layers", "heads", "d_model", "d_mlp", "ms/step", "GFLOP/s", "sgemm GFLOP/s", "share", "MB",
    ].map { .init(head: $0, alignsRight: true) }
    for row in report.training {
      table.rows.append([
        row.circuit, "\(row.layers)", "\(row.heads)", "\(row.dModel)", "\(row.dMLP)",
        Numbers.decimals(row.millisecondsPerStep, 2), Numbers.decimals(row.gigaflops, 1),
        Numbers.decimals(row.sgemmGigaflops, 1), Numbers.wholePercent(row.shareOfSgemm),
        Numbers.decimals(row.megabytes, 0),
      ])
    }
    return table.text
      + "OpenBLAS kernels: \(report.kernels)\n"
      + "interpreter: \(Numbers.decimals(report.sortsPerMinute / 1e6, 1)) million sorts of ten tokens a minute"
  }
}
