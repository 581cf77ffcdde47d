/// The types that the values of an s-op can have, as far as is known before anything runs.
public struct ValueTypes: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let none = ValueTypes(rawValue: 1)
  public static let bool = ValueTypes(rawValue: 2)
  public static let int = ValueTypes(rawValue: 4)
  public static let float = ValueTypes(rawValue: 8)
  public static let string = ValueTypes(rawValue: 16)

  public static let numbers: ValueTypes = [.bool, .int, .float]
  /// Nothing is known.
  public static let any: ValueTypes = [.none, .bool, .int, .float, .string]

  public init(_ value: Value) {
    switch value {
    case .none: self = .none
    case .bool: self = .bool
    case .int: self = .int
    case .float: self = .float
    case .string: self = .string
    }
  }

  public init(_ values: some Sequence<Value>) {
    self = values.reduce(into: []) { $0.formUnion(ValueTypes($1)) }
  }

  var hasNumbers: Bool { !isDisjoint(with: .numbers) }
  /// The types of an operation's result where it passes `None` on.
  func passingNone(from operands: ValueTypes...) -> ValueTypes {
    operands.contains { $0.contains(.none) } ? union(.none) : self
  }
}

extension ValueTypes: CustomStringConvertible {
  /// Such as `int or string`.
  public var description: String {
    if self == .any { return "any" }
    let names: [(ValueTypes, String)] = [
      (.bool, "bool"), (.int, "int"), (.float, "float"), (.string, "string"), (.none, "None"),
    ]
    var present = names.filter { contains($0.0) }.map(\.1)
    if isSuperset(of: .numbers) { present = ["numbers"] + present.dropFirst(3) }
    return present.isEmpty ? "nothing" : present.joined(separator: " or ")
  }
}
