import Runtime
import Transformer

/// Reads variables from a compiled transformer's residual stream.
struct ResidualReader {
  /// What a variable's directions show at one position.
  enum Reading {
    case number(Float)
    case value(Value)
    /// No direction stands out.
    case nothing
  }

  private let compiled: CompiledCircuit
  private let transformer: ReferenceTransformer

  init(_ compiled: CompiledCircuit) {
    self.compiled = compiled
    transformer = ReferenceTransformer(compiled.parameters)
  }

  /// By variable and position (without BOS), after the last layer.
  func read(_ input: [Int32]) -> [[Reading]] {
    let trace = transformer.run([compiled.tokenizer.bos] + input)
    guard let final = trace.residual.last else { return [] }
    return compiled.causalModel.variables.enumerated().map { index, variable in
      let first = compiled.variables[index].firstDirection
      return input.indices.map { position in
        let row = final[position + 1]
        if variable.encoding == .numerical { return .number(Float(row[first])) }
        let strengths = variable.domain.indices.map { row[first + $0] }
        guard let best = strengths.indices.max(by: { strengths[$0] < strengths[$1] }), strengths[best] > 0.5
        else { return .nothing }
        return .value(variable.domain[best])
      }
    }
  }
}
