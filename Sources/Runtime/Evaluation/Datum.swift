/// What an expression of a program stands for while the program is being turned into a graph.
enum Datum: Sendable {
  case value(Value)
  case list(ListDatum)
  case dictionary(DictionaryDatum)
  case sop(SOpID)
  case selector(SelectorID)
  case function(FunctionDatum)
  case builtin(Builtin)
  /// What an s-op or selector gave when applied to an input; all one can do with it is look.
  case display(DisplayDatum)
  /// The value of a statement that failed; what uses it fails without another diagnostic.
  case unknown

  /// The kind, with its article, as diagnostics name it.
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

  /// It as a plain value; nil where it is something else.
  var value: Value? {
    if case .value(let value) = self { value } else { nil }
  }

  /// Whether it is an s-op or a selector: a node of the graph.
  var isNode: Bool {
    switch self {
    case .sop, .selector: true
    default: false
    }
  }

  /// What a loop over it goes through; nil where it cannot be looped over.
  var elements: [Datum]? {
    switch self {
    case .list(let list): list.elements
    case .dictionary(let dictionary): dictionary.entries.map { .value($0.key) }
    case .value(.string(let text)): text.unicodeScalars.map { .value(.string(String($0))) }
    default: nil
    }
  }

  /// The tokens that a string or list is, taken as an input; nil where it is none.
  var inputTokens: [Value]? {
    guard let elements, !elements.isEmpty else { return nil }
    var tokens: [Value] = []
    for element in elements {
      guard case .value(let token) = element else { return nil }
      tokens.append(token)
    }
    return tokens
  }

  /// Elements in it at all depths, itself included.
  var total: Int {
    switch self {
    case .list(let list): list.total
    case .dictionary(let dictionary): dictionary.total
    default: 1
    }
  }

  /// How many lists and dictionaries are inside each other in it.
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

  /// Whether a function is in it at any depth.
  var holdsFunctions: Bool {
    switch self {
    case .function: true
    case .list(let list): list.elements.contains(where: \.holdsFunctions)
    case .dictionary(let dictionary): dictionary.entries.contains(where: \.value.holdsFunctions)
    default: false
    }
  }

  /// RASP's `==` on lists, dictionaries and plain values; s-ops, selectors and functions are equal to
  /// nothing.
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
