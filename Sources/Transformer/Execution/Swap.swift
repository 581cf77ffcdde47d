/// Sixteen sequences run on their own inputs, but with some components' activations replaced, lane by lane.
package struct Swap: Sendable {
  /// What takes the activations' place.
  package enum Origin: Sendable {
    /// Those of another block's sequences, each position from where the map says.
    case block(Int, LaneMap)
    /// Zeros: of a head's result, or of an MLP's hidden layer, so that its bias is left.
    case zero
  }

  /// The place of a block of the plain run.
  package var base: Int
  package var origin: Origin
  package var components: ComponentSet

  package init(base: Int, origin: Origin, components: ComponentSet) {
    self.base = base
    self.origin = origin
    self.components = components
  }

  /// A swap from another block.
  package init(base: Int, source: Int, map: LaneMap, components: ComponentSet) {
    self.init(base: base, origin: .block(source, map), components: components)
  }
}
