/// All errors of a program, in source order.
package struct Diagnostics: Error, Sendable, CustomStringConvertible {
  package let list: [Diagnostic]

  package init(_ list: [Diagnostic]) { self.list = list }

  package var description: String {
    list.map(\.description).joined(separator: "\n")
  }
}
