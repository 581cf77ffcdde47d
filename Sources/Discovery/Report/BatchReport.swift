import Foundation

/// A page about a batch of circuits that needs nothing but itself: tables, figures, a row a circuit.
public struct BatchReport: Sendable {
  public let circuits: [ReportedCircuit]
  public let comparison: MethodComparison
  /// How methods compare by edges between whole nodes, as the InterpBench paper counts.
  public let wholeNodeComparison: MethodComparison
  /// How methods compare by the circuit of the benchmark's convention.
  public let benchmarkComparison: MethodComparison
  private let circuitLabels: CircuitLabels

  public init(_ circuits: [ReportedCircuit]) {
    self.circuits = circuits
    let labels = CircuitLabels(circuits.map { ($0.folder, $0.name) })
    let files = circuits.map { (label: labels[$0.folder], files: $0.discoveries) }
    comparison = MethodComparison(circuits: files)
    wholeNodeComparison = MethodComparison(circuits: files, by: \.aurocWholeNodeEdges)
    benchmarkComparison = MethodComparison(circuits: files, by: \.aurocBenchmarkEdges)
    circuitLabels = labels
  }

  private var methods: [String] {
    DiscoveryMethods.all.map(\.name).filter { name in
      circuits.contains { $0.discoveries.contains { $0.method == name } }
    }
  }

