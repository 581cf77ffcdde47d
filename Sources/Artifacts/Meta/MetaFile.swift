import Compiler
import Runtime

/// `meta.json`: what a folder's files were made from, and what came of it.
///
/// It is written last, so that a folder that has it is complete.
public struct MetaFile: Codable, Sendable {
  /// Raised when a folder of an earlier version can no longer be read, and has to be made again.
  public static let currentFormat = 4

  public var format = Self.currentFormat
  /// The version of raspc that wrote the folder.
  public var raspc: String
  public var source: Source
  public var circuit: CircuitRecord
  public var compiler: CompilerRecord
  /// What is proved of the compiled transformer; nil where verification was switched off.
  public var certificate: Certificate?
  /// What was compared with the interpreter besides.
  public var verification: VerificationRecord?
  /// Nil where no transformer has been trained.
  public var training: TrainingRecord?

  public init(
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
  public struct CircuitRecord: Codable, Sendable, Equatable {
    public var name: String
    public var about: String
    public var minLen: Int
    public var maxLen: Int
    public var causal: Bool
    /// The condition on its inputs; nil where all of the vocabulary belong to it.
    public var inputs: String?

    init(name: String, about: String, minLen: Int, maxLen: Int, causal: Bool, inputs: String? = nil) {
      self.name = name
      self.about = about
      self.minLen = minLen
      self.maxLen = maxLen
      self.causal = causal
      self.inputs = inputs
    }

    /// - Parameter graph: the graph of the circuit's program
    public init(_ circuit: Circuit, in graph: SOpGraph) {
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
  public struct CompilerRecord: Codable, Sendable, Equatable {
    public var version: Int
    public var fuse: Bool

    public init(fuse: Bool) {
      version = Compiler.version
      self.fuse = fuse
    }
  }

  /// What was compared with the interpreter.
  public struct VerificationRecord: Codable, Sendable, Equatable {
    public var inputs: Int
    public var positions: Int
    public var exhaustive: Bool

    init(inputs: Int, positions: Int, exhaustive: Bool) {
      self.inputs = inputs
      self.positions = positions
      self.exhaustive = exhaustive
    }

    public init(_ report: VerificationReport) {
      self.init(inputs: report.inputs, positions: report.positions, exhaustive: report.isExhaustive)
    }
  }
}
