import Diagnostics
import Parser

/// The graph of a program under construction, and what else the elaborator knows about its nodes.
struct GraphBuilder {
  private(set) var graph: SOpGraph
  /// By s-op: the types its values may have.
  private(set) var types: [ValueTypes]
  /// By s-op and by selector: the name with which RASP 0.1 prints it inside a list.
  private(set) var sopNames: [String]
  private(set) var selectorNames: [String]
  /// Nodes named at the top level of a file; local names do not replace such a name.
  private var namedAtTop: Set<SOpGraph.Node> = []
  private let base: Base
  private let maximumNodes: Int

  /// A graph with only the built-in nodes.
  init(_ base: Base, tokenTypes: ValueTypes, maximumNodes: Int) {
    self.base = base
    self.maximumNodes = maximumNodes
    graph = base.graph
    types = base.types
    types[base.tokens.index] = tokenTypes
    sopNames = base.sopNames
    selectorNames = base.selectorNames
  }

  /// Whether an s-op is built in.
  func isBase(_ sop: SOpID) -> Bool { sop.index < base.graph.sops.count }

  // MARK: Nodes

  /// Adds an s-op.
  ///
  /// - Parameters:
  ///   - name: The name that RASP 0.1 would give it.
  ///   - label: Its expression.
  mutating func add(
    _ kind: SOp.Kind, _ type: ValueTypes, name: String, label: String, at range: SourceRange
  ) throws(EvaluationError) -> SOpID {
    try makeRoom()
    types.append(type.isEmpty ? .any : type)
    sopNames.append(Self.shortened(name, "s-op"))
    return graph.add(SOp(kind, label: label, range: range))
  }

  /// Adds a selector.
  mutating func add(
    _ kind: Selector.Kind, label: String, at range: SourceRange
  ) throws(EvaluationError) -> SelectorID {
    try makeRoom()
    selectorNames.append("plain select")
    return graph.add(Selector(kind, label: label, range: range))
  }

  private func makeRoom() throws(EvaluationError) {
    guard graph.sops.count + graph.selectors.count < maximumNodes else {
      throw EvaluationError("the program makes more than \(maximumNodes) s-ops and selectors")
    }
  }

  /// Whether nothing uses an s-op yet, so that its encoding can still be set.
  func isFresh(_ sop: SOpID) -> Bool {
    graph[sop].name == nil && graph[sop].encoding == nil && sop.index == graph.sops.count - 1
  }

  mutating func encode(_ sop: SOpID, as encoding: Encoding) { graph[sop].encoding = encoding }

  func type(of datum: Datum) -> ValueTypes {
    switch datum {
    case .sop(let id): types[id.index]
    case .value(let value): ValueTypes(value)
    default: .any
    }
  }

  // MARK: Names

  /// Names a node after the variable to which it is assigned.
  ///
  /// - Parameter isTop: Whether the assignment is at the top level of a file rather than inside a function.
  mutating func assign(_ name: String, to node: Datum, at range: SourceRange, isTop: Bool) {
    switch node {
    case .sop(let id):
      sopNames[id.index] = Self.shortened(name, "s-op")
      guard !isBase(id) else { return }
      if isTop ? namedAtTop.insert(.sop(id)).inserted : graph[id].name == nil {
        graph[id].name = name
        graph[id].nameRange = range
      }
    case .selector(let id):
      selectorNames[id.index] = Self.shortened(name, "sel")
      guard id != base.fullSelector else { return }
      if isTop ? namedAtTop.insert(.selector(id)).inserted : graph[id].name == nil {
        graph[id].name = name
      }
    default: break
    }
  }

  /// Names a node after the call that returned it, as RASP 0.1 does.
  mutating func assign(call: String, to node: Datum) {
    switch node {
    case .sop(let id): sopNames[id.index] = Self.shortened(call, "s-op")
    case .selector(let id): selectorNames[id.index] = Self.shortened(call, "sel")
    default: break
    }
  }

  /// Replaces the label of an s-op that has no name.
  mutating func relabel(_ sop: SOpID, _ label: String) {
    if !isBase(sop), graph[sop].name == nil { graph[sop].label = label }
  }

  /// RASP 0.1 drops names that are longer than 30 characters.
  private static func shortened(_ name: String, _ plain: String) -> String {
    name.unicodeScalars.count > 30 ? plain : name
  }
}
