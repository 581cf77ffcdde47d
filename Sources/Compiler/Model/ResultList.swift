import Runtime

/// The distinct results of a function that is being tabulated.
///
/// Results that share a spelling are merged. This may only turn out later, so entries that were handed out
/// before are settled at the end.
struct ResultList {
  private var spellings: [[Value]] = []
  private var places: [Value: Int] = [:]
  /// For each index, the one that it was merged into, or itself.
  private var heirs: [Int] = []

  /// The entry for the results of a function on arguments that are one to a transformer, with nil for no
  /// result; nil if the results are not one value as well.
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
        // Two results turn out to be the same.
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

  /// The results, without repetition.
  var values: [HeldValue] { survivors.map { HeldValue(of: spellings[$0]) } }

  private var survivors: [Int] { heirs.indices.filter { heirs[$0] == $0 } }

  /// Entries that were handed out as indices into ``values``.
  func settled(_ entries: [Int32]) -> [Int32] {
    var places = Array(repeating: Int32(-1), count: heirs.count)
    for (new, old) in survivors.enumerated() { places[old] = Int32(new) }
    return entries.map { $0 >= 0 ? places[heir(Int($0))] : $0 }
  }
}
