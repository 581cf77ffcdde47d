import Foundation
import Testing

/// `raspc judge` as someone with a method of their own uses it.
@Suite struct JudgeTests {
  private func compiled() throws -> Executable {
    let raspc = try Executable(["three.rasp": FigureTests.threeCircuits])
    #expect(try raspc("three.rasp", "-o", "out").status == 0)
    return raspc
  }

  /// The scores of a built-in method in another tool's words: `hook_embed->blocks.0.hook_mlp_in`.
  private func named(_ method: String, _ circuit: String, _ raspc: Executable) throws -> [String: Double] {
    let file = try raspc.json("out/\(circuit)/discover-\(method).json")
    let edges = try #require(file["edges"] as? [[String: Any]])
    return try Dictionary(
      uniqueKeysWithValues: edges.map { edge in
        let (from, to) = (try #require(edge["from"] as? String), try #require(edge["to"] as? String))
        return ("\(from)->\(to)", try #require(edge["score"] as? Double))
      })
  }

  private func write(_ scores: [String: Double], _ path: String, _ raspc: Executable) throws {
    try JSONSerialization.data(withJSONObject: scores).write(to: raspc.folder.appendingPathComponent(path))
  }

  @Test("Scores that raspc's own method gave are judged as that method is, and stand beside it in the report")
  func asBuiltIn() throws {
    let raspc = try compiled()
    defer { raspc.clean() }
    #expect(try raspc("discover", "out", "--method", "eap", "--inputs", "16").status == 0)
    let scores = raspc.folder.appendingPathComponent("scores")
    try FileManager.default.createDirectory(at: scores, withIntermediateDirectories: true)
    let circuits = ["first", "second", "third"]
    for circuit in circuits { try write(named("eap", circuit, raspc), "scores/\(circuit).json", raspc) }
    let judged = try raspc("judge", "out", "--method", "mine", "--scores", "scores")
    #expect(judged.status == 0, "\(judged.errors)")
    let table = try PrintedTable(judged.output)
    for circuit in circuits {
      let (own, mine) = (
        try raspc.json("out/\(circuit)/discover-eap.json"),
        try raspc.json("out/\(circuit)/discover-mine.json")
      )
      for key in ["auroc_edges", "auroc_whole_node_edges", "auroc_benchmark_edges"] {
        #expect(own[key] as? Double == mine[key] as? Double, "\(circuit) \(key)")
      }
      #expect(mine["method"] as? String == "mine" && mine["ablation"] == nil)
      let area = try #require(mine["auroc_edges"] as? Double)
      #expect(try table.row(circuit)["edges"] == String(format: "%.3f", area))
    }
    #expect(table.rows.map { $0[0] } == circuits + ["mean", "median"])
    #expect(try raspc("report", "out").status == 0)
    let page = String(decoding: try raspc.contents("out/report.html"), as: UTF8.self)
    #expect(page.contains("<span>mine</span>") && page.contains("<td>mine</td>"))
    #expect(raspc.files.contains("out/first/circuit-mine.svg"))
  }

  @Test("One circuit's edges are shown by rank")
  func ranks() throws {
    let raspc = try compiled()
    defer { raspc.clean() }
    #expect(try raspc("discover", "out/second", "--method", "eap", "--inputs", "16").status == 0)
    var scores = try named("eap", "second", raspc).mapValues { _ in 0.0 }
    let file = try raspc.json("out/second/discover-eap.json")
    let known = try #require(file["edges"] as? [[String: Any]]).filter { $0["in_circuit"] as? Bool == true }
    let names = known.map { "\($0["from"] ?? "")->\($0["to"] ?? "")" }
    // The first is at the bottom, below all the zeros; the others come first.
    for (place, name) in names.enumerated() { scores[name] = place == 0 ? -1 : Double(names.count - place) }
    try write(scores, "mine.json", raspc)
    let judged = try raspc("judge", "out/second", "--method", "mine", "--scores", "mine.json")
    #expect(judged.status == 0, "\(judged.errors)")
    let rows = judged.output.split(separator: "\n").filter { $0.contains(" -> ") }
    #expect(rows.count == names.count)
    #expect(rows.last?.contains(names[0].replacingOccurrences(of: "->", with: " -> ")) == true)
    #expect(rows.last?.split(separator: " ").first.map(String.init) == "\(scores.count)")
    // By absolute value, it is not the last.
    let absolute = try raspc(
      "judge", "out/second", "--method", "mine", "--scores", "mine.json", "--absolute")
    let area = { (text: String) in try PrintedTable(text).rows[0][1] }
    #expect(try area(absolute.output) == "1.000" && area(judged.output) != "1.000")
  }

  @Test("What is wrong is said with the file's name, and nothing is written")
  func refusals() throws {
    let raspc = try compiled()
    defer { raspc.clean() }
    try write(["m0->logits": 1], "part.json", raspc)
    try write(["a7.h0->logits": 1], "unknown.json", raspc)
    func errors(_ arguments: String...) throws -> (Int32, String) {
      let process = try raspc.start(["judge"] + arguments)
      let outcome = process.finish()
      return (outcome.status, outcome.errors)
    }
    let (status, text) = try errors("out/first", "--method", "mine", "--scores", "part.json")
    #expect(status == 1 && text.contains("part.json: error: no score for "))
    #expect(text.contains("such as hook_embed -> blocks.0.hook_q_input[0]"))
    let unknown = try errors("out/first", "--method", "mine", "--scores", "unknown.json")
    #expect(unknown.0 == 1 && unknown.1.contains("'a7.h0->logits' is not in this transformer"))
    let several = try errors("out", "--method", "mine", "--scores", "part.json")
    #expect(several.0 == 1 && several.1.contains("this is one file, but there are 3 circuits"))
    let none = try errors("out/first", "--method", "mine", "--scores", "none.json")
    #expect(none.0 == 1 && none.1.contains("none.json: error: no such file or folder"))
    for (name, reason) in [("eap", "is a method of raspc itself"), ("a/b", "cannot be the name of a method")]
    {
      let refused = try errors("out/first", "--method", name, "--scores", "part.json")
      #expect(refused.0 == 64 && refused.1.contains(reason))
    }
    #expect(!raspc.files.contains { $0.contains("discover-") })
    // With a score for all others, the first file will do.
    #expect(
      try errors("out/first", "--method", "mine", "--scores", "part.json", "--missing", "0").0 == 0)
    #expect(raspc.files.contains("out/first/discover-mine.json"))
  }
}
