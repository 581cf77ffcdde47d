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
  let integers: UnsafePointer<Int32>
  let doubles: UnsafePointer<Double>
  let atoms: UnsafePointer<CausalAtom>
  let clauses: UnsafePointer<Range<Int>>

  private typealias Status = CausalModel.Status

  /// Computes one variable at every position from those before it.
  func compute(_ step: CausalStep, _ variable: Int, isNumerical: Bool) {
    for position in 0..<length {
      var id = Status.none
      var number = Double.nan
      switch step {
      case .tokens: continue
      case .indices: id = Int32(position)
      case .table(let table): (id, number) = value(of: table, at: position)
      case .sum(let sum): (id, number) = value(of: sum, at: position)
      case .scaled(let sum, let gate, let factors, let noneCode):
        (id, number) = value(of: sum, at: position)
        var code = ids[gate * stride + position]
        if code == Status.none { code = noneCode }
        if code < 0 {
          id = Status.unknown
        } else if id >= 0 {
          number *= doubles[factors + Int(code)]
          if number.isNaN { id = Status.none }
        }
      case .steps(let steps): (id, number) = value(of: steps, at: position)
      case .width(let selection, let least):
        id = width(of: selection, least: least, at: position)
        if isNumerical, id >= 0 { (id, number) = (0, Double(id) + Double(least)) }
      case .move(let selection, let move): id = value(of: move, selection, at: position)
      case .mean(let selection, let sum, let fallback):
        (id, number) = mean(of: sum, selection, fallback: fallback, at: position)
      }
      ids[variable * stride + position] = id
      if isNumerical { numbers[variable * stride + position] = id >= 0 ? Float(number) : .nan }
    }
  }

  // MARK: Elementwise

  @inline(__always)
  private func value(of table: CausalTable, at position: Int) -> (Int32, Double) {
    var place = table.entries
    for root in 0..<table.rootCount {
      let at = table.roots + 3 * root
      var id = ids[Int(integers[at]) * stride + position]
      if id == Status.unknown { return (id, .nan) }
      if id < 0 { id = integers[at + 2] }
      place += Int(id * integers[at + 1])
    }
    return result(integers[place], numbers: table.numbers)
  }

  @inline(__always)
  private func result(_ entry: Int32, numbers: Int?) -> (Int32, Double) {
    guard let numbers, entry >= 0 else { return (entry, .nan) }
    return (0, doubles[numbers + Int(entry)])
  }

  @inline(__always)
  private func value(of sum: CausalSum, at position: Int) -> (Int32, Double) {
    var result = sum.constant
    var status: Int32 = 0
    for term in 0..<sum.termCount {
      let at = sum.terms + 4 * term
      let place = Int(integers[at]) * stride + position
      var id = ids[place]
      if id == Status.unknown { return (id, .nan) }
      if integers[at + 1] == 1 {
        if id < 0 { status = Status.none }
        result += doubles[Int(integers[at + 2])] * Double(numbers[place])
      } else {
        if id < 0 { id = integers[at + 3] }
        let weight = doubles[Int(integers[at + 2]) + Int(id)]
        if weight.isNaN { status = Status.none }
        result += weight
      }
    }
    return (status, result)
  }

  @inline(__always)
  private func value(of steps: CausalSteps, at position: Int) -> (Int32, Double) {
    let (status, number) = value(of: steps.sum, at: position)
    if status == Status.unknown { return (status, .nan) }
    if status == Status.none { return result(steps.noneEntry, numbers: steps.numbers) }
    var function = 0
    if let gate = steps.gate {
      var code = ids[gate.variable * stride + position]
      if code == Status.unknown { return (code, .nan) }
      if code < 0 { code = gate.noneCode }
      function = Int(code)
    }
    let at = steps.functions + 3 * function
    let (points, count, entries) = (Int(integers[at]), Int(integers[at + 1]), Int(integers[at + 2]))
    if count == 0 { return result(integers[entries], numbers: steps.numbers) }
    // The first point not below the number, and the one before it.
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if doubles[points + middle] < number { low = middle + 1 } else { high = middle }
    }
    func isNear(_ place: Int) -> Bool {
      let point = doubles[points + place]
      var margin = 1e-4 * max(1, abs(point))
      // Never more than a transformer tells apart.
      if place > 0 { margin = min(margin, (point - doubles[points + place - 1]) / 4) }
      if place + 1 < count { margin = min(margin, (doubles[points + place + 1] - point) / 4) }
      return abs(number - point) <= margin
    }
    if low < count, isNear(low) { return result(integers[entries + low], numbers: steps.numbers) }
    if low > 0, isNear(low - 1) { return result(integers[entries + low - 1], numbers: steps.numbers) }
    if steps.isMonotone {
      let (below, above) = (max(0, low - 1), min(low, count - 1))
      if integers[entries + below] == integers[entries + above] {
        return result(integers[entries + below], numbers: steps.numbers)
      }
    }
    return (Status.unknown, .nan)
  }

  // MARK: Attention

  /// The keys that a position sees.
  private func visible(from query: Int) -> Range<Int> { 0..<(causal ? query + 1 : length) }

  /// 0 where the selector does not select the key, 1 where it does, 2 where that is unknown.
  @inline(__always)
  private func selects(_ selection: CausalSelection, key: Int, query: Int) -> Int32 {
    var result: Int32 = 1
    for clause in selection.clauses {
      var any: Int32 = 0
      for place in clauses[clause] {
        let atom = atoms[place]
        var keyID = atom.key < 0 ? 0 : ids[Int(atom.key) * stride + key]
        var queryID = atom.query < 0 ? 0 : ids[Int(atom.query) * stride + query]
        if keyID == Status.none { keyID = atom.keyNone }
        if queryID == Status.none { queryID = atom.queryNone }
        let truth =
          keyID < 0 || queryID < 0 ? 2 : integers[atom.truth + Int(keyID * atom.queryCodes + queryID)]
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
  private func width(of selection: CausalSelection, least: Int, at query: Int) -> Int32 {
    var count = 0
    for key in visible(from: query) {
      let truth = selects(selection, key: key, query: query)
      if truth == 2 { return Status.unknown }
      count += Int(truth)
    }
    return count < least ? Status.unknown : Int32(count - least)
  }

  @inline(__always)
  private func value(of move: CausalMove, _ selection: CausalSelection, at query: Int) -> Int32 {
    var result: Int32?
    for key in visible(from: query) {
      let truth = selects(selection, key: key, query: query)
      if truth == 0 { continue }
      if truth == 2 { return Status.unknown }
      var id = move.root < 0 ? 0 : ids[move.root * stride + key]
      if id == Status.unknown { return id }
      if id < 0 { id = move.noneCode }
      let value = integers[move.entries + Int(id)]
      if let result, result != value { return Status.unknown }
      result = value
    }
    return result ?? move.fallback
  }

  @inline(__always)
  private func mean(
    of sum: CausalSum, _ selection: CausalSelection, fallback: Double, at query: Int
  ) -> (Int32, Double) {
    var total = 0.0
    var count = 0
    var status: Int32 = 0
    for key in visible(from: query) {
      let truth = selects(selection, key: key, query: query)
      if truth == 0 { continue }
      if truth == 2 { return (Status.unknown, .nan) }
      let (id, number) = value(of: sum, at: key)
      if id == Status.unknown { return (id, .nan) }
      status = min(status, id)
      total += number
      count += 1
    }
    if count == 0 { return fallback.isNaN ? (Status.none, .nan) : (0, fallback) }
    return (status, total / Double(count))
  }
}
