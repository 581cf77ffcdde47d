import Diagnostics
import Parser

/// Statements one after another, with RASP 0.1's way of checking and printing them.
///
/// Every s-op and selector is tried out on a running example; a statement of which any part fails on it
/// has no effect. What a session prints is, line by line, what RASP 0.1 prints; what it refuses it says in
/// its own words.
public final class Session {
  /// A line of a session's answer.
  public enum Line: Sendable {
    /// As RASP 0.1 prints it; may hold several lines.
    case text(String)
    case diagnostic(Diagnostic)
    /// Something RASP 0.1 does not print.
    case note(String)
  }

  /// What a session answers to a line of input.
  public struct Response: Sendable {
    public var lines: [Line] = []
    /// Whether the statement goes on; the next line is read as part of it.
    public var needsMore = false
    /// Whether the user has left.
    public var isFinished = false
  }

  let evaluator: Evaluator
  let console: Environment
  private let isInterrupted: @Sendable () -> Bool
  private var buffer = ""
  private var inputCount = 0
  private var response = Response()
  /// Bytes that the present entry has shown, and may show.
  private var shown = 0
  private static let maximumOutput = 20_000_000
  /// Results of the files being loaded, printed when a file ends.
  private var pending: [Evaluator.Outcome] = []

  var sopExample: Datum = .value(.string("hello"))
  private var selectorExample: Datum = .value(.string("hello"))
  private var showsSOpExamples = true
  private var showsSelectorExamples = true
  private var isVerbose = false
  /// Where drawings go.
  public var drawingFolder = "comp_flows"
  /// The circuits declared so far, by name; a later one replaces an earlier one.
  public private(set) var circuits: [String: Circuit] = [:]

  public init(limits: Limits = Limits(), isInterrupted: @escaping @Sendable () -> Bool = { false }) {
    self.isInterrupted = isInterrupted
    evaluator = Evaluator(
      limits: limits, tokensAreStrings: true, tokenTypes: .any, isInterrupted: isInterrupted)
    evaluator.collectsLoadedCircuits = true
    let reserved = Set(evaluator.base.ownVariables.keys).subtracting(["tokens"])
    console = Environment(name: "console", parent: evaluator.base, reserved: reserved)
    if let tokens = evaluator.base.lookUp("tokens") { console.define("tokens", tokens) }
    evaluator.test = { [unowned self] datum, input in try tryOut(datum, input) }
    evaluator.runCommand = { [unowned self] command, environment in try run(command, in: environment) }
    evaluator.drawing = { [unowned self] sop, tokens, range in try draw(sop, tokens, range) }
    evaluator.loadedOutcome = { [unowned self] outcome in pending.append(outcome) }
    evaluator.willLoad = { [unowned self] in exampleSettings.append((showsSOpExamples, showsSelectorExamples))
    }
    evaluator.didLoad = { [unowned self] in finishLoading() }
  }

  /// Takes one line of input.
  public func feed(_ line: String) -> Response {
    response = Response()
    shown = 0
    // A line that is only a comment is never part of a statement, whatever is open.
    let isComment = line.drop { $0 == " " || $0 == "\t" }.hasPrefix("#")
    buffer += isComment ? "\n" : line + "\n"
    let file = SourceFile(name: "<input>", text: buffer)
    let parsed = Parser.read(file)
    if parsed.isIncomplete, parsed.diagnostics.count == 1 {
      response.needsMore = true
      return response
    }
    buffer = ""
    if let first = parsed.diagnostics.first {
      response.lines.append(.diagnostic(first))
      return response
    }
    for statement in parsed.program.statements {
      run(statement)
      if response.isFinished { break }
    }
    return response
  }

  /// Forgets a statement that has been begun.
  public func cancelStatement() { buffer = "" }

  /// Whether a statement has been begun.
  public var isInStatement: Bool { !buffer.isEmpty }

  /// Loads a file as `load` does.
  public func load(_ path: String) -> Response {
    let name = path.hasSuffix(".rasp") ? String(path.dropLast(5)) : path
    response = Response()
    shown = 0
    let file = SourceFile(name: "<input>", text: "load \"\(name)\";")
    for statement in Parser.read(file).program.statements { run(statement) }
    return response
  }

  private func run(_ statement: Statement) {
    evaluator.beginStatement()
    do {
      print(try evaluator.execute(statement, in: console).outcome)
      if case .circuit(let syntax) = statement.kind {
        readCircuits()
        if circuits[syntax.name.text] != nil { say("     circuit: \(syntax.name.text)") }
      }
    } catch {
      flush()
      refuse(error)
    }
    readCircuits()
  }

