/// One element of a sequence.
///
/// Equality and hashing are exact: the integer 1, the float 1.0 and true are three values (they print
/// differently). RASP's own `==`, under which they are equal, is ``equals(_:)``. Strings are equal if they
/// have the same code points.
package enum Value: Sendable, Hashable {
  /// No value: the result of an aggregate over an empty selection if its default is `None`.
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)

  package static func == (a: Value, b: Value) -> Bool {
    switch (a, b) {
    case (.none, .none): true
    case (.bool(let x), .bool(let y)): x == y
    case (.int(let x), .int(let y)): x == y
    case (.float(let x), .float(let y)): (x == y && x.sign == y.sign) || (x.isNaN && y.isNaN)
    case (.string(let x), .string(let y)): x.isSame(as: y)
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .none: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .int(let value): hasher.combine(value)
    case .float(let value): hasher.combine(value.isNaN ? .nan : value)
    // Canonically equivalent strings share a hash; ``==`` tells them apart.
    case .string(let value): hasher.combine(value)
    }
  }
}

extension Value {
  /// A bool, int or float as a number; nil for other values.
  package var number: Double? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .float(let value): value
    case .none, .string: nil
    }
  }

  /// An int or a bool as an integer; nil for other values.
  package var integer: Int? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): value
    default: nil
    }
  }

  package var isNone: Bool {
    if case .none = self { true } else { false }
  }

  /// Whether a condition counts the value as true: all but `None`, `False`, zero and the empty string.
  package var isTrue: Bool {
    switch self {
    case .none: false
    case .bool(let value): value
    case .int(let value): value != 0
    case .float(let value): value != 0
    case .string(let value): !value.isEmpty
    }
  }

  /// RASP's `==`: numbers are compared as numbers, with `True` as 1; values of different kinds are unequal.
  package func equals(_ other: Value) -> Bool {
    switch (self, other) {
    case (.string(let a), .string(let b)): a.isSame(as: b)
    case (.int(let a), .int(let b)): a == b
    case (.none, .none): true
    default: order(other) == .some(.equal)
    }
  }

  /// The value as a key of a dictionary: 1, 1.0 and `True` are one key, since they are equal by
  /// ``equals(_:)``.
  package var key: Value {
    if let integer { return .int(integer) }
    if case .float(let number) = self, let integer = Int(exactly: number) { return .int(integer) }
    return self
  }

  enum Order { case less, equal, greater, unordered }

  /// How two values compare; nil if RASP has no order between their types.
  func order(_ other: Value) -> Order? {
    switch (self, other) {
    case (.string(let a), .string(let b)):
      if a.isSame(as: b) { return .equal }
      return a.precedes(b) ? .less : .greater
    case (.none, _), (_, .none), (.string, _), (_, .string): return nil
    default: break
    }
    if let a = integer, let b = other.integer { return a < b ? .less : a == b ? .equal : .greater }
    if let a = integer, let b = other.number { return Value.order(a, b) }
    if let b = other.integer, let a = number {
      switch Value.order(b, a) {
      case .less: return .greater
      case .greater: return .less
      case let same: return same
      }
    }
    let a = number!
    let b = other.number!
    return a < b ? .less : a == b ? .equal : a > b ? .greater : .unordered
  }

  /// Compares an integer with a float exactly: beyond 2^53, a conversion would round.
  private static func order(_ a: Int, _ b: Double) -> Order {
    if b.isNaN { return .unordered }
    if let exact = Int(exactly: b) { return a < exact ? .less : a == exact ? .equal : .greater }
    if abs(b) < 9.3e18 {
      let floor = b.rounded(.down)
      if let below = Int(exactly: floor) { return a <= below ? .less : .greater }
    }
    return b > 0 ? .less : .greater
  }

  /// The name of the value's type in messages and in RASP's displays.
  package var typeName: String {
    switch self {
    case .none: "None"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string: "string"
    }
  }
}
