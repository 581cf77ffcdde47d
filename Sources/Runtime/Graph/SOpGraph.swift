import Diagnostics

/// An s-op (sequence operator) of a graph: an index into ``SOpGraph/sops``.
package struct SOpID: Hashable, Sendable, Comparable {
  package let index: Int
  package init(_ index: Int) { self.index = index }
  package static func < (a: SOpID, b: SOpID) -> Bool { a.index < b.index }
}

/// A selector of a graph: an index into ``SOpGraph/selectors``.
package struct SelectorID: Hashable, Sendable, Comparable {
  package let index: Int
  package init(_ index: Int) { self.index = index }
  package static func < (a: SelectorID, b: SelectorID) -> Bool { a.index < b.index }
}

/// How the residual stream holds an s-op: one direction for each value, or one direction times the value.
package enum Encoding: String, Sendable, Hashable, Codable {
  case categorical
  case numerical
}

/// The program as a graph of s-ops and selectors; a node's inputs always come before it.
///
/// This is what the interpreter evaluates and what the compiler turns into weights. Nodes are never merged:
/// two equal expressions are two nodes, just as they are two variables to whoever wrote them.
package struct SOpGraph: Sendable {
  package var sops: [SOp] = []
  package var selectors: [Selector] = []

  package init() {}

  package subscript(id: SOpID) -> SOp {
    get { sops[id.index] }
    set { sops[id.index] = newValue }
  }

  package subscript(id: SelectorID) -> Selector {
    get { selectors[id.index] }
    set { selectors[id.index] = newValue }
  }

  package mutating func add(_ sop: SOp) -> SOpID {
    sops.append(sop)
    return SOpID(sops.count - 1)
  }

  package mutating func add(_ selector: Selector) -> SelectorID {
    selectors.append(selector)
    return SelectorID(selectors.count - 1)
  }
}

/// A node of the graph that has one value at every position.
package struct SOp: Sendable {
  package indirect enum Kind: Sendable {
    case tokens
    case indices
    /// The number of tokens, at every position.
    case length
    case constant(Value)
    /// An elementwise function of any number of s-ops.
    case map(Operation, [SOpID])
    /// The mean over the selected positions, or the value of the only one; `fallback` if none is selected.
    case aggregate(SelectorID, SOpID, fallback: Value)
    /// The number of positions that the selector selects.
    case selectorWidth(SelectorID)
  }

  package var kind: Kind
  /// The name that the program gives it by assignment; named s-ops are the circuit's variables.
  package var name: String?
  /// What to call it if it has no name: its expression.
  package var label: String
  /// From `numerical(...)` or `categorical(...)`; nil leaves it to inference.
  package var encoding: Encoding?
  package var range: SourceRange?
  /// Where the program gives it its name.
  package var nameRange: SourceRange?

  package init(
    _ kind: Kind, name: String? = nil, label: String = "", encoding: Encoding? = nil,
    range: SourceRange? = nil
  ) {
    self.kind = kind
    self.name = name
    self.label = label
    self.encoding = encoding
    self.range = range
  }
}

/// A node of the graph that is true or false for every (query, key) pair of positions.
package struct Selector: Sendable {
  package indirect enum Kind: Sendable {
    /// `select(keys, queries, predicate)`; the operation takes (key, query).
    case select(keys: SOpID, queries: SOpID, Operation)
    case and(SelectorID, SelectorID)
    case or(SelectorID, SelectorID)
    case not(SelectorID)
    /// The selector itself, with the promise that it selects at most one position for every query.
    case one(SelectorID)
  }

  package var kind: Kind
  package var name: String?
  package var label: String
  package var range: SourceRange?

  package init(_ kind: Kind, name: String? = nil, label: String = "", range: SourceRange? = nil) {
    self.kind = kind
    self.name = name
    self.label = label
    self.range = range
  }
}
