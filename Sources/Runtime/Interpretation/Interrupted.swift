/// The user has asked for an evaluation to end.
public struct Interrupted: Error, Sendable {
  public init() {}
}
