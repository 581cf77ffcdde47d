/// A number in a drawing: at most two decimals, without trailing zeros.
struct SVGNumber: CustomStringConvertible {
  let description: String

  init(_ value: Double) {
    let rounded = (value * 100).rounded() / 100
    description = rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
}
