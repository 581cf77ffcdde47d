/// The opcodes that are read (Python's pickletools).
enum Opcode: UInt8 {
  case mark = 0x28, emptyTuple = 0x29, stop = 0x2E, pop = 0x30, popMark = 0x31, duplicate = 0x32
  case binBytes = 0x42, shortBinBytes = 0x43, float = 0x46, binFloat = 0x47, int = 0x49, binInt = 0x4A
  case binInt1 = 0x4B, long = 0x4C, binInt2 = 0x4D, none = 0x4E, persistentID = 0x51, reduce = 0x52
  case string = 0x53, binString = 0x54, shortBinString = 0x55, unicode = 0x56, binUnicode = 0x58
  case emptyList = 0x5D, append = 0x61, build = 0x62, global = 0x63, dictionary = 0x64, appends = 0x65
  case get = 0x67, binGet = 0x68, longBinGet = 0x6A, list = 0x6C, put = 0x70, binPut = 0x71
  case longBinPut = 0x72, setItem = 0x73, tuple = 0x74, setItems = 0x75, emptyDictionary = 0x7D
  case proto = 0x80, tuple1 = 0x85, tuple2 = 0x86, tuple3 = 0x87, newTrue = 0x88, newFalse = 0x89
  case long1 = 0x8A, long4 = 0x8B, shortBinUnicode = 0x8C, binUnicode8 = 0x8D, binBytes8 = 0x8E
  case emptySet = 0x8F, addItems = 0x90, frozenSet = 0x91, stackGlobal = 0x93, memoize = 0x94
  case frame = 0x95

  /// The name that pickletools has for it.
  var name: String {
    switch self {
    case .persistentID: return "BINPERSID"
    case .duplicate: return "DUP"
    case .dictionary: return "DICT"
    case .emptyDictionary: return "EMPTY_DICT"
    default:
      let name = "\(self)".uppercased()
      for prefix in ["SHORT", "EMPTY", "STACK", "POP"] where name.hasPrefix(prefix) && name != prefix {
        return "\(prefix)_\(name.dropFirst(prefix.count))"
      }
      return name.hasPrefix("LONGBIN") ? "LONG_\(name.dropFirst(4))" : name
    }
  }

  /// What Python would call with opcodes that make objects, for messages.
  static let makers: [UInt8: String] = [
    0x50: "PERSID", 0x69: "INST", 0x6F: "OBJ", 0x81: "NEWOBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4",
    0x92: "NEWOBJ_EX", 0x96: "BYTEARRAY8", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
  ]
}
