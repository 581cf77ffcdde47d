import Diagnostics
import Parser

/// Runs a program's statements: plain values are computed, s-ops and selectors become nodes of a graph.
///
/// Nothing here looks at an input. That RASP's functions are macros over s-ops is why running a program
/// builds its graph: loops and calls unroll, and what is left is elementwise functions and attention.
final class Evaluator {
  var graph = SOpGraph()
  /// By s-op: the types its values may have.
  var types: [ValueTypes] = []
  /// By s-op and by selector: what RASP 0.1 calls it when it prints it inside a list.
  var sopNames: [String] = []
  var selectorNames: [String] = []
  /// S-ops and selectors named at the top level of a file; local names do not replace such a name.
  private var namedAtTop: Set<SOpID> = []
  private var selectorsNamedAtTop: Set<SelectorID> = []
  /// The s-ops that the language itself provides.
  let baseCount: Int

  let limits: Limits
  let isInterrupted: @Sendable () -> Bool
  let base: Environment
  /// Environments in which the program has defined functions.
  private var closures: [Environment] = []
  /// Whether the evaluator runs a function on values, where there are no s-ops.
  let isElementwise: Bool
  /// The environments that functions see while it does, by the identity of those they were defined in.
  private let snapshots: [ObjectIdentifier: Environment]
  let fullSelector: SelectorID
  let indices: SOpID
  let lengthSOp: SOpID

  var diagnostics: [Diagnostic] = []
  private var reported: Set<SourceRange> = []
  private(set) var steps = 0
  private(set) var depth = 0
  private var stack = StackGuard()
  /// Places of the calls being evaluated, the innermost last.
  var callSites: [SourceRange] = []
  /// Files being loaded, to refuse one that loads itself.
  var loading: [String] = []
  /// Texts by path for `load` to take in place of files.
  var texts: [String: String] = [:]
  /// Every file that was loaded, once.
  private(set) var loadedFiles: [SourceFile] = []
  /// Whether a file could not be loaded, so that any unknown name may be one of its names.
  private(set) var hasUnknownNames = false
  /// Whether `load` also collects the loaded file's circuits; a program's are those of its own file.
  var collectsLoadedCircuits = false
  private(set) var circuits: [(syntax: CircuitSyntax, range: SourceRange, environment: Environment)] = []
  /// The values of nodes on the inputs they were last evaluated on.
  private(set) var cache: EvaluationCache
  /// In a session: evaluates every s-op and selector on the running example, and refuses what fails.
  var test: ((Datum, TestInput) throws -> Void)?
  /// In a session: the input that the expression being evaluated is about to be applied to.
  var testInput = TestInput.example
  /// In a session: what to do with a command such as `set example`, and with a drawing.
  var runCommand: ((Statement.Command, Environment) throws -> Void)?
  var drawing: ((SOpID, [Value]?, SourceRange) throws -> DisplayDatum)?
  /// In a session: called with each statement's outcome inside a loaded file.
  var loadedOutcome: ((Outcome) -> Void)?
  /// In a session: called before and behind a file's statements.
  var willLoad: (() -> Void)?
  var didLoad: (() -> Void)?

  /// The input on which an expression is tried out.
  enum TestInput {
    case example
    case tokens([Value])
    /// The argument is no input; an s-op or selector tried out on it fails.
    case invalid
  }

  /// What a statement came to, for a session to print.
  enum Outcome {
    case nothing
    case named([(name: String, value: Datum)])
    case display(DisplayDatum)
    case failure(Diagnostic)
  }

  /// How a statement ended.
  enum Flow {
    case next
    case returned(Datum)
  }

  /// A statement failed for a reason that has been reported where it lies.
  struct AlreadyReported: Error {}

