/// Two inputs of one length, BOS left out.
struct InputPair: Codable, Sendable {
  var base: [Int32]
  var source: [Int32]
}
