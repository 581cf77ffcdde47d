import ArgumentParser
import Foundation

/// The options of `--siit`.
struct TrainingOptions: ParsableArguments {
  /// The inputs in an epoch, as in the published recipe (arXiv 2407.14494).
  static let inputsPerEpoch = 20_000

  @Option(name: .customLong("jobs"), help: "How many circuits to train in parallel (default: one per core).")
  var jobCount: Int?

  @Option(name: .customLong("seed"), help: "The random seed (default: 0).")
  var chosenSeed: UInt64?

  @Option(help: "The length of one round, in epochs of \(inputsPerEpoch) inputs.")
  var epochs: Int?

  @Option(help: "The length of one round, in steps.")
  var steps: Int?

  @Option(help: "Seconds between checkpoints, from which a killed run resumes.")
  var checkpointSeconds: Double?

  @Flag(help: "Retrain circuits that are up to date.")
  var force = false

  func validate() throws {
    let counts: [(String, Int?)] = [("--jobs", jobCount), ("--epochs", epochs), ("--steps", steps)]
    for (name, count) in counts {
      if let count, count < 1 { throw ValidationError("'\(name)' must be at least 1.") }
    }
    if epochs != nil, steps != nil { throw ValidationError("Give only one of '--epochs' and '--steps'.") }
  }

  /// One of these options that was given; nil if none was.
  var given: String? {
    if jobCount != nil { return "--jobs" }
    if chosenSeed != nil { return "--seed" }
    if epochs != nil { return "--epochs" }
    if steps != nil { return "--steps" }
    if checkpointSeconds != nil { return "--checkpoint-seconds" }
    return force ? "--force" : nil
  }

  var jobs: Int { jobCount ?? ProcessInfo.processInfo.activeProcessorCount }

  var choices: TrainingJob.Choices {
    TrainingJob.Choices(
      seed: chosenSeed ?? 0, epochs: epochs, steps: steps, force: force,
      checkpointSeconds: checkpointSeconds ?? 10)
  }
}
