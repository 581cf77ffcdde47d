/// What every program starts with: the built-in s-ops, the library and the other built-in functions.
///
/// It never changes and is shared: functions and the environment in which they are defined refer to each
/// other, so a new one for every program would never be freed.
struct Base: Sendable {
  let environment: Environment
  private(set) var graph = SOpGraph()
  private(set) var types: [ValueTypes] = []
  private(set) var sopNames: [String] = []
  private(set) var selectorNames: [String] = []
  /// The tokens as they are in the input.
  let tokens: SOpID
  let indices: SOpID
  let length: SOpID
  let fullSelector: SelectorID

  /// With `tokens` as strings, as in RASP 0.1.
  static let withStrings = Base(tokensAreStrings: true)
  /// With `tokens` as the values in the input.
  static let withTokensAsTheyAre = Base(tokensAreStrings: false)

  private init(tokensAreStrings: Bool) {
    let outer = Environment(name: "raspc", parent: nil, isLibrary: true)
    for builtin in Builtin.all { outer.define(builtin.name, .builtin(builtin)) }
    for (name, value) in Builtin.constants { outer.define(name, .value(value)) }
    let environment = Environment(name: Library.name, parent: outer, isLibrary: true)
    self.environment = environment

    var graph = SOpGraph()
    var types: [ValueTypes] = []
    var names: [String] = []
    func add(_ name: String, _ kind: SOp.Kind, _ type: ValueTypes) -> SOpID {
      types.append(type)
      names.append(name)
      return graph.add(SOp(kind, label: name))
    }
    tokens = add("tokens_asis", .tokens, .any)
    let strings = add("tokens_str", .map(Builtin.conversion("str", to: .string), [tokens]), .string)
    let integers = add("tokens_int", .map(Builtin.conversion("int", to: .int), [tokens]), .int)
    let floats = add("tokens_float", .map(Builtin.conversion("float", to: .float), [tokens]), .float)
    let bools = add("tokens_bool", .map(Builtin.conversion("bool", to: .bool), [tokens]), .bool)
    indices = add("indices", .indices, .int)
    length = add("length", .length, .int)
    for id in [tokens, strings, integers, floats, bools, indices, length] {
      environment.define(names[id.index], .sop(id))
    }
    let standard = tokensAreStrings ? strings : tokens
    environment.define("tokens", .sop(standard))
    names[standard.index] = "tokens"
    graph[standard].label = "tokens"

    let one = add("1", .constant(.int(1)), .int)
    fullSelector = graph.add(
      Selector(.select(keys: one, queries: one, Operation.comparison(.equal)), label: "full_s"))
    environment.define("full_s", .selector(fullSelector))
    environment.define("True", .value(.bool(true)))
    environment.define("False", .value(.bool(false)))
    for statement in Library.syntax.statements {
      if case .function(let syntax) = statement.kind {
        environment.define(
          syntax.name.text, .function(FunctionDatum(syntax: syntax, environment: environment)))
      }
    }
    environment.setOut(.sop(standard))

    self.graph = graph
    self.types = types
    sopNames = names
    selectorNames = ["full_s"]
  }
}
