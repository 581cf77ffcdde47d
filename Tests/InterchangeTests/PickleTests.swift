import Foundation
import Testing

@testable import Interchange

/// Pickles and PyTorch files: what is written is read back, what Python wrote is read, and nothing else is.
@Suite struct PickleTests {
  private static let value = PickleValue.dictionary([
    "none": .none, "yes": .bool(true), "no": .bool(false), "small": .int(-7), "large": .int(1 << 40),
    "least": .int(.min), "half": .double(0.5), "text": .string("grüße 🙂"), "empty": .string(""),
    "bytes": .bytes([0, 127, 128, 255]), "list": .list([.int(1), .list([]), .tuple([])]),
    "tuples": .tuple([
      .tuple([.int(1)]), .tuple([.int(1), .int(2)]), .tuple([.int(1), .int(2), .int(3)]),
      .tuple((0..<5).map { .int($0) }),
    ]),
    "set": .set([.string("a"), .string("b")]), "dtype": .constant("torch.float32"),
    "inner": .dictionary([.init(.int(3), .string("three")), .init(.tuple([.int(1)]), .none)]),
    "nothing": .dictionary([PickleValue.Entry]()),
  ])

  private static let tensors = PickleValue.dictionary([
    "W": .tensor(.init(shape: [2, 3], elements: .float([1, -2, 3.5, 0, .infinity, 1e-30]))),
    "mask": .tensor(.init(shape: [2, 2], elements: .bool([true, false, true, true]))),
    "scalar": .tensor(.init(shape: [], elements: .float([-.infinity]))),
    "ids": .tensor(.init(shape: [3], elements: .long([-1, 0, 1 << 50]))),
    "double": .tensor(.init(shape: [1, 1, 2], elements: .double([0.1, 2]))),
    "ints": .tensor(.init(shape: [0, 4], elements: .int([]))),
  ])

  @Test("A pickle that is written is read back")
  func roundTrip() throws {
    #expect(try PickleFile.decoded(PickleFile.encoded(Self.value)) == Self.value)
    #expect(throws: PickleError.self) { try PickleFile.decoded(PickleFile.encoded(Self.tensors)) }
  }

  @Test("A file of tensors is read back, and equal values give equal bytes")
  func tensorsComeBack() throws {
    let file = TorchFile.encoded(Self.tensors)
    #expect(try TorchFile.decoded(file) == Self.tensors)
    #expect(TorchFile.encoded(Self.tensors) == file)
    // PyTorch maps storages, which must be aligned.
    let archive = try ZipArchive(decoding: file)
    #expect(archive.entries.count == 9)
    #expect(archive.entries.allSatisfy { $0.content.startIndex.isMultiple(of: 64) })
  }

  /// Written by Python 3.11's pickle and pickled by each protocol:
  /// `{'a': [1, 2.5, 'x', None, True], 't': (1, 2, 3, 4), 's': {7}, 'b': b'\x00\xff', 'n': 2**40, 'neg': -3}`.
  private static let written: [String] = PythonPickles.byProtocol

  @Test("What Python wrote is read, in every protocol", arguments: 0..<6)
  func python(version: Int) throws {
    let bytes = try #require(Data(base64Encoded: Self.written[version]))
    let value = try PickleFile.decoded([UInt8](bytes))
    #expect(value["a"] == .list([.int(1), .double(2.5), .string("x"), .none, .bool(true)]))
    #expect(value["t"] == .tuple([.int(1), .int(2), .int(3), .int(4)]))
    #expect(value["s"] == .set([.int(7)]))
    #expect(value["b"] == .bytes([0, 255]))
    #expect(value["n"] == .int(1 << 40) && value["neg"] == .int(-3))
  }

