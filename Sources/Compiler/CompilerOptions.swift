import Runtime

/// A caller's choices about a compilation.
public struct CompilerOptions: Sendable {
  /// Fuse unnamed subexpressions into what uses them.
  public var fuse = true
  /// How the result is verified; nil compares nothing and keeps no certificate.
  public var verification: VerificationMode? = .proof
  /// Whether to accept a circuit that is neither proved correct nor compared on all its inputs.
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

/// Sizes beyond which the compiler refuses, naming the value set that made them so large.
public struct CompilerLimits: Sendable {
  /// Values of one variable.
  public var values = 20_000
  /// Values of a number, including those that only swaps produce. If there are more than this, and more than
  /// twice as many as occur on inputs, only those that occur are kept.
  public var swappedValues = 128
  /// Hidden units for combinations of values that occur only in swaps.
  public var swappedUnits = 4_096
  /// Combinations of values, or hidden units if these are fewer, up to which a fused expression is not split;
  /// beyond that, its parts become variables.
  public var fusedCombinations = 1_024
  /// The number of combinations up to which all are considered; beyond that, only those that occur together.
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
  /// None if it is proved; otherwise all inputs of a circuit with at most 20,000, or else 1,000 random ones
  /// and those that a search finds.
  case proof
  /// All inputs of a circuit with few, or else many random ones; fewer if there is a proof.
  public static func thorough(for circuit: Circuit, isProved: Bool) -> VerificationMode {
    let count = isProved ? 10_000 : 100_000
    return VerificationInputs.count(circuit).map { $0 <= 2 * count } ?? false ? .exhaustive : .samples(count)
  }

  /// Every input of every length.
  case exhaustive
  /// This many random inputs, from every length in turn, or all of them if there are fewer.
  case samples(Int)
}
