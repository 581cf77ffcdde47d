import Diagnostics
import Parser

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

/// A list, with its size at all depths, so that lists of lists cannot grow unseen.
struct ListDatum: Sendable {
  static let maximumTotal = 1_000_000
  static let maximumNesting = 200

  let elements: [Datum]
  let total: Int
  let nesting: Int

  init(_ elements: [Datum]) throws(EvaluationError) {
    self.elements = elements
    total = elements.reduce(1) { $0 + $1.total }
    nesting = 1 + elements.reduce(0) { max($0, $1.nesting) }
    guard total <= Self.maximumTotal else {
      throw EvaluationError("the list would have more than \(Self.maximumTotal) elements")
    }
    guard nesting <= Self.maximumNesting else {
      throw EvaluationError("lists are nested more than \(Self.maximumNesting) deep")
    }
  }
}

/// A dictionary from plain values, in the order in which its keys came; 1, 1.0 and `True` are one key.
struct DictionaryDatum: Sendable {
  private(set) var entries: [(key: Value, value: Datum)] = []
  private var places: [Value: Int] = [:]
  private(set) var total = 1
  private(set) var nesting = 1

  var count: Int { entries.count }

  init() {}

  subscript(key: Value) -> Datum? {
    places[key.key].map { entries[$0].value }
  }

  mutating func set(_ key: Value, to value: Datum) throws(EvaluationError) {
    if let place = places[key.key] {
      total += value.total - entries[place].value.total
      entries[place].value = value
    } else {
      places[key.key] = entries.count
      entries.append((key, value))
      total += value.total
    }
    nesting = max(nesting, 1 + value.nesting)
    guard total <= ListDatum.maximumTotal, nesting <= ListDatum.maximumNesting else {
      throw EvaluationError("the dictionary would have more than \(ListDatum.maximumTotal) elements")
    }
  }
}

/// A function that the program defines.
final class FunctionDatum: Sendable {
  let syntax: FunctionSyntax
  /// Where the function was defined; its free names are looked up there when it is called.
  let environment: Environment

  init(syntax: FunctionSyntax, environment: Environment) {
    self.syntax = syntax
    self.environment = environment
  }
}

/// The outcome of applying an s-op or a selector to an input.
struct DisplayDatum: Sendable {
  enum Content: Sendable {
    case sequence([Value])
    case matrix([[Bool]])
  }
  let input: [Value]
  let content: Content
}
