import Foundation
import Synchronization
import Testing

@testable import raspc

/// Jobs run side by side, no more than asked for, and results keep the items' order.
struct JobPoolTests {
  @Test(arguments: [1, 2, 5]) func resultsAreInOrder(jobs: Int) {
    let running = Mutex((now: 0, most: 0))
    let results = JobPool.map(Array(0..<20), jobs: jobs) { item in
      running.withLock { state in
        state.now += 1
        state.most = max(state.most, state.now)
      }
      usleep(2000)
      running.withLock { $0.now -= 1 }
      return item * item
    }
    #expect(results == (0..<20).map { $0 * $0 })
    #expect(running.withLock { $0.most } <= jobs)
  }

  @Test func nothingToDo() {
    #expect(JobPool.map([Int](), jobs: 3) { $0 }.isEmpty)
  }
}
