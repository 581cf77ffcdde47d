import Runtime
import Transformer

/// A compiled circuit laid out for a reader: boxes for the components that hold variables, by half-layers,
/// and the edges along which data flows between them.
///
/// The renderers are its extensions, one per file; each is a pure function of the circuit.
package struct Inspection: Sendable {
  let compiled: CompiledCircuit

  package init(_ compiled: CompiledCircuit) { self.compiled = compiled }

  /// A holder of variables, or the output.
  struct Box: Hashable {
    enum Place: Hashable {
      case embed
      case positions
      case component(Component)
      case output
    }

    let place: Place
    let title: String
    let lines: [String]
  }

  /// What one box passes to another, and through which inputs: `q`, `k`, `v` of a head.
  struct Link: Hashable {
    let from: Box.Place
    let to: Box.Place
    let inputs: [String]
  }

  /// The boxes by rows, in the order of computation: inputs, each half-layer that is used, and the output.
  var rows: [[Box]] {
    var inputs: [Box] = []
    for variable in compiled.variables {
      switch variable.source {
      case .tokens: inputs.append(Box(place: .embed, title: "embed", lines: [variable.name]))
      case .indices: inputs.append(Box(place: .positions, title: "pos_embed", lines: [variable.name]))
      default: break
      }
    }
    var rows = [inputs]
    for layer in 0..<compiled.parameters.config.layers {
      var heads: [Component: [String]] = [:]
      var mlp: [String] = []
      for variable in compiled.variables {
        for component in variable.components where component.layer == layer {
          switch component {
          case .head: heads[component, default: []].append(variable.name)
          case .mlp: mlp.append(variable.name)
          }
        }
      }
      let boxes = heads.keys.sorted().map { component -> Box in
        guard case .head(_, let head) = component else { fatalError("only heads are keys") }
        return Box(
          place: .component(component), title: "layer \(layer) head \(head)", lines: heads[component]!)
      }
      if !boxes.isEmpty { rows.append(boxes) }
      if !mlp.isEmpty {
        rows.append([Box(place: .component(.mlp(layer: layer)), title: "layer \(layer) MLP", lines: mlp)])
      }
    }
    let output = compiled.causalModel.variables[compiled.causalModel.output].name
    rows.append([Box(place: .output, title: "output", lines: [output])])
    return rows
  }

  var links: [Link] {
    var order: [[Box.Place]] = []
    var inputs: [[Box.Place]: [String]] = [:]
    for edge in compiled.dataflow {
      guard let from = edge.from.writer, let (to, input) = edge.to.reader else { continue }
      if inputs[[from, to]] == nil { order.append([from, to]) }
      inputs[[from, to], default: []].append(input)
    }
    return order.map { Link(from: $0[0], to: $0[1], inputs: inputs[$0]!.filter { !$0.isEmpty }) }
  }
}

extension CircuitNode {
  /// The box at which an edge from here starts.
  fileprivate var writer: Inspection.Box.Place? {
    switch self {
    case .embed: .embed
    case .positionEmbed: .positions
    case .result(let layer, let head): .component(.head(layer: layer, head: head))
    case .mlpOutput(let layer): .component(.mlp(layer: layer))
    default: nil
    }
  }

  /// The box at which an edge to here ends, and the input of a head.
  fileprivate var reader: (Inspection.Box.Place, String)? {
    switch self {
    case .queryInput(let layer, let head): (.component(.head(layer: layer, head: head)), "q")
    case .keyInput(let layer, let head): (.component(.head(layer: layer, head: head)), "k")
    case .valueInput(let layer, let head): (.component(.head(layer: layer, head: head)), "v")
    case .mlpInput(let layer): (.component(.mlp(layer: layer)), "")
    case .output: (.output, "")
    default: nil
    }
  }
}
