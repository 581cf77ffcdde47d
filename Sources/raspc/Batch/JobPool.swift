import Foundation
import Synchronization

/// Works through a list on several threads, in its order.
enum JobPool {
  /// Room for the deep recursion that a program may ask the interpreter for.
  static let stackSize = 64 << 20

  /// Calls `body` for every item, at most `jobs` at a time; returns the results in the items' order.
  static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], jobs: Int, _ body: @escaping @Sendable (Item) -> Result
  ) -> [Result] {
    let board = Board<Result>(count: items.count)
    let group = DispatchGroup()
    for _ in 0..<min(max(jobs, 1), items.count) {
      group.enter()
      let thread = Thread {
        while let index = board.next() { board.post(body(items[index]), at: index) }
        group.leave()
      }
      thread.stackSize = stackSize
      thread.start()
    }
    group.wait()
    return board.results()
  }

  /// Which item is next, and the results so far.
  private final class Board<Result: Sendable>: Sendable {
    private let state: Mutex<(next: Int, results: [Result?])>

    init(count: Int) { state = Mutex((0, Array(repeating: nil, count: count))) }

    func next() -> Int? {
      state.withLock { state in
        guard state.next < state.results.count else { return nil }
        defer { state.next += 1 }
        return state.next
      }
    }

    func post(_ result: Result, at index: Int) {
      state.withLock { $0.results[index] = result }
    }

    func results() -> [Result] { state.withLock { $0.results.compactMap(\.self) } }
  }
}
