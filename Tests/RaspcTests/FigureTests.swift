import Foundation
import Testing

/// Figures say what the files do: every bar stands at its node, every edge joins its ends, every curve goes through
/// its points.
@Suite struct FigureTests {
  /// A head at each position reads an MLP's output at those from its own on.
  private static let program = """
    is_x = numerical(indicator(tokens == "x"));
    frac = numerical(aggregate(select(indices, indices, >=), is_x));
    circuit frac_prevs { vocab = ["a", "x"]; max_len = 3; output = frac; }

    """

  /// A compiled and measured circuit in `out/frac_prevs`, with its figures; `change` edits files before they are
  /// drawn.
  private func drawn(_ change: (Executable) throws -> Void) throws -> Executable {
    let raspc = try Executable(["frac.rasp": Self.program])
    #expect(try raspc("frac.rasp", "-o", "out").status == 0)
    #expect(try raspc("eval", "out", "--inputs", "16").status == 0)
    let discovered = try raspc("discover", "out", "--method", "acdc", "--method", "eap", "--inputs", "16")
    #expect(discovered.status == 0, "\(discovered.errors)")
    try change(raspc)
    let reported = try raspc("report", "out")
    #expect(reported.status == 0, "\(reported.errors)")
    return raspc
  }

  private func drawing(_ name: String, _ raspc: Executable) throws -> Drawing {
    try Drawing(raspc.contents("out/frac_prevs/\(name)"))
  }

  /// What figures call a node.
  private static let labels = [
    "hook_embed": "embed", "hook_pos_embed": "pos_embed", "blocks.0.attn.hook_result[0]": "head 0.0",
    "blocks.0.hook_mlp_out": "MLP 0", "blocks.1.attn.hook_result[0]": "head 1.0",
    "blocks.1.hook_mlp_out": "MLP 1", "blocks.0.hook_q_input[0]": "head 0.0",
    "blocks.0.hook_k_input[0]": "head 0.0", "blocks.0.hook_v_input[0]": "head 0.0",
    "blocks.0.hook_mlp_in": "MLP 0", "blocks.1.hook_q_input[0]": "head 1.0",
    "blocks.1.hook_k_input[0]": "head 1.0", "blocks.1.hook_v_input[0]": "head 1.0",
    "blocks.1.hook_mlp_in": "MLP 1", "blocks.1.hook_resid_post": "output",
  ]

  /// Three circuits that methods do not find equally well.
  static let threeCircuits = """
    is_x = numerical(indicator(tokens == "x"));
    frac = numerical(aggregate(select(indices, indices, >=), is_x));
    before = aggregate(select(indices, indices - 1, ==), tokens, "a");
    again = tokens == before;
    circuit first { vocab = ["a", "x"]; max_len = 3; output = frac; }
    circuit second { vocab = ["a", "x"]; max_len = 4; output = before; }
    circuit third { vocab = ["a", "x", "b"]; max_len = 3; causal = true; output = again; }

    """

