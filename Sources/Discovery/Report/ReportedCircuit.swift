import Foundation
import Rendering
import Transformer

/// What a report shows about a circuit.
package struct ReportedCircuit: Sendable {
  /// How well the trained transformer holds the circuit, in shares from 0 to 1.
  package struct Training: Sendable {
    package var accuracy: Double
    package var worstIIA: Double
    package var worstSIIA: Double
    /// Whether accuracy, IIA and SIIA all reached the target.
    package var reached: Bool

    package init(accuracy: Double, worstIIA: Double, worstSIIA: Double, reached: Bool) {
      self.accuracy = accuracy
      self.worstIIA = worstIIA
      self.worstSIIA = worstSIIA
      self.reached = reached
    }
  }

  package let name: String
  package let about: String
  package let folder: URL
  /// Nil if no transformer has been trained.
  package let training: Training?
  /// What each edge does; nil if it has not been measured.
  package let edges: MeasuredEdges?
  package let evaluation: EvaluationResult?
  /// In the order of ``DiscoveryMethods/inOrder(_:)``, judged by the ground truth.
  package let discoveries: [DiscoveryResult]
  /// The sizes of the transformer that was measured; failing that, of the trained one; failing that, of the
  /// compiled one.
  package let config: TransformerConfig

  package init(
    name: String, about: String, folder: URL, training: Training?, edges: MeasuredEdges?,
    evaluation: EvaluationResult?, discoveries: [DiscoveryResult], config: TransformerConfig
  ) {
    self.name = name
    self.about = about
    self.folder = folder
    self.training = training
    self.edges = edges
    self.evaluation = evaluation
    self.discoveries = discoveries
    self.config = config
  }

  /// Its figures, with their file names.
  package var figures: [(file: String, caption: String, figure: Figure)] {
    var figures: [(file: String, caption: String, figure: Figure)] = []
    let curves = discoveries.compactMap { file in file.edgeCurve.map { (name: file.method, curve: $0) } }
    if !curves.isEmpty {
      figures.append(("roc.svg", "ROC over edges", .roc(curves, title: "ROC over the edges of \(name)")))
    }
    if let evaluation {
      figures.append(
        (
          "effects.svg", "Effect of ablating each node",
          .effects(evaluation, title: "Node effects of \(name)")
        ))
    }
    for file in discoveries where !file.edges.isEmpty {
      let auroc = file.aurocEdges.map { ", AUROC " + Numbers.decimals($0, 3) } ?? ""
      figures.append(
        (
          "circuit-\(file.method).svg", "Edges found by \(file.method)\(auroc)",
          .circuit(
            file.edges, layers: config.layers, heads: config.heads, isDiscovery: true,
            title: "Edges of \(name) that \(file.method) found")
        ))
    }
    if let evaluation, !evaluation.weights.isEmpty {
      figures.append(
        (
          "weights.svg", "Share of weights by value",
          .weights(evaluation.weights, title: "Weights of \(name)")
        ))
    }
    return figures
  }
}
