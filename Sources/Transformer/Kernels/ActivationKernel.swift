/// The MLP's nonlinearity on the first columns of its hidden layer, forward and backward.
struct ActivationKernel {
  let activation: TransformerConfig.Activation

  /// post = f(hidden), and hidden is replaced by f'(hidden), which is all that the way back needs of it.
  func forward(_ hidden: ChannelMatrix, post: ChannelMatrix, channels: Int, columns: Int) {
    for channel in 0..<channels {
      let x = hidden.vectors(channel, 0)
      let y = post.vectors(channel, 0)
      switch activation {
      case .gelu:
        for i in 0..<columns / laneCount {
          let (value, derivative) = gelu(x[i])
          y[i] = value
          x[i] = derivative
        }
      case .relu:
        for i in 0..<columns / laneCount {
          let positive = x[i] .> Vector(0)
          y[i] = Vector(0).replacing(with: x[i], where: positive)
          x[i] = Vector(0).replacing(with: Vector(1), where: positive)
        }
      }
    }
  }

  /// dPost becomes the gradient of the hidden layer: dPost · f'(hidden).
  func backward(_ derivative: ChannelMatrix, _ dPost: ChannelMatrix, channels: Int, columns: Int) {
    for channel in 0..<channels {
      let slope = derivative.vectors(channel, 0)
      let gradient = dPost.vectors(channel, 0)
      for i in 0..<columns / laneCount { gradient[i] *= slope[i] }
    }
  }
}
