import Diagnostics
import Synchronization

/// A function of the program, applied to the values at each position.
///
/// It may do anything that the language can do with plain values, such as call itself, loop and branch.
/// Results are cached, since the same few values recur.
final class ElementwiseFunction: Sendable {
  private let function: FunctionDatum
  private let scope: [ObjectIdentifier: Environment]
  private let limits: Limits
  private let isInterrupted: @Sendable () -> Bool
  private let known = Mutex<[[Value]: Value]>([:])

  private static let maximumKnown = 100_000

  init(_ function: FunctionDatum, limits: Limits, isInterrupted: @escaping @Sendable () -> Bool) {
    self.function = function
    scope = function.environment.snapshot()
    var limits = limits
    limits.steps = limits.elementwiseSteps
    self.limits = limits
    self.isInterrupted = isInterrupted
  }

  var operation: Operation {
    Operation(
      name: function.syntax.name.text, arity: function.syntax.parameters.count, passesNone: true
    ) { try self.value($0) }
  }

  private func value(_ arguments: [Value]) throws -> Value {
    if let value = known.withLock({ $0[arguments] }) { return value }
    let value = try compute(arguments)
    known.withLock {
      if $0.count >= Self.maximumKnown { $0.removeAll(keepingCapacity: true) }
      $0[arguments] = value
    }
    return value
  }

  private func compute(_ arguments: [Value]) throws -> Value {
    let evaluator = ScalarEvaluator(limits: limits, snapshots: scope, isInterrupted: isInterrupted)
    let result: Datum
    do {
      result = try evaluator.call(function, arguments.map { .value($0) }, at: function.syntax.name.range)
    } catch let diagnostic as Diagnostic {
      throw EvaluationError(diagnostic.message, hint: place(diagnostic.range, arguments))
    }
    guard case .value(let value) = result else {
      throw EvaluationError(
        "\(function.syntax.name.text) returned \(result.kindName), not a plain value",
        hint: place(function.syntax.name.range, arguments))
    }
    return value
  }

  /// For example `in f(3), line 12`.
  private func place(_ range: SourceRange?, _ arguments: [Value]) -> String {
    let call = "\(function.syntax.name.text)(\(arguments.map(\.excerpt).joined(separator: ", ")))"
    guard let range else { return "in \(call)" }
    return "in \(call), line \(range.file.position(of: range.start).line)"
  }
}