  /// For a program, with an empty graph.
  ///
  /// - Parameters:
  ///   - tokensAreStrings: Whether `tokens` is `tokens_str`, as in RASP 0.1, or the tokens as they are.
  ///   - tokenTypes: What is known of the tokens' types.
  init(
    limits: Limits, tokensAreStrings: Bool, tokenTypes: ValueTypes,
    isInterrupted: @escaping @Sendable () -> Bool
  ) {
    self.limits = limits
    self.isInterrupted = isInterrupted
    cache = EvaluationCache(isInterrupted: isInterrupted)
    isElementwise = false
    snapshots = [:]
    let start = tokensAreStrings ? Base.withStrings : Base.withTokensAsTheyAre
    base = start.environment
    graph = start.graph
    types = start.types
    sopNames = start.sopNames
    selectorNames = start.selectorNames
    indices = start.indices
    lengthSOp = start.length
    fullSelector = start.fullSelector
    baseCount = start.graph.sops.count
    types[0] = tokenTypes
  }

  /// For one call of an elementwise function, which knows plain values only.
  init(
    elementwise snapshots: [ObjectIdentifier: Environment], limits: Limits,
    isInterrupted: @escaping @Sendable () -> Bool
  ) {
    self.limits = limits
    self.isInterrupted = isInterrupted
    cache = EvaluationCache(isInterrupted: isInterrupted)
    isElementwise = true
    self.snapshots = snapshots
    base = Base.withStrings.environment
    indices = Base.withStrings.indices
    lengthSOp = Base.withStrings.length
    fullSelector = Base.withStrings.fullSelector
    baseCount = 0
  }

  deinit {
    // Functions and the environments they are defined in refer to each other.
    for environment in closures { environment.removeAll() }
  }

  // MARK: Files

  /// Runs a file's statements; what fails is reported and what depends on it is passed over in silence.
  func run(_ program: ProgramSyntax, in environment: Environment) {
    for statement in program.statements {
      steps = 0
      do {
        _ = try execute(statement, in: environment)
      } catch {
        report(error)
        bindUnknown(statement, in: environment)
        if error is Interrupted { return }
      }
    }
  }

  /// Reports names that mean nothing where running the file did not come.
  func checkNames(of program: ProgramSyntax, in environment: Environment) {
    guard !hasUnknownNames else { return }
    var checker = NameChecker(environment)
    checker.check(program)
    for diagnostic in checker.diagnostics { report(diagnostic) }
  }

  /// Starts counting steps anew, for the next statement of a session.
  func beginStatement() {
    steps = 0
    depth = 0
    callSites = []
    testInput = .example
    stack = StackGuard()
  }

  /// The circuits declared since the last call.
  func takeCircuits() -> [(syntax: CircuitSyntax, range: SourceRange, environment: Environment)] {
    defer { circuits = [] }
    return circuits
  }

  func forgetReports() {
    diagnostics = []
    reported = []
  }

  func report(_ error: any Error) {
    switch error {
    case is AlreadyReported: break
    case is Interrupted:
      diagnostics.append(Diagnostic("interrupted"))
    case let diagnostic as Diagnostic:
      // The same place fails again at every call and in every round of a loop.
      if let range = diagnostic.range, !reported.insert(range).inserted { return }
      diagnostics.append(diagnostic)
    default:
      diagnostics.append(Diagnostic("\(error)"))
    }
  }

  /// After a statement failed: its names are bound to nothing known, so that no use of them is an error.
  private func bindUnknown(_ statement: Statement, in environment: Environment) {
    switch statement.kind {
    case .assignment(let names, _):
      for name in names { try? environment.bind(name.text, to: .unknown) }
    case .forLoop(let names, _, let body):
      for name in names { try? environment.bind(name.text, to: .unknown) }
      for statement in body { bindUnknown(statement, in: environment) }
    case .whileLoop(_, let body):
      for statement in body { bindUnknown(statement, in: environment) }
    case .conditional(let branches, let otherwise):
      for statement in branches.flatMap(\.body) + otherwise { bindUnknown(statement, in: environment) }
    case .function(let syntax):
      try? environment.bind(syntax.name.text, to: .unknown)
    default: break
    }
  }

