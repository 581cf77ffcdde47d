/// The values of a causal model's variables on one input while they are computed, and the tables they come
/// from; it allocates nothing.
struct CausalRun {
  /// [variable, position]: a place in the variable's domain (0 for a number), or a negative status.
  let ids: UnsafeMutablePointer<Int32>
  /// [variable, position] for numerical variables.
  let numbers: UnsafeMutablePointer<Float>
  let length: Int
  /// Positions between one variable and the next.
  let stride: Int
  let causal: Bool
  let tables: CausalTablePointers

  private typealias Status = CausalModel.Status

  /// A variable's value at one position: what is kept in ``ids``, and for a number in ``numbers``.
  private typealias Result = (id: Int32, number: Double)

  /// Computes one variable at every position from those before it.
  func compute(_ step: CausalStep, _ variable: Int, isNumerical: Bool) {
    switch step {
    case .tokens: break
    case .indices: fill(variable, isNumerical) { (Int32($0), .nan) }
    case .table(let table): fill(variable, isNumerical) { result(of: table, at: $0) }
    case .sum(let sum): fill(variable, isNumerical) { value(of: sum, at: $0) }
    case .scaled(let sum, let gate, let factors):
      fill(variable, isNumerical) { scaled(value(of: sum, at: $0), by: code(gate, at: $0), factors) }
    case .steps(let steps): fill(variable, isNumerical) { result(of: steps, at: $0) }
    case .width(let selection, let least):
      fill(variable, isNumerical) {
        let id = width(of: selection, least: least, at: $0)
        return isNumerical && id >= 0 ? (0, Double(id) + Double(least)) : (id, .nan)
      }
    case .move(let selection, let move):
      fill(variable, isNumerical) { (value(of: move, selection, at: $0), .nan) }
    case .mean(let selection, let sum, let fallback):
      fill(variable, isNumerical) { mean(of: sum, selection, fallback: fallback, at: $0) }
    }
  }

  @inline(__always)
  private func fill(_ variable: Int, _ isNumerical: Bool, _ value: (Int) -> Result) {
    let ids = ids + variable * stride
    let numbers = numbers + variable * stride
    for position in 0..<length {
      let (id, number) = value(position)
      ids[position] = id
      if isNumerical { numbers[position] = id >= 0 ? Float(number) : .nan }
    }
  }

  // MARK: Elementwise

  /// A variable's code at a position; negative where it is unknown, or None without a code.
  @inline(__always)
  private func code(_ held: CausalCode, at position: Int) -> Int32 {
    let id = ids[Int(held.variable) * stride + position]
    return id == Status.none ? held.noneCode : id
  }

  @inline(__always)
  private func code(_ input: CausalInput, at position: Int) -> Int32 {
    switch input {
    case .constant: 0
    case .code(let held): code(held, at: position)
    }
  }

  @inline(__always)
  private func result(of table: CausalTable, at position: Int) -> Result {
    var place = table.entries
    for index in table.roots {
      let root = tables.roots[index]
      let code = code(root.code, at: position)
      if code < 0 { return (Status.unknown, .nan) }
      place += Int(code) * root.stride
    }
    return result(tables.integers[place], table.result)
  }

  /// What an entry stands for.
  @inline(__always)
  private func result(_ entry: Int32, _ kind: CausalResult) -> Result {
    guard case .numbers(let first) = kind, entry >= 0 else { return (entry, .nan) }
    return (0, tables.doubles[first + Int(entry)])
  }

  @inline(__always)
  private func value(of sum: CausalSum, at position: Int) -> Result {
    var result = sum.constant
    var status: Int32 = 0
    for index in sum.terms {
      switch tables.terms[index] {
      case .number(let variable, let factor):
        let place = variable * stride + position
        if ids[place] == Status.unknown { return (Status.unknown, .nan) }
        if ids[place] < 0 { status = Status.none }
        result += factor * Double(numbers[place])
      case .weight(let held, let weights):
        let code = code(held, at: position)
        if code < 0 { return (Status.unknown, .nan) }
        let weight = tables.doubles[weights + Int(code)]
        if weight.isNaN { status = Status.none }
        result += weight
      }
    }
    return (status, result)
  }

  @inline(__always)
  private func scaled(_ sum: Result, by code: Int32, _ factors: Int) -> Result {
    if code < 0 { return (Status.unknown, .nan) }
    if sum.id < 0 { return sum }
    let number = sum.number * tables.doubles[factors + Int(code)]
    return (number.isNaN ? Status.none : sum.id, number)
  }

