import Compiler
import Diagnostics
import Runtime
import Testing
import Transformer

@testable import Training

@Suite struct InputSamplerTests {
  @Test(
    "Held-out inputs are never drawn for training, small families are used for both, and no input is missed")
  func disjoint() throws {
    let circuit = try wideCircuit()
    let sampler = InputSampler(circuit, heldOut: 0.2, seed: 4)
    #expect(sampler.isDisjoint)
    var generator = SeededGenerator(seed: 1)
    func inputs(_ part: InputSampler.Part) -> Set<[Int32]> {
      var seen: Set<[Int32]> = []
      for draw in 0..<40_000 {
        var tokens = [Int32](repeating: 0, count: 3 + draw % 2)
        sampler.draw(part, into: &tokens, using: &generator)
        seen.insert(tokens)
      }
      return seen
    }
    let training = inputs(.training)
    let heldOut = inputs(.heldOut)
    // Five constant sequences of each length are all that is too rare to be split.
    let shared = training.intersection(heldOut)
    #expect(shared.count == 10)
    #expect(shared.allSatisfy { Set($0).count == 1 })
    #expect(training.union(heldOut).count == 5 * 5 * 5 + 5 * 5 * 5 * 5)
    #expect(abs(Double(heldOut.count) / 750 - 0.2) < 0.06)
  }

  @Test("Family sizes agree with enumeration")
  func families() {
    for (length, vocabulary) in [(1, 3), (3, 2), (4, 3), (5, 2)] {
      var counts = [Double](repeating: 0, count: length + 1)
      var inputs: [[Int]] = [[]]
      for _ in 0..<length { inputs = inputs.flatMap { old in (0..<vocabulary).map { old + [$0] } } }
      for input in inputs { counts[Set(input).count] += 1 }
      #expect(InputSampler.familySizes(length: length, vocabulary: vocabulary) == counts)
    }
  }

  @Test("With a balance, its values are drawn equally often on both sides of the split")
  func balance() throws {
    let program = try ProgramLoader.load(
      SourceFile(
        name: "test.rasp",
        text: """
          first = aggregate(select(indices, 0, ==), tokens);
          ones = round(length * aggregate(full_s, indicator(tokens == 1)));
          circuit ones { vocab = [0, 1, 2, 3]; max_len = 6; min_len = 6; output = first; balance = ones; }
          """))
    let compiled = try Compiler.compile(program.circuits[0], in: program.graph)
    let sampler = InputSampler(compiled, heldOut: 0.2, seed: 4)
    for part in [InputSampler.Part.training, .heldOut] {
      var generator = SeededGenerator(seed: 2)
      var counts = [Int](repeating: 0, count: 7)
      for _ in 0..<7_000 {
        var tokens = [Int32](repeating: 0, count: 6)
        sampler.draw(part, into: &tokens, using: &generator)
        #expect(sampler.isShared(tokens) || sampler.isHeldOut(tokens) == (part == .heldOut))
        counts[tokens.count { $0 == 1 }] += 1
      }
      let seen = counts.filter { $0 > 0 }
      #expect(seen.count >= 6 && seen.allSatisfy { abs($0 * seen.count - 7_000) < 1_000 }, "\(counts)")
    }
  }

  @Test("If a circuit takes only some inputs, only these are drawn, and some of them are held out")
  func domain() throws {
    let program = try ProgramLoader.load(
      SourceFile(
        name: "test.rasp",
        text: """
          before = aggregate(select(indices, indices - 1, ==), tokens, -1);
          circuit ascending {
            vocab = range(12); min_len = 3; max_len = 4; inputs = where(tokens > before); output = before;
          }
          """))
    let sampler = InputSampler(
      try Compiler.compile(program.circuits[0], in: program.graph), heldOut: 0.2, seed: 4)
    #expect(sampler.isDisjoint)
    var generator = SeededGenerator(seed: 2)
    var seen: [Set<[Int32]>] = [[], []]
    for draw in 0..<20_000 {
      var tokens = [Int32](repeating: 0, count: sampler.drawLength(using: &generator))
      sampler.draw(draw % 2 == 0 ? .training : .heldOut, into: &tokens, using: &generator)
      #expect(tokens == tokens.sorted() && Set(tokens).count == tokens.count)
      seen[draw % 2].insert(tokens)
    }
    // 12 over 3 and 12 over 4.
    #expect(seen[0].union(seen[1]).count == 220 + 495)
    #expect(seen[0].isDisjoint(with: seen[1]))
  }

