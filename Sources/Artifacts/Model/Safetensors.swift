import Foundation

/// The contents of a safetensors file: named tensors in the order of their bytes. Files of float32 tensors are read back;
/// others are only written.
///
/// The format is that of https://github.com/huggingface/safetensors: eight bytes with the length of a JSON
/// header, the header (name to dtype, shape and byte range), then the tensors, row-major and little-endian,
/// without gaps. Encoding is deterministic: equal contents give equal bytes.
package struct Safetensors: Sendable, Equatable {
  /// One tensor: its name, shape and elements.
  package struct Tensor: Sendable, Equatable {
    package var name: String
    package var shape: [Int]
    package var elements: Elements

    package init(name: String, shape: [Int], elements: Elements) {
      precondition(
        shape.reduce(1, *) == elements.count, "\(name): shape \(shape), \(elements.count) elements")
      self.name = name
      self.shape = shape
      self.elements = elements
    }

    package init(name: String, shape: [Int], values: ArraySlice<Float>) {
      self.init(name: name, shape: shape, elements: .float32(values))
    }

    /// The elements of a tensor that is known to be float32, as all are that were read.
    package var values: ArraySlice<Float> {
      guard case .float32(let values) = elements else { preconditionFailure("\(name) is not float32") }
      return values
    }
  }

  /// What a tensor holds.
  package enum Elements: Sendable, Equatable {
    /// A slice, so that the tensors of one large buffer share it.
    case float32(ArraySlice<Float>)
    case int64([Int64])
    case bool([Bool])

    package var count: Int {
      switch self {
      case .float32(let values): values.count
      case .int64(let values): values.count
      case .bool(let values): values.count
      }
    }

    fileprivate var type: String {
      switch self {
      case .float32: "F32"
      case .int64: "I64"
      case .bool: "BOOL"
      }
    }

    fileprivate var byteCount: Int {
      switch self {
      case .float32: count * MemoryLayout<Float>.size
      case .int64: count * MemoryLayout<Int64>.size
      case .bool: count
      }
    }

    /// The processors that this runs on store numbers as the format does, least significant byte first.
    fileprivate func append(to data: inout Data) {
      switch self {
      case .float32(let values): values.withUnsafeBytes { data.append(contentsOf: $0) }
      case .int64(let values): values.withUnsafeBytes { data.append(contentsOf: $0) }
      case .bool(let values): data.append(contentsOf: values.map { $0 ? 1 : 0 })
      }
    }
  }

  package var tensors: [Tensor]
  /// Free text by name, kept in the header under `__metadata__`.
  package var metadata: [String: String]

  package init(tensors: [Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The file's bytes.
  package func encoded() -> Data {
    var header: [String: HeaderItem] = [:]
    if !metadata.isEmpty { header[HeaderItem.metadataName] = .metadata(metadata) }
    var end = 0
    for tensor in tensors {
      let start = end
      end += tensor.elements.byteCount
      let entry = HeaderItem.Entry(
        dtype: tensor.elements.type, shape: tensor.shape, dataOffsets: [start, end])
      let replaced = header.updateValue(.tensor(entry), forKey: tensor.name)
      precondition(replaced == nil, "two tensors are called \(tensor.name)")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var text = try? encoder.encode(header) else {
      preconditionFailure("a header of names and numbers is always JSON")
    }
    // Spaces after the header keep the tensors aligned for readers that map the file.
    text.append(contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8))

    var data = Data(capacity: 8 + text.count + end)
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(text)
    for tensor in tensors { tensor.elements.append(to: &data) }
    return data
  }

  /// Reads a file's bytes.
  ///
  /// - Throws: ``SafetensorsError`` if the bytes are not a complete, well-formed file of float32 tensors.
  package init(decoding data: Data) throws {
    let bytes = [UInt8](data)
    guard bytes.count >= 8 else { throw SafetensorsError.truncated(bytes: bytes.count) }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else {
      throw SafetensorsError.headerTooLong(header: length, file: bytes.count)
    }
    let bodyStart = 8 + Int(length)
    let header: [String: HeaderItem]
    do {
      header = try JSONDecoder().decode([String: HeaderItem].self, from: Data(bytes[8..<bodyStart]))
    } catch {
      throw SafetensorsError.malformedHeader
    }

    metadata = [:]
    tensors = []
    var entries: [(name: String, entry: HeaderItem.Entry)] = []
    for (name, item) in header {
      switch item {
      case .metadata(let texts): metadata = texts
      case .tensor(let entry): entries.append((name, entry))
      }
    }
    // Tensors without elements share their neighbour's offset, so their order is that of their names.
    entries.sort { a, b in
      (a.entry.dataOffsets.first ?? 0, a.entry.dataOffsets.last ?? 0, a.name)
        < (b.entry.dataOffsets.first ?? 0, b.entry.dataOffsets.last ?? 0, b.name)
    }
    let body = bytes.count - bodyStart
    var expectedStart = 0
    for (name, entry) in entries {
      guard entry.dtype == "F32" else { throw SafetensorsError.unsupportedType(entry.dtype, tensor: name) }
      guard entry.dataOffsets.count == 2, entry.dataOffsets[0] == expectedStart,
        entry.dataOffsets[1] >= expectedStart, entry.dataOffsets[1] <= body
      else { throw SafetensorsError.badOffsets(tensor: name) }
      let count = (entry.dataOffsets[1] - expectedStart) / MemoryLayout<Float>.size
      guard Self.elements(of: entry.shape) == count,
        count * MemoryLayout<Float>.size == entry.dataOffsets[1] - expectedStart
      else { throw SafetensorsError.badShape(entry.shape, tensor: name) }
      let values = bytes.withUnsafeBytes { raw in
        (0..<count).map { element in
          let offset = bodyStart + expectedStart + element * MemoryLayout<Float>.size
          return Float(
            bitPattern: UInt32(
              littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
      }
      tensors.append(Tensor(name: name, shape: entry.shape, values: values[...]))
      expectedStart = entry.dataOffsets[1]
    }
    guard expectedStart == body else { throw SafetensorsError.trailingBytes(body - expectedStart) }
  }

  /// The number of elements of a shape; nil if it is negative or overflows.
  private static func elements(of shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }
}

/// A value of the header's JSON object: a tensor's entry, or the metadata.
private enum HeaderItem: Codable {
  struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    var dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  static let metadataName = "__metadata__"

  case tensor(Entry)
  case metadata([String: String])

  init(from decoder: Decoder) throws {
    if decoder.codingPath.last?.stringValue == Self.metadataName {
      self = .metadata(try [String: String](from: decoder))
    } else {
      self = .tensor(try Entry(from: decoder))
    }
  }

  func encode(to encoder: Encoder) throws {
    switch self {
    case .tensor(let entry): try entry.encode(to: encoder)
    case .metadata(let texts): try texts.encode(to: encoder)
    }
  }
}
