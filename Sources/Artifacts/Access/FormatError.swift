/// A file of a format that this version of raspc does not read.
package struct FormatError: Error, Equatable, CustomStringConvertible {
  /// The file's, and the one that is read here.
  package let found: Int
  package let known: Int

  package var description: String {
    "it has format \(found), and this version of raspc reads format \(known)"
      + (found < known ? "; make the folder again" : "; a newer one wrote it")
  }
}

extension KeyedDecodingContainer {
  /// Throws ``FormatError`` for a file of a later format than the newest that is known here. A file that does not say
  /// has format 1.
  func checkFormat(_ newest: Int, forKey key: Key) throws {
    let format = try decodeIfPresent(Int.self, forKey: key) ?? 1
    if format > newest { throw FormatError(found: format, known: newest) }
  }
}
