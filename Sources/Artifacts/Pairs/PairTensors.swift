import Discovery
import Transformer

/// `pairs.safetensors`: the same pairs as tensors, padded to the longest, or by length without padding.
package enum PairTensors {
  /// Inputs of different lengths in one tensor each, with masks.
  ///
  /// - Parameter pad: the id of PAD
  package static func padded(_ inputs: CircuitInputs, pad: Int32) -> Safetensors {
    Safetensors(tensors: tensors(inputs, Array(0..<inputs.pairs.count), pad: pad, prefix: ""))
  }

  /// Tensors for each length of clean inputs, named `LENGTH.clean` and so on, LENGTH with BOS counted. `LENGTH.index` has
  /// the pairs' lines in `pairs.jsonl`, from 0. Corrupted inputs that are longer or shorter are padded.
  package static func byLength(_ inputs: CircuitInputs, pad: Int32) -> Safetensors {
    let groups = Dictionary(grouping: 0..<inputs.pairs.count) { inputs.pairs.clean[$0].count }
    return Safetensors(
      tensors: groups.sorted { $0.key < $1.key }.flatMap { length, members in
        let index = Safetensors.Tensor(
          name: "\(length).index", shape: [members.count], elements: .int64(members.map(Int64.init)))
        return [index] + tensors(inputs, members, pad: pad, prefix: "\(length).")
      })
  }

  private static func tensors(
    _ inputs: CircuitInputs, _ members: [Int], pad: Int32, prefix: String
  ) -> [Safetensors.Tensor] {
    let pairs = inputs.pairs
    func padded<Element>(_ rows: [[Element]], with filler: Element) -> (shape: [Int], elements: [Element]) {
      let width = rows.map(\.count).max() ?? 0
      return (
        [rows.count, width],
        rows.flatMap { $0 + Array(repeating: filler, count: width - $0.count) }
      )
    }
    func integers(_ name: String, _ rows: [[Int64]], with filler: Int64) -> Safetensors.Tensor {
      let (shape, elements) = padded(rows, with: filler)
      return Safetensors.Tensor(name: prefix + name, shape: shape, elements: .int64(elements))
    }
    func booleans(_ name: String, _ rows: [[Bool]]) -> Safetensors.Tensor {
      let (shape, elements) = padded(rows, with: false)
      return Safetensors.Tensor(name: prefix + name, shape: shape, elements: .bool(elements))
    }
    func outputs(_ name: String, _ rows: [[CircuitInputs.Output]]) -> Safetensors.Tensor {
      if pairs.outputKind == .categorical {
        return integers(
          name, rows.map { $0.map { if case .id(let id) = $0 { Int64(id) } else { -1 } } }, with: -1)
      }
      let (shape, elements) = padded(
        rows.map { $0.map { if case .number(let number) = $0 { number } else { Float.nan } } }, with: .nan)
      return Safetensors.Tensor(name: prefix + name, shape: shape, elements: .float32(elements[...]))
    }
    let clean = members.map { pairs.clean[$0] }
    let corrupted = members.map { pairs.corrupted[$0] }
    return [
      integers("clean", clean.map { $0.map(Int64.init) }, with: Int64(pad)),
      booleans("clean_mask", clean.map { $0.map { _ in true } }),
      integers("corrupted", corrupted.map { $0.map(Int64.init) }, with: Int64(pad)),
      booleans("corrupted_mask", corrupted.map { $0.map { _ in true } }),
      integers(
        "map", members.map { pair in pairs.clean[pair].indices.map { Int64(pairs.place(pair, $0)) } }, with: 0
      ),
      booleans("counted", members.map { pairs.counted[$0] }),
      outputs("output", members.map { inputs.outputs[$0] }),
      outputs("corrupted_output", members.map { inputs.corruptedOutputs[$0] }),
    ]
  }
}