  // MARK: Errors

  func failure(_ message: String, at range: SourceRange, hint: String? = nil) -> Diagnostic {
    let place = userRange(range)
    var hint = hint
    if hint == nil, let site = callSites.last(where: { $0.file !== Library.file }), site != place {
      let line = site.file.position(of: site.start).line
      hint = "in the call on line \(line)"
      if site.file !== place.file { hint! += " of \(site.file.name)" }
    }
    return Diagnostic(message, at: place, hint: hint)
  }

  /// The place in the user's text: of what happens inside the library, the call that led there.
  func userRange(_ range: SourceRange) -> SourceRange {
    guard range.file === Library.file else { return range }
    return callSites.last { $0.file !== Library.file } ?? range
  }

  /// Runs `body`; an operation without a value becomes a diagnostic at `range`.
  func located<Output>(_ range: SourceRange, _ body: () throws -> Output) throws -> Output {
    do {
      return try body()
    } catch let error as EvaluationError {
      throw failure(error.message, at: range, hint: error.hint)
    }
  }

  /// Counts a step of the program, and as many more as it takes to make `elements` elements.
  func countStep(_ range: SourceRange, elements: Int = 0) throws {
    steps += 1 + elements / 32
    if steps & 255 == 0 || elements > 8192, isInterrupted() { throw Interrupted() }
    guard steps <= limits.steps else {
      throw failure(
        "this takes more than \(limits.steps) steps", at: range, hint: "a loop or a recursion may never end")
    }
    if stack.isExhausted { throw failure("nested too deeply", at: range) }
  }

  // MARK: Statements

  func executeAll(_ statements: [Statement], in environment: Environment) throws -> Flow {
    for statement in statements {
      if case .returned(let value) = try execute(statement, in: environment).flow { return .returned(value) }
    }
    return .next
  }

  /// Runs a statement.
  func execute(
    _ statement: Statement, in environment: Environment
  ) throws -> (flow: Flow, outcome: Outcome) {
    try countStep(statement.range)
    switch statement.kind {
    case .expression(let expression):
      let value = try evaluate(expression, in: environment)
      if case .display(let display) = value { return (.next, .display(display)) }
      return (.next, .named([(resultName(expression), value)]))
    case .assignment(let names, let values):
      return (.next, .named(try assign(names, values, statement.range, in: environment)))
    case .draw(let subject, let input):
      return (.next, try draw(subject, input, statement.range, in: environment))
    case .load(let name):
      try load(name, into: environment)
      return (.next, .nothing)
    case .function(let syntax):
      let datum = Datum.function(FunctionDatum(syntax: syntax, environment: environment))
      try located(syntax.name.range) { try environment.bind(syntax.name.text, to: datum) }
      if closures.last !== environment { closures.append(environment) }
      return (.next, .named([(syntax.name.text, datum)]))
    case .forLoop(let names, let iterable, let body):
      return (try forLoop(names, iterable, body, in: environment), .nothing)
    case .whileLoop(let condition, let body):
      while try isTrue(condition, "while", in: environment) {
        try countStep(condition.range)
        if case .returned(let value) = try executeAll(body, in: environment) {
          return (.returned(value), .nothing)
        }
      }
      return (.next, .nothing)
    case .conditional(let branches, let otherwise):
      for branch in branches where try isTrue(branch.condition, "if", in: environment) {
        return (try executeAll(branch.body, in: environment), .nothing)
      }
      return (try executeAll(otherwise, in: environment), .nothing)
    case .returnValues(let expressions):
      let values = try expressions.map { try materialized(evaluate($0, in: environment), $0.range) }
      let value =
        values.count == 1 ? values[0] : .list(try located(statement.range) { try ListDatum(values) })
      return (.returned(value), .nothing)
    case .circuit(let syntax):
      circuits.append((syntax, statement.range, environment))
      return (.next, .nothing)
    case .command(let command):
      if let runCommand {
        try located(statement.range) { try runCommand(command, environment) }
      } else if case .setExample(_, let value) = command {
        _ = try evaluate(value, in: environment)
      }
      return (.next, .nothing)
    }
  }

