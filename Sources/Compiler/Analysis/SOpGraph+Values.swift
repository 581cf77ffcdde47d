import Runtime

extension SOpGraph {
  /// For the tokens, the indices or the length, of which a graph may have several equal s-ops, the first of
  /// them; any other s-op is returned as it is.
  func canonical(_ id: SOpID) -> SOpID {
    func first(_ isSame: (SOp.Kind) -> Bool) -> SOpID { SOpID(sops.firstIndex { isSame($0.kind) }!) }
    switch self[id].kind {
    case .tokens: return first { if case .tokens = $0 { true } else { false } }
    case .indices: return first { if case .indices = $0 { true } else { false } }
    case .length: return first { if case .length = $0 { true } else { false } }
    default: return id
    }
  }

  /// The value of an elementwise s-op at a position, from the values of its ancestors there; nil if the
  /// program has none, or if a value is missing.
  func value(of id: SOpID, given known: [SOpID: Value]) -> Value? {
    var found = known
    func value(_ id: SOpID) throws -> Value {
      if let value = found[id] ?? found[canonical(id)] { return value }
      switch self[id].kind {
      case .constant(let constant): return constant
      case .map(let operation, let inputs):
        let result = try operation(try inputs.map { try value($0) })
        found[id] = result
        return result
      default: throw MissingValue()
      }
    }
    return try? value(id)
  }

  /// What an elementwise s-op is made from: some known s-ops, and others that are not functions of those.
  func support(of id: SOpID, known: Set<SOpID>) -> (known: [SOpID], missing: [SOpID]) {
    var support: (known: [SOpID], missing: [SOpID]) = ([], [])
    var seen: Set<SOpID> = []
    var pending = [id]
    while let popped = pending.popLast() {
      let next = known.contains(popped) ? popped : canonical(popped)
      guard seen.insert(next).inserted else { continue }
      if known.contains(next) {
        support.known.append(next)
        continue
      }
      switch self[next].kind {
      case .constant: break
      case .map(_, let inputs): pending += inputs
      default: support.missing.append(next)
      }
    }
    return (support.known.sorted(), support.missing.sorted())
  }
}

private struct MissingValue: Error {}
