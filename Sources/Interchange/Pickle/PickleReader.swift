/// Reads a pickle without running anything: the machine that Python runs (pickletools describes it), with primitive types,
/// containers and tensors, and a refusal for all that would import or call something else.
struct PickleReader {
  /// A value while it is put together. Containers can be reached from several places and still grow.
  private final class Node {
    enum Content {
      case value(PickleValue)
      case list([Node])
      case tuple([Node])
      case set([Node])
      case dictionary([(key: Node, value: Node)])
      case global(String)
      case storage(kind: String, bytes: ArraySlice<UInt8>)
    }

    var content: Content

    init(_ content: Content) { self.content = content }
  }

  /// Values nested deeper than this, or more of them in all, are refused: a few bytes can stand for billions.
  private static let deepest = 200
  private static let most = 5_000_000

  /// The constants of PyTorch that may be named.
  private static let constants: Set<String> = [
    "torch.float32", "torch.float64", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32",
    "torch.bool",
  ]

  private let bytes: [UInt8]
  private let storage: (String) -> ArraySlice<UInt8>?
  private var place = 0
  /// Where the present opcode is.
  private var start = 0
  private var stack: [Node] = []
  private var marks: [Int] = []
  private var memo: [Int: Node] = [:]

  /// - Parameter storage: the bytes of a tensor's storage, by its key
  static func value(
    _ bytes: [UInt8], storage: @escaping (String) -> ArraySlice<UInt8>?
  ) throws(PickleError) -> PickleValue {
    var reader = PickleReader(bytes: bytes, storage: storage)
    return try reader.run()
  }

  private init(bytes: [UInt8], storage: @escaping (String) -> ArraySlice<UInt8>?) {
    self.bytes = bytes
    self.storage = storage
  }

  private mutating func run() throws(PickleError) -> PickleValue {
    while true {
      start = place
      guard place < bytes.count else { throw PickleError(reason: "it is cut off", opcode: nil, byte: place) }
      let byte = bytes[place]
      place += 1
      guard let opcode = Opcode(rawValue: byte) else {
        let name = Opcode.makers[byte]
        throw PickleError(
          reason: name == nil ? "this is no pickle" : "it makes an object of a class",
          opcode: name ?? "\(byte)", byte: start)
      }
      if opcode == .stop {
        guard stack.count == 1, marks.isEmpty else { throw failure("it ends with something left over") }
        var room = Self.most
        return try finished(stack[0], depth: 0, &room)
      }
      try step(opcode)
    }
  }

  // MARK: Opcodes

