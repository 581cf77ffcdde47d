import Runtime

/// What a caller may choose about a compilation.
public struct CompilerOptions: Sendable {
  /// Fold unnamed subexpressions into what uses them.
  public var fuse = true
  /// How the result is held against the program; nil compares nothing and keeps no certificate.
  public var verification: VerificationMode? = .proof
  /// Whether a circuit is compiled, too, that is neither proved right nor compared on all its inputs.
  public var acceptsUnproved = false
  /// Seed of the sampled comparison.
  public var seed: UInt64 = 0
  public var limits = CompilerLimits()

  public init(
    fuse: Bool = true, verification: VerificationMode? = .proof, seed: UInt64 = 0,
    limits: CompilerLimits = CompilerLimits()
  ) {
    self.fuse = fuse
    self.verification = verification
    self.seed = seed
    self.limits = limits
  }
}

/// Sizes beyond which the compiler refuses, saying which value set made them so large.
public struct CompilerLimits: Sendable {
  /// Values of one variable.
  public var values = 20_000
  /// Values of a number, including those that only swaps produce. Where there are more than this, and more than twice
  /// as many as occur on inputs, only those that occur are kept.
  public var swappedValues = 128
  /// Hidden units for combinations of values beyond those that occur.
  public var swappedUnits = 4_096
  /// Combinations of values, or hidden units where these are fewer, up to which a fused expression stays one;
  /// beyond, its parts become variables of their own.
  public var fusedCombinations = 1_024
  /// Combinations of values up to which every one is looked at; beyond, only those that occur together.
  public var combinations = 262_144
  /// Entries of one table.
  public var tableEntries = 16_000_000
  /// Hidden units of one MLP.
  public var dMLP = 32_768
  /// Width of the residual stream.
  public var dModel = 16_384
  /// Parameters of the whole transformer, in floats.
  public var parameters = 250_000_000

  public init() {}
}

/// On which inputs a compiled transformer is compared with the interpreter, besides the proof.
public enum VerificationMode: Sendable, Hashable {
  /// No inputs where it is proved; where it is not, all of a circuit that has at most 20,000, else 1,000 random ones and
  /// those that a search finds.
  case proof
  /// Every input of a circuit that has few, else many random ones; fewer where there is a proof.
  public static func thorough(for circuit: Circuit, isProved: Bool) -> VerificationMode {
    let count = isProved ? 10_000 : 100_000
    return VerificationInputs.count(circuit).map { $0 <= 2 * count } ?? false ? .exhaustive : .samples(count)
  }

  /// Every input of every length.
  case exhaustive
  /// So many random inputs of every length in turn, or all of them where there are fewer.
  case samples(Int)
}
