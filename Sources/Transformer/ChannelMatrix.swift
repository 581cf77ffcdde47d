/// Activations of one kind: a row a channel, a column a (sequence, position) pair.
///
/// The memory belongs to an ``Arena``; a matrix is only a view of it.
package struct ChannelMatrix: @unchecked Sendable {
  package let base: UnsafeMutablePointer<Float>
  package let channels: Int
  /// Floats from one channel to the next.
  package let stride: Int

  /// The first column of a channel.
  @inline(__always)
  package func row(_ channel: Int) -> UnsafeMutablePointer<Float> { base + channel * stride }

  /// The matrix from a channel on.
  func from(_ channel: Int) -> ChannelMatrix {
    ChannelMatrix(base: row(channel), channels: channels - channel, stride: stride)
  }

  /// A channel's vectors from a column on, which must be a block's.
  @inline(__always)
  func vectors(_ channel: Int, _ column: Int) -> UnsafeMutablePointer<Vector> {
    UnsafeMutableRawPointer(base + channel * stride + column).assumingMemoryBound(to: Vector.self)
  }
}

/// Memory that lives as long as the run that uses it, aligned for vectors.
package final class Arena {
  private var allocations: [UnsafeMutableRawPointer] = []
  /// Bytes handed out.
  package private(set) var byteCount = 0

  package init() {}

  deinit {
    for memory in allocations { memory.deallocate() }
  }

  /// A matrix of zeros.
  package func matrix(channels: Int, columns: Int) -> ChannelMatrix {
    var lanes = (columns + laneCount - 1) / laneCount
    // An even number of cache lines from channel to channel puts a block's channels into few cache sets.
    if lanes.isMultiple(of: 2) { lanes += 1 }
    let stride = lanes * laneCount
    return ChannelMatrix(base: floats(channels * stride), channels: channels, stride: stride)
  }

  /// A matrix of zeros with one more row, of ones, for the bias.
  package func augmentedMatrix(channels: Int, columns: Int) -> ChannelMatrix {
    let matrix = matrix(channels: channels + 1, columns: columns)
    matrix.row(channels).update(repeating: 1, count: matrix.stride)
    return matrix
  }

  package func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    allocations.append(memory)
    byteCount += bytes
    let floats = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    floats.initialize(repeating: 0, count: max(count, 1))
    return floats
  }
}
