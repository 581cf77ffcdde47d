import Discovery
import Transformer

/// `discover-METHOD.json`
extension DiscoveryResult: Codable {
  /// Raised when readers of the file as it was can no longer read it.
  package static let format = 1

  private enum CodingKeys: String, CodingKey {
    case format, method, circuit, model, ablation, inputs, seed, seconds, natural, edges, nodes
    case joinsEmbeddings = "joins_embeddings"
    case joinsHeadInputs = "joins_head_inputs"
    case aurocEdges = "auroc_edges"
    case aurocNodes = "auroc_nodes"
    case aurocWholeNodeEdges = "auroc_whole_node_edges"
    case aurocBenchmarkEdges = "auroc_benchmark_edges"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.checkFormat(Self.format, forKey: .format)
    self.init(
      method: try container.decode(String.self, forKey: .method),
      circuit: try container.decode(String.self, forKey: .circuit),
      model: try container.decode(CircuitModel.self, forKey: .model),
      run: try container.decodeIfPresent(Ablation.self, forKey: .ablation).map { ablation in
        Run(
          ablation: ablation, inputs: try container.decode(Int.self, forKey: .inputs),
          seed: try container.decode(UInt64.self, forKey: .seed),
          seconds: try container.decode(Double.self, forKey: .seconds))
      },
      edges: try container.decode([EdgeScore].self, forKey: .edges),
      nodes: try container.decode([NodeScore].self, forKey: .nodes))
    granularity = Granularity(
      joinsEmbeddings: try container.decodeIfPresent(Bool.self, forKey: .joinsEmbeddings) ?? false,
      joinsHeadInputs: try container.decodeIfPresent(Bool.self, forKey: .joinsHeadInputs) ?? false)
    aurocEdges = try container.decodeIfPresent(Double.self, forKey: .aurocEdges)
    aurocNodes = try container.decodeIfPresent(Double.self, forKey: .aurocNodes)
    aurocWholeNodeEdges = try container.decodeIfPresent(Double.self, forKey: .aurocWholeNodeEdges)
    aurocBenchmarkEdges = try container.decodeIfPresent(Double.self, forKey: .aurocBenchmarkEdges)
    natural = try container.decodeIfPresent(Correlation.self, forKey: .natural)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.format, forKey: .format)
    try container.encode(method, forKey: .method)
    try container.encode(circuit, forKey: .circuit)
    try container.encode(model, forKey: .model)
    if let run {
      try container.encode(run.ablation, forKey: .ablation)
      try container.encode(run.inputs, forKey: .inputs)
      try container.encode(run.seed, forKey: .seed)
      try container.encode(run.seconds, forKey: .seconds)
    } else {
      try container.encode(granularity.joinsEmbeddings, forKey: .joinsEmbeddings)
      try container.encode(granularity.joinsHeadInputs, forKey: .joinsHeadInputs)
    }
    try container.encodeIfPresent(aurocEdges, forKey: .aurocEdges)
    try container.encodeIfPresent(aurocNodes, forKey: .aurocNodes)
    try container.encodeIfPresent(aurocWholeNodeEdges, forKey: .aurocWholeNodeEdges)
    try container.encodeIfPresent(aurocBenchmarkEdges, forKey: .aurocBenchmarkEdges)
    try container.encodeIfPresent(natural, forKey: .natural)
    try container.encode(edges, forKey: .edges)
    try container.encode(nodes, forKey: .nodes)
  }
}

extension DiscoveryResult.EdgeScore: Codable {
  private enum CodingKeys: String, CodingKey {
    case from, to, score
    case inCircuit = "in_circuit"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      edge: CircuitEdge(
        from: try container.decode(CircuitNode.self, forKey: .from),
        to: try container.decode(CircuitNode.self, forKey: .to)),
      score: try container.decode(Double.self, forKey: .score),
      inCircuit: try container.decode(Bool.self, forKey: .inCircuit))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(edge.from, forKey: .from)
    try container.encode(edge.to, forKey: .to)
    try container.encode(score, forKey: .score)
    try container.encode(inCircuit, forKey: .inCircuit)
  }
}

extension DiscoveryResult.NodeScore: Codable {
  private enum CodingKeys: String, CodingKey {
    case node, score
    case inCircuit = "in_circuit"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let node = SourceNode(try container.decode(CircuitNode.self, forKey: .node)) else {
      throw DecodingError.dataCorruptedError(
        forKey: .node, in: container, debugDescription: "this does not write to the residual stream")
    }
    self.init(
      node: node, score: try container.decode(Double.self, forKey: .score),
      inCircuit: try container.decode(Bool.self, forKey: .inCircuit))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(node.node, forKey: .node)
    try container.encode(score, forKey: .score)
    try container.encode(inCircuit, forKey: .inCircuit)
  }
}

extension DiscoveryResult.Correlation: Codable {
  private enum CodingKeys: String, CodingKey { case pearson, spearman }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      pearson: try container.decodeIfPresent(Double.self, forKey: .pearson),
      spearman: try container.decodeIfPresent(Double.self, forKey: .spearman))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(pearson, forKey: .pearson)
    try container.encodeIfPresent(spearman, forKey: .spearman)
  }
}
