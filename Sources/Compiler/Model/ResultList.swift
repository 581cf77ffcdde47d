import Runtime

/// The distinct results of a function that is being tabulated.
///
/// Results that share a spelling are one. That may only turn out later, so entries handed out before are
/// settled at the end.
struct ResultList {
  private var spellings: [[Value]] = []
  private var places: [Value: Int] = [:]
  /// For each place the one that it has become, or itself.
  private var heirs: [Int] = []

  /// The entry for what a function gives for arguments that are one to a transformer, nil being no result;
  /// nil where the results are not one, too.
  mutating func entry(for results: [Value?]) -> Int32? {
    let present = results.compactMap { $0 }
    guard let first = present.first else { return Code.undefined }
    if first.isNone { return present.allSatisfy(\.isNone) ? Code.none : nil }
    guard present.allSatisfy({ HeldValue.areOne($0, first) }) else { return nil }
    return entry(for: present)
  }

  /// The entry for spellings of one value.
  mutating func entry(for values: [Value]) -> Int32 {
    var place: Int?
    for value in values {
      guard let known = places[value].map(heir) else { continue }
      if let first = place, known != first {
        // Two results turn out to be one.
        spellings[first] += spellings[known]
        heirs[known] = first
      } else {
        place = known
      }
    }
    let target = place ?? spellings.count
    if place == nil {
      spellings.append([])
      heirs.append(target)
    }
    for value in values where places[value].map(heir) != target {
      spellings[target].append(value)
      places[value] = target
    }
    return Int32(target)
  }

  private func heir(_ place: Int) -> Int {
    var place = place
    while heirs[place] != place { place = heirs[place] }
    return place
  }

  // MARK: At the end

  /// The results, each once.
  var values: [HeldValue] { survivors.map { HeldValue(of: spellings[$0]) } }

  private var survivors: [Int] { heirs.indices.filter { heirs[$0] == $0 } }

  /// Entries given out on the way as places in ``values``.
  func settled(_ entries: [Int32]) -> [Int32] {
    var places = Array(repeating: Int32(-1), count: heirs.count)
    for (new, old) in survivors.enumerated() { places[old] = Int32(new) }
    return entries.map { $0 >= 0 ? places[heir(Int($0))] : $0 }
  }
}
