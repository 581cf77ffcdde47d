import Foundation
import Testing

/// eval, discover and report, on a compiled circuit and a few inputs.
@Suite struct DiscoveryCommandTests {
  static let program = """
    is_x = numerical(indicator(tokens == "x"));
    prevs = select(indices, indices, <=);
    frac = numerical(aggregate(prevs, is_x));
    circuit frac_prevs {
      about = "Fraction of <x> so far";
      vocab = ["a", "x"];
      max_len = 3;
      causal = true;
      output = frac;
    }
    """

  private func json(_ url: URL) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
  }

  /// Ranks from 1, equal values sharing the mean of theirs.
  private func ranks(_ values: [Double]) -> [Double] {
    values.map { value in
      Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
    }
  }

  private func correlation(_ a: [Double], _ b: [Double]) -> Double {
    func centred(_ values: [Double]) -> [Double] {
      values.map { $0 - values.reduce(0, +) / Double(values.count) }
    }
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let (a, b) = (centred(a), centred(b))
    return product(a, b) / (product(a, a) * product(b, b)).squareRoot()
  }

  @Test("The known circuit is judged, and a page shows it")
  func path() throws {
    let raspc = try Executable(["frac.rasp": Self.program])
    defer { raspc.clean() }
    #expect(try raspc("frac.rasp", "-o", "out").status == 0)
    let folder = raspc.folder.appendingPathComponent("out/frac_prevs")

    let evaluated = try raspc("eval", "out", "--inputs", "32")
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let evaluation = try json(folder.appendingPathComponent("eval.json"))
    #expect(evaluation["accuracy"] as? Double == 1)
    let effects = try #require(evaluation["effects"] as? [[String: Any]])
    #expect(!effects.isEmpty)
    #expect(effects.count { $0["in_circuit"] as? Bool == true } == 2)
    for effect in effects {
      let isInside = effect["in_circuit"] as? Bool == true
      for kind in ["resample", "mean", "zero"] {
        let share = try #require(effect[kind] as? Double)
        #expect(isInside ? share > 0.5 : share == 0, "\(kind)")
      }
    }
    let measured = try json(folder.appendingPathComponent("edges.json"))
    #expect(measured["certified"] is NSNull, "no transformer has been trained")
    let edgeEffects = try #require(measured["effects"] as? [[String: Any]])
    #expect(edgeEffects.contains { $0["causal"] as? Bool == true && $0["trained"] is NSNull })

    let discovered = try raspc(
      "discover", "out", "--method", "acdc", "--method", "eap-ig", "--inputs", "32")
    #expect(discovered.status == 0, "\(discovered.errors)")
    let acdc = try json(folder.appendingPathComponent("discover-acdc.json"))
    #expect(acdc["method"] as? String == "acdc")
    #expect(try #require(acdc["auroc_edges"] as? Double) > 0.9)
    let edges = try #require(acdc["edges"] as? [[String: Any]])
    #expect(edges.contains { $0["from"] as? String == "hook_embed" && $0["in_circuit"] as? Bool == true })
    let nodes = Set(try #require(acdc["nodes"] as? [[String: Any]]).compactMap { $0["node"] as? String })
    let sources = effects.compactMap { $0["source"] as? String }
    #expect(sources.count == effects.count && nodes.isSuperset(of: sources), "the files' nodes join")

    let reported = try raspc("report", "out")
    #expect(reported.status == 0, "\(reported.errors)")
    let page = try String(
      contentsOf: raspc.folder.appendingPathComponent("out/report.html"), encoding: .utf8)
    #expect(page.contains("Fraction of &lt;x&gt; so far"))
    #expect(page.matches(of: /<details>/).count == 1)
    #expect(!page.contains("http"), "nothing is fetched")
    #expect(!page.contains("<script"))
    for name in ["roc.svg", "effects.svg", "circuit-acdc.svg", "weights.svg"] {
      #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path), "\(name)")
    }
  }

  @Test("A trained transformer is compared with one trained on behaviour alone")
  func natural() throws {
    let trained = Self.program.replacing(
      "max_len = 3;",
      with: """
        max_len = 3;
        siit = {"steps": 60, "rounds": 1, "batch": 32, "evaluate_every": 20, "evaluation_pairs": 32,
                "final_pairs": 64};
        """)
    let raspc = try Executable(["frac.rasp": trained])
    defer { raspc.clean() }
    _ = try raspc("--siit", "frac.rasp", "-o", "out")
    let folder = raspc.folder.appendingPathComponent("out/frac_prevs")
    let meta = try json(folder.appendingPathComponent("meta.json"))
    let training = try #require(meta["training"] as? [String: Any])
    let norms = try #require(training["weight_norms"] as? [String: Any])
    for name in ["circuit", "outside", "natural_circuit", "natural_outside"] {
      #expect(try #require(norms[name] as? Double) > 0.01, "\(name)")
    }
    let measure = try #require(training["measure"] as? [String: Any])
    #expect(measure["untested"] as? [String] == [])
    /// Of all positions or of the effective ones, whichever is less.
    func worst(_ share: Any?) throws -> Double {
      let share = try #require(share as? [String: Any])
      #expect(try #require(share["effective"] as? Int) > 0)
      return try min(#require(share["share"] as? Double), #require(share["effective_share"] as? Double))
    }
    var shares = [try #require(training["accuracy"] as? Double)]
    for name in ["joint", "halves", "together"] { shares.append(try worst(measure[name])) }
    for name in ["iia", "siia"] {
      let nodes = try #require(training[name] as? [String: Double])
      let measured = try #require(measure[name] as? [String: Any])
      #expect(nodes.count == measured.count && !nodes.isEmpty)
      for (node, share) in nodes { #expect(try worst(measured[node]) == share, "\(node)") }
      shares += nodes.values
    }
    // Sixty steps are too few; the target is that of all circuits.
    #expect(training["reached"] as? Bool == false && shares.contains { $0 < 0.999 })

    #expect(try raspc("discover", "out", "--method", "eap", "--inputs", "32", "--natural").status == 0)
    let file = try json(folder.appendingPathComponent("discover-eap.json"))
    let evaluation = try json(folder.appendingPathComponent("eval.json"))
    let weights = try #require(evaluation["weights"] as? [String: Any])
    #expect(Set(weights.keys) == ["hl", "ll", "natural"])
    let edges = try json(folder.appendingPathComponent("edges.json"))
    let nodes = try #require(evaluation["effects"] as? [[String: Any]])
    for kind in ["resample", "mean", "zero"] {
      func isInside(_ node: [String: Any]) -> Bool { node["in_circuit"] as? Bool == true }
      let greatest = nodes.filter { !isInside($0) }.compactMap { $0[kind] as? Double }.max() ?? 0
      let level = nodes.filter { isInside($0) && $0[kind] as? Double ?? 0 <= greatest }
      let named = try #require(evaluation["not_separated"] as? [String: [String]])[kind]
      #expect(named == level.compactMap { $0["node"] as? String }, "\(kind)")
      #expect((evaluation["separated"] as? [String: Bool])?[kind] == level.isEmpty, "\(kind)")
    }
    let effects = try #require(edges["effects"] as? [[String: Any]])
    #expect(effects.count == (file["edges"] as? [Any])?.count)
    func changed(causal: Bool) throws -> [Double] {
      try effects.filter { $0["causal"] as? Bool == causal }
        .map { try #require(($0["trained"] as? [String: Any])?["changed"] as? Double) }
    }
    let (least, greatest) = (try changed(causal: true).min() ?? 0, try changed(causal: false).max() ?? 0)
    #expect(edges["certified"] as? Bool == (least > greatest), "\(least), \(greatest)")
    #expect((edges["not_certified"] as? [[String]])?.isEmpty == (least > greatest))

    // The same method, asked of the transformer that was trained on behaviour alone, has the scores that are compared.
    for name in ["model.safetensors", "model_cfg.json"] {
      try raspc.contents("out/frac_prevs/natural_\(name)").write(
        to: folder.appendingPathComponent("ll_\(name)"))
    }
    #expect(try raspc("discover", "out", "--method", "eap", "--inputs", "32").status == 0)
    let rival = try json(folder.appendingPathComponent("discover-eap.json"))
    func scores(_ file: [String: Any]) throws -> [Double] {
      try #require(file["edges"] as? [[String: Any]]).map { try #require($0["score"] as? Double) }
    }
    let (own, other) = (try scores(file), try scores(rival))
    let found = try #require(file["natural"] as? [String: Any])
    #expect(try abs(#require(found["pearson"] as? Double) - correlation(own, other)) < 1e-9)
    #expect(try abs(#require(found["spearman"] as? Double) - correlation(ranks(own), ranks(other))) < 1e-9)
    #expect(own != other && rival["natural"] == nil)
  }

  @Test("A report judges scores itself: figures edited in a file are not shown")
  func editedFigures() throws {
    let raspc = try Executable(["frac.rasp": Self.program])
    defer { raspc.clean() }
    _ = try raspc("frac.rasp", "-o", "out")
    #expect(try raspc("discover", "out", "--method", "acdc", "--inputs", "32").status == 0)
    let url = raspc.folder.appendingPathComponent("out/frac_prevs/discover-acdc.json")
    var file = try json(url)
    let area = try #require(file["auroc_edges"] as? Double)
    file["auroc_edges"] = 0.123
    try JSONSerialization.data(withJSONObject: file).write(to: url)
    #expect(try raspc("report", "out").status == 0)
    func page() throws -> String {
      try String(contentsOf: raspc.folder.appendingPathComponent("out/report.html"), encoding: .utf8)
    }
    #expect(try !page().contains("0.123"))
    #expect(try page().contains(String(format: "%.3f", area)))

    // Scores are what they are: all equal ones tell nothing apart.
    file["edges"] = try #require(file["edges"] as? [[String: Any]]).map { edge in
      edge.merging(["score": 1]) { $1 }
    }
    try JSONSerialization.data(withJSONObject: file).write(to: url)
    #expect(try raspc("report", "out").status == 0)
    #expect(try page().contains("AUROC 0.500"))
  }

  @Test("Circuits of one name in two folders have a row each and count twice")
  func namesakes() throws {
    let raspc = try Executable(["frac.rasp": Self.program])
    defer { raspc.clean() }
    _ = try raspc("frac.rasp", "-o", "first")
    _ = try raspc("frac.rasp", "-o", "second")
    let discovered = try raspc(
      "discover", "first", "second", "--method", "acdc", "--method", "eap", "--inputs", "32")
    #expect(discovered.status == 0, "\(discovered.errors)")
    #expect(discovered.output.contains("first/frac_prevs "))
    #expect(discovered.output.contains("second/frac_prevs "))
    #expect(discovered.output.contains("mean "))
  }

  @Test("What cannot be measured is refused with a reason")
  func errors() throws {
    let raspc = try Executable()
    defer { raspc.clean() }
    let missing = try raspc("eval", "nowhere")
    #expect(missing.status == 1)
    #expect(missing.errors.contains("nowhere"))
    let method = try raspc("discover", "nowhere", "--method", "magic")
    #expect(method.status == 64)
    #expect(method.errors.contains("edge-sp"))
  }
}
