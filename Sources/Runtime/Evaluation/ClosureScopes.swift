/// The environments in which a program has defined functions.
///
/// A function and the environment it is defined in refer to each other. Emptying the environment breaks the
/// cycle: once nothing can call the function any more, and at the latest when the evaluator goes.
final class ClosureScopes {
  private var environments: [Environment] = []

  deinit {
    for environment in environments { environment.removeAll() }
  }

  /// Notes that a function has been defined.
  func add(_ environment: Environment) {
    if environments.last !== environment { environments.append(environment) }
  }

  /// Empties the environment of a call that has ended, unless its result may refer to functions defined there.
  func endCall(in environment: Environment, with result: Datum) {
    guard environments.last === environment, !result.holdsFunctions else { return }
    environments.removeLast()
    environment.removeAll()
  }
}
