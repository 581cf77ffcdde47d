/// Strings compared and searched by code points, which are RASP's characters.
///
/// Swift compares by canonical equivalence: under `==`, the Kelvin sign equals K, and an é of one code point
/// equals an é of two. `hasPrefix` and `contains` go by such characters, too. In UTF-8, no code point occurs
/// inside another one's bytes, so bytes can be compared instead of code points.
extension String {
  /// Whether two strings have the same code points.
  func isSame(as other: String) -> Bool {
    // Swift is fastest at finding strings that are not even equivalent.
    guard self == other, utf8.count == other.utf8.count else { return false }
    let bytesAreSame = utf8.withContiguousStorageIfAvailable { bytes in
      other.utf8.withContiguousStorageIfAvailable { bytes.elementsEqual($0) }
    }
    return (bytesAreSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }

  /// Whether the string comes before another one, by the first code point that differs.
  func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }

  func includes(_ part: String) -> Bool { place(of: part) != nil }

  func begins(with part: String) -> Bool { utf8.starts(with: part.utf8) }

  func ends(with part: String) -> Bool { utf8.suffix(part.utf8.count).elementsEqual(part.utf8) }

  /// The number of code points before the first occurrence of a part; nil if the string does not contain it.
  func place(of part: String) -> Int? {
    let text = Array(utf8)
    return Self.place(of: Array(part.utf8), in: text[...]).map {
      String(decoding: text[..<$0], as: UTF8.self).unicodeScalars.count
    }
  }

  /// The pieces between the occurrences of a separator, which must not be empty; occurrences do not overlap.
  func pieces(separatedBy separator: String) -> [String] {
    let text = Array(utf8)
    let separator = Array(separator.utf8)
    var pieces: [String] = []
    var rest = text[...]
    while let place = Self.place(of: separator, in: rest) {
      pieces.append(String(decoding: rest[..<place], as: UTF8.self))
      rest = rest[(place + separator.count)...]
    }
    return pieces + [String(decoding: rest, as: UTF8.self)]
  }

  private static func place(of part: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
    guard let first = part.first else { return text.startIndex }
    guard part.count <= text.count else { return nil }
    return (text.startIndex...(text.endIndex - part.count)).first { place in
      text[place] == first && text[place...].starts(with: part)
    }
  }
}
