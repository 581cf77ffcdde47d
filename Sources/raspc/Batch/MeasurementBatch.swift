import ArgumentParser
import Artifacts
import Compiler
import Discovery
import Foundation

/// How many circuits to process in parallel.
struct JobOptions: ParsableArguments {
  @Option(
    name: .customLong("jobs"), help: "How many circuits to process in parallel (default: one per core).")
  var chosen: Int?

  func validate() throws {
    if let chosen, chosen < 1 { throw ValidationError("'--jobs' must be at least 1.") }
  }

  var count: Int { chosen ?? ProcessInfo.processInfo.activeProcessorCount }
}

/// Measures all circuits that the arguments name; one that fails does not stop the others.
enum MeasurementBatch {
  /// Results in the order of the folders, and the errors.
  struct Results<Value: Sendable> {
    var values: [Value] = []
    var problems = ProblemList()
  }

  /// - Parameter measure: gets the circuit and a function that reports the part done and a few words; returns
  ///   the result and a line about it.
  static func run<Value: Sendable>(
    _ options: MeasurementOptions,
    _ measure: @escaping @Sendable (MeasuredCircuit, (Double, String) -> Void) throws -> (Value, String)
  ) throws -> Results<Value> {
    try run(
      MeasuredCircuit.folders(options.paths), model: options.model, jobs: options.jobs.count, measure)
  }

  static func run<Value: Sendable>(
    _ folders: [ArtifactFolder], model: CircuitModel?, jobs: Int,
    _ measure: @escaping @Sendable (MeasuredCircuit, (Double, String) -> Void) throws -> (Value, String)
  ) throws -> Results<Value> {
    let labels = CircuitLabels(folders.map { ($0.url, $0.url.lastPathComponent) })
    let display = ProgressDisplay(total: folders.count)
    let outcomes = JobPool.map(folders, jobs: jobs) { folder -> Result<Value, any Error> in
      let name = labels[folder.url]
      display.start(name)
      do {
        let circuit = try MeasuredCircuit(folder, model: model)
        let (value, line) = try measure(circuit) { part, detail in
          display.update(name, fraction: part, detail: detail)
        }
        display.finish(name, line)
        return .success(value)
      } catch {
        display.finish(name, "failed")
        return .failure(error)
      }
    }
    display.close()
    var results = Results<Value>()
    for outcome in outcomes {
      if let value = results.problems.collect({ try outcome.get() }) { results.values.append(value) }
    }
    return results
  }
}
