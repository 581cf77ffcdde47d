import Foundation

/// Memory that lives as long as its owner computes with it, aligned for vectors and zero at first.
package final class Arena {
  private struct Allocation {
    var memory: UnsafeMutableRawPointer
    var byteCount: Int
    var isMapped: Bool
  }

  private var allocations: [Allocation] = []
  /// Bytes handed out.
  package private(set) var byteCount = 0

  /// Buffers of at least this many bytes get their own pages, which go back to the system when the buffer is
  /// freed; on the heap, small long-lived objects between them would keep the memory.
  private static let smallestMapping = 1 << 16

  package init() {}

  deinit {
    for allocation in allocations {
      if allocation.isMapped {
        munmap(allocation.memory, allocation.byteCount)
      } else {
        allocation.memory.deallocate()
      }
    }
  }

  package func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    let vectors = max(1, (count + laneCount - 1) / laneCount)
    let bytes = vectors * MemoryLayout<Vector>.stride
    let memory = mapped(bytes) ?? allocated(bytes)
    byteCount += bytes
    return memory.bindMemory(to: Float.self, capacity: vectors * laneCount)
  }

  package func vectors(_ count: Int) -> UnsafeMutablePointer<Vector> {
    UnsafeMutableRawPointer(floats(count * laneCount)).assumingMemoryBound(to: Vector.self)
  }

  /// Pages of zeros; nil if there are none left, or if the buffer is too small for pages of its own.
  private func mapped(_ bytes: Int) -> UnsafeMutableRawPointer? {
    guard bytes >= Self.smallestMapping,
      let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      memory != MAP_FAILED
    else { return nil }
    allocations.append(Allocation(memory: memory, byteCount: bytes, isMapped: true))
    return memory
  }

  private func allocated(_ bytes: Int) -> UnsafeMutableRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    allocations.append(Allocation(memory: memory, byteCount: bytes, isMapped: false))
    return memory
  }
}
