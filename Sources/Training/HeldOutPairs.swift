/// The pairs of held-out inputs of a circuit that has few.
enum HeldOutPairs {
  /// Every pair of different held-out inputs of one length, once; an input that is its length's only one is
  /// paired with itself. Nil where there are more than `limit`.
  static func all(_ sampler: InputSampler, limit: Int) -> [InputPair]? {
    var pairs: [InputPair] = []
    for length in sampler.lengths {
      guard let inputs = sampler.heldOutInputs(length: length, limit: 16 * limit),
        inputs.count * (inputs.count - 1) / 2 <= limit
      else { return nil }
      if inputs.count == 1 { pairs.append(InputPair(base: inputs[0], source: inputs[0])) }
      for (place, base) in inputs.enumerated() {
        for source in inputs[(place + 1)...] { pairs.append(InputPair(base: base, source: source)) }
      }
      if pairs.count > limit { return nil }
    }
    return pairs
  }
}

extension InputSampler {
  /// Every held-out input of a length in order; nil where the length has more than `limit` inputs in all.
  func heldOutInputs(length: Int, limit: Int) -> [[Int32]]? {
    if let members {
      let members = members[length - lengths.lowerBound]
      guard members.isAll else { return nil }
      return members.inputs.filter { isShared($0) || isHeldOut($0) }
    }
    var inputs: [[Int32]] = [[]]
    for _ in 0..<length {
      guard inputs.count * vocabulary <= limit else { return nil }
      inputs = inputs.flatMap { input in (0..<Int32(vocabulary)).map { input + [$0] } }
    }
    return inputs.filter { isShared($0) || isHeldOut($0) }
  }
}
