/// Many inputs of one length at once: at every position, the set of tokens that can be there.
struct Box: Hashable, Sendable {
  /// By position.
  var tokens: [ValueSet]

  var length: Int { tokens.count }
}
