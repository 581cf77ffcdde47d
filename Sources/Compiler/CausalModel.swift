import Runtime
import Transformer

/// The program as a causal model over finite tables: what SIIT trains a transformer to be.
///
/// Its nodes are the components of the compiled transformer that hold variables. It answers, without
/// running any transformer, what the program outputs, and what it outputs when the variables held by one
/// component take the values they have on another input. A run is a walk over flat tables of integers and
/// floats and allocates nothing.
public struct CausalModel: Sendable {
  /// One variable of the model.
  public struct VariableInfo: Sendable {
    public let name: String
    public let encoding: Encoding
    /// What it can be, None left out; empty for numbers too many to list.
    public let domain: [Value]
    /// The s-op of the program it stands for, where it stands for one.
    public let sop: SOpID?
  }

  /// Components of the compiled transformer that hold variables, in the order of computation.
  public let nodes: [Component]
  /// For each node the variables it holds, as places in ``variables``.
  public let nodeVariables: [[Int]]
  public let variables: [VariableInfo]
  /// The output's place in ``variables``.
  public let output: Int
  /// Tokens of the longest input.
  public let maxLength: Int
  public var isNumerical: Bool { variables[output].encoding == .numerical }

  private let causal: Bool
  private let steps: [Step]
  private let atoms: [AtomStep]
  /// Atoms per clause.
  private let clauses: [Range<Int>]
  private let integers: [Int32]
  private let doubles: [Double]
  /// For each node which variables are recomputed when it is swapped.
  private let downstream: [[Bool]]

  /// A status in place of a value's code.
  enum Status {
    static let none: Int32 = -1
    /// The transformer holds a mixture that no value of the program stands for.
    static let unknown: Int32 = -2
  }

  private enum Kind {
    case tokens, indices, table, linear, steps, moved, mean, width
  }

  /// How one variable is computed. Offsets are places in `integers` or `doubles`.
  private struct Step {
    var kind: Kind
    var isNumerical: Bool
    /// Of (variable, stride) pairs for a table, of variables for a sum, and how many.
    var roots = 0
    var rootCount = 0
    /// Entries of a table or of steps; the entry of None comes last.
    var entries = 0
    var entryCount = 0
    /// Numbers of the results of a numerical table or of steps.
    var numbers = 0
    /// Thresholds between steps.
    var thresholds = 0
    var thresholdCount = 0
    /// A sum's constant.
    var constant = 0.0
    /// A selector's clauses.
    var clauses: Range<Int> = 0..<0
    var fallbackCode = Status.none
    var fallback = Double.nan
    /// The values that a width can have begin here.
    var lowest = 0
  }

  private struct AtomStep {
    var key: Int32
    var query: Int32
    var queryCodes: Int32
    var keyNone: Int32
    var queryNone: Int32
    /// Of the table [key code][query code] in `integers`.
    var table: Int
  }

  /// A sum's term: a variable, a factor, or the place of its table of weights.
  private struct TableBuilder {
    var integers: [Int32] = []
    var doubles: [Double] = []

    mutating func add(_ list: [Int32]) -> Int {
      integers += list
      return integers.count - list.count
    }

    mutating func add(_ list: [Double]) -> Int {
      doubles += list
      return doubles.count - list.count
    }
  }

