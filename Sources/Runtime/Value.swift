/// One element of a sequence.
///
/// Equality and hashing are exact: the integer 1, the float 1.0 and true are three values (they print
/// differently). RASP's own `==`, under which they are equal, is ``equals(_:)``.
public enum Value: Sendable {
  /// No value: what an aggregate over an empty selection gives when its default is `None`.
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
}
