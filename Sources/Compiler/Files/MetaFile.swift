/// `meta.json`: what a folder's files were made from, and what came of it.
///
/// It is written last, so that a folder that has it is complete.
public struct MetaFile: Codable, Sendable {
  public var circuit: CircuitRecord

  /// The circuit's declaration, as far as its users need it.
  public struct CircuitRecord: Codable, Sendable, Equatable {
    public var name: String
    public var about: String
    public var minLen: Int
    public var maxLen: Int
    public var causal: Bool

    enum CodingKeys: String, CodingKey {
      case name, about, causal
      case minLen = "min_len"
      case maxLen = "max_len"
    }
  }
}
