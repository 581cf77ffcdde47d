import Rendering
import Transformer

extension Figure {
  /// A transformer's graph with the edges of the known circuit and those that a method found: as many of the
  /// highest-scored edges as the circuit has.
  package static func circuit(
    _ edges: [DiscoveryResult.EdgeScore], layers: Int, heads: Int, isDiscovery: Bool, title: String
  ) -> Figure {
    let plan = CircuitPlan(layers: layers, heads: heads)
    var figure = Figure(width: plan.width, height: plan.height + 30, title: title)
    let found = isDiscovery ? DiscoveryResult.found(edges) : Set(edges.indices.filter { edges[$0].inCircuit })
    var touched: Set<SourceNode?> = []
    let ordered = edges.indices.sorted { !edges[$0].inCircuit && edges[$1].inCircuit }
    for index in ordered where found.contains(index) || edges[index].inCircuit {
      let scored = edges[index]
      guard let edge = Edge(scored.edge), let from = plan.outlet(edge.from), let to = plan.inlet(edge.to)
      else { continue }
      let kind: SVGStyle = scored.inCircuit ? (found.contains(index) ? "found" : "missed") : "wrong"
      figure.path(riser(from, to), kind, tip: scored.edge.hookNames.joined(separator: " → "))
      if scored.inCircuit { touched.formUnion([edge.from, edge.to.owner]) }
    }
    for node in plan.nodes {
      figure.rectangle(
        node.x, node.y, node.width, CircuitPlan.boxHeight, touched.contains(node.node) ? "known" : "node",
        radius: 5)
      figure.text(node.label, node.x + node.width / 2, node.y + 17, anchor: .middle)
      if node.hasThreeInputs {
        for (place, letter) in ["q", "k", "v"].enumerated() {
          figure.text(
            letter, node.x + node.width * (Double(place) + 0.5) / 3, node.y + CircuitPlan.boxHeight + 11,
            "small faint", anchor: .middle)
        }
      }
    }
    let keys: [(SVGStyle, String)] =
      isDiscovery
      ? [("found", "found"), ("missed", "missed"), ("wrong", "not in the circuit")] : [("found", "circuit")]
    var x = 8.0
    for (kind, label) in keys {
      figure.line([(x, plan.height + 14), (x + 24, plan.height + 14)], kind)
      figure.text(label, x + 30, plan.height + 18.5, "small")
      x += 50 + 6.4 * Double(label.count)
    }
    return figure
  }

  /// A curve that leaves its start and reaches its end vertically.
  private static func riser(_ from: Point, _ to: Point) -> SVGPath {
    let bend = max(18, (from.y - to.y) * 0.45)
    var path = SVGPath(from: from)
    path.curve((from.x, from.y - bend), (to.x, to.y + bend), to: to)
    return path
  }
}

extension DiscoveryResult {
  /// The highest-scored edges, as many as the circuit has; if the last ones are tied with others, none of the
  /// tied edges.
  static func found(_ edges: [EdgeScore]) -> Set<Int> {
    let size = edges.count { $0.inCircuit }
    let scores = edges.map(\.score).sorted(by: >)
    guard size > 0, size < scores.count else { return size == 0 ? [] : Set(edges.indices) }
    let isTied = scores[size] == scores[size - 1]
    return Set(
      edges.indices.filter {
        isTied ? edges[$0].score > scores[size - 1] : edges[$0].score >= scores[size - 1]
      })
  }
}

/// Where the nodes of a transformer are drawn: layers from the bottom up, and in each the heads below the
/// MLP.
struct CircuitPlan {
  struct Node {
    /// Nil for the output.
    let node: SourceNode?
    let label: String
    let x, y, width: Double
    let hasThreeInputs: Bool
  }

  static let boxHeight = 25.0
  private static let rowHeight = 74.0
  private static let boxWidth = 84.0

  let nodes: [Node]
  let width: Double
  let height: Double

  init(layers: Int, heads: Int) {
    let columns = Double(max(heads, 3))
    width = columns * (Self.boxWidth + 14) + 30
    let rows = 2 * layers + 2
    height = Double(rows - 1) * Self.rowHeight + Self.boxHeight + 16
    let (width, height) = (width, height)
    func y(_ row: Int) -> Double { height - 8 - Self.boxHeight - Double(row) * Self.rowHeight }
    func spread(
      _ nodes: [(SourceNode?, String)], _ row: Int, inputs: Bool = false, shift: Double = 0
    ) -> [Node] {
      nodes.enumerated().map { place, node in
        let center = width * (Double(place) + 0.5) / Double(nodes.count) + shift
        return Node(
          node: node.0, label: node.1, x: center - Self.boxWidth / 2, y: y(row), width: Self.boxWidth,
          hasThreeInputs: inputs)
      }
    }
    var nodes = spread([(.embed, "embed"), (.positionEmbed, "pos_embed")], 0)
    for layer in 0..<layers {
      nodes += spread(
        (0..<heads).map { (.head(layer: layer, head: $0), "head \(layer).\($0)") },
        2 * layer + 1, inputs: true)
      // Off centre, so that edges that pass it do not run through it.
      nodes += spread(
        [(.mlp(layer: layer), "MLP \(layer)")], 2 * layer + 2, shift: width * 0.22)
    }
    nodes += spread([(nil, "output")], rows - 1)
    self.nodes = nodes
  }

  /// Where an edge leaves its source.
  func outlet(_ source: SourceNode) -> Figure.Point? {
    nodes.first { $0.node == source }.map { ($0.x + $0.width / 2, $0.y) }
  }

  /// Where an edge reaches its target.
  func inlet(_ target: TargetNode) -> Figure.Point? {
    guard let node = nodes.first(where: { $0.node == target.owner }) else { return nil }
    let place =
      switch target {
      case .query: 1 / 6.0
      case .value: 5 / 6.0
      case .key, .mlp, .output: 0.5
      }
    return (node.x + node.width * place, node.y + Self.boxHeight)
  }
}
