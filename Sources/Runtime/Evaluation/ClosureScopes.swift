/// The environments in which a program has defined functions.
///
/// A function and the environment in which it is defined refer to each other. Emptying the environment breaks
/// the cycle: as soon as nothing can call the function any more, and at the latest when the evaluator is
/// freed.
final class ClosureScopes {
  private var environments: [Environment] = []

  deinit {
    for environment in environments { environment.removeAll() }
  }

  /// Records that a function has been defined.
  func add(_ environment: Environment) {
    if environments.last !== environment { environments.append(environment) }
  }

  /// Empties the environment of a call that has ended, unless its result may refer to functions defined
  /// there.
  func endCall(in environment: Environment, with result: Datum) {
    guard environments.last === environment, !result.holdsFunctions else { return }
    environments.removeLast()
    environment.removeAll()
  }
}
