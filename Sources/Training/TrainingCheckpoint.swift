import Foundation
import Transformer

/// A training run between two steps.
///
/// A run resumed from it ends with the bytes of one never stopped. It is kept as a safetensors file.
public struct TrainingCheckpoint: Sendable {
  let progress: TrainingProgress
  /// In packed layout.
  let weights: [Float]
  let moments: [Float]
  let adamSteps: Int
  /// Weights of the best end of an attempt so far.
  let best: [Float]?

  /// Evaluations so far.
  public var updates: [TrainingUpdate] { progress.updates }

  public func encoded() throws -> Data {
    func tensor(_ name: String, _ values: [Float]) -> Safetensors.Tensor {
      Safetensors.Tensor(name: name, shape: [values.count], values: values)
    }
    var tensors = [tensor("weights", weights), tensor("moments", moments)]
    if let best { tensors.append(tensor("best", best)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(progress), as: UTF8.self)
    return Safetensors(tensors: tensors, metadata: ["progress": text, "adam_steps": "\(adamSteps)"])
      .encoded()
  }
}

extension TrainingCheckpoint {
  /// Reads a checkpoint's bytes; throws where they are not a whole one.
  public init(decoding data: Data) throws {
    let file = try Safetensors(decoding: data)
    func values(_ name: String) -> [Float]? { file.tensors.first { $0.name == name }?.values }
    guard let weights = values("weights"), let moments = values("moments"),
      let text = file.metadata["progress"], let steps = file.metadata["adam_steps"].flatMap({ Int($0) })
    else { throw TrainingError("not a checkpoint") }
    self.init(
      progress: try JSONDecoder().decode(TrainingProgress.self, from: Data(text.utf8)), weights: weights,
      moments: moments, adamSteps: steps, best: values("best"))
  }
}
