/// Describing names.
extension Session {
  /// What a name stands for.
  package struct Description: Sendable {
    /// For example `s-op`, `selector`, `function`.
    package let kind: String
    /// The types of its values, or its signature.
    package let detail: String
    /// What a function does.
    package let summary: String?
    package let sop: SOpID?
    package let selector: SelectorID?
  }

  /// Describes a name; nil if it is not bound.
  package func describe(_ name: String) -> Description? {
    guard let datum = console.lookUp(name) else { return nil }
    switch datum {
    case .sop(let id):
      return Description(
        kind: "s-op", detail: "\(elaborator.nodes.types[id.index])", summary: nil, sop: id, selector: nil)
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
      return Description(
        kind: kind, detail: elaborator.nodes.text(of: datum), summary: nil, sop: nil, selector: nil)
    }
  }

  /// All visible names, in alphabetical order.
  package var names: [String] { console.visibleNames.filter { !$0.hasPrefix("_") }.sorted() }

  /// The built-in functions beyond RASP 0.1, with descriptions.
  package static var functions: [(signature: String, summary: String)] {
    Builtin.all.filter { !$0.name.hasPrefix("_") }.map { ($0.signature, $0.summary) }
  }
}