  /// The name under which RASP 0.1 prints an expression's value.
  private func resultName(_ expression: Expression) -> String {
    switch expression.kind {
    case .name(let name): name
    case .parenthesized(let inner): resultName(inner)
    default: "out"
    }
  }

  private func isTrue(_ condition: Expression, _ word: String, in environment: Environment) throws -> Bool {
    switch try evaluate(condition, in: environment) {
    case .unknown: throw AlreadyReported()
    case .sop, .selector:
      throw failure(
        "the condition of '\(word)' has a value at each position, not a single one", at: condition.range,
        hint: "write 'a if condition else b', or map(f, x) to run a function on each value")
    case let datum: return datum.isTrue
    }
  }

  private func assign(
    _ names: [Name], _ expressions: [Expression], _ range: SourceRange, in environment: Environment
  ) throws -> [(name: String, value: Datum)] {
    var values = try expressions.map { try materialized(evaluate($0, in: environment), $0.range) }
    if names.count == 1 {
      if values.count > 1 { values = [.list(try located(range) { try ListDatum(values) })] }
    } else {
      if values.count == 1 {
        if case .unknown = values[0] {
          values = Array(repeating: .unknown, count: names.count)
        } else {
          values = try unpack(values[0], expressions[0].range)
        }
      }
      guard values.count == names.count else {
        throw failure(
          "\(names.count) names, but \(values.count) \(values.count == 1 ? "value" : "values")", at: range)
      }
    }
    for (name, value) in zip(names, values) {
      try located(name.range) { try environment.bind(name.text, to: value) }
      setName(name, of: value, in: environment)
    }
    return zip(names, values).map { ($0.text, $1) }
  }

  /// The elements that several names are bound to at once.
  private func unpack(_ value: Datum, _ range: SourceRange) throws -> [Datum] {
    guard let elements = elements(of: value) else {
      throw failure("\(value.kindName) cannot be unpacked into several names", at: range)
    }
    return elements
  }

  /// What a loop over the value goes through; nil where it cannot be looped over.
  func elements(of value: Datum) -> [Datum]? {
    switch value {
    case .list(let list): list.elements
    case .dictionary(let dictionary): dictionary.entries.map { .value($0.key) }
    case .value(.string(let text)): text.unicodeScalars.map { .value(.string(String($0))) }
    default: nil
    }
  }

  private func setName(_ name: Name, of value: Datum, in environment: Environment) {
    // The console and files are top levels; functions and comprehensions have an environment inside one.
    let isTop = callSites.isEmpty
    switch value {
    case .sop(let id):
      sopNames[id.index] = shortened(name.text, "s-op")
      guard id.index >= baseCount else { return }
      if isTop ? namedAtTop.insert(id).inserted : graph[id].name == nil {
        graph[id].name = name.text
        graph[id].nameRange = userRange(name.range)
      }
    case .selector(let id):
      selectorNames[id.index] = shortened(name.text, "sel")
      guard id != fullSelector else { return }
      if isTop ? selectorsNamedAtTop.insert(id).inserted : graph[id].name == nil {
        graph[id].name = name.text
      }
    default: break
    }
  }

  /// RASP 0.1 drops names that are longer than 30 characters.
  func shortened(_ name: String, _ plain: String) -> String {
    name.unicodeScalars.count > 30 ? plain : name
  }

  private func forLoop(
    _ names: [Name], _ iterable: Expression, _ body: [Statement], in environment: Environment
  ) throws -> Flow {
    let collection = try evaluate(iterable, in: environment)
    if case .unknown = collection { throw AlreadyReported() }
    guard let elements = elements(of: collection) else {
      throw failure(
        "a loop needs a list, a dictionary or a string, not \(collection.kindName)", at: iterable.range)
    }
    for element in elements {
      try bind(names, to: element, at: iterable.range, in: environment)
      if case .returned(let value) = try executeAll(body, in: environment) { return .returned(value) }
    }
    return .next
  }

