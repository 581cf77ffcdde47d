import Diagnostics

/// A statement of a program, or a command of the REPL.
package struct Statement: Sendable {
  package indirect enum Kind: Sendable {
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
  package enum Command: Sendable {
    case setExample(ExampleKind?, Expression)
    case showExample(ExampleKind?)
    case examples(ExampleKind?, isOn: Bool)
    case fullSequenceDisplay(isOn: Bool)
    case exit
  }

  /// Which of the two running examples a command affects.
  package enum ExampleKind: String, Sendable, Hashable {
    case sop = "s-op"
    case selector
  }

  package let kind: Kind
  package let range: SourceRange

  package init(_ kind: Kind, range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

/// `def name(parameters) { body }`
package final class FunctionSyntax: Sendable {
  package let name: Name
  package let parameters: [Name]
  package let body: [Statement]
  /// From `def` to the closing brace.
  package let range: SourceRange

  package init(name: Name, parameters: [Name], body: [Statement], range: SourceRange) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.range = range
  }
}

/// `circuit name { key = value; ... }`
package struct CircuitSyntax: Sendable {
  package let name: Name
  package let settings: [Setting]

  package init(name: Name, settings: [Setting]) {
    self.name = name
    self.settings = settings
  }

  /// One line of a circuit block.
  package struct Setting: Sendable {
    package let key: Name
    package let value: Value

    package init(key: Name, value: Value) {
      self.key = key
      self.value = value
    }
  }

  package enum Value: Sendable {
    case expression(Expression)
    /// `{ layers = 2; heads = 4; }`
    case group([(key: Name, value: Expression)])
  }
}
