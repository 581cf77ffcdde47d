// In: a variable graph, its layers and its residual basis. Out: the transformer's weights.
//
// The BOS position holds its own direction and whatever heads write there, which is the same on every input:
// each head's query is zero at BOS, so that BOS attends only to itself. Whatever reads a direction that heads
// write at BOS subtracts that constant through the BOS direction.

import Diagnostics
import Runtime
import Transformer

/// Writes the weights of one circuit, variable by variable.
struct Assembly {
  let graph: VariableGraph
  let allocation: LayerAllocation
  let basis: ResidualBasis
  private(set) var parameters: Parameters
  /// The hidden units of the MLP that computes each variable.
  private(set) var units: [Range<Int>?]
  /// The contents of the BOS position, by direction, after everything assembled so far.
  private var bosContent: [Float]

  /// The difference between the attention scores of selected and other positions. BOS may lie halfway between
  /// them, and e^-25 still vanishes in float32.
  static let coldness = 50.0

  /// Throws ``Diagnostic`` if the transformer would be too large.
  init(
    _ graph: VariableGraph, circuit: Circuit, tokenizer: Tokenizer, allocation: LayerAllocation,
    basis: ResidualBasis, limits: CompilerLimits, sharpensAll: Bool
  ) throws(Diagnostic) {
    self.graph = graph
    self.allocation = allocation
    self.basis = basis
    var precision = Precision(graph, sharpensAll: sharpensAll)
    let plans = graph.variables.indices.map { index in
      let id = VariableID(index)
      let units = Self.units(of: id, in: graph, length: circuit.lengths.upperBound, precision: precision)
      precision.record(id, units: units)
      return units
    }
    let config = try Self.config(
      graph, circuit: circuit, tokenizer: tokenizer, allocation: allocation, basis: basis, limits: limits,
      units: plans.map(\.count))
    parameters = Parameters(config: config)
    units = Array(repeating: nil, count: graph.variables.count)
    bosContent = Array(repeating: 0, count: basis.count)
    writeEmbeddings(tokenizer)
    var byLayer = Array(repeating: (heads: [VariableID](), maps: [VariableID]()), count: config.layers)
    for id in allocation.order {
      if let layer = allocation.attentionLayer[id.index] { byLayer[layer].heads.append(id) }
      if let layer = allocation.mlpLayer[id.index] { byLayer[layer].maps.append(id) }
    }
    for layer in 0..<config.layers {
      var additions: [(Int, Float)] = []
      for id in byLayer[layer].heads { additions += writeHead(of: id, layer: layer) }
      for (direction, amount) in additions { bosContent[direction] += amount }
      var next = 0
      for id in byLayer[layer].maps {
        let plan = plans[id.index]
        writeUnits(plan, of: id, layer: layer, from: next)
        units[id.index] = next..<next + plan.count
        next += plan.count
      }
    }
    writeUnembedding()
  }

  // MARK: Sizes

