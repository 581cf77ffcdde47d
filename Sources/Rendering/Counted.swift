/// A number with its noun, in the plural unless it is one: `1 layer`, `2 layers`.
package func counted(_ number: Int, _ noun: String) -> String {
  "\(number) \(number == 1 ? noun : noun + "s")"
}