  private func refuse(_ error: any Error) {
    switch error {
    case let diagnostic as Diagnostic: response.lines.append(.diagnostic(diagnostic))
    case is Interrupted: response.lines.append(.diagnostic(Diagnostic("interrupted")))
    case is Evaluator.AlreadyReported: break
    default: response.lines.append(.diagnostic(Diagnostic("\(error)")))
    }
  }

  /// Adds a line to the response, up to what one entry may show.
  private func say(_ text: String) {
    let limit = Self.maximumOutput
    guard shown <= limit else { return }
    shown += text.utf8.count
    response.lines.append(
      shown <= limit
        ? .text(text)
        : .diagnostic(Diagnostic("the output has more than \(limit) bytes; the rest is left out")))
  }

  // MARK: Circuits

  private func readCircuits() {
    let reader = CircuitReader(evaluator)
    for (syntax, range, environment) in evaluator.takeCircuits() {
      evaluator.diagnostics = []
      if let circuit = reader.read(syntax, range, in: environment) { circuits[circuit.name] = circuit }
      for diagnostic in evaluator.diagnostics { response.lines.append(.diagnostic(diagnostic)) }
      evaluator.forgetReports()
    }
  }

  /// One circuit as a program of its own.
  public func program(of circuit: Circuit) -> Program {
    var sops: [String: SOpID] = [:]
    for case (let name, .sop(let id)) in console.ownVariables { sops[name] = id }
    return Program(graph: evaluator.graph, circuits: [circuit], sops: sops)
  }

  // MARK: Names

  /// What a name stands for, for a person asking.
  public struct Description: Sendable {
    /// Such as `s-op`, `selector`, `function`.
    public let kind: String
    /// The types of its values, or its signature.
    public let detail: String
    /// What a function does.
    public let summary: String?
    public let sop: SOpID?
    public let selector: SelectorID?
  }

  /// Describes a name; nil where it is bound to nothing.
  public func describe(_ name: String) -> Description? {
    guard let datum = console.lookUp(name) else { return nil }
    switch datum {
    case .sop(let id):
      return Description(
        kind: "s-op", detail: "\(evaluator.types[id.index])", summary: nil, sop: id, selector: nil)
    case .selector(let id):
      return Description(kind: "selector", detail: "", summary: nil, sop: nil, selector: id)
    case .builtin(let builtin):
      return Description(
        kind: "function", detail: builtin.signature, summary: builtin.summary, sop: nil, selector: nil)
    case .function(let function):
      let parameters = function.syntax.parameters.map(\.text).joined(separator: ", ")
      return Description(
        kind: "function", detail: "\(function.syntax.name.text)(\(parameters))", summary: nil, sop: nil,
        selector: nil)
    case .value(let value):
      return Description(kind: value.typeName, detail: value.quoted, summary: nil, sop: nil, selector: nil)
    default:
      let kind = datum.kindName.split(separator: " ").last.map(String.init) ?? ""
      return Description(kind: kind, detail: evaluator.describe(datum), summary: nil, sop: nil, selector: nil)
    }
  }

  /// All names that can be used now, in alphabetical order.
  public var names: [String] { console.visibleNames.filter { !$0.hasPrefix("_") }.sorted() }

  /// The functions beyond RASP 0.1, with what they do.
  public static var functions: [(signature: String, summary: String)] {
    Builtin.all.filter { !$0.name.hasPrefix("_") }.map { ($0.signature, $0.summary) }
  }

  /// The graph of all that has been said so far.
  public var graph: SOpGraph { evaluator.graph }

  // MARK: The running example

  private func tryOut(_ datum: Datum, _ input: Evaluator.TestInput) throws {
    let tokens: [Value]
    switch input {
    case .tokens(let given): tokens = given
    case .example: tokens = try self.tokens(sopExample)
    case .invalid: throw EvaluationError("an s-op or selector must be applied to a non-empty string or list")
    }
    switch datum {
    case .sop(let id): _ = try evaluator.values(of: id, on: tokens)
    case .selector(let id): _ = try evaluator.matrix(of: id, on: tokens)
    default: break
    }
  }

  private func tokens(_ example: Datum) throws -> [Value] {
    guard let tokens = evaluator.inputTokens(example) else {
      throw EvaluationError("the running example must be a non-empty string or list of values")
    }
    return tokens
  }

