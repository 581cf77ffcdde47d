/// The types that the values of an s-op can have, as far as that is known before anything runs.
package struct ValueTypes: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let none = ValueTypes(rawValue: 1)
  package static let bool = ValueTypes(rawValue: 2)
  package static let int = ValueTypes(rawValue: 4)
  package static let float = ValueTypes(rawValue: 8)
  package static let string = ValueTypes(rawValue: 16)

  package static let numbers: ValueTypes = [.bool, .int, .float]
  /// Nothing is known.
  package static let any: ValueTypes = [.none, .bool, .int, .float, .string]

  package init(_ value: Value) {
    switch value {
    case .none: self = .none
    case .bool: self = .bool
    case .int: self = .int
    case .float: self = .float
    case .string: self = .string
    }
  }

  package init(_ values: some Sequence<Value>) {
    self = values.reduce(into: []) { $0.formUnion(ValueTypes($1)) }
  }

  var hasNumbers: Bool { !isDisjoint(with: .numbers) }
  /// The types of an operation's results if it passes `None` on.
  func passingNone(from operands: ValueTypes...) -> ValueTypes {
    operands.contains { $0.contains(.none) } ? union(.none) : self
  }
}

extension ValueTypes: CustomStringConvertible {
  /// For example `int or string`.
  package var description: String {
    if self == .any { return "any" }
    let names: [(ValueTypes, String)] = [
      (.bool, "bool"), (.int, "int"), (.float, "float"), (.string, "string"), (.none, "None"),
    ]
    var present = names.filter { contains($0.0) }.map(\.1)
    if isSuperset(of: .numbers) { present = ["numbers"] + present.dropFirst(3) }
    return present.isEmpty ? "nothing" : present.joined(separator: " or ")
  }
}
