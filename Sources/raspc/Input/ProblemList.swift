/// Errors of several files, so that one run reports them all.
struct ProblemList {
  private(set) var errors: [any Error] = []

  /// Runs a piece of work and collects its error.
  @discardableResult
  mutating func collect<Result>(_ body: () throws -> Result) -> Result? {
    do {
      return try body()
    } catch {
      errors.append(error)
      return nil
    }
  }

  /// Throws the collected errors, in order.
  func throwIfAny() throws {
    guard !errors.isEmpty else { return }
    throw Problems(errors: errors)
  }
}

/// Several errors, one paragraph each.
struct Problems: Error, CustomStringConvertible {
  let errors: [any Error]

  var description: String { errors.map { "\($0)" }.joined(separator: "\n") }
}
