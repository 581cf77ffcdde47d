import ArgumentParser
import Artifacts
import Discovery
import Foundation
import Rendering

/// `raspc pairs DIR... --count N --seed S`: writes the pairs of inputs that discovery uses.
struct PairsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pairs",
    abstract: "Write the pairs of inputs that discovery methods use, for programs of your own.",
    discussion: """
      Writes pairs.jsonl and pairs.safetensors into each circuit's folder: clean and corrupted inputs as ids, from which \
      position of the corrupted input each position takes its value, the program's outputs, and which positions count. \
      'raspc discover' with the same seed and '--inputs' uses these pairs; so does 'raspc discover --pairs pairs.jsonl'. \
      Inputs of a pair may have different lengths, unless '--plain' is given.
      """)

  @Argument(help: ArgumentHelp("Circuit folders, or folders of them.", valueName: "dir"))
  var paths: [String]

  @Option(help: ArgumentHelp("How many pairs.", valueName: "n"))
  var count = 1000

  @Option(help: "The random seed.")
  var seed: UInt64 = 0

  @Flag(help: "Only pairs of one length, position by position, for tools that take nothing else.")
  var plain = false

  @Flag(help: "Group the tensors by the length of clean inputs instead of padding them.")
  var byLength = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write NAME.jsonl and NAME.safetensors into this folder instead.", valueName: "folder")
  )
  var output: String?

  @OptionGroup var jobs: JobOptions

  func validate() throws {
    if count < 1 { throw ValidationError("'--count' must be at least 1.") }
  }

  func run() throws {
    let folders = try MeasuredCircuit.folders(paths)
    let results = try MeasurementBatch.run(folders, model: nil, jobs: jobs.count) { circuit, _ in
      let inputs = CircuitInputs(
        circuit.compiled, count: count, settings: circuit.settings, trainingSeed: circuit.trainingSeed,
        seed: seed, plain: plain)
      let pad = circuit.compiled.tokenizer.pad
      let tensors = byLength ? PairTensors.byLength(inputs, pad: pad) : PairTensors.padded(inputs, pad: pad)
      let (lines, file) = urls(circuit.folder)
      try AtomicFile.write(PairsFile.encoded(inputs), to: lines)
      try AtomicFile.write(tensors.encoded(), to: file)
      return (lines.relativePath, counted(inputs.pairs.count, "pair"))
    }
    for path in results.values { print("\(path): \(counted(count, "pair"))") }
    try results.problems.throwIfAny()
  }

  private func urls(_ folder: ArtifactFolder) -> (lines: URL, tensors: URL) {
    guard let output else { return (folder.pairsURL, folder.pairTensorsURL) }
    let base = URL(fileURLWithPath: output).appendingPathComponent(folder.url.lastPathComponent)
    return (base.appendingPathExtension("jsonl"), base.appendingPathExtension("safetensors"))
  }
}
