import Transformer

/// Inputs on which a transformer is taken apart, each with a corrupted counterpart of equal length.
public struct InputPairs: Sendable {
  /// What the outputs are, and so how far apart two of them are: KL divergence for categorical outputs, the
  /// squared error for numerical ones.
  public enum OutputKind: String, Sendable {
    case categorical
    case numerical
  }

  /// Ids, BOS included.
  public let clean: [[Int32]]
  public let corrupted: [[Int32]]
  /// Which positions count: not BOS, and not those where the program has no value.
  public let counted: [[Bool]]
  public let outputKind: OutputKind

  public init(clean: [[Int32]], corrupted: [[Int32]], counted: [[Bool]], outputKind: OutputKind) {
    precondition(clean.count == corrupted.count && clean.count == counted.count)
    precondition(zip(clean, corrupted).allSatisfy { $0.count == $1.count })
    precondition(zip(clean, counted).allSatisfy { $0.count == $1.count })
    self.clean = clean
    self.corrupted = corrupted
    self.counted = counted
    self.outputKind = outputKind
  }

  /// Pairs each input with another of its length, drawn at random; with itself where it is the only one.
  public init(
    _ inputs: [[Int32]], counted: [[Bool]], outputKind: OutputKind,
    using generator: inout SeededGenerator
  ) {
    let byLength = Dictionary(grouping: inputs.indices) { inputs[$0].count }
    let corrupted = inputs.indices.map { index in
      let peers = byLength[inputs[index].count] ?? [index]
      guard peers.count > 1, let place = peers.firstIndex(of: index) else { return inputs[index] }
      let other = (place + 1 + generator.index(below: peers.count - 1)) % peers.count
      return inputs[peers[other]]
    }
    self.init(clean: inputs, corrupted: corrupted, counted: counted, outputKind: outputKind)
  }

  public var count: Int { clean.count }

  /// The first pairs.
  public func prefix(_ count: Int) -> InputPairs {
    InputPairs(
      clean: Array(clean.prefix(count)), corrupted: Array(corrupted.prefix(count)),
      counted: Array(counted.prefix(count)), outputKind: outputKind)
  }
}
