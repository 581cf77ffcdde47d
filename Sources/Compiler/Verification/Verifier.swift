import Diagnostics
import Runtime
import Transformer

/// Compares compiled transformers with the interpreter, which defines what a program means.
package enum Verifier {
  /// The tolerance of a numerical output: a hundredth, or a millionth of large numbers.
  static func tolerance(for number: Double) -> Double { 1e-2 * max(1, 1e-4 * abs(number)) }

  /// Runs the interpreter and the transformer on the same inputs.
  ///
  /// Positions where the program has no value (None) are not compared.
  ///
  /// - Parameter proceed: called now and then with the number of inputs compared; false ends the comparison
  /// - Throws: ``Diagnostic`` if the program itself fails on an input of the circuit.
  package static func verify(
    _ compiled: CompiledCircuit, graph: SOpGraph, mode: VerificationMode, seed: UInt64 = 0,
    proceed: (Int) -> Bool = { _ in true }
  ) throws(Diagnostic) -> VerificationReport {
    let interpreter = Interpreter(graph)
    var comparison = Comparison(
      compiled, program: interpreter.prepare([compiled.circuit.output], causal: compiled.circuit.causal))
    var inputs = VerificationInputs(compiled.inputs, mode: mode, seed: seed)
    comparison.report.isExhaustive = inputs.isExhaustive
    if !inputs.isExhaustive {
      // Rare inputs found by a search come before random ones.
      var search = InputSearch(compiled.inputs, seed: seed)
      search.search(searched)
      if let failure = search.failure {
        throw noValue(on: compiled.tokenizer.decode(failure.input), failure.error)
      }
      try comparison.compare(search.corpus)
      comparison.report.searched = search.corpus.count
    }
    while proceed(comparison.report.inputs) {
      let ids = inputs.next(comparison.batch)
      if ids.isEmpty { break }
      try comparison.compare(ids)
    }
    if let smallest = comparison.smallest {
      comparison.report.failure = VerificationReport.Failure(
        input: compiled.tokenizer.decode(smallest.input), position: smallest.position,
        expected: smallest.expected, actual: smallest.actual,
        variable: firstWrongVariable(compiled, on: smallest.input))
    }
    return comparison.report
  }

  /// Inputs tried to find rare ones.
  private static let searched = 1_000

  /// A comparison so far.
  private struct Comparison {
    let compiled: CompiledCircuit
    let program: PreparedProgram
    var report = VerificationReport()
    var smallest: (input: [Int32], position: Int, expected: Value, actual: Value)?
    /// The id of each token after it has been written as an input and read again.
    private let asRead: [Int32]
    private let dense: Inference?
    private let sparse: SparseInference?

    /// Inputs compared at a time.
    var batch: Int { sparse == nil ? 2_048 : 64 }

    init(_ compiled: CompiledCircuit, program: PreparedProgram) {
      self.compiled = compiled
      self.program = program
      let tokenizer = compiled.tokenizer
      asRead = ReadableVocabulary(tokenizer.vocabulary).readBack(tokenizer.vocabulary)
        .map { tokenizer.id(of: $0 ?? .none) ?? tokenizer.pad }
      let config = compiled.parameters.config
      let isSparse = SparseInference.isQuicker(for: config)
      sparse = isSparse ? SparseInference(compiled.parameters) : nil
      dense = isSparse ? nil : Inference(compiled.parameters, columns: Verifier.columns(for: config))
    }

    mutating func compare(_ inputs: [[Int32]]) throws(Diagnostic) {
      var expected: [[Value]] = []
      for input in inputs {
        expected.append(try Verifier.evaluate(program, compiled.tokenizer.decode(input))[0])
      }
      report.inputs += inputs.count
      // The program gets the tokens; the transformer gets what a user's text for them is read as.
      let encoded = inputs.map { input in [compiled.tokenizer.bos] + input.map { asRead[Int($0)] } }
      if let sparse {
        for (place, ids) in encoded.enumerated() {
          add(inputs[place], expected[place], sparse.logits(ids))
        }
      } else {
        dense!.forEachLogit(encoded) { index, logits in
          add(inputs[index], expected[index], logits)
        }
      }
    }

    private mutating func add(_ input: [Int32], _ expected: [Value], _ logits: [Float]) {
      for (position, value) in expected.enumerated() where !value.isNone {
        report.positions += 1
        let (actual, error) = compiled.output(logits, at: position + 1, against: value)
        report.greatestError = max(report.greatestError, error)
        guard let actual else { continue }
        report.mismatches += 1
        if smallest == nil || Verifier.precedes(input, smallest!.input) {
          smallest = (input, position, value, actual)
        }
      }
    }
  }

  /// As many as keep a layer's activations in the processor's cache.
  private static func columns(for config: TransformerConfig) -> Int {
    let floatsPerColumn = 2 * config.dModel + 2 * config.dMLP + 4 * config.heads * config.dHead
    return min(2_048, 4_000_000 / max(1, floatsPerColumn))
  }

  private static func precedes(_ a: [Int32], _ b: [Int32]) -> Bool {
    a.count != b.count ? a.count < b.count : a.lexicographicallyPrecedes(b)
  }

  static func evaluate(_ program: PreparedProgram, _ tokens: [Value]) throws(Diagnostic) -> [[Value]] {
    do {
      return try program.evaluate(on: tokens)
    } catch {
      throw noValue(on: tokens, error)
    }
  }

  /// The refusal of a program that has no value on an input.
  static func noValue(on tokens: [Value], _ error: any Error) -> Diagnostic {
    guard let error = error as? Diagnostic else { return Diagnostic("\(error)") }
    let list = tokens.map(\.quoted).joined(separator: ", ")
    return Diagnostic(
      "on the input [\(list)] the program has no value: \(error.message)", at: error.range, hint: error.hint)
  }

  /// The first variable, in the order of computation, whose residual directions do not show its value.
  private static func firstWrongVariable(
    _ compiled: CompiledCircuit, on input: [Int32]
  ) -> String? {
    let interpreter = Interpreter(compiled.program.graph)
    let readings = ResidualReader(compiled).read(input)
    let tokens = compiled.tokenizer.decode(input)
    for (index, variable) in compiled.causalModel.variables.enumerated() {
      guard let sop = variable.sop,
        let values = try? interpreter.evaluate(sop, on: tokens, causal: compiled.circuit.causal)
      else { continue }
      for (position, value) in values.enumerated() where !value.isNone {
        switch (readings[index][position], value.number) {
        case (.number(let number), let expected?)
        where abs(Double(number) - expected) <= tolerance(for: expected):
          continue
        case (.value(let actual), _) where actual.equals(value): continue
        default: return variable.name
        }
      }
    }
    return nil
  }
}

extension CompiledCircuit {
  /// The transformer's answer at a row if it is not the expected value, and the error of a number.
  func output(_ logits: [Float], at row: Int, against value: Value) -> (wrong: Value?, error: Double) {
    let count = parameters.config.outputs
    switch outputs {
    case .numerical:
      let number = Double(logits[row * count])
      guard let expected = value.number else { return (.float(number), 0) }
      let error = abs(number - expected)
      return (error <= Verifier.tolerance(for: expected) ? nil : .float(number), error)
    case .categorical(let values):
      var best = 0
      for place in 1..<max(count, 1) where logits[row * count + place] > logits[row * count + best] {
        best = place
      }
      // As everywhere, no logit stands out if there is no value.
      let actual = logits[row * count + best] > 0.5 ? values[best] : .none
      if actual.equals(value) { return (nil, 0) }
      // An error of rounding, unless the value itself is among the transformer's possible answers.
      let isRounded = HeldValue.areOne(actual, value) && !values.contains { $0.equals(value) }
      return (isRounded ? nil : actual, 0)
    }
  }
}
