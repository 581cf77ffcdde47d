/// Counts the work of a program against its limits.
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

  /// Resets the count for the next statement.
  mutating func beginStatement() {
    steps = 0
    // The next statement may run on another thread.
    stack = StackGuard()
  }

  /// Counts a step, plus the steps that `elements` new elements cost.
  ///
  /// - Throws: ``EvaluationError`` beyond the limit, ``Interrupted`` if the user has asked to stop.
  mutating func count(elements: Int = 0) throws {
    steps += 1 + elements / 32
    if steps & 255 == 0 || elements > 8192, isInterrupted() { throw Interrupted() }
    guard steps <= limits.steps else {
      throw EvaluationError(
        "this takes more than \(limits.steps) steps", hint: "a loop or a recursion may never end")
    }
    if stack.isExhausted { throw EvaluationError("nested too deeply") }
  }

  /// Counts a nested call.
  mutating func enterCall() throws(EvaluationError) {
    guard depth < limits.depth else {
      throw EvaluationError("more than \(limits.depth) nested calls", hint: "the recursion may never end")
    }
    depth += 1
  }

  mutating func leaveCall() { depth -= 1 }
}
