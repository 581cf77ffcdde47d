/// The environments in which a program has defined functions.
///
/// A function and the environment it is defined in refer to each other. Emptied environments let go of both:
/// as soon as nothing can call the functions any more, at the latest with the evaluator.
final class ClosureScopes {
  private var environments: [Environment] = []

  deinit {
    for environment in environments { environment.removeAll() }
  }

  /// A function has been defined.
  func add(_ environment: Environment) {
    if environments.last !== environment { environments.append(environment) }
  }

  /// A call has ended: empties its environment if it has functions, unless the result may lead to them.
  func endCall(in environment: Environment, with result: Datum) {
    guard environments.last === environment, !result.holdsFunctions else { return }
    environments.removeLast()
    environment.removeAll()
  }
}