  /// AUROC by method across circuits; nil where no method has any.
  public var boxes: Figure? {
    let groups = methods.map { method in
      (
        name: method,
        values: circuits.compactMap { circuit in
          circuit.discoveries.first { $0.method == method }?.aurocEdges
        }
      )
    }
    guard groups.contains(where: { !$0.values.isEmpty }) else { return nil }
    return .boxes(
      groups, title: "AUROC over edges by method", axis: "AUROC over edges, a dot a circuit; bar: median")
  }

  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,">
    <title>\(HTML.escaped(title))</title>
    <style>\(FigureStyle.sheet)
    \(ReportStyle.sheet)</style>
    </head>
    <body>
    <main>
    <h1>\(HTML.escaped(title))</h1>
    \(cards)
    \(comparisonSection)
    <h2>Circuits</h2>
    <p class="note">Open a row for its figures.</p>
    <div class="row head">\(Self.cells(["circuit", "accuracy", "IIA", "SIIA"] + methods, "span"))</div>
    \(circuits.map(row).joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private var title: String {
    circuits.count == 1 ? circuitLabels[circuits[0].folder] : "\(circuits.count) circuits"
  }

  // MARK: Parts

  private var cards: String {
    let trained = circuits.compactMap(\.meta.training)
    var cards: [(String, String)] = [("circuits", "\(circuits.count)")]
    if !trained.isEmpty {
      cards.append(("reached the target", "\(trained.count { $0.reached }) of \(trained.count)"))
      cards.append(("least accuracy", HTML.percent(trained.map(\.accuracy).min())))
      cards.append(("least IIA", HTML.percent(trained.map(\.worstIIA).min())))
      cards.append(("least SIIA", HTML.percent(trained.map(\.worstSIIA).min())))
    }
    if let best = comparison.methods.first, comparison.methods.count > 1 {
      cards.append(("best mean AUROC", "\(best.method) \(Figure.decimals(best.mean, 3))"))
    }
    let evaluations = circuits.compactMap(\.evaluation)
    if !evaluations.isEmpty {
      let separated = evaluations.count { $0.separated["resample"] ?? false }
      cards.append(("effects separated", "\(separated) of \(evaluations.count)"))
    }
    let certified = circuits.compactMap(\.edges.certified.value)
    if !certified.isEmpty {
      cards.append(("certified", "\(certified.count { $0 }) of \(certified.count)"))
    }
    let items = cards.map {
      "<li><b>\(HTML.escaped($0.1))</b><span>\(HTML.escaped($0.0))</span></li>"
    }
    return "<ul class=\"cards\">\(items.joined())</ul>"
  }

  private var comparisonSection: String {
    guard let boxes else { return "" }
    var html = "<h2>Methods</h2><div class=\"figures\"><figure class=\"wide\">\(boxes.inline)</figure></div>"
    guard comparison.methods.count > 1 else { return html }
    func means(_ comparison: MethodComparison) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: comparison.methods.map { ($0.method, $0.mean) })
    }
    let wholeNodes = means(wholeNodeComparison)
    let benchmark = means(benchmarkComparison)
    html += HTML.table(
      head: [
        "method", "circuits", "mean AUROC", "median", "quartiles", "mean, whole nodes", "mean, benchmark",
      ],
      rows: comparison.methods.map { method in
        [
          method.method, "\(method.circuits)", Figure.decimals(method.mean, 3),
          Figure.decimals(method.median, 3),
          "\(Figure.decimals(method.firstQuartile, 3)) to \(Figure.decimals(method.thirdQuartile, 3))",
          wholeNodes[method.method].map { Figure.decimals($0, 3) } ?? "",
          benchmark[method.method].map { Figure.decimals($0, 3) } ?? "",
        ]
      })
    if circuits.count > 1 {
      html += HTML.table(
        head: [
          "better by mean", "than", "A12", "difference", "Mann-Whitney p", "Holm", "signed-rank p", "Holm",
        ],
        rows: comparison.pairs.map { pair in
          [
            pair.first, pair.second, Figure.decimals(pair.a12, 3), pair.magnitude,
            HTML.pValue(pair.mannWhitneyP), HTML.pValue(pair.mannWhitneyHolm), HTML.pValue(pair.signedRankP),
            HTML.pValue(pair.signedRankHolm),
          ]
        })
      html +=
        "<p class=\"note\">A12 is the probability that the first method's AUROC is above the second's on "
        + "another circuit; p-values are two-sided, and Holm's are corrected for the number of pairs. Whole "
        + "nodes: a head's query, key and value inputs and the two embeddings taken together. Benchmark: "
        + "judged by the edges of the InterpBench convention, else by those that change outputs.</p>"
    }
    return html
  }

  private func row(_ circuit: ReportedCircuit) -> String {
    let training = circuit.meta.training
    let areas = methods.map { method in
      circuit.discoveries.first { $0.method == method }?.aurocEdges.map { Figure.decimals($0, 3) } ?? "–"
    }
    let labels = ["accuracy", "IIA", "SIIA"] + methods
    let values =
      [
        HTML.percent(training?.accuracy ?? circuit.evaluation?.accuracy),
        HTML.percent(training?.worstIIA ?? circuit.evaluation?.worstIIA),
        HTML.percent(training?.worstSIIA ?? circuit.evaluation?.worstSIIA),
      ] + areas
    let cells = zip(labels, values).map { label, value in
      "<span><i>\(HTML.escaped(label))</i>\(HTML.escaped(value))</span>"
    }
    let figures = circuit.figures.map { file, caption, figure in
      let isWide = file.hasPrefix("circuit-")
      return "<figure\(isWide ? " class=\"wide\"" : "")>\(figure.inline)<figcaption>\(HTML.escaped(caption))"
        + "</figcaption></figure>"
    }
    return """
      <details><summary class="row"><span class="name">\(HTML.escaped(circuitLabels[circuit.folder]))</span>\(cells.joined())\
      </summary><div class="behind">\(facts(circuit))<div class="figures">\(figures.joined())</div></div></details>
      """
  }

  private func facts(_ circuit: ReportedCircuit) -> String {
    let c = circuit.config
    var facts = [
      "\(c.layers) layers, \(c.heads) heads, d_model \(c.dModel), d_head \(c.dHead), d_mlp \(c.dMLP)"
    ]
    if let file = circuit.discoveries.first {
      facts.append(
        "\(file.edges.count { $0.inCircuit }) of \(file.edges.count) edges change outputs; "
          + "\(file.ablation.rawValue) ablation, \(file.inputs) inputs")
    }
    if let isCertified = circuit.edges.certified.value {
      facts.append(
        isCertified
          ? "certified: every causal edge has more effect than any other"
          : "not certified, because of \(circuit.edges.notCertified.count) edges")
    }
    if let evaluation = circuit.evaluation {
      facts.append(
        "with everything outside the circuit at its mean, "
          + "\(HTML.percent(evaluation.circuitAlone.accuracy)) accuracy")
      for (kind, nodes) in evaluation.notSeparated.sorted(by: { $0.key < $1.key }) where !nodes.isEmpty {
        facts.append(
          "by \(kind) ablation no more effect than a node outside: "
            + nodes.map(Figure.shortName).joined(separator: ", "))
      }
      if let accuracy = evaluation.naturalAccuracy {
        facts.append("trained on behaviour alone: \(HTML.percent(accuracy)) accuracy")
      }
    }
    let correlations = circuit.discoveries.compactMap { file in
      file.natural?.spearman.map { "\(file.method) \(Figure.decimals($0, 2))" }
    }
    if !correlations.isEmpty {
      facts.append(
        "rank correlation of edge scores with that transformer's: " + correlations.joined(separator: ", "))
    }
    let about = circuit.meta.circuit.about
    return (about.isEmpty ? "" : "<p>\(HTML.escaped(about))</p>")
      + "<ul class=\"facts\">\(facts.map { "<li>\(HTML.escaped($0))</li>" }.joined())</ul>"
  }

  private static func cells(_ texts: [String], _ tag: String) -> String {
    texts.map { "<\(tag)>\(HTML.escaped($0))</\(tag)>" }.joined()
  }
}
