/// The MLP's nonlinearity on the hidden layer of one block, forward and backward.
package struct ActivationKernel {
  private let activation: TransformerConfig.Activation

  package init(activation: TransformerConfig.Activation) {
    self.activation = activation
  }

  /// Sets post to f(hidden) and replaces hidden by f'(hidden), which is all that the backward pass needs.
  package func forward(_ hidden: Tile, post: Tile, channels: Int) {
    let x = hidden.vectors()
    let y = post.vectors()
    let count = channels * hidden.stride / laneCount
    switch activation {
    case .gelu:
      for i in 0..<count {
        let (value, derivative) = gelu(x[i])
        y[i] = value
        x[i] = derivative
      }
    case .relu:
      for i in 0..<count {
        let positive = x[i] .> Vector(0)
        y[i] = Vector(0).replacing(with: x[i], where: positive)
        x[i] = Vector(0).replacing(with: Vector(1), where: positive)
      }
    }
  }

  /// Turns dPost into the gradient of the hidden layer, dPost · f'(hidden).
  package func backward(_ derivative: Tile, _ dPost: Tile, channels: Int) {
    let slope = derivative.vectors()
    let gradient = dPost.vectors()
    for i in 0..<channels * derivative.stride / laneCount { gradient[i] *= slope[i] }
  }
}
