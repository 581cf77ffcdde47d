import Rendering

/// The report as a page.
extension BatchReport {
  package var html: String { page.source }

  private var page: HTML {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,">
    <title>\(title)</title>
    <style>\(HTML(raw: FigureStyle.sheet))
    \(HTML(raw: ReportStyle.sheet))</style>
    </head>
    <body>
    <main>
    <h1>\(title)</h1>
    <ul class="cards">\(cards.map { "<li><b>\($0.figure)</b><span>\($0.label)</span></li>" })</ul>
    \(comparisons)
    <h2>Circuits</h2>
    <p class="note">Open a row for its figures.</p>
    <div class="row head">\((["circuit"] + columns).map { "<span>\($0)</span>" })</div>
    \(circuits.map(row))
    </main>
    </body>
    </html>

    """
  }

  private var title: String {
    circuits.count == 1 ? circuitLabels[circuits[0].folder] : counted(circuits.count, "circuit")
  }

  // MARK: All circuits together

  private var cards: [(label: String, figure: String)] {
    let trained = circuits.compactMap(\.training)
    var cards = [(label: "circuits", figure: "\(circuits.count)")]
    func add(_ label: String, _ figure: String) { cards.append((label, figure)) }
    if !trained.isEmpty {
      add("reached the target", "\(trained.count { $0.reached }) of \(trained.count)")
      add("lowest accuracy", percent(trained.map(\.accuracy).min()))
      add("lowest IIA", percent(trained.map(\.worstIIA).min()))
      add("lowest SIIA", percent(trained.map(\.worstSIIA).min()))
    }
    if let best = comparison.methods.first, comparison.methods.count > 1 {
      add("best mean AUROC", "\(best.method) \(area(best.mean))")
    }
    let evaluations = circuits.compactMap(\.evaluation)
    if !evaluations.isEmpty {
      let separated = evaluations.count { $0.notSeparated(by: .resample).isEmpty }
      add("effects separated", "\(separated) of \(evaluations.count)")
    }
    let certified = circuits.compactMap { $0.edges?.isCertified }
    if !certified.isEmpty { add("certified", "\(certified.count { $0 }) of \(certified.count)") }
    return cards
  }

  private var comparisons: HTML {
    guard let boxes else { return "" }
    let tables = comparison.methods.count > 1 ? [methodTable] + (circuits.count > 1 ? [pairTable] : []) : []
    return """
      <h2>Methods</h2>
      <div class="figures"><figure class="wide">\(HTML(raw: boxes.inline))</figure></div>
      \(tables)
      """
  }

  private var methodTable: HTML {
    func means(_ comparison: MethodComparison) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: comparison.methods.map { ($0.method, $0.mean) })
    }
    let wholeNodes = means(wholeNodeComparison)
    let benchmark = means(benchmarkComparison)
    return table(
      head: [
        "method", "circuits", "mean AUROC", "median", "quartiles", "mean, whole nodes", "mean, benchmark",
      ],
      rows: comparison.methods.map { method in
        [
          method.method, "\(method.circuits)", area(method.mean), area(method.median),
          "\(area(method.firstQuartile)) to \(area(method.thirdQuartile))",
          wholeNodes[method.method].map(area) ?? "", benchmark[method.method].map(area) ?? "",
        ]
      })
  }

  private var pairTable: HTML {
    let table = table(
      head: [
        "better by mean", "than", "A12", "difference", "Mann-Whitney p", "Holm", "signed-rank p", "Holm",
      ],
      rows: comparison.pairs.map { pair in
        [
          pair.first, pair.second, area(pair.a12), pair.magnitude, Numbers.pValue(pair.mannWhitneyP),
          Numbers.pValue(pair.mannWhitneyHolm), Numbers.pValue(pair.signedRankP),
          Numbers.pValue(pair.signedRankHolm),
        ]
      })
    return """
      \(table)
      <p class="note">A12 is the probability that the first method's AUROC is above the second's on \
      another circuit; p-values are two-sided, and Holm's are corrected for the number of pairs. Whole \
      nodes: a head's query, key and value inputs and the two embeddings taken together. Benchmark: \
      judged by the edges of the InterpBench convention, else by those that change outputs.</p>
      """
  }

  // MARK: One circuit

  /// What a circuit's row shows after its name.
  private var columns: [String] { ["accuracy", "IIA", "SIIA"] + methods }

  private func row(_ circuit: ReportedCircuit) -> HTML {
    let training = circuit.training
    let evaluation = circuit.evaluation
    let areas = methods.map { method in
      circuit.discoveries.first { $0.method == method }?.aurocEdges.map(area) ?? "–"
    }
    let values =
      [
        percent(training?.accuracy ?? evaluation?.accuracy),
        percent(training?.worstIIA ?? evaluation?.worstIIA),
        percent(training?.worstSIIA ?? evaluation?.worstSIIA),
      ] + areas
    let cells: [HTML] = zip(columns, values).map { "<span><i>\($0)</i>\($1)</span>" }
    let figures: [HTML] = circuit.figures.map { file, caption, figure in
      let style: HTML = file.hasPrefix("circuit-") ? " class=\"wide\"" : ""
      return "<figure\(style)>\(HTML(raw: figure.inline))<figcaption>\(caption)</figcaption></figure>"
    }
    let summary: HTML = circuit.about.isEmpty ? "" : "<p>\(circuit.about)</p>"
    return """
      <details><summary class="row"><span class="name">\(circuitLabels[circuit.folder])</span>\(cells)\
      </summary><div class="behind">\(summary)\
      <ul class="facts">\(circuit.facts.map { "<li>\($0)</li>" })</ul>\
      <div class="figures">\(figures)</div></div></details>

      """
  }

  // MARK: Pieces

  private func area(_ auroc: Double) -> String { Numbers.decimals(auroc, 3) }

  private func percent(_ share: Double?) -> String { share.map(Numbers.percent) ?? "–" }

  /// A table that scrolls by itself if the page is narrow.
  private func table(head: [String], rows: [[String]]) -> HTML {
    let body: [HTML] = rows.map { cells in "<tr>\(cells.map { "<td>\($0)</td>" })</tr>\n" }
    return """
      <div class="scroll"><table>
      <thead><tr>\(head.map { "<th>\($0)</th>" })</tr></thead>
      <tbody>
      \(body)</tbody></table></div>

      """
  }
}
