import Compiler
import Runtime

/// `meta.json`: what a folder's files were made from, and what came of it.
///
/// It is written last, so that a folder that has it is complete.
package struct MetaFile: Codable, Sendable {
  /// Raised when a folder of an earlier version can no longer be read, and has to be made again.
  package static let currentFormat = 4

  package var format = Self.currentFormat
  /// The version of raspc that wrote the folder.
  package var raspc: String
  package var source: Source
  package var circuit: CircuitRecord
  package var compiler: CompilerRecord
  /// What is proved of the compiled transformer; nil where verification was switched off.
  package var certificate: Certificate?
  /// What was compared with the interpreter besides.
  package var verification: VerificationRecord?
  /// Nil where no transformer has been trained.
  package var training: TrainingRecord?

  package init(
    raspc: String, source: Source, circuit: CircuitRecord, compiler: CompilerRecord,
    certificate: Certificate? = nil, verification: VerificationRecord? = nil, training: TrainingRecord? = nil
  ) {
    self.raspc = raspc
    self.source = source
    self.circuit = circuit
    self.compiler = compiler
    self.certificate = certificate
    self.verification = verification
    self.training = training
  }

  /// The circuit's declaration, as far as users of its transformers need it.
  package struct CircuitRecord: Codable, Sendable, Equatable {
    package var name: String
    package var about: String
    package var minLen: Int
    package var maxLen: Int
    package var causal: Bool
    /// The condition on its inputs; nil where all of the vocabulary belong to it.
    package var inputs: String?

    init(name: String, about: String, minLen: Int, maxLen: Int, causal: Bool, inputs: String? = nil) {
      self.name = name
      self.about = about
      self.minLen = minLen
      self.maxLen = maxLen
      self.causal = causal
      self.inputs = inputs
    }

    /// - Parameter graph: the graph of the circuit's program
    package init(_ circuit: Circuit, in graph: SOpGraph) {
      self.init(
        name: circuit.name, about: circuit.about, minLen: circuit.lengths.lowerBound,
        maxLen: circuit.lengths.upperBound, causal: circuit.causal,
        inputs: InputDomain(of: circuit, in: graph)?.condition)
    }

    enum CodingKeys: String, CodingKey {
      case name, about, causal, inputs
      case minLen = "min_len"
      case maxLen = "max_len"
    }
  }

  /// The choices that the compiled transformer depends on.
  package struct CompilerRecord: Codable, Sendable, Equatable {
    package var version: Int
    package var fuse: Bool

    package init(fuse: Bool) {
      version = Compiler.version
      self.fuse = fuse
    }
  }

  /// What was compared with the interpreter.
  package struct VerificationRecord: Codable, Sendable, Equatable {
    package var inputs: Int
    package var positions: Int
    package var exhaustive: Bool

    init(inputs: Int, positions: Int, exhaustive: Bool) {
      self.inputs = inputs
      self.positions = positions
      self.exhaustive = exhaustive
    }

    package init(_ report: VerificationReport) {
      self.init(inputs: report.inputs, positions: report.positions, exhaustive: report.isExhaustive)
    }
  }
}