  /// Binds the variable or variables of a loop.
  func bind(
    _ names: [Name], to element: Datum, at range: SourceRange, in environment: Environment
  ) throws {
    try countStep(range)
    if names.count == 1 {
      try located(names[0].range) { try environment.bind(names[0].text, to: element) }
      return
    }
    guard let parts = elements(of: element) else {
      throw failure(
        "each element is \(element.kindName), which cannot be unpacked into several names", at: range)
    }
    guard parts.count == names.count else {
      throw failure("\(names.count) names, but an element has \(parts.count) values", at: range)
    }
    for (name, part) in zip(names, parts) {
      try located(name.range) { try environment.bind(name.text, to: part) }
    }
  }

  private func draw(
    _ subject: Expression, _ input: Expression?, _ range: SourceRange, in environment: Environment
  ) throws -> Outcome {
    var tokens: [Value]?
    let saved = testInput
    defer { testInput = saved }
    if let input {
      let value = try evaluate(input, in: environment)
      guard let given = inputTokens(value) else {
        throw failure("an input must be a non-empty list or string, not \(value.kindName)", at: input.range)
      }
      tokens = given
      testInput = .tokens(given)
    }
    let value = try evaluate(subject, in: environment)
    if case .unknown = value { throw AlreadyReported() }
    guard case .sop(let id) = value else {
      throw failure("draw takes an s-op, not \(value.kindName)", at: subject.range)
    }
    guard let drawing else { return .nothing }
    return .display(try drawing(id, tokens, range))
  }

  /// The tokens that a string or list is, taken as an input; nil where it is none.
  func inputTokens(_ value: Datum) -> [Value]? {
    guard let elements = elements(of: value), !elements.isEmpty else { return nil }
    var tokens: [Value] = []
    for element in elements {
      guard case .value(let token) = element else { return nil }
      tokens.append(token)
    }
    return tokens
  }

  // MARK: Values of nodes

  /// The values of an s-op on an input, by RASP 0.1's rules.
  func values(of id: SOpID, on tokens: [Value]) throws -> [Value] {
    try cache.values(of: id, on: tokens, in: graph)
  }

  /// What a selector selects on an input, by query and key.
  func matrix(of id: SelectorID, on tokens: [Value]) throws -> [[Bool]] {
    try cache.rows(of: id, on: tokens, in: graph)
  }

  // MARK: Loading

  private func load(_ name: Name, into environment: Environment) throws {
    let file: SourceFile
    do {
      file = try ProgramLoader.find(name, loading: loading.last, texts: texts)
    } catch {
      hasUnknownNames = true
      throw error
    }
    guard !loading.contains(file.name), loading.count < 64 else {
      throw failure("'\(name.text)' loads itself", at: name.range)
    }
    if !loadedFiles.contains(where: { $0.name == file.name }) { loadedFiles.append(file) }
    let parsed = Parser.read(file)
    loading.append(file.name)
    let savedSites = callSites
    callSites = []
    defer {
      loading.removeLast()
      callSites = savedSites
    }
    let inner = Environment(name: name.text, parent: base, importer: environment)
    let hasCircuits = parsed.program.statements.contains {
      if case .circuit = $0.kind { true } else { false }
    }
    if hasCircuits, let tokens = base.lookUp("tokens_asis") { inner.define("tokens", tokens) }
    let outerCircuits = circuits
    if let willLoad { willLoad() }
    defer { didLoad?() }
    if let loadedOutcome {
      for diagnostic in parsed.diagnostics { loadedOutcome(.failure(diagnostic)) }
      for statement in parsed.program.statements {
        do {
          steps = 0
          loadedOutcome(try execute(statement, in: inner).outcome)
        } catch let diagnostic as Diagnostic {
          loadedOutcome(.failure(diagnostic))
        } catch is AlreadyReported {
          continue
        }
      }
    } else {
      diagnostics += parsed.diagnostics
      run(parsed.program, in: inner)
      checkNames(of: parsed.program, in: inner)
    }
    if !collectsLoadedCircuits { circuits = outerCircuits }
  }

