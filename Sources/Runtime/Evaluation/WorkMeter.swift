/// How much of the work that a program may ask for has been done.
struct WorkMeter {
  let limits: Limits
  let isInterrupted: @Sendable () -> Bool
  private var steps = 0
  private var depth = 0
  private var stack = StackGuard()

  init(limits: Limits, isInterrupted: @escaping @Sendable () -> Bool) {
    self.limits = limits
    self.isInterrupted = isInterrupted
  }

  /// Counts anew, for the next statement of a file or a session.
  mutating func beginStatement() {
    steps = 0
    // A session may be asked from one thread now and from another one later.
    stack = StackGuard()
  }

  /// Counts a step, and as many more as it takes to make `elements` elements.
  ///
  /// - Throws: ``EvaluationError`` where that is too much, ``Interrupted`` where the user has asked for an end.
  mutating func count(elements: Int = 0) throws {
    steps += 1 + elements / 32
    if steps & 255 == 0 || elements > 8192, isInterrupted() { throw Interrupted() }
    guard steps <= limits.steps else {
      throw EvaluationError(
        "this takes more than \(limits.steps) steps", hint: "a loop or a recursion may never end")
    }
    if stack.isExhausted { throw EvaluationError("nested too deeply") }
  }

  /// Counts a call inside those that have been entered and not left.
  mutating func enterCall() throws(EvaluationError) {
    guard depth < limits.depth else {
      throw EvaluationError("more than \(limits.depth) nested calls", hint: "the recursion may never end")
    }
    depth += 1
  }

  mutating func leaveCall() { depth -= 1 }
}
