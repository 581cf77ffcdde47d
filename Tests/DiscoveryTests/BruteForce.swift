import Foundation
import Transformer

@testable import Discovery

/// What discovery methods measure, computed edge by edge and input by input in double precision.
struct BruteForce {
  let model: PlainEdgeTransformer
  let pairs: InputPairs
  /// What each input's ablated edges carry.
  let ablated: [PlainEdgeTransformer.Activations]
  /// The corrupted inputs' outputs are those at the positions that the map names.
  fileprivate let cleanOutputs, corruptedOutputs: [[[Double]]]

  init(_ parameters: Parameters, _ pairs: InputPairs, _ ablation: Ablation) {
    let model = PlainEdgeTransformer(parameters)
    self.model = model
    self.pairs = pairs
    let clean = pairs.clean.map { model.run($0) }
    let corrupted = pairs.corrupted.map { model.run($0) }
    cleanOutputs = clean.map(\.logits)
    func mapped<Value>(_ values: [Value], _ map: PositionMap) -> [Value] {
      [values[0]] + map.places.map { values[1 + Int($0)] }
    }
    corruptedOutputs = zip(corrupted, pairs.maps).map { mapped($0.logits, $1) }
    switch ablation {
    case .zero:
      ablated = clean.map { run in run.activations.mapValues { $0.map { $0.map { _ in 0 } } } }
    case .resample:
      ablated = zip(corrupted, pairs.maps).map { run, map in
        run.activations.mapValues { mapped($0, map) }
      }
    case .mean:
      func mean(_ vectors: [[Double]]) -> [Double] {
        vectors[0].indices.map { i in vectors.reduce(0) { $0 + $1[i] } / Double(vectors.count) }
      }
      var means: [SourceNode: (bos: [Double], others: [Double])] = [:]
      for source in model.graph.sources {
        means[source] = (
          mean(clean.map { $0.activations[source]![0] }),
          mean(clean.flatMap { $0.activations[source]!.dropFirst() })
        )
      }
      ablated = pairs.clean.map { input in
        means.mapValues { means in input.indices.map { $0 == 0 ? means.bos : means.others } }
      }
    }
  }

  private func mean(_ value: (Int, Int) -> Double) -> Double {
    var sum = 0.0
    var count = 0.0
    for (index, counted) in pairs.counted.enumerated() {
      for (position, counts) in counted.enumerated() where counts {
        sum += value(index, position)
        count += 1
      }
    }
    return sum / count
  }

  fileprivate func divergence(_ outputs: [[[Double]]], from given: [[[Double]]]) -> Double {
    func logSoftmax(_ z: [Double]) -> [Double] {
      let greatest = z.max()!
      let normaliser = greatest + log(z.reduce(0) { $0 + exp($1 - greatest) })
      return z.map { $0 - normaliser }
    }
    return mean { index, position in
      let (z, g) = (outputs[index][position], given[index][position])
      switch pairs.outputKind {
      case .numerical: return zip(z, g).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      case .categorical:
        return zip(logSoftmax(z), logSoftmax(g)).reduce(0) { $0 + exp($1.1) * ($1.1 - $1.0) }
      }
    }
  }

  var corruptedDivergence: Double { divergence(corruptedOutputs, from: cleanOutputs) }

  /// The mean divergence from the clean outputs under a mask.
  func divergence(embedding: Double = 1, mask: (Edge) -> Double) -> Double {
    divergence(outputs(embedding: embedding, mask: mask), from: cleanOutputs)
  }

  /// The same, less the divergence from the corrupted inputs' outputs.
  func contrast(mask: (Edge) -> Double) -> Double {
    let outputs = outputs(embedding: 1, mask: mask)
    return divergence(outputs, from: cleanOutputs) - divergence(outputs, from: corruptedOutputs)
  }

  private func outputs(embedding: Double, mask: (Edge) -> Double) -> [[[Double]]] {
    zip(pairs.clean, ablated).map { model.run($0, ablated: $1, embedding: embedding, mask: mask).logits }
  }

  /// The share of counted positions whose output changes when one edge is cut, and the mean divergence.
  func effect(of edge: Edge, tolerance: Double) -> (changed: Double, divergence: Double) {
    let outputs = outputs(embedding: 1) { $0 == edge ? 0 : 1 }
    func choice(_ logits: [Double]) -> Int? { logits.indices.max { logits[$0] < logits[$1] } }
    let changed = mean { index, position in
      let (now, before) = (outputs[index][position], cleanOutputs[index][position])
      switch pairs.outputKind {
      case .numerical: return abs(now[0] - before[0]) > tolerance ? 1 : 0
      case .categorical: return choice(now) == choice(before) ? 0 : 1
      }
    }
    return (changed, divergence(outputs, from: cleanOutputs))
  }

  /// ACDC as its paper states it, one threshold at a time: the edges that stay.
  func acdc(threshold: Double, order: [Int]) -> Set<Int> {
    var intact = Set(model.graph.edges.indices)
    func divergence() -> Double {
      let edges = Set(intact.map { model.graph.edges[$0] })
      return self.divergence { edges.contains($0) ? 1 : 0 }
    }
    var current = divergence()
    for edge in order {
      intact.remove(edge)
      let without = divergence()
      if without - current < threshold { current = without } else { intact.insert(edge) }
    }
    return intact
  }
}

extension BruteForce {
  /// The slope of the mean divergence by moving what one edge brings from its clean to its ablated value,
  /// averaged over inputs whose embeddings are step / steps of the way to the clean ones.
  func integratedGradients(steps: Int) -> [Double] {
    let clean = pairs.clean.map { model.run($0).activations }
    return model.graph.edges.map { edge in
      var sum = 0.0
      for step in 1...steps {
        func loss(_ shift: Double) -> Double {
          let outputs = pairs.clean.indices.map { index in
            model.run(
              pairs.clean[index], ablated: ablated[index], embedding: Double(step) / Double(steps),
              shift: (edge, clean[index][edge.from]!, shift)
            ).logits
          }
          return divergence(outputs, from: cleanOutputs)
        }
        sum += (loss(1e-4) - loss(-1e-4)) / 2e-4
      }
      return sum / Double(steps)
    }
  }
}
