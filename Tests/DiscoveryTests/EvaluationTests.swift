import Compiler
import Foundation
import Testing
import Training
import Transformer

@testable import Discovery

/// What an evaluation says of nodes is what the plain transformer does with their activations replaced.
@Suite struct EvaluationTests {
  /// A transformer with some components ablated, one input at a time.
  private struct Plain {
    let transformer: ReferenceTransformer
    let truth: CircuitInputs
    let clean, corrupted: [ReferenceTransformer.Trace]

    init(_ parameters: Parameters, _ truth: CircuitInputs) {
      let transformer = ReferenceTransformer(parameters)
      self.transformer = transformer
      self.truth = truth
      clean = truth.pairs.clean.map { transformer.run($0) }
      corrupted = truth.pairs.corrupted.map { transformer.run($0) }
    }

    func logits(_ input: Int, _ components: [Component], _ ablation: Ablation) -> [[Double]] {
      let tokens = truth.pairs.clean[input]
      func swaps(_ trace: ReferenceTransformer.Trace) -> [Component: ReferenceTransformer.Trace] {
        Dictionary(uniqueKeysWithValues: components.map { ($0, trace) })
      }
      switch ablation {
      case .resample:
        return transformer.run(tokens, swaps: swaps(corrupted[input]), map: truth.pairs.maps[input]).logits
      case .mean: return transformer.run(tokens, swaps: swaps(means(tokens.count))).logits
      case .zero: return transformer.run(tokens, zeroed: components).logits
      }
    }

    /// Mean activations over inputs and positions, BOS by itself, as those of an input of a length.
    private func means(_ length: Int) -> ReferenceTransformer.Trace {
      func mean(_ activation: (ReferenceTransformer.Trace) -> [[Double]]) -> [[Double]] {
        func mean(_ rows: [[Double]]) -> [Double] {
          rows[0].indices.map { i in rows.reduce(0) { $0 + $1[i] } / Double(rows.count) }
        }
        let bos = mean(clean.map { activation($0)[0] })
        let others = mean(clean.flatMap { activation($0).dropFirst() })
        return [bos] + Array(repeating: others, count: length - 1)
      }
      var trace = clean[0]
      let config = transformer.config
      trace.z = (0..<config.layers).map { layer in
        (0..<config.heads).map { head in mean { $0.z[layer][head] } }
      }
      trace.post = (0..<config.layers).map { layer in mean { $0.post[layer] } }
      return trace
    }

    private func isRight(_ row: [Double], _ wanted: CircuitInputs.Output) -> Bool {
      switch wanted {
      case .none: false
      case .id(let id): row.indices.max { row[$0] < row[$1] } == Int(id)
      case .number(let number): abs(row[0] - Double(number)) < SIITSettings().tolerance
      }
    }

    /// A share of the positions where the program has an output and some condition holds.
    private func share(
      where condition: (_ input: Int, _ position: Int) -> Bool,
      _ holds: (_ input: Int, _ position: Int) -> Bool
    ) -> Double? {
      var (part, all) = (0, 0)
      for input in clean.indices {
        for position in clean[input].logits.indices
        where truth.outputs[input][position] != .none && condition(input, position) {
          all += 1
          if holds(input, position) { part += 1 }
        }
      }
      return all == 0 ? nil : Double(part) / Double(all)
    }

    /// How often ablating components makes an output wrong that another input would have as another, or that was right.
    func effect(_ components: [Component], _ ablation: Ablation) -> Double? {
      let outputs = clean.indices.map { logits($0, components, ablation) }
      return share { input, position in
        let wanted = truth.outputs[input][position]
        return ablation == .resample
          ? truth.corruptedOutputs[input][position] != wanted
          : isRight(clean[input].logits[position], wanted)
      } _: { input, position in
        !isRight(outputs[input][position], truth.outputs[input][position])
      }
    }

    func accuracy(_ components: [Component], _ ablation: Ablation) -> Double? {
      let outputs = clean.indices.map { logits($0, components, ablation) }
      return share { _, _ in
        true
      } _: { input, position in
        isRight(outputs[input][position], truth.outputs[input][position])
      }
    }

    /// The mean KL divergence from the clean outputs, over that of the corrupted inputs' outputs.
    func divergence(_ components: [Component], _ ablation: Ablation) -> Double {
      func logSoftmax(_ row: [Double]) -> [Double] {
        let greatest = row.max() ?? 0
        let normaliser = greatest + log(row.reduce(0) { $0 + exp($1 - greatest) })
        return row.map { $0 - normaliser }
      }
      func sum(_ outputs: (Int, Int) -> [Double]) -> Double {
        var sum = 0.0
        for input in clean.indices {
          for position in clean[input].logits.indices where truth.outputs[input][position] != .none {
            let given = logSoftmax(clean[input].logits[position])
            for (p, q) in zip(given, logSoftmax(outputs(input, position))) { sum += exp(p) * (p - q) }
          }
        }
        return sum
      }
      let outputs = clean.indices.map { logits($0, components, ablation) }
      return sum { outputs[$0][$1] } / sum { corrupted[$0].logits[truth.pairs.place($0, $1)] }
    }
  }

