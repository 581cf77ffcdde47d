import Compiler
import Diagnostics
import Rendering
import Runtime

/// One input: a JSON array of tokens, with the place of each for diagnostics.
struct InputText {
  let file: SourceFile
  let start: Int
  let end: Int
  let values: [Value]
  /// Where each element is in the text.
  let ranges: [SourceRange]

  /// Reads a line of input.
  ///
  /// - Parameters:
  ///   - name: what diagnostics call the source: `--input`, `<stdin>`.
  ///   - line: the line's number in that source, from 1.
  /// - Throws: ``Diagnostic`` if the text is not a JSON array of values.
  init(_ text: String, name: String, line: Int = 1) throws {
    // The lines before this one only make the line number right; they are never shown.
    let file = SourceFile(name: name, text: String(repeating: "\n", count: line - 1) + text)
    self.file = file
    start = line - 1
    end = file.bytes.count
    do throws(JSONError) {
      values = try Value.array(json: text)
    } catch {
      let place = min(start + error.offset, end)
      throw Diagnostic(
        error.message, at: SourceRange(file: file, start: place, end: place),
        hint: #"an input must be a JSON array, such as ["a", "b"]"#)
    }
    ranges = Self.elements(file, from: start)
  }

  var range: SourceRange { SourceRange(file: file, start: start, end: end) }

  /// The places of the elements of a well-formed JSON array of scalars.
  private static func elements(_ file: SourceFile, from start: Int) -> [SourceRange] {
    let isSpace: (UInt8) -> Bool = { [UInt8(ascii: " "), 9, 10, 13].contains($0) }
    var ranges: [SourceRange] = []
    var elementStart: Int?
    var inString = false
    var offset = start
    func close(at end: Int) {
      guard let first = elementStart else { return }
      var last = end
      while last > first, isSpace(file.bytes[last - 1]) { last -= 1 }
      ranges.append(SourceRange(file: file, start: first, end: last))
      elementStart = nil
    }
    while offset < file.bytes.count {
      let byte = file.bytes[offset]
      if inString {
        if byte == UInt8(ascii: "\\") { offset += 1 }
        if byte == UInt8(ascii: "\"") { inString = false }
      } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") {
        close(at: offset)
      } else if byte != UInt8(ascii: "["), !isSpace(byte) {
        if elementStart == nil { elementStart = offset }
        inString = byte == UInt8(ascii: "\"")
      }
      offset += 1
    }
    return ranges
  }

  /// The tokens in the spelling of the circuit's vocabulary.
  ///
  /// - Throws: ``Diagnostics`` if a value is not in the vocabulary, or there are too many or too few;
  ///   ``Diagnostic`` if the input does not belong to the circuit.
  func tokens(for inputs: InputSpace) throws -> [Value] {
    var problems: [Diagnostic] = []
    if values.count > inputs.lengths.upperBound {
      problems.append(
        Diagnostic(
          "input has \(counted(values.count, "token")); \(inputs.name) takes at most \(inputs.lengths.upperBound)",
          at: ranges[inputs.lengths.upperBound]))
    } else if values.count < inputs.lengths.lowerBound {
      let least = inputs.lengths.lowerBound
      problems.append(
        Diagnostic(
          "input has \(counted(values.count, "token")); \(inputs.name) takes at least \(least)",
          at: range))
    }
    var tokens: [Value] = []
    for (value, range) in zip(values, ranges) {
      if let token = inputs.token(value) {
        tokens.append(token)
      } else {
        problems.append(
          Diagnostic(
            "\(value.json) is not in the vocabulary of \(inputs.name)", at: range,
            hint: "the vocabulary is \(inputs.vocabularyText)"))
        break
      }
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    if let domain = inputs.domain, let position = try domain.firstOutside(tokens) {
      throw Diagnostic(
        "this is not an input of \(inputs.name): its condition is not true at position \(position)",
        at: ranges[position], hint: "inputs = where(\(domain.condition))")
    }
    return tokens
  }
}