  @inline(__always)
  private func result(of steps: CausalSteps, at position: Int) -> Result {
    let (status, number) = value(of: steps.sum, at: position)
    if status == Status.unknown { return (status, .nan) }
    if status == Status.none { return result(steps.noneEntry, steps.result) }
    var place = steps.functions
    if let gate = steps.gate {
      let code = code(gate, at: position)
      if code < 0 { return (Status.unknown, .nan) }
      place += Int(code)
    }
    let function = tables.functions[place]
    let entries = tables.integers + function.entries
    let points = tables.doubles + function.points.lowerBound
    let count = function.points.count
    if count == 0 { return result(entries[0], steps.result) }
    // The first point not below the number, and the one before it.
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if points[middle] < number { low = middle + 1 } else { high = middle }
    }
    func isNear(_ place: Int) -> Bool {
      let point = points[place]
      var margin = 1e-4 * max(1, abs(point))
      // Never more than a transformer tells apart.
      if place > 0 { margin = min(margin, (point - points[place - 1]) / 4) }
      if place + 1 < count { margin = min(margin, (points[place + 1] - point) / 4) }
      return abs(number - point) <= margin
    }
    if low < count, isNear(low) { return result(entries[low], steps.result) }
    if low > 0, isNear(low - 1) { return result(entries[low - 1], steps.result) }
    if steps.isMonotone {
      let (below, above) = (max(0, low - 1), min(low, count - 1))
      if entries[below] == entries[above] { return result(entries[below], steps.result) }
    }
    return (Status.unknown, .nan)
  }

  // MARK: Attention

  /// The keys that a position sees.
  @inline(__always)
  private func visible(from query: Int) -> Range<Int> { 0..<(causal ? query + 1 : length) }

  /// Whether a key is selected, by the raw values of ``SelectorForm/Truth``.
  private enum Truth {
    static let no: Int32 = 0
    static let yes: Int32 = 1
    static let unknown: Int32 = 2
  }

  /// Calls `body` with every key that is selected, until it returns false; false where any is unknown, or `body` has
  /// returned false.
  @inline(__always)
  private func forEachSelected(
    _ selection: CausalSelection, from query: Int, _ body: (_ key: Int) -> Bool
  ) -> Bool {
    switch selection {
    case .atom(let place):
      let atom = tables.atoms[place]
      let row = row(of: atom, query: query)
      for key in visible(from: query) {
        let truth = truth(of: atom, key: key, row)
        if truth == Truth.no { continue }
        if truth == Truth.unknown || !body(key) { return false }
      }
    case .clauses(let clauses):
      // There is one at least, and they lie one behind the other.
      let atoms =
        tables.clauses[clauses.lowerBound].lowerBound..<tables.clauses[clauses.upperBound - 1].upperBound
      // So few that their rows lie on the stack.
      return withUnsafeTemporaryAllocation(of: Int.self, capacity: atoms.count) { buffer in
        let rows = buffer.baseAddress! - atoms.lowerBound
        for atom in atoms { rows[atom] = row(of: tables.atoms[atom], query: query) }
        for key in visible(from: query) {
          let truth = truth(of: clauses, key: key, rows)
          if truth == Truth.no { continue }
          if truth == Truth.unknown || !body(key) { return false }
        }
        return true
      }
    }
    return true
  }

  /// Where the truths of an atom begin for a query, by the key's code; negative where the query is unknown.
  @inline(__always)
  private func row(of atom: CausalAtom, query: Int) -> Int {
    let queryCode = code(atom.query, at: query)
    return queryCode < 0 ? -1 : atom.truth + Int(queryCode)
  }

  @inline(__always)
  private func truth(of atom: CausalAtom, key: Int, _ row: Int) -> Int32 {
    let keyCode = code(atom.key, at: key)
    return keyCode < 0 || row < 0 ? Truth.unknown : tables.integers[row + Int(keyCode * atom.queryCodes)]
  }

  @inline(__always)
  private func truth(of clauses: Range<Int>, key: Int, _ rows: UnsafeMutablePointer<Int>) -> Int32 {
    var result = Truth.yes
    for clause in clauses {
      var any = Truth.no
      for place in tables.clauses[clause] {
        let truth = truth(of: tables.atoms[place], key: key, rows[place])
        if truth == Truth.yes {
          any = truth
          break
        }
        any = max(any, truth)
      }
      if any == Truth.no { return any }
      result = max(result, any)
    }
    return result
  }

  /// Marks the keys that are selected; false where any is unknown.
  func mark(_ selection: CausalSelection, from query: Int, _ marks: UnsafeMutablePointer<Bool>) -> Bool {
    for key in 0..<length { marks[key] = false }
    return forEachSelected(selection, from: query) { key in
      marks[key] = true
      return true
    }
  }

  @inline(__always)
  private func width(of selection: CausalSelection, least: Int, at query: Int) -> Int32 {
    var count = 0
    let isKnown = forEachSelected(selection, from: query) { _ in
      count += 1
      return true
    }
    return isKnown && count >= least ? Int32(count - least) : Status.unknown
  }

  @inline(__always)
  private func value(of move: CausalMove, _ selection: CausalSelection, at query: Int) -> Int32 {
    var result: Int32?
    let isKnown = forEachSelected(selection, from: query) { key in
      let moved = code(move.root, at: key)
      if moved < 0 { return false }
      let value = tables.integers[move.entries + Int(moved)]
      if let result, result != value { return false }
      result = value
      return true
    }
    return isKnown ? result ?? move.fallback : Status.unknown
  }

  @inline(__always)
  private func mean(
    of sum: CausalSum, _ selection: CausalSelection, fallback: Double, at query: Int
  ) -> Result {
    var total = 0.0
    var count = 0
    var status: Int32 = 0
    let isKnown = forEachSelected(selection, from: query) { key in
      let (id, number) = value(of: sum, at: key)
      if id == Status.unknown { return false }
      status = min(status, id)
      total += number
      count += 1
      return true
    }
    if !isKnown { return (Status.unknown, .nan) }
    if count == 0 { return fallback.isNaN ? (Status.none, .nan) : (0, fallback) }
    return (status, total / Double(count))
  }
}
