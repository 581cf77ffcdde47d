import Diagnostics
import Parser

/// Finds unknown names and calls with the wrong number of arguments in parts of a program that were not
/// reached when it ran: functions that are never called, branches that were not taken.
struct NameChecker {
  /// The names at the program's top level, as they are at the end.
  private let environment: Environment
  /// Names bound more than once at the top level; it is not known which function such a name calls.
  private var rebound: Set<String> = []
  /// The names bound by the enclosing functions, outermost first.
  private var scopes: [Set<String>] = []
  private(set) var diagnostics: [Diagnostic] = []

  init(_ environment: Environment) { self.environment = environment }

  mutating func check(_ program: ProgramSyntax) {
    var seen: Set<String> = []
    for name in Self.boundNames(program.statements) where !seen.insert(name).inserted {
      rebound.insert(name)
    }
    // Functions may use names that the top level binds later, or would bind in statements that were not
    // reached.
    scopes = [seen]
    check(program.statements)
  }

  /// The names that statements bind, except those inside functions.
  private static func boundNames(_ statements: [Statement]) -> [String] {
    statements.flatMap { statement -> [String] in
      switch statement.kind {
      case .assignment(let names, _): names.map(\.text)
      case .function(let syntax): [syntax.name.text]
      case .forLoop(let names, _, let body): names.map(\.text) + boundNames(body)
      case .whileLoop(_, let body): boundNames(body)
      case .conditional(let branches, let otherwise):
        branches.flatMap { boundNames($0.body) } + boundNames(otherwise)
      case .expression, .draw, .load, .returnValues, .circuit, .command: []
      }
    }
  }

  private mutating func check(_ statements: [Statement]) {
    for statement in statements {
      switch statement.kind {
      case .expression(let value): check(value)
      case .assignment(_, let values), .returnValues(let values): for value in values { check(value) }
      case .draw(let subject, let input):
        check(subject)
        if let input { check(input) }
      case .function(let syntax):
        scopes.append(Set(syntax.parameters.map(\.text)).union(Self.boundNames(syntax.body)))
        check(syntax.body)
        scopes.removeLast()
      case .forLoop(_, let iterable, let body):
        check(iterable)
        check(body)
      case .whileLoop(let condition, let body):
        check(condition)
        check(body)
      case .conditional(let branches, let otherwise):
        for branch in branches {
          check(branch.condition)
          check(branch.body)
        }
        check(otherwise)
      case .load, .circuit, .command: break
      }
    }
  }

  private mutating func check(_ expression: Expression) {
    switch expression.kind {
    case .literal, .invalid: break
    case .name(let name): check(name, expression.range)
    case .unary(_, let operand), .length(let operand), .parenthesized(let operand): check(operand)
    case .binary(_, let a, let b), .contains(let a, let b), .index(let a, let b), .select(let a, let b, _):
      check(a)
      check(b)
    case .ternary(let a, let b, let c), .selectWhere(let a, let b, let c):
      check(a)
      check(b)
      check(c)
    case .aggregate(let selector, let value, let fallback):
      check(selector)
      check(value)
      if let fallback { check(fallback) }
    case .call(let callee, let arguments):
      check(callee)
      for argument in arguments { check(argument) }
      checkArity(callee, arguments.count, expression.range)
    case .range(let elements), .zip(let elements), .list(let elements):
      for element in elements { check(element) }
    case .dictionary(let entries):
      for (key, value) in entries {
        check(key)
        check(value)
      }
    case .listComprehension(let value, let names, let iterable):
      check(iterable)
      scopes.append(Set(names.map(\.text)))
      check(value)
      scopes.removeLast()
    case .dictionaryComprehension(let key, let value, let names, let iterable):
      check(iterable)
      scopes.append(Set(names.map(\.text)))
      check(key)
      check(value)
      scopes.removeLast()
    }
  }

  private func isBound(_ name: String) -> Bool {
    name == "out" || scopes.contains { $0.contains(name) } || environment.lookUp(name) != nil
  }

  private mutating func check(_ name: String, _ range: SourceRange) {
    guard !isBound(name) else { return }
    let candidates = scopes.reduce(environment.visibleNames) { $0.union($1) }
    diagnostics.append(
      Diagnostic(
        "unknown name '\(name)'", at: range, hint: Spelling.suggestion(for: name, among: candidates)))
  }

  private mutating func checkArity(_ callee: Expression, _ count: Int, _ range: SourceRange) {
    guard case .name(let name) = callee.kind, !rebound.contains(name),
      !scopes.dropFirst().contains(where: { $0.contains(name) })
    else { return }
    switch environment.lookUp(name) {
    case .function(let function)? where function.syntax.parameters.count != count:
      diagnostics.append(function.wrongCount(count, at: range))
    case .builtin(let builtin)? where !builtin.arity.contains(count):
      diagnostics.append(builtin.wrongCount(count, at: range))
    default: break
    }
  }
}