  init(_ graph: VariableGraph, circuit: Circuit, allocation: LayerAllocation) {
    causal = circuit.causal
    maxLength = circuit.lengths.upperBound
    output = graph.output.index
    variables = graph.variables.map {
      VariableInfo(name: $0.name, encoding: $0.encoding, domain: $0.values, sop: $0.sop)
    }
    var tables = TableBuilder()
    var steps: [Step] = []
    var atoms: [AtomStep] = []
    var clauses: [Range<Int>] = []

    func add(_ selector: SelectorForm) -> Range<Int> {
      let first = clauses.count
      for clause in selector.clauses {
        let start = atoms.count
        for atom in clause.atoms {
          func noneCode(_ root: VariableID?) -> Int32 {
            guard let root, graph[root].mayBeNone else { return -1 }
            return Int32(graph[root].values.count)
          }
          atoms.append(
            AtomStep(
              key: Int32(atom.key?.index ?? -1), query: Int32(atom.query?.index ?? -1),
              queryCodes: Int32(atom.queryCodes), keyNone: noneCode(atom.key),
              queryNone: noneCode(atom.query), table: tables.add(atom.table.map { Int32($0.rawValue) })))
        }
        clauses.append(start..<atoms.count)
      }
      return first..<clauses.count
    }
    func setSum(_ form: LinearForm, in step: inout Step) {
      step.constant = form.constant
      var roots: [Int32] = []
      for root in form.roots {
        // A variable, and where its factor (numerical) or its weights (categorical) are.
        let isNumber = form.numbers[root] != nil
        let place = tables.add(isNumber ? [form.numbers[root]!] : form.tables[root]!)
        roots += [Int32(root.index), isNumber ? 1 : 0, Int32(place)]
      }
      step.rootCount = form.roots.count
      step.roots = tables.add(roots)
    }
    func setRoots(_ table: TableExpression, in step: inout Step) {
      var stride = table.entries.count
      var roots: [Int32] = []
      for (place, root) in table.roots.enumerated() {
        stride /= table.radices[place]
        roots += [Int32(root.index), Int32(stride), Int32(graph[root].values.count)]
      }
      step.rootCount = table.roots.count
      step.roots = tables.add(roots)
    }

    for variable in graph.variables {
      var step = Step(kind: .tokens, isNumerical: !variable.isCategorical)
      switch variable.kind {
      case .tokens: step.kind = .tokens
      case .indices: step.kind = .indices
      case .map(.table(let table)):
        step.kind = .table
        setRoots(table, in: &step)
        step.entries = tables.add(table.entries)
        step.entryCount = table.entries.count
        if step.isNumerical { step.numbers = tables.add(table.values.map { $0.number! }) }
      case .map(.linear(let form)):
        step.kind = .linear
        setSum(form, in: &step)
      case .map(.steps(let expression)):
        step.kind = .steps
        setSum(expression.form, in: &step)
        let points = expression.points
        step.thresholds = tables.add(zip(points, points.dropFirst()).map { ($0 + $1) / 2 })
        step.thresholdCount = points.count - 1
        step.entries = tables.add(expression.entries + [expression.noneEntry])
        step.entryCount = points.count
        if step.isNumerical { step.numbers = tables.add(expression.values.map { $0.number! }) }
      case .map: fatalError("lowering leaves tables in their place")
      case .width(let selector):
        step.kind = .width
        step.clauses = add(selector)
        step.lowest = Int(variable.values[0].number!)
      case .aggregate(let selector, let form):
        step.clauses = add(selector)
        step.fallbackCode = form.fallbackCode
        switch form.source {
        case .categorical(let root, let entries):
          step.kind = .moved
          step.rootCount = root == nil ? 0 : 1
          step.roots = tables.add([Int32(root?.index ?? -1)])
          step.entries = tables.add(entries)
          step.entryCount = root.map { graph[$0].values.count } ?? 0
        case .numerical(let sum):
          step.kind = .mean
          step.fallback = form.fallbackNumber ?? .nan
          setSum(sum, in: &step)
        }
      }
      steps.append(step)
    }
    self.steps = steps
    self.atoms = atoms
    self.clauses = clauses
    integers = tables.integers
    doubles = tables.doubles

    var held: [Component: [Int]] = [:]
    for index in graph.variables.indices {
      if let layer = allocation.attentionLayer[index] {
        held[.head(layer: layer, head: allocation.head[index]!), default: []].append(index)
      }
      if let layer = allocation.mlpLayer[index] { held[.mlp(layer: layer), default: []].append(index) }
    }
    nodes = held.keys.sorted()
    nodeVariables = nodes.map { held[$0]! }
    downstream = nodeVariables.map { swapped in
      var reached = Array(repeating: false, count: graph.variables.count)
      for index in swapped { reached[index] = true }
      for index in graph.variables.indices where !reached[index] {
        reached[index] = graph.inputs(of: VariableID(index)).contains { reached[$0.index] }
      }
      return reached
    }
  }

  /// The place of a component in ``nodes``.
  public func index(of component: Component) -> Int? { nodes.firstIndex(of: component) }

  /// Room for the values of one input, to be reused from run to run.
  public func makeState() -> CausalState {
    CausalState(variables: variables.count, maxLength: maxLength, output: output, isNumerical: isNumerical)
  }

