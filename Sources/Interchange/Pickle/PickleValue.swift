/// What a pickle may hold here: primitive types, containers of them, and PyTorch's tensors. Nothing else is read or written,
/// so reading never runs anything.
package indirect enum PickleValue: Sendable, Equatable {
  case none
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(String)
  case bytes([UInt8])
  case list([PickleValue])
  case tuple([PickleValue])
  case set([PickleValue])
  /// In the order of the file.
  case dictionary([Entry])
  /// A constant of PyTorch's by its name, such as `torch.float32`.
  case constant(String)
  case tensor(TorchTensor)

  package struct Entry: Sendable, Equatable {
    package var key: PickleValue
    package var value: PickleValue

    package init(_ key: PickleValue, _ value: PickleValue) {
      self.key = key
      self.value = value
    }
  }

  /// A dictionary with text as keys.
  package static func dictionary(_ pairs: KeyValuePairs<String, PickleValue>) -> PickleValue {
    .dictionary(pairs.map { Entry(.string($0.key), $0.value) })
  }

  /// The value under a key of a dictionary; nil if this is no dictionary or has no such key.
  package subscript(_ key: String) -> PickleValue? {
    guard case .dictionary(let entries) = self else { return nil }
    return entries.last { $0.key == .string(key) }?.value
  }
}
