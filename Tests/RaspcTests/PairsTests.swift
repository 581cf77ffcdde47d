import Foundation
import Testing

/// `raspc pairs`, and discovery on pairs from a file.
@Suite struct PairsTests {
  private static let program = """
    before = aggregate(select(indices, indices - 1, ==), tokens);
    circuit before { vocab = ["a", "x", "b"]; min_len = 2; max_len = 4; output = before; }

    """
  private static let numbers = """
    share = numerical(aggregate(select(indices, indices, <=), numerical(indicator(tokens == "x"))));
    circuit share { vocab = ["a", "x"]; max_len = 3; output = share; }

    """

  /// A line of the file.
  private struct Pair {
    let clean, corrupted, map: [Int]
    let counted: [Bool]
    let output, corruptedOutput: [Double?]

    init(_ object: [String: Any]) throws {
      clean = try #require(object["clean"] as? [Int])
      corrupted = try #require(object["corrupted"] as? [Int])
      map = try #require(object["map"] as? [Int])
      counted = try #require(object["counted"] as? [Bool])
      output = try #require(object["output"] as? [Any]).map { $0 as? Double }
      corruptedOutput = try #require(object["corrupted_output"] as? [Any]).map { $0 as? Double }
    }
  }

  private func pairs(_ path: String, _ raspc: Executable) throws -> [Pair] {
    try String(decoding: raspc.contents(path), as: UTF8.self).split(separator: "\n").map { line in
      try Pair(#require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]))
    }
  }

  private func compiled(_ program: String) throws -> Executable {
    let raspc = try Executable(["test.rasp": program])
    let made = try raspc("test.rasp", "-o", "out")
    #expect(made.status == 0, "\(made.errors)")
    return raspc
  }

  @Test("Pairs have the program's outputs at the positions that the map names")
  func lines() throws {
    let raspc = try compiled(Self.program)
    defer { raspc.clean() }
    #expect(try raspc("pairs", "out", "--count", "40", "--seed", "3").status == 0)
    let vocabulary = try raspc.json("out/before/vocab.json")
    let (input, output) = (
      try #require(vocabulary["input"] as? [String]), try #require(vocabulary["output"] as? [Any])
    )
    let pairs = try pairs("out/before/pairs.jsonl", raspc)
    #expect(pairs.count == 40 && pairs.contains { $0.clean.count != $0.corrupted.count })
    func values(_ ids: [Int]) throws -> [String?] {
      let tokens = try JSONSerialization.data(withJSONObject: ids.dropFirst().map { input[$0] })
      let run = try raspc("run", "test.rasp", "--input", String(decoding: tokens, as: UTF8.self))
      let parsed = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [Any]
      return [nil] + (try #require(parsed)).map { $0 is NSNull ? nil : "\($0)" }
    }
    for pair in pairs.prefix(12) {
      #expect(input[pair.clean[0]] == "BOS" && input[pair.corrupted[0]] == "BOS" && pair.map[0] == 0)
      #expect(pair.map.dropFirst().allSatisfy { (1..<pair.corrupted.count).contains($0) })
      let named = { (id: Double?) in id.map { "\(output[Int($0)])" } }
      let own = try values(pair.clean)
      #expect(pair.output.map(named) == own)
      #expect(pair.counted == own.map { $0 != nil })
      let other = try values(pair.corrupted)
      #expect(pair.corruptedOutput.map(named) == pair.map.map { other[$0] })
    }
  }

  @Test("Tensors hold the same as the lines: padded, or by length")
  func tensorFiles() throws {
    let raspc = try compiled(Self.numbers)
    defer { raspc.clean() }
    #expect(try raspc("pairs", "out", "--count", "30", "-o", "padded").status == 0)
    let pairs = try pairs("padded/share.jsonl", raspc)
    let padded = try raspc.tensors("padded/share.safetensors")
    let pad = try #require(try raspc.json("out/share/vocab.json")["input"] as? [String]).firstIndex(
      of: "PAD")!
    func rows(_ name: String, _ file: [String: (shape: [Int], values: [Double])]) throws -> [[Double]] {
      let (shape, values) = try #require(file[name])
      return (0..<shape[0]).map { Array(values[$0 * shape[1]..<($0 + 1) * shape[1]]) }
    }
    for (pair, row) in zip(pairs, try rows("clean", padded)) {
      #expect(
        row == (pair.clean + Array(repeating: pad, count: row.count - pair.clean.count)).map(Double.init))
    }
    for (pair, row) in zip(pairs, try rows("corrupted_mask", padded)) {
      #expect(row == row.indices.map { $0 < pair.corrupted.count ? 1 : 0 })
    }
    for (pair, row) in zip(pairs, try rows("output", padded)) {
      for (position, value) in row.enumerated() {
        let expected = position < pair.output.count ? pair.output[position] : nil
        #expect(expected.map { abs($0 - value) < 1e-6 } ?? value.isNaN)
      }
    }

    #expect(try raspc("pairs", "out", "--count", "30", "--by-length").status == 0)
    let grouped = try raspc.tensors("out/share/pairs.safetensors")
    #expect(
      try raspc.contents("out/share/pairs.jsonl") == raspc.contents("padded/share.jsonl"),
      "one seed, one file")
    var seen: Set<Int> = []
    for length in Set(pairs.map(\.clean.count)) {
      let index = try #require(grouped["\(length).index"]).values.map { Int($0) }
      seen.formUnion(index)
      let (clean, map) = (try rows("\(length).clean", grouped), try rows("\(length).map", grouped))
      for (place, pair) in index.enumerated() {
        #expect(clean[place] == pairs[pair].clean.map(Double.init))
        #expect(map[place] == pairs[pair].map.map(Double.init))
      }
    }
    #expect(seen == Set(pairs.indices))
  }

  @Test("Plain pairs have one length and keep every position")
  func plain() throws {
    let raspc = try compiled(Self.program)
    defer { raspc.clean() }
    #expect(try raspc("pairs", "out", "--count", "30", "--plain").status == 0)
    for pair in try pairs("out/before/pairs.jsonl", raspc) {
      #expect(pair.clean.count == pair.corrupted.count && pair.map == Array(pair.clean.indices))
      #expect(pair.clean != pair.corrupted)
    }
  }

  @Test("Discovery on the pairs of a file is that on pairs it draws itself")
  func discovery() throws {
    let raspc = try compiled(Self.program)
    defer { raspc.clean() }
    func scores() throws -> [Double] {
      let file = try raspc.json("out/before/discover-eap.json")
      return try #require(file["edges"] as? [[String: Any]]).map { try #require($0["score"] as? Double) }
    }
    #expect(try raspc("pairs", "out", "--count", "24", "--seed", "5").status == 0)
    let drawn = try raspc("discover", "out", "--method", "eap", "--inputs", "24", "--seed", "5")
    #expect(drawn.status == 0, "\(drawn.errors)")
    let own = try scores()
    let read = try raspc("discover", "out", "--method", "eap", "--pairs", "pairs.jsonl", "--seed", "5")
    #expect(read.status == 0, "\(read.errors)")
    #expect(try scores() == own)
    // Fewer pairs are other scores, so the file was read.
    let lines = String(decoding: try raspc.contents("out/before/pairs.jsonl"), as: UTF8.self).split(
      separator: "\n")
    try Data(lines.prefix(5).joined(separator: "\n").utf8).write(
      to: raspc.folder.appendingPathComponent("five.jsonl"))
    #expect(
      try raspc("discover", "out", "--method", "eap", "--pairs", "five.jsonl", "--seed", "5").status == 0)
    #expect(try scores() != own)
    #expect(try raspc.json("out/before/discover-eap.json")["inputs"] as? Int == 5)
  }

  @Test(
    "A pair that is not one of the circuit is refused with its line",
    arguments: [
      (
        #"{"clean": [3, 0, 1], "corrupted": [3, 1, 1], "map": [0, 1]}"#, "'map' has 2 entries for 3 positions"
      ),
      (
        #"{"clean": [0, 0, 1], "corrupted": [3, 1, 1], "map": [0, 1, 2]}"#,
        "'clean' does not begin with BOS, which is 3"
      ),
      (
        #"{"clean": [3, 0, 1], "corrupted": [3, 1], "map": [0, 1, 1]}"#,
        "'corrupted' has 1 tokens besides BOS; the circuit takes 2 to 4"
      ),
      (
        #"{"clean": [3, 0, 4], "corrupted": [3, 1, 1], "map": [0, 1, 2]}"#,
        "'clean' has the id 4, which is no token of the vocabulary"
      ),
      (#"{"clean": [3, 0, 1], "corrupted": [3, 1, 1], "map": [0, 1, 3]}"#, "'map' must take BOS from BOS"),
      (#"{"clean": [3, 0, 1], "corrupted": [3, 1, 1]}"#, "'map' is missing"),
      (
        #"{"clean": [3, 0, 1], "corrupted": [3, 1, 1], "map": [0, 1, 2], "counted": [true]}"#,
        "'counted' has 1 entries for 3 positions"
      ),
      ("no", "not JSON"),
    ])
  func refusals(line: String, reason: String) throws {
    let raspc = try compiled(Self.program)
    defer { raspc.clean() }
    let good = #"{"clean": [3, 0, 1], "corrupted": [3, 1, 1], "map": [0, 1, 2]}"#
    try Data("\(good)\n\(line)\n".utf8).write(to: raspc.folder.appendingPathComponent("p.jsonl"))
    let refused = try raspc("discover", "out", "--method", "eap", "--pairs", "p.jsonl")
    #expect(
      refused.status == 1 && refused.errors.contains("p.jsonl: error: line 2: \(reason)"), "\(refused.errors)"
    )
    #expect(!raspc.files.contains { $0.contains("discover-") })
  }
}
