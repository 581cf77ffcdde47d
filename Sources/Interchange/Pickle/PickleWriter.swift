/// Writes a value as a pickle of protocol 2, which all Pythons read.
///
/// The format: https://github.com/python/cpython/blob/main/Lib/pickletools.py. Tensors are persistent ids of storages, and
/// are rebuilt as PyTorch's own files say (torch/serialization.py).
struct PickleWriter {
  private(set) var bytes: [UInt8] = []
  /// The storages of the tensors, in the order of their keys: 0, 1, ...
  private(set) var storages: [TorchTensor.Elements] = []

  init(_ value: PickleValue) {
    bytes += [0x80, 2]
    write(value)
    byte(".")
  }

  private mutating func byte(_ character: Unicode.Scalar) { bytes.append(UInt8(ascii: character)) }

  private mutating func write(_ value: PickleValue) {
    switch value {
    case .none: byte("N")
    case .bool(let flag): bytes.append(flag ? 0x88 : 0x89)
    case .int(let number): write(number)
    case .double(let number):
      byte("G")
      withUnsafeBytes(of: number.bitPattern.bigEndian) { bytes += $0 }
    case .string(let text): write(text)
    case .bytes(let content):
      // Protocol 2 has no bytes of its own.
      global("_codecs", "encode")
      write(
        .tuple([
          .string(String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))), .string("latin1"),
        ]))
      byte("R")
    case .list(let values):
      byte("]")
      guard !values.isEmpty else { return }
      byte("(")
      for value in values { write(value) }
      byte("e")
    case .tuple(let values): write(tuple: values)
    case .set(let values):
      global("__builtin__", "set")
      write(tuple: [.list(values)])
      byte("R")
    case .dictionary(let entries):
      byte("}")
      guard !entries.isEmpty else { return }
      byte("(")
      for entry in entries {
        write(entry.key)
        write(entry.value)
      }
      byte("u")
    case .constant(let name):
      let parts = name.split(separator: ".").map(String.init)
      global(parts.dropLast().joined(separator: "."), parts.last ?? "")
    case .tensor(let tensor): write(tensor)
    }
  }

  private mutating func write(tuple values: [PickleValue]) {
    switch values.count {
    case 0: byte(")")
    case 1...3:
      for value in values { write(value) }
      bytes.append(UInt8(0x84 + values.count))
    default:
      byte("(")
      for value in values { write(value) }
      byte("t")
    }
  }

  private mutating func write(_ number: Int64) {
    if let number = Int32(exactly: number) {
      byte("J")
      withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    } else {
      bytes += [0x8a, 8]
      withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }
  }

  private mutating func write(_ text: String) {
    let utf8 = Array(text.utf8)
    byte("X")
    withUnsafeBytes(of: UInt32(utf8.count).littleEndian) { bytes += $0 }
    bytes += utf8
  }

  private mutating func global(_ module: String, _ name: String) {
    byte("c")
    bytes += Array("\(module)\n\(name)\n".utf8)
  }

  private mutating func write(_ tensor: TorchTensor) {
    global("torch._utils", "_rebuild_tensor_v2")
    byte("(")
    // The storage: persistent id ('storage', class, key, place, count).
    byte("(")
    write("storage")
    global("torch", tensor.elements.storage)
    write("\(storages.count)")
    write("cpu")
    write(Int64(tensor.elements.count))
    byte("t")
    byte("Q")
    storages.append(tensor.elements)
    write(Int64(0))
    write(tuple: tensor.shape.map { .int(Int64($0)) })
    var strides: [Int64] = []
    var stride = 1
    for size in tensor.shape.reversed() {
      strides.insert(Int64(stride), at: 0)
      stride *= max(size, 1)
    }
    write(tuple: strides.map { .int($0) })
    write(.bool(false))
    global("collections", "OrderedDict")
    byte(")")
    byte("R")
    byte("t")
    byte("R")
  }
}
