/// What one key position can contribute to a query.
struct KeyOutcome: Hashable, Sendable {
  /// Whether it may be selected, and whether it may not be.
  var maySelect = false
  var maySkip = false
  /// Whether the selector may be undefined for the pair.
  var mayFail = false
  /// For each promise of the selector, whether it may concern this key.
  var promised: [Bool] = []
  /// What an aggregate may read there.
  var values = ValueSet.empty
  /// For each s-op that may be distinct between positions: its possible values if the key is selected, and if
  /// it is not.
  var selectedMarks: [ValueSet] = []
  var skippedMarks: [ValueSet] = []
}

extension KeyOutcome {
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8
    static let maySelect = Flags(rawValue: 1)
    static let maySkip = Flags(rawValue: 2)
    static let mayFail = Flags(rawValue: 4)
  }

  var flags: Flags {
    var flags: Flags = []
    if maySelect { flags.insert(.maySelect) }
    if maySkip { flags.insert(.maySkip) }
    if mayFail { flags.insert(.mayFail) }
    return flags
  }
}

/// Outcomes, cached by their inputs.
struct OutcomeCache: Sendable {
  /// Tuples at the key's and at the query's position; if they are the same position, tuples of both together.
  struct Key: Hashable, Sendable {
    let node: Int
    let keys: Int32
    let queries: Int32
    let isSamePosition: Bool
  }

  private(set) var outcomes: [KeyOutcome] = []
  /// By index: what is asked for most often.
  private(set) var flags: [KeyOutcome.Flags] = []
  private var places: [KeyOutcome: Int32] = [:]
  /// For each tuple of the query, the index of the outcome.
  private var known: [Key: [Int32]] = [:]

  subscript(place: Int32) -> KeyOutcome { outcomes[Int(place)] }

  subscript(key: Key) -> [Int32]? {
    get { known[key] }
    set { known[key] = newValue }
  }

  mutating func add(_ outcome: KeyOutcome) -> Int32 {
    if let place = places[outcome] { return place }
    let place = Int32(outcomes.count)
    places[outcome] = place
    outcomes.append(outcome)
    flags.append(outcome.flags)
    return place
  }
}
