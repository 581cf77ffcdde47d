import Diagnostics
import Rendering

/// What a session prints, as RASP 0.1 does.
extension Session {
  func print(_ outcome: StatementOutcome) {
    switch outcome {
    case .nothing: break
    case .failure(let diagnostic): answer.add(diagnostic)
    case .display(let display): print(display)
    case .named(let values):
      for (name, value) in values {
        do {
          try print(name, value, indent: 0, prefix: "")
        } catch let error as EvaluationError {
          answer.refuse(Diagnostic(error.message, hint: error.hint))
        } catch {
          answer.refuse(error)
        }
      }
    }
  }

  private func print(_ display: DisplayDatum) {
    switch display.content {
    case .matrix(let rows):
      answer.say("\t = ")
      printGrid(display.input, rows, "")
    case .sequence(let values):
      if examples.areVerbose {
        printSequence(display.input, values, head: "\t = ", label: "", tabs: "")
      } else {
        answer.say("\t =  \(SequenceDisplay(values: values).description)")
      }
    }
  }

  private func print(_ name: String?, _ datum: Datum, indent: Int, prefix: String) throws {
    let tabs = String(repeating: "\t", count: indent)
    switch datum {
    case .sop(let id):
      let name = name ?? elaborator.nodes.sopNames[id.index]
      answer.say("\(tabs) \(prefix)    s-op: \(name)")
      guard examples.showsSOps else { return }
      let values = try elaborator.values(of: id, on: tokens(examples.sop))
      let label = "\(name)(\(elaborator.nodes.printed(examples.sop))) ="
      if examples.areVerbose {
        printSequence(
          try tokens(examples.selector), values, head: "\(tabs) \t Example:", label: label, tabs: tabs)
      } else {
        answer.say("\(tabs) \t Example: \(label) \(SequenceDisplay(values: values).description)")
      }
    case .selector(let id):
      answer.say("\(tabs) \(prefix)    selector: \(name ?? elaborator.nodes.selectorNames[id.index])")
      guard examples.showsSelectors else { return }
      answer.say("\(tabs) \t Example:")
      let tokens = try tokens(examples.selector)
      guard 2 * tokens.count <= Answer.maximumOutput / tokens.count else {
        throw Diagnostic("a selector on \(tokens.count) tokens is too large to show")
      }
      printGrid(tokens, try elaborator.rows(of: id, on: tokens), tabs)
    case .function, .builtin:
      answer.say("\(tabs) \(prefix)    \(elaborator.nodes.text(of: datum))")
    case .list(let list):
      let head = "   list: " + (name.map { "\($0) = " } ?? "")
      let isFlat = list.elements.allSatisfy(Self.isFlat)
      guard !isFlat else {
        answer.say("\(tabs) \(prefix) \(head)\(elaborator.nodes.printedElement(datum))")
        return
      }
      answer.say("\(tabs) \(prefix) \(head)\(tabs) [")
      for element in list.elements { try print(nil, element, indent: indent + 2, prefix: "") }
      answer.say(tabs + String(repeating: " ", count: head.count + 2) + "]")
    case .dictionary(let dictionary):
      let head = "   dict: " + (name.map { "\($0) = " } ?? "")
      guard !dictionary.entries.allSatisfy({ Self.isFlat($0.value) }) else {
        answer.say("\(tabs) \(prefix) \(head)\(elaborator.nodes.printedElement(datum))")
        return
      }
      answer.say("\(tabs) \(prefix) \(head)\(tabs) {")
      for (key, value) in dictionary.entries {
        try print(nil, value, indent: indent + 3, prefix: "\(elaborator.nodes.printed(.value(key))) : ")
      }
      answer.say(tabs + String(repeating: " ", count: head.count + 2) + "}")
    case .value, .display, .unknown:
      answer.say("\(tabs)    value: \(name.map { "\($0) = " } ?? "") \(elaborator.nodes.printed(datum))")
    }
  }

  private static func isFlat(_ datum: Datum) -> Bool {
    switch datum {
    case .list, .dictionary, .sop, .selector: false
    default: true
    }
  }

  private func printGrid(_ tokens: [Value], _ rows: [[Bool]], _ tabs: String) {
    answer.say("\(tabs) \t\t\t     \(tokens.map(\.text).joined(separator: " "))")
    for (token, row) in zip(tokens, rows) {
      answer.say("\(tabs) \t\t\t \(token.text) | \(row.map { $0 ? "1" : " " }.joined(separator: " "))")
    }
  }

  /// The full display: the output below the input, in columns.
  private func printSequence(
    _ input: [Value], _ values: [Value], head: String, label: String, tabs: String
  ) {
    if values.allSatisfy({ $0.equals(values[0]) }) {
      let sequence = SequenceDisplay(values: values).description
      answer.say("\(head) \(label) \(sequence) [skipped full display: identical values]")
      return
    }
    answer.say(head)
    let first = Self.sparse(input)
    let second = Self.sparse(values)
    let width = (first + second).map(\.count).max() ?? 0
    func line(_ cells: [String]) -> String {
      cells.map { $0.rightAligned(to: width) }.joined(separator: " ")
    }
    answer.say("\(tabs) \t\tinput:   \(line(first)) \t (strings)")
    answer.say("\(tabs) \t\toutput:  \(line(second)) \t (\(SequenceDisplay.typeName(values) ?? "mixed")s)")
  }

  /// The texts of values; of bools, only of the rarer ones, so that they stand out.
  private static func sparse(_ values: [Value]) -> [String] {
    guard case .bool? = values.first else { return values.map(\.text) }
    let trues = values.count { $0.equals(.bool(true)) }
    let falses = values.count { $0.equals(.bool(false)) }
    return values.map { $0.isTrue ? (trues <= falses ? "T" : "") : (falses <= trues ? "F" : "") }
  }
}
