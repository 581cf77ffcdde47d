import Synchronization

/// The names that a part of a program can see: its own, then those of the part around it.
final class Environment: Sendable {
  /// As RASP 0.1 prints it before `function: f(x)`.
  let name: String
  let parent: Environment?
  /// The environment that also gets a loaded file's public names.
  let importer: Environment?
  /// Whether the names are the language's own, which a program may rebind.
  let isLibrary: Bool
  /// Names that cannot be bound here.
  private let reserved: Set<String>
  private let state: Mutex<State>

  private struct State: Sendable {
    var variables: [String: Datum] = [:]
    /// The value of the last expression, which RASP 0.1 calls `out`.
    var out: Datum?
  }

  init(
    name: String, parent: Environment?, importer: Environment? = nil, isLibrary: Bool = false,
    reserved: Set<String> = []
  ) {
    self.name = name
    self.parent = parent
    self.importer = importer
    self.isLibrary = isLibrary
    self.reserved = reserved
    state = Mutex(State())
  }

  /// A copy of the names as they are now.
  private init(copying other: Environment, parent: Environment?) {
    name = other.name
    self.parent = parent
    importer = nil
    isLibrary = other.isLibrary
    reserved = other.reserved
    state = Mutex(other.state.withLock { $0 })
  }

  /// The language's names that no part of a program can bind.
  static let alwaysReserved: Set<String> = [
    "out", "range", "zip", "len", "get", "tokens_asis", "tokens_str", "tokens_int", "tokens_bool",
    "tokens_float", "indices", "True", "False",
  ]

  func nested() -> Environment {
    Environment(name: name + "'", parent: self, isLibrary: isLibrary)
  }

  func lookUp(_ name: String) -> Datum? {
    var environment: Environment? = self
    while let here = environment {
      let found = here.state.withLock { state in
        state.variables[name] ?? (name == "out" ? state.out : nil)
      }
      if let found { return found }
      environment = here.parent
    }
    return nil
  }

  func bind(_ name: String, to datum: Datum) throws(EvaluationError) {
    if Self.alwaysReserved.contains(name) || reserved.contains(name) {
      throw EvaluationError(
        "'\(name)' is a built-in name and cannot be assigned", hint: "choose another name")
    }
    state.withLock { $0.variables[name] = datum }
    if !name.hasPrefix("_") { try importer?.bind(name, to: datum) }
  }

  /// Binds one of the language's own names.
  func define(_ name: String, _ datum: Datum) {
    state.withLock { $0.variables[name] = datum }
  }

  func setOut(_ datum: Datum) {
    state.withLock { $0.out = datum }
  }

  /// Forgets all names, for an environment in which nothing is looked up any more.
  func removeAll() {
    // Released outside the lock: what is released may in turn be an environment.
    let state = state.withLock { state in
      defer { state = State() }
      return state
    }
    _ = state
  }

  /// The names bound here, not in the environments around it.
  var ownVariables: [String: Datum] { state.withLock { $0.variables } }

  /// The names bound here to s-ops.
  var ownSOps: [String: SOpID] {
    ownVariables.compactMapValues { if case .sop(let id) = $0 { id } else { nil } }
  }

  /// All names that can be seen from here.
  var visibleNames: Set<String> {
    Set(ownVariables.keys).union(parent?.visibleNames ?? [])
  }

  /// Copies of this environment and of all that its functions can see, by the identity of the original.
  ///
  /// A function applied elementwise runs long after the statement that applied it; assignments in between
  /// must not change it. The language's own names never change and are shared.
  func snapshot() -> [ObjectIdentifier: Environment] {
    var copies: [ObjectIdentifier: Environment] = [:]
    var pending = [self]
    while let next = pending.popLast() {
      _ = next.copy(into: &copies, pending: &pending)
    }
    return copies
  }

  private func copy(
    into copies: inout [ObjectIdentifier: Environment], pending: inout [Environment]
  ) -> Environment {
    if isLibrary { return self }
    if let copy = copies[ObjectIdentifier(self)] { return copy }
    let copy = Environment(copying: self, parent: parent?.copy(into: &copies, pending: &pending))
    copies[ObjectIdentifier(self)] = copy
    for case .function(let function) in ownVariables.values where !function.environment.isLibrary {
      pending.append(function.environment)
    }
    return copy
  }
}
