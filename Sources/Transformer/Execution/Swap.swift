/// Sixteen sequences run on their own inputs, but with the activations of some components replaced, lane by
/// lane.
package struct Swap: Sendable {
  /// What replaces the activations.
  package enum Origin: Sendable {
    /// The activations on another block's sequences, each position from where the map says.
    case block(Int, LaneMap)
    /// Zeros: for a head's result, or for an MLP's hidden layer, which leaves its bias.
    case zero
  }

  /// The index of a block of the plain run.
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
