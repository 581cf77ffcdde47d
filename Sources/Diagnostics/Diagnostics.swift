/// All errors of a program, in source order.
public struct Diagnostics: Error, Sendable, CustomStringConvertible {
  public let list: [Diagnostic]

  public init(_ list: [Diagnostic]) { self.list = list }

  public var description: String {
    list.map(\.description).joined(separator: "\n")
  }
}
