/// Strings compared and searched by code points, which is what RASP's characters are.
///
/// Swift compares by canonical equivalence: to `==` the Kelvin sign is a K, and an é of one code point one of
/// two; `hasPrefix` and `contains` go by such characters, too. UTF-8 has no code point inside another one's
/// bytes, so that bytes may be compared in place of code points.
extension String {
  /// Whether two strings have the same code points.
  func isSame(as other: String) -> Bool {
    // What is not even equivalent is told apart fastest by Swift itself.
    guard self == other, utf8.count == other.utf8.count else { return false }
    let bytesAreSame = utf8.withContiguousStorageIfAvailable { bytes in
      other.utf8.withContiguousStorageIfAvailable { bytes.elementsEqual($0) }
    }
    return (bytesAreSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }

  /// Whether the string comes before another one, by its first code point that differs.
  func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }

  func includes(_ part: String) -> Bool { place(of: part) != nil }

  func begins(with part: String) -> Bool { utf8.starts(with: part.utf8) }

  func ends(with part: String) -> Bool { utf8.suffix(part.utf8.count).elementsEqual(part.utf8) }

  /// How many code points come before the first place of a part; nil where it is not in the string.
  func place(of part: String) -> Int? {
    let text = Array(utf8)
    return Self.place(of: Array(part.utf8), in: text[...]).map {
      String(decoding: text[..<$0], as: UTF8.self).unicodeScalars.count
    }
  }

  /// The pieces between the places of a separator, which is not empty; places do not overlap.
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