  private static func config(
    _ graph: VariableGraph, circuit: Circuit, tokenizer: Tokenizer, allocation: LayerAllocation,
    basis: ResidualBasis, limits: CompilerLimits, units: [Int]
  ) throws(Diagnostic) -> TransformerConfig {
    if basis.count > limits.dModel {
      let widest = graph.variables.max { $0.values.count < $1.values.count }!
      throw Diagnostic(
        "the residual stream would need \(basis.count) directions, \(widest.values.count) of them for the "
          + "values of `\(widest.name)`; the limit is \(limits.dModel)",
        at: widest.range ?? circuit.range)
    }
    var hidden = Array(repeating: 0, count: allocation.layers)
    for (index, layer) in allocation.mlpLayer.enumerated() {
      if let layer { hidden[layer] += units[index] }
    }
    let dMLP = max(1, hidden.max() ?? 1)
    if dMLP > limits.dMLP {
      let largest = units.indices.max { units[$0] < units[$1] }!
      throw Diagnostic(
        "an MLP would need \(dMLP) hidden units, \(units[largest]) of them for "
          + "`\(graph.variables[largest].name)`; "
          + "the limit is \(limits.dMLP)",
        at: graph.variables[largest].range ?? circuit.range)
    }
    var dHead = 1
    for variable in graph.variables { dHead = max(dHead, Self.headDimensions(variable)) }
    let outputs = graph[graph.output].isCategorical ? max(1, graph[graph.output].values.count) : 1
    let config = TransformerConfig(
      layers: allocation.layers, heads: allocation.heads, dModel: basis.count, dHead: dHead, dMLP: dMLP,
      context: circuit.lengths.upperBound + 1, vocabulary: tokenizer.count, outputs: outputs,
      activation: .relu, causal: circuit.causal)
    let perLayer =
      4.0 * Double(config.heads) * Double(config.dModel) * Double(dHead)
      + 2 * Double(config.dModel) * Double(dMLP)
    let total = perLayer * Double(config.layers)
    if total > Double(limits.parameters) {
      throw Diagnostic(
        "the transformer would have \(Int(total)) parameters (\(config.layers) layers, "
          + "d_model \(config.dModel), "
          + "d_mlp \(dMLP), d_head \(dHead)); the limit is \(limits.parameters)",
        at: circuit.range)
    }
    return config
  }

  /// A head's dimensions: at least one for each value of its keys and one for BOS, and at its output one for
  /// each value that it moves. As in Tracr, a head has one dimension more than its queries' values and BOS
  /// need, since the sizes of trained models follow from this number.
  private static func headDimensions(_ variable: Variable) -> Int {
    func scores(_ selector: SelectorForm) -> Int {
      var keys: [VariableID?: Int] = [:]
      var queries: [VariableID?: Int] = [:]
      for atom in selector.clauses.flatMap(\.atoms) {
        keys[atom.key] = atom.keyCodes
        queries[atom.query] = atom.queryCodes
      }
      return max(keys.values.reduce(0, +) + 1, queries.values.reduce(0, +) + 2)
    }
    switch variable.kind {
    case .tokens, .indices, .map: return 0
    case .width(let selector): return scores(selector)
    case .aggregate(let selector, _):
      return max(
        scores(selector),
        (variable.isCategorical ? variable.values.count : 1) + (variable.hasNoneDirection ? 1 : 0))
    }
  }

  // MARK: Embedding

  private mutating func writeEmbeddings(_ tokenizer: Tokenizer) {
    let layout = parameters.layout
    let d = parameters.config.dModel
    for (index, variable) in graph.variables.enumerated() {
      switch variable.kind {
      case .tokens:
        for code in variable.values.indices {
          parameters.values[layout.embed.offset + code * d + basis.first[index] + code] = 1
        }
      case .indices:
        for code in variable.values.indices {
          parameters.values[layout.positions.offset + (code + 1) * d + basis.first[index] + code] = 1
        }
      default: break
      }
    }
    parameters.values[layout.embed.offset + Int(tokenizer.bos) * d + basis.bos] = 1
    bosContent[basis.bos] = 1
  }

  private mutating func writeUnembedding() {
    let layout = parameters.layout
    let outputs = parameters.config.outputs
    let first = basis.first[graph.output.index]
    let count = graph[graph.output].isCategorical ? graph[graph.output].values.count : 1
    for place in 0..<count {
      parameters.values[layout.unembed.offset + (first + place) * outputs + place] = 1
    }
  }

  /// The direction of a categorical variable's code; nil if it is the zero vector.
  private func direction(_ id: VariableID, code: Int) -> Int? {
    code < graph[id].values.count ? basis.first[id.index] + code : basis.none[id.index]
  }

  // MARK: Heads

