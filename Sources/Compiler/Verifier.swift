import Lexer
import Runtime
import Transformer

/// Compares compiled transformers with the interpreter, which is what a program means.
public enum Verifier {
  /// How far a numerical output may be off.
  static let tolerance = 1e-2
  /// How many inputs are compared at a time.
  private static let batch = 2_048

  /// Runs the interpreter and the transformer on the same inputs.
  ///
  /// Positions where the program has no value (None) are not compared.
  /// - Throws: ``Diagnostic`` where the program itself fails on an input of the circuit.
  public static func verify(
    _ compiled: CompiledCircuit, graph: SOpGraph, mode: VerificationMode, seed: UInt64 = 0
  ) throws(Diagnostic) -> VerificationReport {
    var report = VerificationReport()
    let circuit = compiled.circuit
    let interpreter = Interpreter(graph)
    let program = interpreter.prepare([circuit.output], causal: circuit.causal)
    let inference = Inference(compiled.parameters, columns: columns(for: compiled.parameters.config))
    var inputs = VerificationInputs(circuit, mode: mode, seed: seed)
    report.isExhaustive = inputs.isExhaustive
    var smallest: (input: [Int32], position: Int, expected: Value, actual: Value)?
    while true {
      let ids = inputs.next(Self.batch)
      if ids.isEmpty { break }
      var expected: [[Value]] = []
      for input in ids {
        expected.append(try evaluate(program, compiled.tokenizer.decode(input))[0])
      }
      report.inputs += ids.count
      inference.forEachLogit(ids.map { [compiled.tokenizer.bos] + $0 }) { index, logits in
        for (position, value) in expected[index].enumerated() where !value.isNone {
          report.positions += 1
          let (actual, error) = compiled.output(logits, at: position + 1, against: value)
          report.greatestError = max(report.greatestError, error)
          guard let actual else { continue }
          report.mismatches += 1
          if smallest == nil || precedes(ids[index], smallest!.input) {
            smallest = (ids[index], position, value, actual)
          }
        }
      }
    }
    if let smallest {
      report.failure = VerificationReport.Failure(
        input: compiled.tokenizer.decode(smallest.input), position: smallest.position,
        expected: smallest.expected, actual: smallest.actual,
        variable: firstWrongVariable(compiled, interpreter, on: smallest.input))
    }
    return report
  }

  /// As many as keep a layer's activations within the processor's reach.
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
    _ compiled: CompiledCircuit, _ interpreter: Interpreter, on input: [Int32]
  ) -> String? {
    let readings = ResidualReader(compiled).read(input)
    let tokens = compiled.tokenizer.decode(input)
    for (index, variable) in compiled.causalModel.variables.enumerated() {
      guard let sop = variable.sop,
        let values = try? interpreter.evaluate(sop, on: tokens, causal: compiled.circuit.causal)
      else { continue }
      for (position, value) in values.enumerated() where !value.isNone {
        switch (readings[index][position], value.number) {
        case (.number(let number), let expected?) where abs(Double(number) - expected) <= tolerance: continue
        case (.value(let actual), _) where actual.equals(value): continue
        default: return variable.name
        }
      }
    }
    return nil
  }
}

extension CompiledCircuit {
  /// What the transformer answers at a row where that is not the value expected, and how far a number is off.
  func output(_ logits: [Float], at row: Int, against value: Value) -> (wrong: Value?, error: Double) {
    let count = parameters.config.outputs
    switch outputs {
    case .numerical:
      let number = Double(logits[row * count])
      guard let expected = value.number else { return (.float(number), 0) }
      let error = abs(number - expected)
      return (error <= Verifier.tolerance * max(1, abs(expected)) ? nil : .float(number), error)
    case .categorical(let values):
      var best = 0
      for place in 1..<max(count, 1) where logits[row * count + place] > logits[row * count + best] {
        best = place
      }
      let actual = values[best]
      if let a = actual.number, let b = value.number, abs(a - b) <= 1e-9 * max(1, abs(b)) { return (nil, 0) }
      return (actual.equals(value) ? nil : actual, 0)
    }
  }
}
