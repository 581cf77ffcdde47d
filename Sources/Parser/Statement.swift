import Diagnostics

/// A statement of a program, or a command of the REPL.
public struct Statement: Sendable {
  public indirect enum Kind: Sendable {
    case expression(Expression)
    /// `a, b = x, y;`
    case assignment([Name], [Expression])
    case draw(Expression, input: Expression?)
    /// `load "file";`, the name without its `.rasp`
    case load(Name)
    case function(FunctionSyntax)
    case forLoop([Name], iterable: Expression, body: [Statement])
    case whileLoop(Expression, body: [Statement])
    case conditional(branches: [(condition: Expression, body: [Statement])], otherwise: [Statement])
    case returnValues([Expression])
    case circuit(CircuitSyntax)
    case command(Command)
  }

  /// A REPL command; RASP 0.1 allows them in files too.
  public enum Command: Sendable {
    case setExample(ExampleKind?, Expression)
    case showExample(ExampleKind?)
    case examples(ExampleKind?, isOn: Bool)
    case fullSequenceDisplay(isOn: Bool)
    case exit
  }

  /// Which of the two running examples a command affects.
  public enum ExampleKind: String, Sendable, Hashable {
    case sop = "s-op"
    case selector
  }

  public let kind: Kind
  public let range: SourceRange

  public init(_ kind: Kind, range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

/// `def name(parameters) { body }`
public final class FunctionSyntax: Sendable {
  public let name: Name
  public let parameters: [Name]
  public let body: [Statement]
  /// From `def` to the closing brace.
  public let range: SourceRange

  public init(name: Name, parameters: [Name], body: [Statement], range: SourceRange) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.range = range
  }
}

/// `circuit name { key = value; ... }`
public struct CircuitSyntax: Sendable {
  public let name: Name
  public let settings: [Setting]

  public init(name: Name, settings: [Setting]) {
    self.name = name
    self.settings = settings
  }

  /// One line of a circuit block.
  public struct Setting: Sendable {
    public let key: Name
    public let value: Value

    public init(key: Name, value: Value) {
      self.key = key
      self.value = value
    }
  }

  public enum Value: Sendable {
    case expression(Expression)
    /// `{ layers = 2; heads = 4; }`
    case group([(key: Name, value: Expression)])
  }
}
