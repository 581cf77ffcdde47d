/// A tensor as PyTorch stores one, in row-major order.
package struct TorchTensor: Sendable, Equatable {
  package var shape: [Int]
  package var elements: Elements

  package init(shape: [Int], elements: Elements) {
    precondition(shape.reduce(1, *) == elements.count)
    self.shape = shape
    self.elements = elements
  }

  package enum Elements: Sendable, Equatable {
    case float([Float])
    case double([Double])
    case long([Int64])
    case int([Int32])
    case bool([Bool])

    package var count: Int {
      switch self {
      case .float(let values): values.count
      case .double(let values): values.count
      case .long(let values): values.count
      case .int(let values): values.count
      case .bool(let values): values.count
      }
    }

    /// The class of PyTorch that stores them.
    var storage: String {
      switch self {
      case .float: "FloatStorage"
      case .double: "DoubleStorage"
      case .long: "LongStorage"
      case .int: "IntStorage"
      case .bool: "BoolStorage"
      }
    }

    /// Least significant byte first.
    var bytes: [UInt8] {
      switch self {
      case .float(let values): values.withUnsafeBytes { Array($0) }
      case .double(let values): values.withUnsafeBytes { Array($0) }
      case .long(let values): values.withUnsafeBytes { Array($0) }
      case .int(let values): values.withUnsafeBytes { Array($0) }
      case .bool(let values): values.map { $0 ? 1 : 0 }
      }
    }

    /// The elements of a storage; nil if its class is not one of these.
    init?(storage: String, bytes: ArraySlice<UInt8>) {
      func numbers<Number>(_ type: Number.Type) -> [Number] {
        bytes.withUnsafeBytes { raw in
          (0..<raw.count / MemoryLayout<Number>.size).map {
            raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: type)
          }
        }
      }
      switch storage {
      case "FloatStorage": self = .float(numbers(Float.self))
      case "DoubleStorage": self = .double(numbers(Double.self))
      case "LongStorage": self = .long(numbers(Int64.self))
      case "IntStorage": self = .int(numbers(Int32.self))
      case "BoolStorage": self = .bool(bytes.map { $0 != 0 })
      default: return nil
      }
    }

    /// Those at some places.
    func at(_ places: [Int]) -> Elements {
      switch self {
      case .float(let values): .float(places.map { values[$0] })
      case .double(let values): .double(places.map { values[$0] })
      case .long(let values): .long(places.map { values[$0] })
      case .int(let values): .int(places.map { values[$0] })
      case .bool(let values): .bool(places.map { values[$0] })
      }
    }
  }

  /// The elements as float32, if they are floating-point numbers.
  package var floats: [Float]? {
    switch elements {
    case .float(let values): values
    case .double(let values): values.map(Float.init)
    case .long, .int, .bool: nil
    }
  }
}
