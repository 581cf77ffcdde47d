import Compiler
import Diagnostics
import Runtime
import Testing
import Transformer

@testable import Training

/// A circuit from a program's text.
func circuit(_ text: String) throws -> CompiledCircuit {
  let program = try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
  return try Compiler.compile(program.circuits[0], in: program.graph)
}

@Suite struct PairBatchTests {
  /// The share of a token, the length, and both multiplied.
  static let program = """
    is_a = numerical(indicator(tokens == "a"));
    share = numerical(aggregate(full_s, is_a));
    kind = 2 * length if tokens == "a" else 0;
    circuit share { vocab = ["a", "b", "c"]; min_len = 2; max_len = 5; output = kind; }
    circuit fraction { vocab = ["a", "b", "c"]; min_len = 2; max_len = 5; output = share; }
    """

  /// A batch of a circuit's training inputs, and the run that holds it.
  struct Scene {
    let compiled: CompiledCircuit
    let batch: PairBatch
    let run: PlainRun
    let sampler: InputSampler

    init(_ name: String = "share") throws {
      let program = try ProgramLoader.load(SourceFile(name: "test.rasp", text: PairBatchTests.program))
      let circuit = program.circuits.first { $0.name == name }!
      compiled = try Compiler.compile(circuit, in: program.graph)
      batch = PairBatch(compiled, blocks: 8)
      let config = compiled.parameters.config
      run = PlainRun(
        config: config, capacity: PairBatch.capacity(config, blocks: 8), receivesGradients: true)
      sampler = InputSampler(compiled, heldOut: 0.2, seed: 1)
      var generator = SeededGenerator(seed: 1)
      batch.draw(sampler, .training, into: run, using: &generator)
    }

    func variable(_ name: String) -> Int {
      compiled.causalModel.variables.firstIndex { $0.name == name }!
    }
  }

  @Test("Variables' values are those of the program, at every position but BOS")
  func values() throws {
    let scene = try Scene()
    let length = scene.variable("length")
    let domain = scene.compiled.causalModel.variables[length].domain
    for (index, block) in scene.batch.layout.blocks.enumerated() {
      let (targets, counted) = scene.batch.values(of: length, block: index, scale: 1)
      #expect(counted == (block.positions - 1) * laneCount)
      for lane in 0..<laneCount {
        #expect(targets.ids[lane] == -1)
        for position in 1..<block.positions {
          let id = Int(targets.ids[position * laneCount + lane])
          #expect(domain[id] == .int(block.positions - 1))
        }
      }
    }
  }

  @Test("Numbers are divided by the scale, which is their root mean square")
  func numbers() throws {
    let scene = try Scene("fraction")
    let share = scene.variable("share")
    let scale = scene.batch.scale(of: share)
    #expect(scale > 0 && scale < 1)
    var square = 0.0
    var counted = 0
    for index in scene.batch.layout.blocks.indices {
      let values = scene.batch.values(of: share, block: index, scale: scale)
      for column in 0..<scene.batch.layout.blocks[index].positions * laneCount
      where values.targets.ids[column] >= 0 {
        square += Double(values.targets.numbers[column] * values.targets.numbers[column])
        counted += 1
      }
    }
    #expect(abs(square / Double(counted) - 1) < 1e-5)
  }

  @Test(
    "Given pairs fill the first lanes, with either block as the base, and all lanes have the plan's lengths")
  func plans() throws {
    let scene = try Scene()
    let long = SwapPair(
      base: [0, 1, 2], source: [2, 0], map: PositionMap([1, 1, 0], sourceLength: 2))
    let short = SwapPair(base: [1, 1], source: [0, 0, 2], map: PositionMap([2, 0], sourceLength: 3))
    var plans = (0..<4).map {
      PairBatch.Plan(lengths: .init(base: 2 + $0, source: 2 + $0), kind: .plain)
    }
    plans[1] = PairBatch.Plan(
      lengths: long.lengths, kind: nil, given: [.init(pair: long), .init(pair: short, isOdd: true)])
    var generator = SeededGenerator(seed: 1)
    scene.batch.draw(plans, scene.sampler, .training, into: scene.run, using: &generator)
    #expect(scene.batch.layout.blocks.map(\.positions) == [3, 3, 4, 3, 5, 5, 6, 6])
    #expect(scene.batch.pair(block: 2, lane: 0) == long)
    #expect(scene.batch.pair(block: 3, lane: 1) == short)
    #expect(scene.batch.pair(block: 3, lane: 0).base == long.source)
    #expect(scene.batch.pair(block: 0, lane: 5).map.isPlain)
  }

  @Test("Half of the swaps are plain; the others are between any lengths and positions")
  func kinds() throws {
    let scene = try Scene()
    var generator = SeededGenerator(seed: 2)
    var (plain, all) = (0, 0)
    var moves: Set<[Int]> = []
    for _ in 0..<100 {
      scene.batch.draw(scene.sampler, .training, into: scene.run, using: &generator)
      for column in 0..<scene.batch.blocks * laneCount {
        let pair = scene.batch.pair(block: column / laneCount, lane: column % laneCount)
        all += 1
        if pair.map.isPlain { plain += 1 }
        for (position, place) in pair.map.places.enumerated() {
          moves.insert([pair.base.count, pair.source.count, position, Int(place)])
        }
      }
    }
    // Of the general ones some are plain by chance.
    #expect(Double(plain) / Double(all) > 0.45 && Double(plain) / Double(all) < 0.7)
    #expect(moves.count == (2...5).reduce(0) { n, a in n + (2...5).reduce(0) { $0 + a * $1 } })
  }

  @Test("Effective positions are those at which the swap changes the correct output")
  func effective() throws {
    let scene = try Scene()
    let model = scene.compiled.causalModel
    let length = try #require(
      model.nodeVariables.firstIndex { $0.contains(scene.variable("length")) })
    var seen = 0
    var generator = SeededGenerator(seed: 3)
    let plans = (0..<4).map {
      PairBatch.Plan(lengths: .init(base: 2 + $0, source: 5 - $0), kind: nil)
    }
    scene.batch.draw(plans, scene.sampler, .training, into: scene.run, using: &generator)
    for block in scene.batch.layout.blocks.indices {
      let targets = scene.batch.targets(block: block, swapping: [length]).targets
      for lane in 0..<laneCount {
        let pair = scene.batch.pair(block: block, lane: lane)
        for (position, token) in pair.base.enumerated() {
          // The program doubles the length where the token is "a".
          let expected = token == 0 && pair.base.count != pair.source.count
          #expect(targets.effective![(position + 1) * laneCount + lane] == expected)
          if expected { seen += 1 }
        }
      }
    }
    #expect(seen > 0, "plain swaps would ask nothing of the length")
  }
}