  @Test("Inputs that show rare values are drawn for training and for measuring")
  func rareInputs() throws {
    let program = try ProgramLoader.load(
      SourceFile(
        name: "test.rasp",
        text: """
          one_back = aggregate(select(indices, indices - 1, ==), tokens, None);
          two_back = aggregate(select(indices, indices - 2, ==), tokens, None);
          ends = tokens == "c" and one_back == "b" and two_back == "a";
          circuit motif {
            vocab = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"]; max_len = 6; output = selector_width(select(ends, True, ==));
          }
          """))
    let sampler = InputSampler(
      try Compiler.compile(program.circuits[0], in: program.graph), heldOut: 0.2, seed: 4)
    for part in [InputSampler.Part.training, .heldOut] {
      var generator = SeededGenerator(seed: 2)
      var found = 0
      for _ in 0..<4_000 {
        var tokens = [Int32](repeating: 0, count: sampler.drawLength(using: &generator))
        sampler.draw(part, into: &tokens, using: &generator)
        if tokens.indices.dropFirst(2).contains(where: { Array(tokens[($0 - 2)...$0]) == [0, 1, 2] }) {
          found += 1
        }
      }
      // By chance there would be about three.
      #expect(found > 20, "\(part) \(found)")
    }
  }

  @Test("Pairs for measuring are held out from the trainer with the same seed")
  func heldOutPairs() throws {
    let circuit = try wideCircuit()
    let inputs = HeldOutInputs(circuit, trainingSeed: 7)
    let trainers = InputSampler(circuit, heldOut: SIITSettings().heldOut, seed: 7)
    func isTrained(_ tokens: [Int32]) -> Bool {
      trainers.holds(tokens, .training) && !trainers.isShared(tokens)
    }
    var generator = SeededGenerator(seed: 3)
    let pairs = (0..<400).map { _ in inputs.pair(using: &generator) }
    #expect(!pairs.contains { isTrained($0.base) || isTrained($0.source) })
    #expect(pairs.count { !trainers.isShared($0.base) } > 200)
    let near = (0..<400).map { _ in inputs.nearPair(using: &generator) }
    #expect(!near.contains { isTrained($0.base) })
    // After twenty tries any neighbour will do.
    #expect(near.count { isTrained($0.source) } < 20)
    for pair in near {
      #expect(pair.base.count == pair.source.count)
      #expect((0...2).contains(zip(pair.base, pair.source).count { $0 != $1 }))
    }
    // A trainer of another seed has drawn from some of them.
    let others = HeldOutInputs(circuit, trainingSeed: 8)
    let drawn = (0..<400).map { _ in others.pair(using: &generator) }
    #expect(drawn.count { isTrained($0.base) } > 200)
  }

  @Test("If there are too few inputs to split, all are used for both, and the sampler says so")
  func tooFew() throws {
    let sampler = InputSampler(try tinyCircuit(), heldOut: 0.2, seed: 4)
    #expect(!sampler.isDisjoint)
  }
}

/// Five tokens, lengths 3 and 4.
private func wideCircuit() throws -> CompiledCircuit {
  var graph = SOpGraph()
  let tokens = graph.add(SOp(.tokens))
  let output = graph.add(SOp(.map(Operation(name: "same", arity: 1) { $0[0] }, [tokens]), name: "same"))
  return try Compiler.compile(
    Circuit(
      name: "wide", vocabulary: (0..<5).map(Value.int), lengths: 3...4, causal: false, output: output),
    in: graph)
}
