import Artifacts
import Foundation
import Testing

/// What a safetensors file holds survives a round trip, and a damaged file is refused with the reason.
struct SafetensorsTests {
  let sample = Safetensors(
    tensors: [
      .init(name: "b", shape: [2, 3], values: [1, -2.5, .infinity, Float(bitPattern: 71_362), -0.0, 3]),
      .init(name: "a", shape: [], values: [7]),
      .init(name: "empty", shape: [0, 4], values: []),
    ],
    metadata: ["format": "pt"])

  @Test func roundTrip() throws {
    let data = sample.encoded()
    #expect(try Safetensors(decoding: data) == sample)
    #expect(sample.encoded() == data)
  }

  @Test func layoutIsTheFormats() throws {
    let data = [UInt8](Safetensors(tensors: [.init(name: "x", shape: [1, 2], values: [1, 2])]).encoded())
    let length = Int(data[0])
    #expect(data[1..<8].allSatisfy { $0 == 0 })
    #expect(length % 8 == 0)
    let header = String(decoding: data[8..<8 + length], as: UTF8.self)
    #expect(
      header.trimmingCharacters(in: .whitespaces)
        == #"{"x":{"data_offsets":[0,8],"dtype":"F32","shape":[1,2]}}"#)
    #expect(Array(data[(8 + length)...]) == [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40])
  }

  @Test func everyTruncationIsRefused() {
    let data = sample.encoded()
    for length in 0..<data.count {
      #expect(throws: SafetensorsError.self, "\(length) bytes") {
        try Safetensors(decoding: data.prefix(length))
      }
    }
    #expect(throws: SafetensorsError.trailingBytes(1)) {
      try Safetensors(decoding: data + [0])
    }
  }

  @Test(
    arguments: [
      (#"[]"#, SafetensorsError.malformedHeader),
      (#"{"x":{"dtype":"F32","shape":[1]}}"#, .malformedHeader),
      (
        #"{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#,
        .unsupportedType("F64", tensor: "x")
      ),
      (#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, .badShape([3], tensor: "x")),
      (#"{"x":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#, .badShape([-1, -2], tensor: "x")),
      (
        #"{"x":{"dtype":"F32","shape":[4611686018427387904,4,2],"data_offsets":[0,8]}}"#,
        .badShape([4_611_686_018_427_387_904, 4, 2], tensor: "x")
      ),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, .badOffsets(tensor: "x")),
      (#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#, .badOffsets(tensor: "x")),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, .trailingBytes(4)),
    ])
  func badHeaderIsRefused(header: String, error: SafetensorsError) {
    var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    data.append(Data(header.utf8))
    data.append(Data(count: 8))
    #expect(throws: error) { try Safetensors(decoding: data) }
  }
}