  private func run(_ command: Statement.Command, in environment: Environment) throws {
    switch command {
    case .setExample(let kind, let expression):
      let value = try evaluator.materialized(
        evaluator.evaluate(expression, in: environment), expression.range)
      guard evaluator.elements(of: value) != nil else {
        throw evaluator.failure(
          "an example must be a string or a list, not \(value.kindName)", at: expression.range)
      }
      if kind != .selector { sopExample = value }
      if kind != .sop { selectorExample = value }
    case .showExample(let kind):
      if kind != .selector { say("\ts-op example: \(evaluator.described(sopExample))") }
      if kind != .sop { say("\tselector example: \(evaluator.described(selectorExample))") }
    case .examples(let kind, let isOn):
      if kind != .selector { showsSOpExamples = isOn }
      if kind != .sop { showsSelectorExamples = isOn }
    case .fullSequenceDisplay(let isOn): isVerbose = isOn
    case .exit: response.isFinished = true
    }
  }

  // MARK: Loading

  private var exampleSettings: [(Bool, Bool)] = []

  /// Prints what a file has bound, the last value of each name, without examples.
  private func finishLoading() {
    showsSOpExamples = false
    showsSelectorExamples = false
    flush()
    if let (sops, selectors) = exampleSettings.popLast() {
      showsSOpExamples = sops
      showsSelectorExamples = selectors
    }
  }

  private func flush() {
    let hasFailure = pending.contains { if case .failure = $0 { true } else { false } }
    var seen: Set<String> = []
    var kept: [Evaluator.Outcome] = []
    for outcome in pending.reversed() {
      guard case .named(let values) = outcome else {
        if case .failure = outcome { kept.append(outcome) }
        continue
      }
      for (name, value) in values.reversed() where seen.insert(name).inserted || hasFailure {
        if name.hasPrefix("_") || name == "out" { continue }
        kept.append(.named([(name, value)]))
      }
    }
    pending = []
    for outcome in kept.reversed() { print(outcome) }
  }

  // MARK: Printing

  private func print(_ outcome: Evaluator.Outcome) {
    switch outcome {
    case .nothing: break
    case .failure(let diagnostic): response.lines.append(.diagnostic(diagnostic))
    case .display(let display): print(display)
    case .named(let values):
      for (name, value) in values {
        do {
          try print(name, value, indent: 0, prefix: "")
        } catch let error as EvaluationError {
          refuse(Diagnostic(error.message, hint: error.hint))
        } catch {
          refuse(error)
        }
      }
    }
  }

  private func print(_ display: DisplayDatum) {
    switch display.content {
    case .matrix(let rows):
      say("\t = ")
      printGrid(display.input, rows, "")
    case .sequence(let values):
      if isVerbose {
        printSequence(display.input, values, head: "\t = ", label: "", tabs: "")
      } else {
        say("\t =  \(SequenceDisplay(values: values).description)")
      }
    }
  }

  private func print(_ name: String?, _ datum: Datum, indent: Int, prefix: String) throws {
    let tabs = String(repeating: "\t", count: indent)
    switch datum {
    case .sop(let id):
      let name = name ?? evaluator.sopNames[id.index]
      say("\(tabs) \(prefix)    s-op: \(name)")
      guard showsSOpExamples else { return }
      let values = try evaluator.values(of: id, on: tokens(sopExample))
      let label = "\(name)(\(evaluator.described(sopExample))) ="
      if isVerbose {
        printSequence(
          try tokens(selectorExample), values, head: "\(tabs) \t Example:", label: label, tabs: tabs)
      } else {
        say("\(tabs) \t Example: \(label) \(SequenceDisplay(values: values).description)")
      }
    case .selector(let id):
      say("\(tabs) \(prefix)    selector: \(name ?? evaluator.selectorNames[id.index])")
      guard showsSelectorExamples else { return }
      say("\(tabs) \t Example:")
      let tokens = try tokens(selectorExample)
      guard 2 * tokens.count <= Self.maximumOutput / tokens.count else {
        throw Diagnostic("a selector on \(tokens.count) tokens is too large to show")
      }
      printGrid(tokens, try evaluator.matrix(of: id, on: tokens), tabs)
    case .function, .builtin:
      say("\(tabs) \(prefix)    \(evaluator.describe(datum))")
    case .list(let list):
      let head = "   list: " + (name.map { "\($0) = " } ?? "")
      let isFlat = list.elements.allSatisfy(Self.isFlat)
      guard !isFlat else {
        say("\(tabs) \(prefix) \(head)\(evaluator.printed(datum))")
        return
      }
      say("\(tabs) \(prefix) \(head)\(tabs) [")
      for element in list.elements { try print(nil, element, indent: indent + 2, prefix: "") }
      say(tabs + String(repeating: " ", count: head.count + 2) + "]")
    case .dictionary(let dictionary):
      let head = "   dict: " + (name.map { "\($0) = " } ?? "")
      guard !dictionary.entries.allSatisfy({ Self.isFlat($0.value) }) else {
        say("\(tabs) \(prefix) \(head)\(evaluator.printed(datum))")
        return
      }
      say("\(tabs) \(prefix) \(head)\(tabs) {")
      for (key, value) in dictionary.entries {
        try print(nil, value, indent: indent + 3, prefix: "\(evaluator.described(.value(key))) : ")
      }
      say(tabs + String(repeating: " ", count: head.count + 2) + "}")
    case .value, .display, .unknown:
      say("\(tabs)    value: \(name.map { "\($0) = " } ?? "") \(evaluator.described(datum))")
    }
  }

