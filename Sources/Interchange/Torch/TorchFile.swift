/// A file as `torch.save` writes one (torch/serialization.py, since PyTorch 1.6): a ZIP file with a pickle, and each storage
/// in an entry of its own.
package enum TorchFile {
  /// The file's bytes. Equal values give equal bytes.
  package static func encoded(_ value: PickleValue) -> [UInt8] {
    let pickle = PickleWriter(value)
    var archive = ZipArchive([.init(name: "archive/data.pkl", content: pickle.bytes[...])])
    archive.entries.append(.init(name: "archive/byteorder", content: Array("little".utf8)[...]))
    for (key, elements) in pickle.storages.enumerated() {
      archive.entries.append(.init(name: "archive/data/\(key)", content: elements.bytes[...]))
    }
    archive.entries.append(.init(name: "archive/version", content: Array("3\n".utf8)[...]))
    return archive.encoded()
  }

  /// - Throws: ``TorchFileError``.
  package static func decoded(_ bytes: [UInt8]) throws(TorchFileError) -> PickleValue {
    let archive: ZipArchive
    do { archive = try ZipArchive(decoding: bytes) } catch { throw TorchFileError(error.description) }
    guard let pickle = archive.entries.first(where: { $0.name.hasSuffix("/data.pkl") }) else {
      throw TorchFileError("it has no data.pkl, so it was not written by torch.save")
    }
    let prefix = pickle.name.dropLast("data.pkl".count)
    if let order = archive.content(prefix + "byteorder"), !order.elementsEqual("little".utf8) {
      throw TorchFileError("its numbers are big-endian, which is not supported")
    }
    do {
      return try PickleReader.value(Array(pickle.content)) { archive.content(prefix + "data/" + $0) }
    } catch { throw TorchFileError("data.pkl: \(error.description)") }
  }
}

/// Why a file of PyTorch's is not read.
package struct TorchFileError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Pickles on their own, as `pickle.dump` writes them.
package enum PickleFile {
  package static func encoded(_ value: PickleValue) -> [UInt8] { PickleWriter(value).bytes }

  /// - Throws: ``PickleError``; tensors are refused, since their numbers are elsewhere.
  package static func decoded(_ bytes: [UInt8]) throws(PickleError) -> PickleValue {
    try PickleReader.value(bytes) { _ in nil }
  }
}
