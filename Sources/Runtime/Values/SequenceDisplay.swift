/// A sequence of values, with the type that RASP 0.1 gives it and the text that it prints.
struct SequenceDisplay {
  let values: [Value]

  /// The type of a sequence by RASP 0.1's rules; nil if the values have no type in common.
  static func typeName(_ values: [Value]) -> String? {
    let present = values.filter { !$0.isNone }
    let types = ValueTypes(present)
    if types.isEmpty { return values.isEmpty ? nil : "None" }
    if types == .string { return "string" }
    if types == .bool { return "bool" }
    if types.isSubset(of: [.bool, .int]) { return "int" }
    if types.isSubset(of: .numbers) { return "float" }
    return nil
  }

  static func checkUniform(_ values: [Value]) throws(EvaluationError) {
    if typeName(values) != nil { return }
    let list = values.prefix(8).map(\.quoted).joined(separator: ", ") + (values.count > 8 ? ", ..." : "")
    throw EvaluationError("the values of a sequence have different types: [\(list)]")
  }

  static func mayAverage(_ values: [Value]) -> Bool {
    let name = typeName(values)
    return name == "int" || name == "float"
  }

  /// For example `[0.4]*5 (floats)`.
  var description: String {
    let isConstant = values.count > 1 && values.allSatisfy { $0.equals(values[0]) }
    let list =
      isConstant
      ? "[\(values[0].short)]*\(values.count)" : "[" + values.map(\.short).joined(separator: ", ") + "]"
    return "\(list) (\(SequenceDisplay.typeName(values) ?? "mixed")s)"
  }
}
