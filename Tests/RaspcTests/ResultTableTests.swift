import Foundation
import Testing

/// Tables that commands print and write: every figure under its own head.
@Suite struct ResultTableTests {
  @Test("A batch's summary has what each circuit's meta.json has, as text, CSV and JSON")
  func summary() throws {
    let raspc = try Executable(["a.rasp": BatchTests.program("one", steps: 10)])
    defer { raspc.clean() }
    #expect(try raspc("--siit", "a.rasp").status == 0)
    try Trained.edit(raspc, "out/one")
    let again = try raspc("--siit", "a.rasp")
    #expect(again.status == 0, "\(again.errors)")
    let expected = [
      "circuit": "one", "accuracy": "93.75%", "IIA": "87.50%", "SIIA": "75.00%", "steps": "123",
      "seconds": "45.6", "worst node": "half of the others",
    ]
    let printed = try PrintedTable(again.output).row("one")
    let written = try PrintedTable(String(decoding: raspc.contents("out/summary.txt"), as: UTF8.self))
    let lines = String(decoding: try raspc.contents("out/summary.csv"), as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    #expect(lines.count == 2 && lines[0] == written.head)
    let csv = Dictionary(uniqueKeysWithValues: zip(lines[0], lines[1]))
    for (head, value) in expected {
      #expect(printed[head] == value, "\(head)")
      #expect(try written.row("one")[head] == value, "\(head)")
      #expect(csv[head] == value, "\(head)")
    }
    let rows = try JSONSerialization.jsonObject(with: raspc.contents("out/summary.json")) as? [[String: Any]]
    let row = try #require(rows?.first)
    #expect(row["accuracy"] as? Double == 0.9375 && row["iia"] as? Double == 0.875)
    #expect(row["siia"] as? Double == 0.75 && row["steps"] as? Int == 123)

    let inspected = try PrintedTable(raspc("inspect", "out/one").output)
    let (iia, siia) = (
      try inspected.row("blocks.0.mlp.hook_post"), try inspected.row("blocks.0.attn.hook_result[0]")
    )
    #expect(iia["IIA"] == "96.87%" && iia["SIIA"] == "")
    #expect(siia["SIIA"] == "98.43%" && siia["IIA"] == "")
  }

  @Test("What eval prints is what it writes, column by column")
  func evaluation() throws {
    let program = DiscoveryCommandTests.program.replacing(
      "max_len = 3;",
      with: """
        max_len = 3;
        siit = {"steps": 120, "rounds": 1, "batch": 32, "evaluate_every": 20, "evaluation_pairs": 32,
                "final_pairs": 64};
        """)
    let raspc = try Executable(["frac.rasp": program])
    defer { raspc.clean() }
    _ = try raspc("--siit", "frac.rasp", "-o", "out")
    let evaluated = try raspc("eval", "out", "--inputs", "32")
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let row = try PrintedTable(evaluated.output).row("frac_prevs")
    let file = try raspc.json("out/frac_prevs/eval.json")
    let together = try #require(file["together"] as? [String: Double])
    let alone = try #require(file["circuit_alone"] as? [String: Double])
    let iia = try #require(file["iia"] as? [String: Double])
    let siia = try #require(file["siia"] as? [String: Double])
    let effects = try #require(file["effects"] as? [[String: Any]])
    func effect(inside: Bool) -> [Double] {
      effects.filter { $0["in_circuit"] as? Bool == inside }.compactMap { $0["resample"] as? Double }
    }
    func percent(_ share: Double?) throws -> String {
      String(format: "%.2f%%", (try #require(share) * 10_000).rounded(.down) / 100)
    }
    let joint = try #require(file["joint"] as? Double)
    let both = [try #require(together["halves"]), try #require(together["all"])]
    let expected = [
      "accuracy": try percent(file["accuracy"] as? Double), "IIA": try percent((iia.values + [joint]).min()),
      "SIIA": try percent((siia.values + both).min()),
      "smallest effect inside": try percent(effect(inside: true).min()),
      "largest outside": try percent(effect(inside: false).max()),
      "circuit alone": try percent(alone["accuracy"]), "model": "ll",
    ]
    for (head, value) in expected { #expect(row[head] == value, "\(head)") }
    #expect(Set(expected.values).count >= 6, "a figure in another's place would be seen: \(expected)")
    let (inside, outside) = (effect(inside: true), effect(inside: false))
    #expect(inside.min() != outside.min() && inside.max() != outside.max(), "so would the other nodes'")
    let isCertified = try raspc.json("out/frac_prevs/edges.json")["certified"] as? Bool
    #expect(row["certified"] == (isCertified == true ? "yes" : "no"))
  }

  @Test("What discover prints is what it writes, a column a method, with means and medians below")
  func discovery() throws {
    let raspc = try Executable(["three.rasp": FigureTests.threeCircuits])
    defer { raspc.clean() }
    #expect(try raspc("three.rasp", "-o", "out").status == 0)
    let methods = ["eap-ig", "acdc", "eap"]
    let discovered = try raspc.start(
      ["discover", "out", "--inputs", "16"] + methods.flatMap { ["--method", $0] }
    ).finish()
    #expect(discovered.status == 0, "\(discovered.errors)")
    let table = try PrintedTable(discovered.output)
    #expect(Array(table.head.dropFirst()) == methods)
    var all: [String: [Double]] = [:]
    for circuit in ["first", "second", "third"] {
      for method in methods {
        let file = try raspc.json("out/\(circuit)/discover-\(method).json")
        let edges = try #require(file["edges"] as? [[String: Any]])
        // The area of the scores that the file holds, by the edges that it says are the circuit's.
        let own = try area(
          edges.map { try #require($0["score"] as? Double) }, edges.map { $0["in_circuit"] as? Bool == true })
        #expect(abs(own - (try #require(file["auroc_edges"] as? Double))) < 1e-9)
        #expect(try table.row(circuit)[method] == String(format: "%.3f", own), "\(method)")
        all[method, default: []].append(own)
      }
    }
    for (method, areas) in all {
      #expect(try table.row("mean")[method] == String(format: "%.3f", areas.reduce(0, +) / 3), "\(method)")
      #expect(try table.row("median")[method] == String(format: "%.3f", areas.sorted()[1]), "\(method)")
    }
    #expect(all.values.contains { $0.reduce(0, +) / 3 != $0.sorted()[1] }, "means and medians differ")
  }
}
