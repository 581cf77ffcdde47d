/// A ZIP file whose entries are stored as they are, which is what PyTorch writes (PKWARE's APPNOTE, without ZIP64, encryption
/// and compression).
struct ZipArchive {
  struct Entry {
    var name: String
    var content: ArraySlice<UInt8>
  }

  var entries: [Entry]

  init(_ entries: [Entry]) { self.entries = entries }

  func content(_ name: String) -> ArraySlice<UInt8>? { entries.first { $0.name == name }?.content }

  // MARK: Writing

  /// The file's bytes; contents begin at multiples of 64 bytes, as PyTorch's do, so that they can be mapped.
  func encoded() -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let name = Array(entry.name.utf8)
      let offset = file.count
      let padding = (64 - (offset + 30 + name.count + 4) % 64) % 64
      let fields = [
        number(CRC32.of(entry.content), 4), number(UInt32(entry.content.count), 4),
        number(UInt32(entry.content.count), 4),
      ]
      // Version 2.0, names in UTF-8, stored, on 1 January 1980.
      let common =
        number(20, 2) + number(0x0800, 2) + number(0, 2) + number(0, 2) + number(0x21, 2) + fields.joined()
      file +=
        number(0x0403_4b50, 4) + common + number(UInt32(name.count), 2) + number(UInt32(padding + 4), 2)
        + name
      // An extra field that is there for alignment alone.
      file += number(0x4246, 2) + number(UInt32(padding), 2) + Array(repeating: 0, count: padding)
      file += entry.content
      directory += number(0x0201_4b50, 4) + number(20, 2) + common + number(UInt32(name.count), 2)
      directory += Array(repeating: 0, count: 12) + number(UInt32(offset), 4) + name
    }
    let count = number(UInt32(entries.count), 2)
    let end = number(0x0605_4b50, 4) + number(0, 4) + count + count + number(UInt32(directory.count), 4)
    return file + directory + end + number(UInt32(file.count), 4) + number(0, 2)
  }

  private func number(_ value: UInt32, _ bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }

  // MARK: Reading

  /// - Throws: ``ZipError`` if the bytes are no such file.
  init(decoding bytes: [UInt8]) throws(ZipError) {
    func number(_ place: Int, _ count: Int) throws(ZipError) -> Int {
      guard place >= 0, place + count <= bytes.count else { throw ZipError("it is cut off") }
      return (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    guard bytes.count >= 22 else { throw ZipError("it is too short for a ZIP file") }
    // The end of the directory, before a comment of up to 65,535 bytes.
    var end: Int?
    for place in stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65_535), by: -1)
    where bytes[place] == 0x50 && bytes[place + 1] == 0x4b && bytes[place + 2] == 5 && bytes[place + 3] == 6 {
      end = place
      break
    }
    guard let end else { throw ZipError("it is not a ZIP file") }
    let count = try number(end + 10, 2)
    var place = try number(end + 16, 4)
    guard count != 0xFFFF, place != 0xFFFF_FFFF else {
      throw ZipError("it is a ZIP64 file, which is not supported")
    }
    var entries: [Entry] = []
    var names = Set<String>()
    for _ in 0..<count {
      guard try number(place, 4) == 0x0201_4b50 else { throw ZipError("its directory is damaged") }
      let method = try number(place + 10, 2)
      let checksum = try number(place + 16, 4)
      let (packed, size) = (try number(place + 20, 4), try number(place + 24, 4))
      let (nameLength, extra, comment) = (
        try number(place + 28, 2), try number(place + 30, 2), try number(place + 32, 2)
      )
      let local = try number(place + 42, 4)
      guard place + 46 + nameLength <= bytes.count else { throw ZipError("its directory is cut off") }
      let name = String(decoding: bytes[place + 46..<place + 46 + nameLength], as: UTF8.self)
      guard names.insert(name).inserted else { throw ZipError("'\(name)' is in it twice") }
      guard method == 0, packed == size else {
        throw ZipError("'\(name)' is compressed, which is not supported")
      }
      guard try number(local, 4) == 0x0403_4b50 else {
        throw ZipError("'\(name)' is not where its directory says")
      }
      let start = local + 30 + (try number(local + 26, 2)) + (try number(local + 28, 2))
      guard start + size <= bytes.count else { throw ZipError("'\(name)' is cut off") }
      let content = bytes[start..<start + size]
      guard CRC32.of(content) == UInt32(checksum) else {
        throw ZipError("'\(name)' is damaged: its checksum is wrong")
      }
      entries.append(Entry(name: name, content: content))
      place += 46 + nameLength + extra + comment
    }
    self.entries = entries
  }
}