  /// The program's values on a sequence of token ids, BOS left out.
  public func run(_ tokens: some Collection<Int32>, into state: inout CausalState) {
    precondition(tokens.count <= maxLength)
    state.length = tokens.count
    state.withBuffers { ids, numbers in
      for index in steps.indices {
        if case .tokens = steps[index].kind {
          var position = index * maxLength
          for token in tokens {
            ids[position] = token
            position += 1
          }
        } else {
          compute(index, ids, numbers, length: tokens.count)
        }
      }
    }
  }

  /// The program's values on `base` with all variables held by some nodes taken, at every position, from
  /// `source`. The two inputs have the same length; `nodes` are places in ``nodes``.
  public func swap(
    _ nodes: some Collection<Int>, base: CausalState, source: CausalState, into state: inout CausalState
  ) {
    precondition(base.length == source.length)
    state.length = base.length
    state.withBuffers { ids, numbers in
      base.withBuffers { baseIDs, baseNumbers in
        source.withBuffers { sourceIDs, sourceNumbers in
          for index in steps.indices {
            let from: UnsafePointer<Int32>
            let fromNumbers: UnsafePointer<Float>
            if isHeld(index, by: nodes) {
              (from, fromNumbers) = (sourceIDs, sourceNumbers)
            } else if nodes.contains(where: { downstream[$0][index] }) {
              compute(index, ids, numbers, length: base.length)
              continue
            } else {
              (from, fromNumbers) = (baseIDs, baseNumbers)
            }
            let offset = index * maxLength
            (ids + offset).update(from: from + offset, count: base.length)
            if steps[index].isNumerical {
              (numbers + offset).update(from: fromNumbers + offset, count: base.length)
            }
          }
        }
      }
    }
  }

  /// The same, by components; components that hold no variable change nothing.
  public func swap(
    _ components: [Component], base: CausalState, source: CausalState, into state: inout CausalState
  ) {
    swap(components.compactMap { index(of: $0) }, base: base, source: source, into: &state)
  }

  private func isHeld(_ variable: Int, by nodes: some Collection<Int>) -> Bool {
    for node in nodes where nodeVariables[node].contains(variable) { return true }
    return false
  }

  // MARK: Computing one variable

  private func compute(
    _ index: Int, _ ids: UnsafeMutablePointer<Int32>, _ numbers: UnsafeMutablePointer<Float>, length: Int
  ) {
    integers.withUnsafeBufferPointer { integers in
      doubles.withUnsafeBufferPointer { doubles in
        let step = steps[index]
        let offset = index * maxLength
        for position in 0..<length {
          var id = Status.none
          var number = Double.nan
          switch step.kind {
          case .tokens: id = ids[offset + position]
          case .indices: id = Int32(position)
          case .table:
            id = entry(of: step, integers, ids, position)
            if step.isNumerical, id >= 0 { (id, number) = (0, doubles[step.numbers + Int(id)]) }
          case .linear:
            (id, number) = sum(step, integers, doubles, ids, numbers, position)
          case .steps:
            (id, number) = sum(step, integers, doubles, ids, numbers, position)
            if id == Status.none {
              id = integers[step.entries + step.entryCount]
            } else if id >= 0 {
              var low = 0
              var high = step.thresholdCount
              while low < high {
                let middle = (low + high) / 2
                if doubles[step.thresholds + middle] < number { low = middle + 1 } else { high = middle }
              }
              id = integers[step.entries + low]
            }
            if step.isNumerical {
              if id >= 0 { (id, number) = (0, doubles[step.numbers + Int(id)]) } else { number = .nan }
            }
          case .width:
            id = width(step, integers, ids, position, length)
            if step.isNumerical, id >= 0 { (id, number) = (0, Double(id) + Double(step.lowest)) }
          case .moved: id = moved(step, integers, ids, position, length)
          case .mean:
            (id, number) = mean(step, integers, doubles, ids, numbers, position, length)
          }
          ids[offset + position] = id
          if step.isNumerical { numbers[offset + position] = id >= 0 ? Float(number) : .nan }
        }
      }
    }
  }

  @inline(__always)
  private func entry(
    of step: Step, _ integers: UnsafeBufferPointer<Int32>, _ ids: UnsafeMutablePointer<Int32>,
    _ position: Int
  ) -> Int32 {
    var place = step.entries
    for root in 0..<step.rootCount {
      let at = step.roots + 3 * root
      var id = ids[Int(integers[at]) * maxLength + position]
      if id == Status.unknown { return id }
      if id < 0 { id = integers[at + 2] }
      place += Int(id * integers[at + 1])
    }
    return integers[place]
  }

