/// The user has asked to stop.
public struct Interrupted: Error, Sendable {
  public init() {}
}