  /// Two heads and an MLP after them.
  private static let program = """
    before = aggregate(select(indices, indices - 1, ==), tokens, "a");
    after = aggregate(select(indices, indices + 1, ==), tokens, "a");
    rare = before == "b" and tokens == "c" or after == tokens;
    circuit rare { vocab = ["a", "b", "c"]; max_len = 4; output = rare; }
    """

  private static let settings = {
    var settings = SIITSettings()
    settings.finalPairs = 64
    return settings
  }()

  private func evaluated(
    _ compiled: CompiledCircuit, _ parameters: Parameters
  ) -> (result: EvaluationResult, plain: Plain) {
    let inputs = 40
    let result = Evaluation(
      compiled, parameters: parameters, model: .ll, settings: Self.settings, trainingSeed: 2, seed: 3,
      inputs: inputs
    ).run()
    let truth = CircuitInputs(compiled, count: inputs, settings: Self.settings, trainingSeed: 2, seed: 3)
    return (result, Plain(parameters, truth))
  }

  private func close(_ a: Double?, _ b: Double?, _ tolerance: Double = 1e-9) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return abs(a - b) <= tolerance
  }

  @Test(
    "Every node's effects agree with the plain transformer, inside and outside the circuit",
    arguments: 0..<3 as Range<UInt64>)
  func effects(seed: UInt64) throws {
    let compiled = try SmallCircuits.compile(Self.program)
    var generator = SeededGenerator(seed: seed)
    let parameters = Parameters.initialised(config: .trained(for: compiled), using: &generator)
    let (result, plain) = evaluated(compiled, parameters)
    let inside = Set(compiled.causalModel.nodes)
    let components = parameters.config.components
    #expect(result.effects.map(\.component) == components)
    var seen: [Set<Double>] = [[], []]
    for (component, effect) in zip(components, result.effects) {
      #expect(effect.inCircuit == inside.contains(component), "\(component)")
      #expect(close(effect.resample, plain.effect([component], .resample)), "\(component)")
      #expect(close(effect.mean, plain.effect([component], .mean)), "\(component)")
      #expect(close(effect.zero, plain.effect([component], .zero)), "\(component)")
      for (found, ablation) in [
        (effect.resampleDivergence, Ablation.resample), (effect.meanDivergence, .mean),
        (effect.zeroDivergence, .zero),
      ] {
        #expect(close(found, plain.divergence([component], ablation), 1e-4), "\(component) \(ablation)")
      }
      seen[effect.inCircuit ? 0 : 1].formUnion(
        [effect.resample, effect.mean, effect.zero].compactMap(\.self))
    }
    #expect(seen.allSatisfy { $0.count > 3 }, "they differ")

    let outside = components.filter { !inside.contains($0) }
    #expect(close(result.circuitAlone.accuracy, plain.accuracy(outside, .mean)))
    #expect(close(result.circuitAlone.divergence, plain.divergence(outside, .mean), 1e-4))
    #expect(result.circuitAlone.accuracy != plain.accuracy(Array(inside), .mean))

    // Nodes of the circuit that do no more than one outside, by name.
    for ablation in Ablation.allCases {
      let greatest = try #require(outside.compactMap { plain.effect([$0], ablation) }.max())
      let expected = components.filter {
        inside.contains($0) && (plain.effect([$0], ablation) ?? 0) <= greatest
      }
      #expect(result.notSeparated(by: ablation) == expected, "\(ablation)")
    }
  }

  @Test("All of the compiled transformer's nodes have effects, and an additional head has none")
  func compiled() throws {
    let compiled = try SmallCircuits.compile(Self.program)
    var config = compiled.parameters.config
    config.heads += 1
    var parameters = Parameters(config: config)
    for (own, wider) in zip(compiled.parameters.layout.all, parameters.layout.all) {
      parameters.values.replaceSubrange(
        wider.offset..<wider.offset + own.count, with: compiled.parameters[own])
    }
    let (result, plain) = evaluated(compiled, parameters)
    #expect(result.accuracy == 1 && result.worstIIA == 1 && result.worstSIIA == 1)
    #expect(result.circuitAlone.accuracy == 1 && result.circuitAlone.divergence < 1e-9)
    for effect in result.effects {
      for value in [effect.resample, effect.mean, effect.zero] {
        #expect(effect.inCircuit ? value ?? 0 > 0 : value == 0, "\(effect.component)")
      }
    }
    for ablation in Ablation.allCases { #expect(result.notSeparated(by: ablation) == [], "\(ablation)") }
    // Its output hangs on the last component: with that of another input it is the other's.
    let last = try #require(compiled.causalModel.nodes.last)
    #expect(result.effects.first { $0.component == last }?.resample == 1)
    #expect(plain.effect([last], .resample) == 1)
  }
}
