import Runtime

/// A claim, and what has been shown of it so far.
struct Holding: Sendable {
  let claim: Claim
  /// Whether it has been shown.
  var isShown = false
  /// How far the direction that shows the value is off at most; for a number, how far that is.
  var error = 0.0
  /// How far its other directions are from nothing at most: any of them, and all together; and None's by
  /// itself, which units may read with large weights.
  var stray = 0.0
  var strays = 0.0
  var noneStray = 0.0
  /// The same as a part of the number.
  var relativeError = 0.0
  /// The least that the None direction shows where there is no value.
  var leastFlag = 1.0
  /// The most that a number can come to, and where there is no value the most that its direction shows.
  var magnitude = 0.0
  var magnitudeOfNone = 0.0
  /// The place of each value in the claim's list.
  let codes: [Value: Int]
  /// The same for a tuple's.
  let tuples: [[Int]: Int]

  init(_ claim: Claim) {
    self.claim = claim
    var codes: [Value: Int] = [:]
    var tuples: [[Int]: Int] = [:]
    if case .tuple = claim.content {
      for (place, parts) in claim.values.enumerated() { tuples[parts.compactMap(\.integer)] = place }
    } else if claim.encoding == .categorical {
      for (code, spellings) in claim.values.enumerated() { for value in spellings { codes[value] = code } }
    }
    self.codes = codes
    self.tuples = tuples
  }

  /// Whether its directions may be off at all.
  var isInexact: Bool { error > 0 || strays > 0 || noneStray > 0 || relativeError > 0 }

  /// How far all directions are off, together.
  var offset: Double { error + strays + noneStray }

  /// What may stray through some of its directions.
  ///
  /// - Parameters:
  ///   - greatest: of their weights
  ///   - sum: of their weights
  func stray(greatest: Double, sum: Double) -> Double { min(greatest * strays, sum * stray) }

  /// The s-op whose value it tells, if it is one.
  var sop: SOpID? {
    switch claim.content {
    case .value(let sop), .share(let sop): sop
    case .tuple: nil
    }
  }
}
