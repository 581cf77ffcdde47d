import Foundation

/// A file that cannot be read, written or understood: which one, and why.
package struct FileError: Error, Sendable, CustomStringConvertible {
  package let path: String
  package let reason: String

  package init(_ url: URL, _ reason: String) {
    self.init(path: url.relativePath, reason)
  }

  /// - Parameter path: the path as the user wrote it.
  package init(path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  package var description: String { "\(path): error: \(reason)" }

  /// What Foundation's errors say, in few words.
  package static func reason(_ error: any Error) -> String {
    switch error {
    case let error as DecodingError: decodingReason(error)
    case let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile:
      "no such file or folder"
    case let error as CocoaError
    where error.code == .fileReadNoPermission || error.code == .fileWriteNoPermission:
      "permission denied"
    case let error as CocoaError:
      (error.underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
        ?? error.localizedDescription
    case let error as any CustomStringConvertible: error.description
    }
  }

  private static func decodingReason(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
      return path.isEmpty ? "" : " at \(path.joined(separator: "."))"
    }
    return switch error {
    case .keyNotFound(let key, let context): "'\(key.stringValue)' is missing\(place(context))"
    case .valueNotFound(_, let context): "null instead of a value\(place(context))"
    case .typeMismatch(let type, let context): "not of type \(type)\(place(context))"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty ? "not JSON" : "\(context.debugDescription)\(place(context))"
    @unknown default: "not the expected JSON"
    }
  }
}
