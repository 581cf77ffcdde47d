import Runtime

/// A claim, and what has been shown about it so far.
struct Holding: Sendable {
  let claim: Claim
  /// Whether it has been shown.
  var isShown = false
  /// How far the direction of the value may be off; for a number, how far the number may be off.
  var error = 0.0
  /// How far its other directions may be from 0: each of them, all of them together, and None's on its own,
  /// since units may read it with large weights.
  var stray = 0.0
  var strays = 0.0
  var noneStray = 0.0
  /// An error in proportion to the number.
  var relativeError = 0.0
  /// A lower bound on the None direction if there is no value.
  var leastFlag = 1.0
  /// A bound on the number, and on its direction if there is no value.
  var magnitude = 0.0
  var magnitudeOfNone = 0.0
  /// The index of each value in the claim's list.
  let codes: [Value: Int]
  /// The index of each combination in a tuple's list.
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

  /// The total error of all directions.
  var offset: Double { error + strays + noneStray }

  /// The error that can come through some of its directions.
  ///
  /// - Parameters:
  ///   - greatest: the largest of their weights
  ///   - sum: the sum of their weights
  func stray(greatest: Double, sum: Double) -> Double { min(greatest * strays, sum * stray) }

  /// The s-op whose value it holds, if it is one.
  var sop: SOpID? {
    switch claim.content {
    case .value(let sop), .share(let sop): sop
    case .tuple: nil
    }
  }
}