  @Test("An effect's bar stands beside its node, in the colour of its ablation, as long as it is great")
  func effects() throws {
    let kinds = ["resample", "mean", "zero"]
    var wanted: [String: [String: Double]] = [:]
    var inside: Set<String> = []
    let raspc = try drawn { raspc in
      try raspc.edit("out/frac_prevs/eval.json") { file in
        var effects = try #require(file["effects"] as? [[String: Any]])
        for place in effects.indices {
          let label = try #require(Self.labels[effects[place]["source"] as? String ?? ""])
          if effects[place]["in_circuit"] as? Bool == true { inside.insert(label) }
          for (index, kind) in kinds.enumerated() {
            // One that could not be measured has no bar.
            let value = place == 3 && index == 0 ? nil : Double(3 * place + index + 1) / 20
            effects[place][kind] = value.map { $0 as Any } ?? NSNull()
            wanted[label, default: [:]][kind] = value
          }
        }
        file["effects"] = effects
      }
    }
    defer { raspc.clean() }
    #expect(wanted.count == 4 && inside == ["MLP 0", "head 1.0"])

    let drawing = try drawing("effects.svg", raspc)
    let (none, all) = (try drawing.text("0%").x, try drawing.text("100%").x)
    let legend = try drawing.legend("rect", kinds)
    let names = try wanted.keys.map { try drawing.text($0) }
    func row(_ shape: Drawing.Element) -> Drawing.Element? {
      let middle = shape.y + shape.height / 2
      return names.min { abs($0.y - 4 - middle) < abs($1.y - 4 - middle) }
    }
    var found: [String: [String: Double]] = [:]
    for bar in drawing.all("rect") where bar.y > 20 {
      guard let kind = legend[bar.kind], let name = row(bar)?.text else { continue }
      #expect(bar.x == none && found[name]?[kind] == nil)
      found[name, default: [:]][kind] = (bar.width / (all - none) * 1000).rounded() / 1000
    }
    #expect(found == wanted)
    #expect(Set(drawing.all("rect", "band").compactMap { row($0)?.text }) == inside)
    let heights = names.filter { inside.contains($0.text) }.map(\.y)
    #expect(
      names.allSatisfy { inside.contains($0.text) || $0.y > heights.max() ?? 0 }, "the circuit is first")
  }

  @Test("An edge runs from its source up to its target, in the colour of what came of it")
  func circuit() throws {
    var wanted: [String: Set<[String]>] = [:]
    let raspc = try drawn { raspc in
      try raspc.edit("out/frac_prevs/discover-acdc.json") { file in
        var edges = try #require(file["edges"] as? [[String: Any]])
        let known = edges.indices.filter { edges[$0]["in_circuit"] as? Bool == true }
        let wrong = try #require(edges.indices.last { !known.contains($0) })
        let missed = known[2]
        for index in edges.indices {
          let isFound = known.contains(index) ? index != missed : index == wrong
          edges[index]["score"] = isFound ? 1 : 0
          guard known.contains(index) || isFound else { continue }
          let kind = index == missed ? "missed" : index == wrong ? "wrong" : "found"
          wanted[kind, default: []].insert(["from", "to"].compactMap { edges[index][$0] as? String })
        }
        file["edges"] = edges
      }
    }
    defer { raspc.clean() }
    #expect(wanted.mapValues(\.count) == ["found": 4, "missed": 1, "wrong": 1])

    let drawing = try drawing("circuit-acdc.svg", raspc)
    let boxes = drawing.all("rect")
    var found: [String: Set<[String]>] = [:]
    for path in drawing.all("path") {
      let ends = path.text.components(separatedBy: " → ")
      try #require(ends.count == 2)
      found[path.kind, default: []].insert(ends)
      func box(_ hook: String) throws -> Drawing.Element {
        let label = try drawing.text(#require(Self.labels[hook]))
        return try #require(
          boxes.first {
            $0.x < label.x && label.x < $0.x + $0.width && $0.y < label.y && label.y < $0.y + $0.height
          })
      }
      let (source, target) = (try box(ends[0]), try box(ends[1]))
      let points = path.points
      #expect(abs(points[0].x - (source.x + source.width / 2)) < 0.1 && points[0].y == source.y, "\(ends)")
      #expect(points[points.count - 1].y == target.y + target.height, "\(ends)")
      let place = (points[points.count - 1].x - target.x) / target.width
      let input = ["hook_q_": 0.0, "hook_k_": 1 / 3.0, "hook_v_": 2 / 3.0].first { ends[1].contains($0.key) }
      let range = input.map { $0.value...$0.value + 1 / 3.0 } ?? 0...1
      #expect(range.contains(place), "\(ends)")
      if path.kind != "wrong" { #expect(source.kind == "known" && target.kind == "known", "\(ends)") }
    }
    #expect(found == wanted)
    #expect(
      try drawing.legend("polyline", ["found", "missed", "not in the circuit"])
        == ["found": "found", "missed": "missed", "wrong": "not in the circuit"])
  }

  @Test("An inspected circuit's edges join the components that feed each other, in the colour of their input")
  func inspected() throws {
    let raspc = try Executable(["frac.rasp": Self.program])
    defer { raspc.clean() }
    let drawing = try Drawing(Data(raspc("inspect", "frac.rasp", "--format", "svg").output.utf8))
    let boxes = drawing.all("rect").filter { $0.attributes["rx"] != nil }
    func words(_ box: Drawing.Element) -> [String] {
      drawing.all("text").filter {
        box.x < $0.x && $0.x < box.x + box.width && box.y < $0.y && $0.y < box.y + box.height
      }.map(\.text)
    }
    #expect(
      Set(boxes.map(words)) == [
        ["embed", "tokens"], ["pos_embed", "indices"], ["layer 0 MLP", "is_x"], ["layer 1 head 0", "frac"],
        ["output", "frac"],
      ])
    var colours: [String: String] = [:]
    for label in ["queries", "keys", "values", "other inputs"] {
      let text = try drawing.text(label)
      let key = drawing.all("polyline").last {
        $0.points[0].x < text.x && abs($0.points[0].y - text.y + 4) < 1
      }
      colours[try #require(key?.attributes["stroke"])] = label
    }
    var edges: Set<[String]> = []
    for path in drawing.all("path") where path.attributes["marker-end"] != nil {
      let (start, end) = (path.points[0], path.points[path.points.count - 1])
      func isIn(_ x: Double, _ box: Drawing.Element) -> Bool { box.x < x && x < box.x + box.width }
      let source = try #require(boxes.first { $0.y == start.y && isIn(start.x, $0) })
      let target = try #require(boxes.first { $0.y + $0.height == end.y && isIn(end.x, $0) })
      edges.insert([words(source)[0], words(target)[0], colours[path.attributes["stroke"] ?? ""] ?? ""])
    }
    #expect(
      edges == [
        ["embed", "layer 0 MLP", "other inputs"], ["pos_embed", "layer 1 head 0", "queries"],
        ["pos_embed", "layer 1 head 0", "keys"], ["layer 0 MLP", "layer 1 head 0", "values"],
        ["layer 1 head 0", "output", "other inputs"],
      ])
  }

  @Test("A ROC curve has its method's rates, false positives across and true positives up")
  func curves() throws {
    var wanted: [String: [[Double]]] = [:]
    var areas: [String: Double] = [:]
    let raspc = try drawn { raspc in
      for (method, divisor) in [("acdc", 3), ("eap", 5)] {
        try raspc.edit("out/frac_prevs/discover-\(method).json") { file in
          var edges = try #require(file["edges"] as? [[String: Any]])
          for index in edges.indices { edges[index]["score"] = index % divisor }
          file["edges"] = edges
          let labels = edges.map { $0["in_circuit"] as? Bool == true }
          let scores = edges.indices.map { Double($0 % divisor) }
          wanted[method] = [[0, 0]]
          for threshold in (0..<divisor).reversed() {
            func rate(_ label: Bool) -> Double {
              let all = edges.indices.filter { labels[$0] == label }
              return Double(all.count { scores[$0] >= Double(threshold) }) / Double(all.count)
            }
            wanted[method]?.append([rate(false), rate(true)])
          }
          areas[method] = area(scores, labels)
        }
      }
    }
    defer { raspc.clean() }
    let drawing = try drawing("roc.svg", raspc)
    let frame = drawing.all("polyline", "rule").flatMap(\.points)
    let (left, right) = (frame.map(\.x).min() ?? 0, frame.map(\.x).max() ?? 0)
    let (top, bottom) = (frame.map(\.y).min() ?? 0, frame.map(\.y).max() ?? 0)
    let legend = try drawing.legend("polyline", ["acdc ", "eap "])
    for (kind, label) in legend {
      let method = String(label.dropLast())
      let curves = drawing.all("polyline", kind).filter { $0.points.count > 2 }
      try #require(curves.count == 1)
      let points = curves[0].points.map {
        [($0.x - left) / (right - left), (bottom - $0.y) / (bottom - top)]
      }
      let expected = try #require(wanted[method])
      #expect(points.count == expected.count)
      for (point, rates) in zip(points, expected) {
        #expect(
          zip(point, rates).allSatisfy { abs($0 - $1) < 0.001 }, "\(method): \(points), not \(expected)")
      }
      let text = try #require(drawing.all("text").first { $0.text.hasPrefix(label) }).text
      #expect(text.hasSuffix(String(format: " %.3f", try #require(areas[method]))), "\(text)")
    }
  }

  @Test("Weights are shown bin by bin, each transformer's as its own line")
  func weights() throws {
    let counts = [
      "hl": (0..<41).map { $0 == 20 ? 1000 : 1 }, "ll": (0..<41).map { $0 * $0 },
      "natural": (0..<41).map { 41 - $0 },
    ]
    let raspc = try drawn { raspc in
      try raspc.edit("out/frac_prevs/eval.json") { file in
        let weights = try #require(file["weights"] as? [String: [String: Any]])
        let own = try #require(weights["hl"])
        file["weights"] = counts.mapValues { counts in own.merging(["counts": counts]) { $1 } }
      }
    }
    defer { raspc.clean() }
    let drawing = try drawing("weights.svg", raspc)
    let frame = drawing.all("polyline", "rule").flatMap(\.points)
    let (left, right) = (frame.map(\.x).min() ?? 0, frame.map(\.x).max() ?? 0)
    // From all weights at the top to one in ten thousand, logarithmically.
    let (top, bottom) = (frame.map(\.y).min() ?? 0, frame.map(\.y).max() ?? 0)
    let lines = drawing.all("polyline").filter { $0.points.count > 2 }
    #expect(lines.count == 3)
    let legend = try drawing.legend("polyline", ["compiled", "SIIT"])
    for line in lines {
      let name = ["compiled": "hl", "SIIT": "ll"][legend[line.kind] ?? ""] ?? "natural"
      let bins = try #require(counts[name])
      let all = Double(bins.reduce(0, +))
      #expect(line.points.count == 2 * bins.count)
      for (place, point) in line.points.enumerated() {
        let decades = min(4, -log10(Double(bins[place / 2]) / all))
        let x = left + (right - left) * Double((place + 1) / 2) / Double(bins.count)
        #expect(abs(point.x - x) < 0.01, "\(name) \(place)")
        #expect(abs(point.y - (top + (bottom - top) * decades / 4)) < 0.01, "\(name) \(place)")
      }
    }
  }

  @Test("A box has a dot for each circuit at its AUROC, in its method's row")
  func boxes() throws {
    let raspc = try Executable(["three.rasp": Self.threeCircuits])
    defer { raspc.clean() }
    #expect(try raspc("three.rasp", "-o", "out").status == 0)
    let discovered = try raspc("discover", "out", "--method", "acdc", "--method", "eap", "--inputs", "16")
    #expect(discovered.status == 0, "\(discovered.errors)")
    var wanted: [String: [Double]] = [:]
    for (method, found) in [("acdc", [0.25, 0.5, 0.9]), ("eap", [0.75, 0.8, 1])] {
      for (circuit, part) in zip(["first", "second", "third"], found) {
        try raspc.edit("out/\(circuit)/discover-\(method).json") { file in
          wanted[method, default: []].append(try find(part, in: &file))
        }
      }
    }
    #expect(Set(wanted.values.joined()).count == 6, "\(wanted)")
    #expect(try raspc("report", "out").status == 0)

    let drawing = try Drawing(raspc.contents("out/auroc.svg"))
    let ticks = try drawing.all("polyline", "rule").map { rule -> (x: Double, value: Double) in
      let label = drawing.all("text").first { $0.x == rule.points[0].x && Double($0.text) != nil }
      return (rule.points[0].x, try #require(label.flatMap { Double($0.text) }))
    }
    let (first, last) = (try #require(ticks.first), try #require(ticks.last))
    func value(_ x: Double) -> Double {
      first.value + (x - first.x) / (last.x - first.x) * (last.value - first.value)
    }
    let names = try wanted.keys.map { try drawing.text($0) }
    func row(_ y: Double) -> String? { names.min { abs($0.y - 4 - y) < abs($1.y - 4 - y) }?.text }
    for (method, areas) in wanted {
      let dots = drawing.all("circle").filter { row($0.number("cy")) == method }
      let values = dots.map { value($0.number("cx")) }.sorted()
      #expect(zip(values, areas.sorted()).allSatisfy { abs($0 - $1) < 1e-3 } && dots.count == 3, "\(method)")
      let median = try #require(drawing.all("polyline", "median").first { row($0.points[0].y) == method })
      #expect(abs(value(median.points[0].x) - areas.sorted()[1]) < 1e-3, "\(method)")
    }
  }
}

/// The probability that a positive's score is above a negative's, ties counting half.
func area(_ scores: [Double], _ labels: [Bool]) -> Double {
  var (sum, pairs) = (0.0, 0.0)
  for (positive, isPositive) in zip(scores, labels) where isPositive {
    for (negative, label) in zip(scores, labels) where !label {
      sum += positive > negative ? 1 : positive == negative ? 0.5 : 0
      pairs += 1
    }
  }
  return sum / pairs
}

/// Gives a part of the circuit's edges in a `discover-METHOD.json` the score 1 and all others 0; returns the AUROC that
/// they have then.
func find(_ part: Double, in file: inout [String: Any]) throws -> Double {
  var edges = try #require(file["edges"] as? [[String: Any]])
  let labels = edges.map { $0["in_circuit"] as? Bool == true }
  let known = edges.indices.filter { labels[$0] }
  let found = Set(known.prefix(Int((part * Double(known.count)).rounded())))
  for index in edges.indices { edges[index]["score"] = found.contains(index) ? 1 : 0 }
  file["edges"] = edges
  return area(edges.indices.map { found.contains($0) ? 1 : 0 }, labels)
}
