import Parser

extension Comparison {
  func holds(_ a: Int, _ b: Int) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .lessOrEqual: a <= b
    case .greaterOrEqual: a >= b
    case .less: a < b
    case .greater: a > b
    }
  }

  /// The comparison that holds for (b, a) if this one holds for (a, b).
  var mirrored: Comparison {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}
