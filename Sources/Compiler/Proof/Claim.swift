import Runtime

/// The claim that some residual directions of a compiled transformer hold the value of an s-op, at every
/// position after BOS, on every input.
package struct Claim: Sendable, Hashable {
  /// What the directions hold.
  package enum Content: Sendable, Hashable {
    /// An s-op's value.
    case value(SOpID)
    /// 1 / (w + 1) for a selector width w: the attention that is left for BOS.
    case share(of: SOpID)
    /// The values of other claims together, given by their indices among all claims.
    case tuple([Int])
  }

  package var variable: String
  package var content: Content
  package var encoding: Encoding
  /// The first direction; the others of a categorical s-op follow in the order of its values.
  package var direction: Int
  /// The direction that stands for None; if there is none, all the others are 0 for None.
  package var noneDirection: Int?
  /// For each direction of a categorical s-op, the values that it stands for. For each direction of a tuple,
  /// the indices of its claims' values; for None, the index is the number of values. Empty for a number.
  package var values: [[Value]]

  package init(
    variable: String, content: Content, encoding: Encoding, direction: Int, noneDirection: Int?,
    values: [[Value]]
  ) {
    self.variable = variable
    self.content = content
    self.encoding = encoding
    self.direction = direction
    self.noneDirection = noneDirection
    self.values = values
  }

  /// The number of directions, not counting that of None.
  var width: Int { encoding == .categorical ? values.count : 1 }
}
