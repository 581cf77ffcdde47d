/// Memory that lives as long as whoever computes with it, aligned for vectors and all zeros at first.
package final class Arena {
  private var allocations: [UnsafeMutableRawPointer] = []
  /// Bytes handed out.
  package private(set) var byteCount = 0

  package init() {}

  deinit {
    for memory in allocations { memory.deallocate() }
  }

  package func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    let vectors = max(1, (count + laneCount - 1) / laneCount)
    let bytes = vectors * MemoryLayout<Vector>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    allocations.append(memory)
    byteCount += bytes
    let floats = memory.bindMemory(to: Float.self, capacity: vectors * laneCount)
    floats.initialize(repeating: 0, count: vectors * laneCount)
    return floats
  }

  package func vectors(_ count: Int) -> UnsafeMutablePointer<Vector> {
    UnsafeMutableRawPointer(floats(count * laneCount)).assumingMemoryBound(to: Vector.self)
  }
}
