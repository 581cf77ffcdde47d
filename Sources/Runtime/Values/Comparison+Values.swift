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
}
