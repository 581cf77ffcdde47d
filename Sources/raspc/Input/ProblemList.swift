/// Errors of several files, so that one run reports them all.
struct ProblemList {
  private(set) var errors: [any Error] = []

  /// Runs a piece of work; keeps its error, if it is one that is reported to the user as it is.
  @discardableResult
  mutating func collect<Result>(_ body: () throws -> Result) -> Result? {
    do {
      return try body()
    } catch {
      errors.append(error)
      return nil
    }
  }

  /// Throws what was collected, in order.
  func throwIfAny() throws {
    guard !errors.isEmpty else { return }
    throw Problems(errors: errors)
  }
}

/// Several errors, a paragraph each.
struct Problems: Error, CustomStringConvertible {
  let errors: [any Error]

  var description: String { errors.map { "\($0)" }.joined(separator: "\n") }
}