  @inline(__always)
  private func sum(
    _ step: Step, _ integers: UnsafeBufferPointer<Int32>, _ doubles: UnsafeBufferPointer<Double>,
    _ ids: UnsafeMutablePointer<Int32>, _ numbers: UnsafeMutablePointer<Float>, _ position: Int
  ) -> (Int32, Double) {
    var result = step.constant
    var status: Int32 = 0
    for root in 0..<step.rootCount {
      let at = step.roots + 3 * root
      let place = Int(integers[at]) * maxLength + position
      let id = ids[place]
      if id < 0 {
        status = min(status, id)
      } else if integers[at + 1] == 1 {
        result += doubles[Int(integers[at + 2])] * Double(numbers[place])
      } else {
        result += doubles[Int(integers[at + 2]) + Int(id)]
      }
    }
    return (status, result)
  }

  /// 0 where the selector does not select the key, 1 where it does, 2 where that is unknown.
  @inline(__always)
  private func selects(
    _ step: Step, _ integers: UnsafeBufferPointer<Int32>, _ ids: UnsafeMutablePointer<Int32>, key: Int,
    query: Int
  ) -> Int32 {
    var result: Int32 = 1
    for clause in step.clauses {
      var any: Int32 = 0
      for place in clauses[clause] {
        let atom = atoms[place]
        var keyID = atom.key < 0 ? 0 : ids[Int(atom.key) * maxLength + key]
        var queryID = atom.query < 0 ? 0 : ids[Int(atom.query) * maxLength + query]
        if keyID == Status.none { keyID = atom.keyNone }
        if queryID == Status.none { queryID = atom.queryNone }
        let truth: Int32
        if keyID < 0 || queryID < 0 {
          truth = 2
        } else {
          truth = integers[atom.table + Int(keyID * atom.queryCodes + queryID)]
        }
        if truth == 1 {
          any = 1
          break
        }
        any = max(any, truth)
      }
      if any == 0 { return 0 }
      result = max(result, any)
    }
    return result
  }

  @inline(__always)
  private func width(
    _ step: Step, _ integers: UnsafeBufferPointer<Int32>, _ ids: UnsafeMutablePointer<Int32>,
    _ query: Int, _ length: Int
  ) -> Int32 {
    var count = 0
    for key in 0..<(causal ? query + 1 : length) {
      let truth = selects(step, integers, ids, key: key, query: query)
      if truth == 2 { return Status.unknown }
      count += Int(truth)
    }
    return count < step.lowest ? Status.unknown : Int32(count - step.lowest)
  }

  @inline(__always)
  private func moved(
    _ step: Step, _ integers: UnsafeBufferPointer<Int32>, _ ids: UnsafeMutablePointer<Int32>,
    _ query: Int, _ length: Int
  ) -> Int32 {
    var result: Int32?
    let root = Int(integers[step.roots])
    for key in 0..<(causal ? query + 1 : length) {
      let truth = selects(step, integers, ids, key: key, query: query)
      if truth == 0 { continue }
      if truth == 2 { return Status.unknown }
      var id = root < 0 ? 0 : ids[root * maxLength + key]
      if id == Status.unknown { return id }
      if id < 0 { id = Int32(step.entryCount) }
      let value = integers[step.entries + Int(id)]
      if let result, result != value { return Status.unknown }
      result = value
    }
    return result ?? step.fallbackCode
  }

  @inline(__always)
  private func mean(
    _ step: Step, _ integers: UnsafeBufferPointer<Int32>, _ doubles: UnsafeBufferPointer<Double>,
    _ ids: UnsafeMutablePointer<Int32>, _ numbers: UnsafeMutablePointer<Float>, _ query: Int, _ length: Int
  ) -> (Int32, Double) {
    var total = 0.0
    var count = 0
    var status: Int32 = 0
    for key in 0..<(causal ? query + 1 : length) {
      let truth = selects(step, integers, ids, key: key, query: query)
      if truth == 0 { continue }
      if truth == 2 { return (Status.unknown, .nan) }
      let (id, number) = sum(step, integers, doubles, ids, numbers, key)
      status = min(status, id)
      total += number
      count += 1
    }
    if count == 0 { return step.fallback.isNaN ? (Status.none, .nan) : (0, step.fallback) }
    return (status, total / Double(count))
  }
}
