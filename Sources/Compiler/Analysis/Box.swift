/// Many inputs of one length at once: at every position a set of tokens that may stand there.
struct Box: Hashable, Sendable {
  /// By position.
  var tokens: [ValueSet]

  var length: Int { tokens.count }
}
