import Runtime
import Transformer

/// One variable of a compiled circuit: what it is, and where it is computed and held.
package struct CircuitVariable: Sendable {
  /// What computes a variable, and the names of the variables it reads.
  package enum Source: Sendable, Hashable {
    case tokens
    case indices
    case map(reads: [String])
    case aggregate(queries: [String], keys: [String], values: [String])
    case selectorWidth(queries: [String], keys: [String])
  }

  package let name: String
  package let source: Source
  package let encoding: Encoding
  /// Its possible values, without None; empty for numbers with too many values to list.
  package let domain: [Value]
  package let mayBeNone: Bool
  /// A head, an MLP, both for a selector width, or none for an input.
  package let components: [Component]
  /// The hidden units of its MLP.
  package let units: Range<Int>?
  /// Its first residual direction; a categorical variable's values follow in order.
  package let firstDirection: Int
  /// The direction that means that it has no value, if there is one.
  package let noneDirection: Int?
}

extension VariableGraph {
  /// The variables as others see them.
  func description(
    _ allocation: LayerAllocation, units: [Range<Int>?], basis: ResidualBasis
  ) -> [CircuitVariable] {
    func names(_ ids: [VariableID]) -> [String] {
      var result: [String] = []
      for id in ids where !result.contains(self[id].name) { result.append(self[id].name) }
      return result
    }
    return variables.enumerated().map { index, variable in
      let source: CircuitVariable.Source
      switch variable.kind {
      case .tokens: source = .tokens
      case .indices: source = .indices
      case .map(let expression): source = .map(reads: names(expression.roots))
      case .aggregate(let selector, let form):
        source = .aggregate(
          queries: names(selector.queries), keys: names(selector.keys), values: names(form.roots))
      case .width(let selector):
        source = .selectorWidth(queries: names(selector.queries), keys: names(selector.keys))
      }
      var components: [Component] = []
      if let layer = allocation.attentionLayer[index] {
        components.append(.head(layer: layer, head: allocation.head[index]!))
      }
      if let layer = allocation.mlpLayer[index] { components.append(.mlp(layer: layer)) }
      return CircuitVariable(
        name: variable.name, source: source, encoding: variable.encoding,
        domain: variable.values.map(\.value),
        mayBeNone: variable.mayBeNone, components: components, units: units[index],
        firstDirection: basis.first[index], noneDirection: basis.none[index])
    }
  }
}

extension SelectorForm {
  var keys: [VariableID] { clauses.flatMap { $0.atoms.compactMap(\.key) } }
  var queries: [VariableID] { clauses.flatMap { $0.atoms.compactMap(\.query) } }
}
