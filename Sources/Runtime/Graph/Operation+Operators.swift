import Parser

extension Operation {
  /// A selector's predicate on a key and a query.
  static func comparison(_ comparison: Comparison) -> Operation {
    Operation(binary: comparison.rawValue, form: .comparison(comparison)) { a, b in
      .bool(try Arithmetic.compare(comparison, a, b))
    }
  }

  /// An operator as an operation on two values.
  ///
  /// - Parameters:
  ///   - left: The left operand, if it is constant.
  ///   - right: The right operand, if it is constant.
  init(_ op: BinaryOperator, left: Value?, right: Value?) {
    self.init(binary: op.rawValue, form: Form(op, left: left, right: right)) {
      try Arithmetic.apply(op, $0, $1)
    }
  }
}

extension Operation.Form {
  fileprivate init?(_ op: BinaryOperator, left: Value?, right: Value?) {
    func finite(_ value: Value?) -> Double? {
      guard let number = value?.number, number.isFinite else { return nil }
      return number
    }
    switch op {
    case .add: self = .linear([1, 1], constant: 0)
    case .subtract: self = .linear([1, -1], constant: 0)
    case .multiply:
      if let factor = finite(right) {
        self = .linear([factor, 0], constant: 0)
      } else if let factor = finite(left) {
        self = .linear([0, factor], constant: 0)
      } else {
        self = .product
      }
    case .divide:
      if let divisor = finite(right), divisor != 0 {
        self = .linear([1 / divisor, 0], constant: 0)
      } else {
        self = .quotient
      }
    default:
      guard let comparison = op.comparison else { return nil }
      self = .comparison(comparison)
    }
  }
}

extension Operation {
  /// The operation with some of its arguments fixed; the others keep their order.
  func applied(to constants: [Value?]) -> Operation {
    guard constants.contains(where: { $0 != nil }) else { return self }
    let form = fixedForm(constants)
    let name = fixedName(constants)
    if constants.count == 2 {
      if let first = constants[0], constants[1] == nil {
        return Operation(unary: name, form: form, passesNone: passesNone) { try self(first, $0) }
      }
      if let second = constants[1], constants[0] == nil {
        return Operation(unary: name, form: form, passesNone: passesNone) { try self($0, second) }
      }
    }
    let arity = constants.count { $0 == nil }
    return Operation(name: name, arity: arity, form: form, passesNone: passesNone) { arguments in
      var rest = arguments[...]
      return try self(constants.map { $0 ?? rest.removeFirst() })
    }
  }

  private func fixedForm(_ constants: [Value?]) -> Form? {
    guard case .linear(let coefficients, var constant) = form else { return nil }
    var remaining: [Double] = []
    for (coefficient, value) in zip(coefficients, constants) {
      guard let value else {
        remaining.append(coefficient)
        continue
      }
      guard let number = value.number, number.isFinite else { return nil }
      constant += coefficient == 0 ? 0 : coefficient * number
    }
    return .linear(remaining, constant: constant)
  }

  private func fixedName(_ constants: [Value?]) -> String {
    let isOperator = name.first.map { !$0.isLetter && $0 != "_" } ?? false
    if isOperator, constants.count == 2 {
      if let first = constants[0] { return "\(first.quoted) \(name)" }
      if let second = constants[1] { return "\(name) \(second.quoted)" }
    }
    return "\(name)(\(constants.map { $0?.quoted ?? "_" }.joined(separator: ", ")))"
  }
}