  /// Writes the head that computes a variable; returns what it adds to the BOS position.
  private mutating func writeHead(of id: VariableID, layer: Int) -> [(Int, Float)] {
    let c = parameters.config
    let head = allocation.head[id.index]!
    let block = parameters.layout.blocks[layer]
    let matrix = head * c.dModel * c.dHead
    var query = Rows(offset: block.wQ.offset + matrix, bias: block.bQ.offset + head * c.dHead, width: c.dHead)
    var key = Rows(offset: block.wK.offset + matrix, bias: block.bK.offset + head * c.dHead, width: c.dHead)
    var value = Rows(offset: block.wV.offset + matrix, bias: block.bV.offset + head * c.dHead, width: c.dHead)

    let selector: SelectorForm
    switch graph[id].kind {
    case .aggregate(let form, _), .width(let form):
      selector = c.causal ? form.leavingOutWhatTheMaskDoes(in: graph) : form
    default: return []
    }
    let scale = Float((Self.coldness * Double(c.dHead).squareRoot()).rounded(.up))
    var nextDimension = 0
    var keyDimensions: [VariableID?: Int] = [:]
    for atom in selector.clauses.flatMap(\.atoms) {
      if keyDimensions[atom.key] == nil {
        keyDimensions[atom.key] = nextDimension
        if let root = atom.key {
          for code in 0..<atom.keyCodes {
            if let direction = direction(root, code: code) {
              key.weights.append((direction, nextDimension + code, 1))
            }
          }
        } else {
          key.biases.append((nextDimension, 1))
        }
        nextDimension += atom.keyCodes
      }
      let base = keyDimensions[atom.key]!
      for keyCode in 0..<atom.keyCodes {
        for queryCode in 0..<atom.queryCodes where atom[keyCode, queryCode] == .yes {
          if let root = atom.query {
            if let direction = direction(root, code: queryCode) {
              query.weights.append((direction, base + keyCode, scale))
            }
          } else {
            query.biases.append((base + keyCode, scale))
          }
        }
      }
    }
    silenceAtBOS(&query)
    silenceAtBOS(&key)
    // BOS is selected only if nothing else is; a width always counts it.
    let clauses = Float(selector.clauses.count)
    key.weights.append((basis.bos, nextDimension, 1))
    query.biases.append((nextDimension, scale * (graph[id].isWidth ? clauses : clauses - 0.5)))

    var outputs: [Int] = []
    var atBOS: [Float] = []
    switch graph[id].kind {
    case .width:
      outputs = [basis.mean[id.index]!]
      atBOS = [1]
    case .aggregate(_, let form):
      outputs = (0..<(graph[id].isCategorical ? graph[id].values.count : 1)).map {
        basis.first[id.index] + $0
      }
      if let none = basis.none[id.index] { outputs.append(none) }
      atBOS = Array(repeating: 0, count: outputs.count)
      writeValues(
        of: form, into: &value, atBOS: &atBOS,
        noneDimension: basis.none[id.index].map { _ in outputs.count - 1 })
    default: break
    }
    silenceAtBOS(&value)
    for (dimension, amount) in atBOS.enumerated() where amount != 0 {
      value.weights.append((basis.bos, dimension, amount))
    }
    write(query)
    write(key)
    write(value)
    for (dimension, direction) in outputs.enumerated() {
      parameters.values[block.wO.offset + (head * c.dHead + dimension) * c.dModel + direction] = 1
    }
    return zip(outputs, atBOS).map { ($0, $1) }
  }

