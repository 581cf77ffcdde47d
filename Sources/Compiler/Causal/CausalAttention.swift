/// What a head that computes a variable has to attend to, given the keys that its selector selects.
package enum CausalAttention: Sendable {
  /// To selected keys, in any shares: all of them have the same value. To BOS where none is selected.
  case any
  /// To all selected keys evenly, to read their mean. To BOS where none is selected.
  case evenly
  /// To all selected keys and BOS evenly, to read from BOS's share how many there are.
  case evenlyWithBOS
}
