/// The value of an expression while a program is being run.
enum Datum: Sendable {
  case value(Value)
  case list(ListDatum)
  case dictionary(DictionaryDatum)
  case sop(SOpID)
  case selector(SelectorID)
  case function(FunctionDatum)
  case builtin(Builtin)
  /// The result of applying an s-op or selector to an input, for display.
  case display(DisplayDatum)
  /// The value of a statement that failed; whatever uses it fails without another diagnostic.
  case unknown

  /// The kind with its article, for diagnostics.
  var kindName: String {
    switch self {
    case .value(let value):
      switch value {
      case .none: "None"
      case .bool: "a bool"
      case .int: "an int"
      case .float: "a float"
      case .string: "a string"
      }
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .sop: "an s-op"
    case .selector: "a selector"
    case .function, .builtin: "a function"
    case .display: "a displayed result"
    case .unknown: "unknown"
    }
  }

  /// The plain value; nil if it is anything else.
  var value: Value? {
    if case .value(let value) = self { value } else { nil }
  }

  /// Whether it is a node of the graph: an s-op or a selector.
  var isNode: Bool {
    switch self {
    case .sop, .selector: true
    default: false
    }
  }

  /// The elements that a loop goes over; nil if it cannot be looped over.
  var elements: [Datum]? {
    switch self {
    case .list(let list): list.elements
    case .dictionary(let dictionary): dictionary.entries.map { .value($0.key) }
    case .value(.string(let text)): text.unicodeScalars.map { .value(.string(String($0))) }
    default: nil
    }
  }

  /// The tokens of a string or list used as an input; nil if it is not an input.
  var inputTokens: [Value]? {
    guard let elements, !elements.isEmpty else { return nil }
    var tokens: [Value] = []
    for element in elements {
      guard case .value(let token) = element else { return nil }
      tokens.append(token)
    }
    return tokens
  }

  /// The number of elements at all depths, itself included.
  var total: Int {
    switch self {
    case .list(let list): list.total
    case .dictionary(let dictionary): dictionary.total
    default: 1
    }
  }

  /// How deeply lists and dictionaries are nested in it.
  var nesting: Int {
    switch self {
    case .list(let list): list.nesting
    case .dictionary(let dictionary): dictionary.nesting
    default: 0
    }
  }

  var isTrue: Bool {
    switch self {
    case .value(let value): value.isTrue
    case .list(let list): !list.elements.isEmpty
    case .dictionary(let dictionary): dictionary.count > 0
    default: true
    }
  }

  /// Whether it contains a function at any depth.
  var holdsFunctions: Bool {
    switch self {
    case .function: true
    case .list(let list): list.elements.contains(where: \.holdsFunctions)
    case .dictionary(let dictionary): dictionary.entries.contains(where: \.value.holdsFunctions)
    default: false
    }
  }

  /// RASP's `==` for lists, dictionaries and plain values; s-ops, selectors and functions are never equal to
  /// anything.
  func equals(_ other: Datum) -> Bool {
    switch (self, other) {
    case (.value(let a), .value(let b)): a.equals(b)
    case (.list(let a), .list(let b)):
      a.elements.count == b.elements.count
        && zip(a.elements, b.elements).allSatisfy { $0.equals($1) }
    case (.dictionary(let a), .dictionary(let b)):
      a.count == b.count
        && a.entries.allSatisfy { key, value in b[key].map { value.equals($0) } ?? false }
    default: false
    }
  }
}
