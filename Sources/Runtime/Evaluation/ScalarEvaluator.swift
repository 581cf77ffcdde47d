import Diagnostics
import Parser

/// Runs statements and evaluates expressions on plain data: values, lists, dictionaries and functions; start
/// reading here.
///
/// That is all there is to a function that is applied to each value (``ElementwiseFunction``). A program has s-ops
/// and selectors besides: what is done with these is up to the ``SequenceOperations`` that an ``Elaborator``
/// brings. Without them they are refused.
final class ScalarEvaluator {
  /// What to do with s-ops and selectors; nil where there are to be none.
  unowned var sequences: (any SequenceOperations)?
  private(set) var calls = CallStack()
  private var work: WorkMeter
  private let closures = ClosureScopes()
  /// What functions see in place of the environments they were defined in, by the identity of these.
  private let snapshots: [ObjectIdentifier: Environment]

  init(
    limits: Limits, snapshots: [ObjectIdentifier: Environment] = [:],
    isInterrupted: @escaping @Sendable () -> Bool
  ) {
    work = WorkMeter(limits: limits, isInterrupted: isInterrupted)
    self.snapshots = snapshots
  }

  var limits: Limits { work.limits }
  var isInterrupted: @Sendable () -> Bool { work.isInterrupted }

  // MARK: Errors and limits

  /// What is wrong at a place of the program, to be thrown.
  func failure(_ message: String, at range: SourceRange, hint: String? = nil) -> Diagnostic {
    calls.diagnostic(message, at: range, hint: hint)
  }

  /// Runs `body`; an operation without a value becomes a diagnostic at `range`.
  func located<Output>(_ range: SourceRange, _ body: () throws -> Output) throws -> Output {
    do {
      return try body()
    } catch let error as EvaluationError {
      throw failure(error.message, at: range, hint: error.hint)
    }
  }

  /// Starts counting steps anew.
  func beginStatement() { work.beginStatement() }

  /// Counts a step of the program, and as many more as it takes to make `elements` elements.
  func countStep(_ range: SourceRange, elements: Int = 0) throws {
    try located(range) { try work.count(elements: elements) }
  }

  /// What to do with an s-op or a selector at a place; refused where there are to be none.
  ///
  /// - Parameter kind: Which of the two it is, with its article.
  func sequences(_ kind: String, at range: SourceRange) throws -> any SequenceOperations {
    guard let sequences else { throw refusal(kind, at: range) }
    return sequences
  }

  /// That there are to be no s-ops or selectors.
  func refusal(_ kind: String, at range: SourceRange) -> Diagnostic {
    failure(
      "a function applied to each value cannot use \(kind)", at: range,
      hint: "pass it as an argument: map(f, x, y)")
  }

  // MARK: Functions

  /// Remembers where a function is defined.
  func define(_ function: FunctionSyntax, in environment: Environment) throws -> Datum {
    let datum = Datum.function(FunctionDatum(syntax: function, environment: environment))
    try located(function.name.range) { try environment.bind(function.name.text, to: datum) }
    closures.add(environment)
    return datum
  }

  /// Calls a function of the program.
  func call(_ function: FunctionDatum, _ arguments: [Datum], at range: SourceRange) throws -> Datum {
    guard let sequences else { return try run(function, arguments, at: range) }
    return try sequences.calling(function, arguments, at: range) {
      try run(function, arguments, at: range)
    }
  }

  private func run(_ function: FunctionDatum, _ arguments: [Datum], at range: SourceRange) throws -> Datum {
    let syntax = function.syntax
    guard arguments.count == syntax.parameters.count else {
      throw function.wrongCount(arguments.count, at: calls.userRange(range))
    }
    try located(range) { try work.enterCall() }
    calls.enter(range)
    defer {
      work.leaveCall()
      calls.leave()
    }
    let surroundings = snapshots[ObjectIdentifier(function.environment)] ?? function.environment
    let environment = surroundings.nested()
    for (parameter, argument) in zip(syntax.parameters, arguments) {
      try located(parameter.range) { try environment.bind(parameter.text, to: argument) }
    }
    guard case .returned(let result) = try executeAll(syntax.body, in: environment) else {
      throw failure("\(syntax.name.text) ended without returning a value", at: range)
    }
    closures.endCall(in: environment, with: result)
    return result
  }

  /// Runs `body` as if no call were being evaluated, as the statements of a loaded file are.
  func outsideCalls<Output>(_ body: () throws -> Output) rethrows -> Output {
    let outer = calls
    calls = CallStack()
    defer { calls = outer }
    return try body()
  }
}
