import Discovery

/// A line of `pairs.jsonl`: two inputs, which position takes from which, and what the program gives on both.
struct PairRecord: Codable, Sendable {
  /// Ids, BOS included. So are the positions below.
  var clean: [Int32]
  var corrupted: [Int32]
  /// For each position of the clean input, that of the corrupted one which it takes its value from.
  var map: [Int]
  /// Which positions of the clean input count; in a file from outside, nil for all where the program has a value.
  var counted: [Bool]?
  /// The program's outputs at the positions of the clean input, and those of the corrupted one where the map says; not read.
  var output: [Output]?
  var corruptedOutput: [Output]?

  enum CodingKeys: String, CodingKey {
    case clean, corrupted, map, counted, output
    case corruptedOutput = "corrupted_output"
  }

  /// The id of a categorical output, the number of a numerical one, or null.
  struct Output: Codable, Sendable {
    var value: CircuitInputs.Output

    init(_ value: CircuitInputs.Output) { self.value = value }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        value = .none
      } else if let id = try? container.decode(Int32.self) {
        value = .id(id)
      } else {
        value = .number(try container.decode(Float.self))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch value {
      case .none: try container.encodeNil()
      case .id(let id): try container.encode(id)
      case .number(let number): try container.encode(number)
      }
    }
  }
}