  /// What a head reads at the positions it attends to.
  private func writeValues(
    of form: AggregateForm, into value: inout Rows, atBOS: inout [Float], noneDimension: Int?
  ) {
    switch form.source {
    case .categorical(let root, let entries):
      for (code, entry) in entries.enumerated() {
        guard let dimension = entry >= 0 ? Int(entry) : entry == Code.none ? noneDimension : nil else {
          continue
        }
        if let root {
          if let direction = direction(root, code: code) { value.weights.append((direction, dimension, 1)) }
        } else {
          value.biases.append((dimension, 1))
        }
      }
      if let dimension = form.fallbackCode >= 0 ? Int(form.fallbackCode) : noneDimension {
        atBOS[dimension] = 1
      }
    case .numerical(let sum):
      append(sum, to: &value, dimension: 0)
      if let noneDimension {
        for source in sum.noneSources(in: graph) {
          if let none = direction(of: source) { value.weights.append((none, noneDimension, 1)) }
        }
      }
      if let fallback = form.fallbackNumber {
        atBOS[0] = Float(fallback)
      } else if let noneDimension {
        atBOS[noneDimension] = 1
      }
    }
  }

  private func append(_ sum: LinearForm, to rows: inout Rows, dimension: Int, factor: Double = 1) {
    for (root, weight) in sum.numbers {
      rows.weights.append((basis.first[root.index], dimension, Float(weight * factor)))
    }
    for (root, weights) in sum.tables {
      for (code, weight) in weights.enumerated() {
        guard let weight, weight != 0, let direction = direction(root, code: code) else { continue }
        rows.weights.append((direction, dimension, Float(weight * factor)))
      }
    }
    if sum.constant != 0 { rows.biases.append((dimension, Float(sum.constant * factor))) }
  }

  /// A matrix over residual directions, with its bias, as a list of non-zero entries.
  private struct Rows {
    let offset: Int
    let bias: Int
    /// Columns.
    let width: Int
    var weights: [(direction: Int, column: Int, weight: Float)] = []
    var biases: [(column: Int, weight: Float)] = []
  }

  /// Makes the product 0 at the BOS position, by means of the BOS direction.
  private func silenceAtBOS(_ rows: inout Rows) {
    var content: [Int: Float] = [:]
    for (column, weight) in rows.biases { content[column, default: 0] += weight }
    for (direction, column, weight) in rows.weights where bosContent[direction] != 0 {
      content[column, default: 0] += bosContent[direction] * weight
    }
    for (column, amount) in content where amount != 0 { rows.weights.append((basis.bos, column, -amount)) }
  }

  private mutating func write(_ rows: Rows) {
    parameters.values.withUnsafeMutableBufferPointer { values in
      for (direction, column, weight) in rows.weights {
        values[rows.offset + direction * rows.width + column] += weight
      }
      for (column, weight) in rows.biases { values[rows.bias + column] += weight }
    }
  }

  // MARK: MLPs

  private mutating func writeUnits(_ plan: [HiddenUnit], of id: VariableID, layer: Int, from first: Int) {
    let c = parameters.config
    let block = parameters.layout.blocks[layer]
    var input = Rows(offset: block.wIn.offset, bias: block.bIn.offset, width: c.dMLP)
    for (place, unit) in plan.enumerated() {
      var atBOS = unit.bias
      if unit.bias != 0 { input.biases.append((first + place, unit.bias)) }
      for (source, weight) in unit.inputs {
        guard let direction = direction(of: source) else { continue }
        input.weights.append((direction, first + place, weight))
        atBOS += weight * bosContent[direction]
      }
      // No unit is active at BOS, whatever it reads there.
      if atBOS > -1 { input.weights.append((basis.bos, first + place, -1 - atBOS)) }
      for (code, weight) in unit.outputs {
        let direction = code >= 0 ? basis.first[id.index] + Int(code) : basis.none[id.index]
        guard let direction else { continue }
        parameters.values[block.wOut.offset + (first + place) * c.dModel + direction] += weight
      }
    }
    write(input)
  }

  private func direction(of source: HiddenUnit.Source) -> Int? {
    switch source {
    case .value(let root, let code): direction(root, code: code)
    case .number(let root): basis.first[root.index]
    case .none(let root): basis.none[root.index]
    case .mean(let root): basis.mean[root.index]
    }
  }
}
