/// Why a pickle is not read: the opcode, and the byte where it is.
package struct PickleError: Error, Sendable, Equatable, CustomStringConvertible {
  package let reason: String
  /// The name of the opcode, or its number if it has none; nil if the pickle is too short.
  package let opcode: String?
  package let byte: Int

  package var description: String {
    opcode.map { "\(reason) (opcode \($0) at byte \(byte))" } ?? "\(reason) (at byte \(byte))"
  }
}