  @Test(
    "What would run something is refused with its opcode and place",
    arguments: [
      (
        "cos\nsystem\n(S'echo'\ntR.",
        "it asks for os.system, and only tensors, numbers, text and containers are read (opcode GLOBAL at byte 0)"
      ),
      (
        "cbuiltins\neval\n(S'1'\ntR.",
        "it asks for builtins.eval, and only tensors, numbers, text and containers are read (opcode GLOBAL at byte 0)"
      ),
      ("(ios\nsystem\n.", "it makes an object of a class (opcode INST at byte 1)"),
      ("]\u{81}.", "it makes an object of a class (opcode NEWOBJ at byte 1)"),
      ("]}b.", "it sets the state of an object (opcode BUILD at byte 2)"),
      ("ccollections\nOrderedDict\n.", "collections.OrderedDict is not a value (opcode STOP at byte 25)"),
      (
        "ccollections\nOrderedDict\n(I1\nI2\ntR.",
        "it calls collections.OrderedDict with 2 arguments (opcode REDUCE at byte 33)"
      ),
      ("(S'storage'\nNNNNtQ.", "this is not a tensor's storage (opcode BINPERSID at byte 17)"),
      (
        "]q\u{00}h\u{00}a.", "its values are nested too deeply, or contain themselves (opcode STOP at byte 6)"
      ),
      ("N", "it is cut off (at byte 1)"),
      ("NN.", "it ends with something left over (opcode STOP at byte 2)"),
      (".", "it ends with something left over (opcode STOP at byte 0)"),
      ("a.", "nothing is there to use (opcode APPEND at byte 0)"),
      ("h\u{05}.", "it refers to a value 5 that it has not stored (opcode BINGET at byte 0)"),
      ("Z.", "this is no pickle (opcode 90 at byte 0)"),
    ])
  func refusals(text: String, message: String) {
    let bytes = text.unicodeScalars.map { UInt8($0.value) }
    do {
      let value = try PickleFile.decoded(bytes)
      Issue.record("read as \(value)")
    } catch { #expect(error.description == message) }
  }

  @Test("A few bytes that stand for billions of values are refused")
  func bomb() {
    // Each list holds the one before it ten times.
    var bytes: [UInt8] = [0x80, 2, UInt8(ascii: "]"), UInt8(ascii: "N"), UInt8(ascii: "a")]
    for _ in 0..<30 {
      bytes += [UInt8(ascii: "q"), 0, UInt8(ascii: "0"), UInt8(ascii: "]"), UInt8(ascii: "(")]
      for _ in 0..<10 { bytes += [UInt8(ascii: "h"), 0] }
      bytes += [UInt8(ascii: "e")]
    }
    bytes.append(UInt8(ascii: "."))
    #expect(throws: PickleError.self) { try PickleFile.decoded(bytes) }
  }

  @Test("A tensor that reaches beyond its storage is refused")
  func outOfBounds() throws {
    func tensor(_ offset: Int, _ shape: [Int], _ strides: [Int]) throws -> PickleValue {
      let numbers = { (values: [Int]) in "(" + values.map { "I\($0)\n" }.joined() + "t" }
      let text =
        "ctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI4\ntQ"
        + "I\(offset)\n" + numbers(shape) + numbers(strides) + "I00\nNtR."
      return try PickleReader.value(Array(text.utf8)) { _ in [UInt8](repeating: 0, count: 16)[...] }
    }
    #expect(
      try tensor(0, [2, 2], [2, 1]) == .tensor(.init(shape: [2, 2], elements: .float([0, 0, 0, 0]))))
    #expect(try tensor(3, [1], [1]) == .tensor(.init(shape: [1], elements: .float([0]))))
    for (offset, shape, strides) in [
      (1, [2, 2], [2, 1]), (0, [5], [1]), (0, [2], [4]), (4, [1], [1]), (-1, [1], [1]), (0, [2], [-1]),
      (0, [1 << 40], [0]), (0, [9], [0]), (0, [1 << 31, 1 << 31, 4], [1, 1, 1]), (0, [2], [Int.max]),
      (0, [1], [1, 1]),
    ] {
      #expect(throws: PickleError.self, "\(offset) \(shape) \(strides)") {
        try tensor(offset, shape, strides)
      }
    }
  }

  @Test("Damaged files are read or refused, and nothing else happens")
  func mutations() {
    let pickle = PickleFile.encoded(Self.value)
    let file = TorchFile.encoded(Self.tensors)
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var (read, refused) = (0, 0)
    for round in 0..<10_000 {
      var bytes = round.isMultiple(of: 2) ? pickle : file
      for _ in 0...random(4) {
        switch random(4) {
        case 0: bytes[random(bytes.count)] = UInt8(random(256))
        case 1: bytes.remove(at: random(bytes.count))
        case 2: bytes.insert(UInt8(random(256)), at: random(bytes.count))
        default: bytes.removeLast(min(bytes.count - 1, random(40)))
        }
      }
      do {
        _ = round.isMultiple(of: 2) ? try PickleFile.decoded(bytes) : try TorchFile.decoded(bytes)
        read += 1
      } catch { refused += 1 }
    }
    #expect(read > 100 && refused > 5000 && read + refused == 10_000)
  }
}