  private mutating func step(_ opcode: Opcode) throws(PickleError) {
    switch opcode {
    case .stop: break
    case .proto:
      guard try number(1) <= 5 else { throw failure("its protocol is newer than 5") }
    case .frame: _ = try take(8)
    case .mark: marks.append(stack.count)
    case .pop:
      if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popMark()
    case .duplicate:
      stack.append(try top())
    case .none: push(.none)
    case .newTrue: push(.bool(true))
    case .newFalse: push(.bool(false))
    case .binInt: push(.int(Int64(Int32(truncatingIfNeeded: try number(4)))))
    case .binInt1: push(.int(Int64(try number(1))))
    case .binInt2: push(.int(Int64(try number(2))))
    case .long1: try pushLong(try number(1))
    case .long4: try pushLong(try number(4))
    case .int, .long: try pushInteger(try line())
    case .float:
      guard let value = Double(try line()) else { throw failure("this is not a number") }
      push(.double(value))
    case .binFloat:
      push(.double(Double(bitPattern: try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })))
    case .unicode: push(.string(try unescaped(try lineBytes())))
    case .string:
      let text = try line()
      guard text.count >= 2, let quote = text.first, quote == text.last, quote == "'" || quote == "\"",
        !text.contains("\\")
      else { throw failure("this text is not plain") }
      push(.string(String(text.dropFirst().dropLast())))
    case .binUnicode, .binString: try pushText(try number(4))
    case .shortBinUnicode, .shortBinString: try pushText(try number(1))
    case .binUnicode8: try pushText(try number(8))
    case .binBytes: push(.bytes(Array(try take(try number(4)))))
    case .shortBinBytes: push(.bytes(Array(try take(try number(1)))))
    case .binBytes8: push(.bytes(Array(try take(try number(8)))))
    case .emptyTuple: stack.append(Node(.tuple([])))
    case .emptyList: stack.append(Node(.list([])))
    case .emptyDictionary: stack.append(Node(.dictionary([])))
    case .emptySet: stack.append(Node(.set([])))
    case .tuple: stack.append(Node(.tuple(try popMark())))
    case .list: stack.append(Node(.list(try popMark())))
    case .dictionary: stack.append(Node(.dictionary(try pairs(try popMark()))))
    case .frozenSet: stack.append(Node(.set(try popMark())))
    case .tuple1: try makeTuple(1)
    case .tuple2: try makeTuple(2)
    case .tuple3: try makeTuple(3)
    case .append: try extend(with: [try pop()])
    case .appends: try extend(with: try popMark())
    case .addItems: try extendSet(with: try popMark())
    case .setItem:
      let (value, key) = (try pop(), try pop())
      try extend(with: [(key, value)])
    case .setItems: try extend(with: try pairs(try popMark()))
    case .put: memo[try index(try line())] = try top()
    case .binPut: memo[try number(1)] = try top()
    case .longBinPut: memo[try number(4)] = try top()
    case .memoize: memo[memo.count] = try top()
    case .get: try recall(try index(try line()))
    case .binGet: try recall(try number(1))
    case .longBinGet: try recall(try number(4))
    case .global: try pushGlobal(module: try line(), name: try line())
    case .stackGlobal:
      let (name, module) = (try text(try pop()), try text(try pop()))
      try pushGlobal(module: module, name: name)
    case .persistentID: try pushStorage()
    case .reduce: try call()
    case .build:
      // A state_dict has notes for PyTorch in an attribute.
      _ = try pop()
      guard case .dictionary = try top().content else { throw failure("it sets the state of an object") }
    }
  }

  private mutating func makeTuple(_ count: Int) throws(PickleError) {
    var items: [Node] = []
    for _ in 0..<count { items.append(try pop()) }
    stack.append(Node(.tuple(items.reversed())))
  }

  private mutating func pushLong(_ count: Int) throws(PickleError) {
    let digits = Array(try take(count))
    guard digits.count <= 8 else { throw failure("this integer has more than 64 bits") }
    let isNegative = (digits.last ?? 0) & 0x80 != 0
    var value: UInt64 = isNegative ? .max : 0
    for digit in digits.reversed() { value = value << 8 | UInt64(digit) }
    push(.int(Int64(bitPattern: value)))
  }

  private mutating func pushInteger(_ text: String) throws(PickleError) {
    if text == "00" || text == "01" { return push(.bool(text == "01")) }
    guard let value = Int64(text.hasSuffix("L") ? String(text.dropLast()) : text) else {
      throw failure("this is not an integer of 64 bits")
    }
    push(.int(value))
  }

  private mutating func pushText(_ count: Int) throws(PickleError) {
    guard let text = String(validating: Array(try take(count)), as: UTF8.self) else {
      throw failure("this text is not UTF-8")
    }
    push(.string(text))
  }

  private mutating func recall(_ index: Int) throws(PickleError) {
    guard let node = memo[index] else {
      throw failure("it refers to a value \(index) that it has not stored")
    }
    stack.append(node)
  }

  // MARK: What Python would import and call

  private mutating func pushGlobal(module: String, name: String) throws(PickleError) {
    let module = module == "__builtin__" ? "builtins" : module
    let full = "\(module).\(name)"
    if Self.constants.contains(full) { return push(.constant(full)) }
    let isStorage = module == "torch" && TorchTensor.Elements(storage: name, bytes: []) != nil
    let isKnown = [
      "collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter",
      "builtins.set", "builtins.frozenset", "_codecs.encode", "torch.device",
    ].contains(full)
    guard isStorage || isKnown else {
      throw failure("it asks for \(full), and only tensors, numbers, text and containers are read")
    }
    stack.append(Node(.global(full)))
  }

  /// A storage: ('storage', class, key, place, count).
  private mutating func pushStorage() throws(PickleError) {
    guard case .tuple(let parts) = try pop().content, parts.count == 5,
      case .value(.string("storage")) = parts[0].content, case .global(let kind) = parts[1].content,
      case .value(.string(let key)) = parts[2].content
    else { throw failure("this is not a tensor's storage") }
    guard let bytes = storage(key) else { throw failure("the numbers of storage '\(key)' are not here") }
    stack.append(Node(.storage(kind: String(kind.dropFirst("torch.".count)), bytes: bytes)))
  }

  private mutating func call() throws(PickleError) {
    guard case .tuple(let arguments) = try pop().content, case .global(let name) = try pop().content else {
      throw failure("it calls something that is not known")
    }
    switch (name, arguments.count) {
    case ("collections.OrderedDict", 0): stack.append(Node(.dictionary([])))
    case ("collections.OrderedDict", 1):
      guard case .list(let items) = arguments[0].content else { throw failure("this is no dictionary") }
      var entries: [(Node, Node)] = []
      for item in items {
        guard case .tuple(let pair) = item.content, pair.count == 2 else {
          throw failure("this is no dictionary")
        }
        entries.append((pair[0], pair[1]))
      }
      stack.append(Node(.dictionary(entries)))
    case ("builtins.set", 0), ("builtins.frozenset", 0): stack.append(Node(.set([])))
    case ("builtins.set", 1), ("builtins.frozenset", 1):
      guard case .list(let items) = arguments[0].content else { throw failure("this is no set") }
      stack.append(Node(.set(items)))
    case ("_codecs.encode", 2):
      let text = try text(arguments[0])
      guard try self.text(arguments[1]) == "latin1", text.unicodeScalars.allSatisfy({ $0.value < 256 }) else {
        throw failure("these are no bytes")
      }
      push(.bytes(text.unicodeScalars.map { UInt8($0.value) }))
    case ("torch.device", 1): push(.string(try text(arguments[0])))
    case ("torch._utils._rebuild_parameter", 3): stack.append(arguments[0])
    case ("torch._utils._rebuild_tensor_v2", 6...7): push(.tensor(try tensor(arguments)))
    default: throw failure("it calls \(name) with \(arguments.count) arguments")
    }
  }

  /// (storage, offset, shape, strides, ...)
  private func tensor(_ arguments: [Node]) throws(PickleError) -> TorchTensor {
    guard case .storage(let kind, let bytes) = arguments[0].content,
      let elements = TorchTensor.Elements(storage: kind, bytes: bytes)
    else { throw failure("this tensor has no storage") }
    let offset = try integer(arguments[1])
    let shape = try integers(arguments[2])
    let strides = try integers(arguments[3])
    guard shape.count == strides.count, shape.count <= 8, offset >= 0,
      (shape + strides).allSatisfy({ $0 >= 0 })
    else { throw failure("this tensor's shape is not one") }
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= 1 << 32 else { throw failure("this tensor is too large") }
      count = product
    }
    // The last element must be in the storage; then all are.
    var last = offset
    for (size, stride) in zip(shape, strides) where count > 0 {
      let (step, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      guard !overflow, step <= elements.count else { throw failure("this tensor is larger than its storage") }
      last += step
    }
    guard count == 0 || last < elements.count else { throw failure("this tensor is larger than its storage") }
    // A stride of 0 would make many elements of one.
    guard count <= elements.count else { throw failure("this tensor is larger than its storage") }
    var places = [offset]
    for (size, stride) in zip(shape, strides) {
      places = places.flatMap { first in (0..<size).map { first + $0 * stride } }
    }
    return TorchTensor(shape: shape, elements: elements.at(places))
  }

  // MARK: Containers

  private mutating func extend(with items: [Node]) throws(PickleError) {
    let node = try top()
    guard case .list(var all) = node.content else { throw failure("it appends to something that is no list") }
    // The only reference, so that the array grows in place.
    node.content = .list([])
    all += items
    node.content = .list(all)
  }

  private mutating func extendSet(with items: [Node]) throws(PickleError) {
    let node = try top()
    guard case .set(var all) = node.content else { throw failure("it adds to something that is no set") }
    // The only reference, so that the array grows in place.
    node.content = .set([])
    all += items
    node.content = .set(all)
  }

  private mutating func extend(with entries: [(Node, Node)]) throws(PickleError) {
    let node = try top()
    guard case .dictionary(var all) = node.content else {
      throw failure("it sets a key of something that is no dictionary")
    }
    node.content = .dictionary([])
    all += entries.map { (key: $0, value: $1) }
    node.content = .dictionary(all)
  }

  private func pairs(_ items: [Node]) throws(PickleError) -> [(Node, Node)] {
    guard items.count.isMultiple(of: 2) else { throw failure("a key has no value") }
    return stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) }
  }

  /// A node with all that it contains.
  private func finished(_ node: Node, depth: Int, _ room: inout Int) throws(PickleError) -> PickleValue {
    guard depth < Self.deepest else {
      throw failure("its values are nested too deeply, or contain themselves")
    }
    room -= 1
    guard room > 0 else { throw failure("it has too many values") }
    func all(_ nodes: [Node], _ room: inout Int) throws(PickleError) -> [PickleValue] {
      var values: [PickleValue] = []
      for node in nodes { values.append(try finished(node, depth: depth + 1, &room)) }
      return values
    }
    switch node.content {
    case .value(let value): return value
    case .list(let nodes): return .list(try all(nodes, &room))
    case .tuple(let nodes): return .tuple(try all(nodes, &room))
    case .set(let nodes): return .set(try all(nodes, &room))
    case .dictionary(let pairs):
      var entries: [PickleValue.Entry] = []
      for (key, value) in pairs {
        entries.append(
          .init(
            try finished(key, depth: depth + 1, &room), try finished(value, depth: depth + 1, &room)))
      }
      return .dictionary(entries)
    case .global(let name): throw failure("\(name) is not a value")
    case .storage: throw failure("a storage is not a value")
    }
  }

  // MARK: Stack and bytes

  private func failure(_ reason: String) -> PickleError {
    let name = start < bytes.count ? Opcode(rawValue: bytes[start])?.name : nil
    return PickleError(reason: reason, opcode: name, byte: start)
  }

  private mutating func push(_ value: PickleValue) { stack.append(Node(.value(value))) }

  private func top() throws(PickleError) -> Node {
    guard let node = stack.last, stack.count > marks.last ?? 0 else {
      throw failure("nothing is there to use")
    }
    return node
  }

  private mutating func pop() throws(PickleError) -> Node {
    let node = try top()
    stack.removeLast()
    return node
  }

  private mutating func popMark() throws(PickleError) -> [Node] {
    guard let mark = marks.popLast(), mark <= stack.count else { throw failure("there is no mark before it") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func take(_ count: Int) throws(PickleError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - place else { throw failure("it is cut off") }
    defer { place += count }
    return bytes[place..<place + count]
  }

  /// An unsigned number, least significant byte first.
  private mutating func number(_ count: Int) throws(PickleError) -> Int {
    let value = try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let value = Int(exactly: value) else { throw failure("it is cut off") }
    return value
  }

  private mutating func lineBytes() throws(PickleError) -> ArraySlice<UInt8> {
    guard let end = bytes[place...].firstIndex(of: 0x0A) else { throw failure("it is cut off") }
    defer { place = end + 1 }
    return bytes[place..<end]
  }

  private mutating func line() throws(PickleError) -> String {
    guard let text = String(validating: try lineBytes(), as: UTF8.self) else {
      throw failure("this text is not UTF-8")
    }
    return text
  }

  /// Latin-1 with `\uXXXX` and `\UXXXXXXXX` for what it lacks.
  private func unescaped(_ bytes: ArraySlice<UInt8>) throws(PickleError) -> String {
    var scalars = String.UnicodeScalarView()
    var rest = bytes
    while let byte = rest.popFirst() {
      let digits = rest.first == UInt8(ascii: "u") ? 4 : rest.first == UInt8(ascii: "U") ? 8 : 0
      guard byte == UInt8(ascii: "\\"), digits > 0 else {
        scalars.append(Unicode.Scalar(byte))
        continue
      }
      let code = String(decoding: rest.dropFirst().prefix(digits), as: UTF8.self)
      guard code.utf8.count == digits, let number = UInt32(code, radix: 16),
        let scalar = Unicode.Scalar(number)
      else { throw failure("this text is not escaped as it should be") }
      scalars.append(scalar)
      rest = rest.dropFirst(digits + 1)
    }
    return String(scalars)
  }

  private func index(_ text: String) throws(PickleError) -> Int {
    guard let index = Int(text), index >= 0 else { throw failure("this is no place in its memory") }
    return index
  }

  private func text(_ node: Node) throws(PickleError) -> String {
    guard case .value(.string(let text)) = node.content else { throw failure("this should be text") }
    return text
  }

  private func integer(_ node: Node) throws(PickleError) -> Int {
    guard case .value(.int(let value)) = node.content, let value = Int(exactly: value) else {
      throw failure("this should be an integer")
    }
    return value
  }

  private func integers(_ node: Node) throws(PickleError) -> [Int] {
    guard case .tuple(let nodes) = node.content else { throw failure("this should be a tuple") }
    var values: [Int] = []
    for node in nodes { values.append(try integer(node)) }
    return values
  }
}
