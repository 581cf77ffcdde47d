import Runtime

/// What a compiled transformer is said to hold in some residual directions: the value of an s-op, at every
/// position after BOS, on every input.
package struct Claim: Sendable, Hashable {
  /// What is held.
  package enum Content: Sendable, Hashable {
    /// An s-op's value.
    case value(SOpID)
    /// One over a selector width plus one: the attention that is left for BOS.
    case share(of: SOpID)
    /// The values of other claims together, given by their indices among all claims.
    case tuple([Int])
  }

  package var variable: String
  package var content: Content
  package var encoding: Encoding
  /// The first direction; those of a categorical s-op's values follow in order.
  package var direction: Int
  /// The direction that means that there is no value; if there is none, None is 0 in all the others.
  package var noneDirection: Int?
  /// For each direction of a categorical s-op, the values that it stands for; for a tuple, the indices of the
  /// claims' values, where a missing value's index is the number of values. Empty for a number.
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

  /// The number of directions, without that of None.
  var width: Int { encoding == .categorical ? values.count : 1 }
}