  // MARK: Calls

  func call(
    _ function: FunctionDatum, _ arguments: [Datum], at range: SourceRange
  ) throws -> Datum {
    let syntax = function.syntax
    guard arguments.count == syntax.parameters.count else {
      throw function.wrongCount(arguments.count, at: userRange(range))
    }
    guard depth < limits.depth else {
      throw failure(
        "more than \(limits.depth) nested calls", at: range, hint: "the recursion may never end")
    }
    depth += 1
    callSites.append(range)
    let savedInput = testInput
    testInput = .example
    defer {
      depth -= 1
      callSites.removeLast()
      testInput = savedInput
    }
    let surroundings = snapshots[ObjectIdentifier(function.environment)] ?? function.environment
    let environment = surroundings.nested()
    for (parameter, argument) in zip(syntax.parameters, arguments) {
      try located(parameter.range) { try environment.bind(parameter.text, to: argument) }
    }
    guard case .returned(let result) = try executeAll(syntax.body, in: environment) else {
      throw failure("\(syntax.name.text) ended without returning a value", at: range)
    }
    if let last = closures.last, last === environment, !result.holdsFunctions {
      // Nothing can call the functions that the body defined any more.
      closures.removeLast()
      environment.removeAll()
    }
    if syntax.range.file === Library.file, case .sop(let id) = result, id.index >= baseCount,
      graph[id].name == nil
    {
      // To a reader of the program the node is the call, not a line of the library.
      graph[id].label = label(range, syntax.name.text)
    }
    switch result {
    case .sop(let id): sopNames[id.index] = shortened(callName(function, arguments), "s-op")
    case .selector(let id): selectorNames[id.index] = shortened(callName(function, arguments), "sel")
    default: break
    }
    return result
  }

  private func callName(_ function: FunctionDatum, _ arguments: [Datum]) -> String {
    "\(function.syntax.name.text)(\(arguments.map { describe($0, limit: 20) }.joined(separator: " , ")))"
  }

  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// A value for a message or a name, as RASP 0.1 writes it.
  func describe(_ datum: Datum, limit: Int? = nil) -> String {
    switch datum {
    case .value(.string(let text)): return "\"\(text)\""
    case .value(let value): return value.text
    case .sop(let id): return sopNames[id.index]
    case .selector(let id): return selectorNames[id.index]
    case .list(let list):
      if let limit, list.total > limit { return "(list)" }
      let text = "[" + list.elements.map { describe($0) }.joined(separator: ", ") + "]"
      if let limit, text.count > limit { return "(list)" }
      return text
    case .dictionary(let dictionary):
      if let limit, dictionary.total > limit { return "(dict)" }
      let text =
        "{"
        + dictionary.entries.map { "\(describe(.value($0.key))): \(describe($0.value))" }
        .joined(separator: ", ") + "}"
      if let limit, text.count > limit { return "(dict)" }
      return text
    case .function(let function):
      let parameters = function.syntax.parameters.map(\.text).joined(separator: ", ")
      return "\(function.environment.name) function: \(function.syntax.name.text)(\(parameters))"
    case .builtin(let builtin): return "raspc function: \(builtin.signature)"
    case .display, .unknown: return "?"
    }
  }

  /// A displayed result as a plain list, where a program wants to go on with it.
  func materialized(_ datum: Datum, _ range: SourceRange) throws -> Datum {
    guard case .display(let display) = datum else { return datum }
    return try located(range) {
      switch display.content {
      case .sequence(let values): .list(try ListDatum(values.map { .value($0) }))
      case .matrix(let rows):
        .list(try ListDatum(rows.map { .list(try ListDatum($0.map { .value(.bool($0)) })) }))
      }
    }
  }
}
