import Runtime

/// The distinct results of a function that is being tabulated.
struct ResultList {
  private(set) var values: [HeldValue] = []
  private var places: [HeldValue: Int32] = [:]

  /// The entry for what a function gives for arguments that are one to a transformer, nil being no result;
  /// nil where the results are not one, too.
  mutating func entry(for results: [Value?]) -> Int32? {
    let present = results.compactMap { $0 }
    guard let first = present.first else { return Code.undefined }
    if first.isNone { return present.allSatisfy(\.isNone) ? Code.none : nil }
    if present.count == 1 || present.allSatisfy({ $0 == first }) { return entry(for: HeldValue(first)) }
    return HeldValue(present).map { entry(for: $0) }
  }

  mutating func entry(for held: HeldValue) -> Int32 {
    if let place = places[held] { return place }
    let place = Int32(values.count)
    places[held] = place
    values.append(held)
    return place
  }
}
