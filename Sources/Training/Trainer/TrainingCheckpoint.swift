import Foundation
import Transformer

/// The state of a training run between two steps.
///
/// A run resumed from it ends with the same bytes as one that was never stopped. It is stored as a
/// safetensors file.
public struct TrainingCheckpoint: Sendable {
  let progress: TrainingProgress
  let attempt: AttemptSnapshot
  /// The weights of the best end of an attempt so far.
  let best: [Float]?

  /// Evaluations so far.
  public var updates: [TrainingUpdate] { progress.updates }

  public func encoded() throws -> Data {
    func tensor(_ name: String, _ values: [Float]) -> Safetensors.Tensor {
      Safetensors.Tensor(name: name, shape: [values.count], values: values[...])
    }
    var tensors = [
      tensor("weights", attempt.weights), tensor("average", attempt.average),
      tensor("moments", attempt.moments), tensor("probes", attempt.probes),
    ]
    if let best { tensors.append(tensor("best", best)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    let metadata = ["progress": try text(progress), "state": try text(attempt.state)]
    return Safetensors(tensors: tensors, metadata: metadata).encoded()
  }
}

extension TrainingCheckpoint {
  /// Reads a checkpoint; throws if the bytes are not a complete one.
  public init(decoding data: Data) throws {
    let file = try Safetensors(decoding: data)
    func values(_ name: String) -> [Float]? {
      file.tensors.first { $0.name == name }.map { Array($0.values) }
    }
    guard let weights = values("weights"), let average = values("average"),
      let moments = values("moments"), let probes = values("probes"),
      let progress = file.metadata["progress"],
      let state = file.metadata["state"]
    else { throw TrainingError("not a checkpoint") }
    func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
      try JSONDecoder().decode(type, from: Data(text.utf8))
    }
    self.init(
      progress: try decode(TrainingProgress.self, progress),
      attempt: AttemptSnapshot(
        state: try decode(AttemptState.self, state), weights: weights, average: average,
        moments: moments, probes: probes),
      best: values("best"))
  }
}
