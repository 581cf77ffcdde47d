import Diagnostics
import Parser

/// Runs statements and evaluates expressions on plain data: values, lists, dictionaries and functions. Start
/// reading here.
///
/// A function applied to each value (``ElementwiseFunction``) needs nothing else. A program also has s-ops
/// and selectors: operations on them are left to the ``SequenceOperations`` of an ``Elaborator``. An
/// evaluator without those refuses them.
final class ScalarEvaluator {
  /// Handles s-ops and selectors; nil if they are not allowed.
  unowned var sequences: (any SequenceOperations)?
  private(set) var calls = CallStack()
  private var work: WorkMeter
  private let closures = ClosureScopes()
  /// The environments that functions see in place of those in which they were defined, by the identity of the
  /// latter.
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

  /// An error at a place in the program.
  func failure(_ message: String, at range: SourceRange, hint: String? = nil) -> Diagnostic {
    calls.diagnostic(message, at: range, hint: hint)
  }

  /// Runs `body`; an operation that has no value becomes a diagnostic at `range`.
  func located<Output>(_ range: SourceRange, _ body: () throws -> Output) throws -> Output {
    do {
      return try body()
    } catch let error as EvaluationError {
      throw failure(error.message, at: range, hint: error.hint)
    }
  }

  /// Resets the count of steps.
  func beginStatement() { work.beginStatement() }

  /// Counts a step of the program, plus the steps that `elements` new elements cost.
  func countStep(_ range: SourceRange, elements: Int = 0) throws {
    try located(range) { try work.count(elements: elements) }
  }

  /// The handler of s-ops and selectors; throws if they are not allowed.
  ///
  /// - Parameter kind: `an s-op` or `a selector`, for the message.
  func sequences(_ kind: String, at range: SourceRange) throws -> any SequenceOperations {
    guard let sequences else { throw refusal(kind, at: range) }
    return sequences
  }

  /// The error that s-ops and selectors are not allowed here.
  func refusal(_ kind: String, at range: SourceRange) -> Diagnostic {
    failure(
      "a function applied to each value cannot use \(kind)", at: range,
      hint: "pass it as an argument: map(f, x, y)")
  }

  // MARK: Functions

  /// Binds a function that the program defines.
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

  /// Runs `body` with an empty call stack, for the statements of a loaded file.
  func outsideCalls<Output>(_ body: () throws -> Output) rethrows -> Output {
    let outer = calls
    calls = CallStack()
    defer { calls = outer }
    return try body()
  }
}
