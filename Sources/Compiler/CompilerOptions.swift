import Runtime

/// A caller's choices about a compilation.
package struct CompilerOptions: Sendable {
  /// Fuse unnamed subexpressions into what uses them.
  package var fuse = true
  /// How the result is verified; nil compares nothing and keeps no certificate.
  package var verification: VerificationMode? = .proof
  /// Whether to accept a circuit that is neither proved correct nor compared on all its inputs.
  package var acceptsUnproved = false
  /// Seed of the sampled comparison.
  package var seed: UInt64 = 0
  package var limits = CompilerLimits()

  package init(
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
package struct CompilerLimits: Sendable {
  /// Values of one variable.
  package var values = 20_000
  /// Values of a number, including those that only swaps produce. If there are more than this, and more than
  /// twice as many as occur on inputs, only those that occur are kept.
  package var swappedValues = 128
  /// Hidden units for combinations of values that occur only in swaps.
  package var swappedUnits = 4_096
  /// Combinations of values, or hidden units if these are fewer, up to which a fused expression is not split;
  /// beyond that, its parts become variables.
  package var fusedCombinations = 1_024
  /// The number of combinations up to which all are considered; beyond that, only those that occur together.
  package var combinations = 262_144
  /// Entries of one table.
  package var tableEntries = 16_000_000
  /// Hidden units of one MLP.
  package var dMLP = 32_768
  /// Width of the residual stream.
  package var dModel = 16_384
  /// Parameters of the whole transformer, in floats.
  package var parameters = 250_000_000

  package init() {}
}

/// On which inputs a compiled transformer is compared with the interpreter, besides the proof.
package enum VerificationMode: Sendable, Hashable {
  /// None if it is proved; otherwise all inputs of a circuit with at most 20,000, or else 1,000 random ones
  /// and those that a search finds.
  case proof
  /// All inputs of a circuit with few, or else many random ones; fewer if there is a proof.
  package static func thorough(for circuit: Circuit, isProved: Bool) -> VerificationMode {
    let count = isProved ? 10_000 : 100_000
    return VerificationInputs.count(circuit).map { $0 <= 2 * count } ?? false ? .exhaustive : .samples(count)
  }

  /// Every input of every length.
  case exhaustive
  /// This many random inputs, from every length in turn, or all of them if there are fewer.
  case samples(Int)
}
