import Compiler
import Discovery
import Foundation
import Training
import Transformer

/// `pairs.jsonl`: pairs of inputs for interventions, one JSON object per line.
package enum PairsFile {
  package static func encoded(_ inputs: CircuitInputs) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var data = Data()
    for index in 0..<inputs.pairs.count {
      let pairs = inputs.pairs
      let record = PairRecord(
        clean: pairs.clean[index], corrupted: pairs.corrupted[index],
        map: pairs.clean[index].indices.map { pairs.place(index, $0) }, counted: pairs.counted[index],
        output: inputs.outputs[index].map(PairRecord.Output.init),
        corruptedOutput: inputs.corruptedOutputs[index].map(PairRecord.Output.init))
      data += try encoder.encode(record) + Data("\n".utf8)
    }
    return data
  }

  /// Reads pairs of a circuit, from raspc or from elsewhere. What the program gives on them is computed anew.
  ///
  /// - Throws: ``FileError`` with the line if a pair is not one of the circuit.
  package static func read(_ url: URL, _ compiled: CompiledCircuit) throws -> CircuitInputs {
    let lines = try FileReader.data(url).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var pairs: [SwapPair] = []
    var counted: [[Bool]?] = []
    for (index, line) in lines.enumerated() where !line.isEmpty {
      do {
        let record = try JSONDecoder().decode(PairRecord.self, from: Data(line))
        pairs.append(try pair(record, compiled))
        if let flags = record.counted, flags.count != record.clean.count {
          throw PairError("'counted' has \(flags.count) entries for \(record.clean.count) positions")
        }
        counted.append(record.counted)
      } catch {
        throw FileError(url, "line \(index + 1): \(FileError.reason(error))")
      }
    }
    guard !pairs.isEmpty else { throw FileError(url, "there are no pairs in it") }
    return CircuitInputs(compiled, pairs) { pair, position in counted[pair]?[position] ?? true }
  }

  private struct PairError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  private static func pair(_ record: PairRecord, _ compiled: CompiledCircuit) throws -> SwapPair {
    let base = try input(record.clean, "clean", compiled)
    let source = try input(record.corrupted, "corrupted", compiled)
    guard record.map.count == record.clean.count else {
      throw PairError("'map' has \(record.map.count) entries for \(record.clean.count) positions")
    }
    guard record.map[0] == 0, record.map.dropFirst().allSatisfy({ (1...source.count).contains($0) }) else {
      throw PairError(
        "'map' must take BOS from BOS, and the others from positions 1 to \(source.count) of the corrupted input"
      )
    }
    return SwapPair(
      base: base, source: source,
      map: PositionMap(record.map.dropFirst().map { Int32($0 - 1) }, sourceLength: source.count))
  }

  /// The ids without BOS.
  private static func input(_ ids: [Int32], _ key: String, _ compiled: CompiledCircuit) throws -> [Int32] {
    let tokenizer = compiled.tokenizer
    guard ids.first == tokenizer.bos else {
      throw PairError("'\(key)' does not begin with BOS, which is \(tokenizer.bos)")
    }
    let tokens = Array(ids.dropFirst())
    let lengths = compiled.circuit.lengths
    guard lengths.contains(tokens.count) else {
      throw PairError(
        "'\(key)' has \(tokens.count) tokens besides BOS; the circuit takes \(lengths.lowerBound) to "
          + "\(lengths.upperBound)")
    }
    if let unknown = tokens.first(where: { !tokenizer.vocabulary.indices.contains(Int($0)) }) {
      throw PairError("'\(key)' has the id \(unknown), which is no token of the vocabulary")
    }
    guard compiled.inputs.contains(tokens) else {
      throw PairError("'\(key)' is not one of the circuit's inputs")
    }
    return tokens
  }
}