  private static func isFlat(_ datum: Datum) -> Bool {
    switch datum {
    case .list, .dictionary, .sop, .selector: false
    default: true
    }
  }

  private func printGrid(_ tokens: [Value], _ rows: [[Bool]], _ tabs: String) {
    say("\(tabs) \t\t\t     \(tokens.map(\.text).joined(separator: " "))")
    for (token, row) in zip(tokens, rows) {
      say("\(tabs) \t\t\t \(token.text) | \(row.map { $0 ? "1" : " " }.joined(separator: " "))")
    }
  }

  /// The full display: the input above the output, in columns.
  private func printSequence(
    _ input: [Value], _ values: [Value], head: String, label: String, tabs: String
  ) {
    if values.allSatisfy({ $0.equals(values[0]) }) {
      let sequence = SequenceDisplay(values: values).description
      say("\(head) \(label) \(sequence) [skipped full display: identical values]")
      return
    }
    say(head)
    let first = Self.sparse(input)
    let second = Self.sparse(values)
    let width = (first + second).map(\.count).max() ?? 0
    func line(_ cells: [String]) -> String {
      cells.map { String(repeating: " ", count: width - $0.count) + $0 }.joined(separator: " ")
    }
    say("\(tabs) \t\tinput:   \(line(first)) \t (strings)")
    say("\(tabs) \t\toutput:  \(line(second)) \t (\(SequenceDisplay.typeName(values) ?? "mixed")s)")
  }

  /// The values' texts; of bools only the rarer ones, so that they stand out.
  private static func sparse(_ values: [Value]) -> [String] {
    guard case .bool? = values.first else { return values.map(\.text) }
    let trues = values.count { $0.equals(.bool(true)) }
    let falses = values.count { $0.equals(.bool(false)) }
    return values.map { $0.isTrue ? (trues <= falses ? "T" : "") : (falses <= trues ? "F" : "") }
  }

  // MARK: Drawing

  private func draw(_ sop: SOpID, _ tokens: [Value]?, _ range: SourceRange) throws -> DisplayDatum {
    let input = try tokens ?? self.tokens(sopExample)
    let values = try evaluator.values(of: sop, on: input)
    let name = evaluator.sopNames[sop.index]
    let path = try GraphDrawing(evaluator, root: sop, input: input).write(
      named: name, into: drawingFolder, range)
    response.lines.append(.note("drawing written to \(path)"))
    return DisplayDatum(input: input, content: .sequence(values))
  }
}

extension Evaluator {
  /// A value as RASP 0.1 prints it: strings in double quotes, lists and dictionaries as Python does.
  func described(_ datum: Datum) -> String {
    switch datum {
    case .list, .dictionary: printed(datum)
    default: describe(datum)
    }
  }

  /// A value inside a printed list.
  func printed(_ datum: Datum) -> String {
    switch datum {
    case .value(let value): value.quoted
    case .list(let list): "[" + list.elements.map(printed).joined(separator: ", ") + "]"
    case .dictionary(let dictionary):
      "{" + dictionary.entries.map { "\($0.key.quoted): \(printed($0.value))" }.joined(separator: ", ") + "}"
    default: describe(datum)
    }
  }
}
