import Foundation
import Synchronization

/// Processes a list on several threads.
enum JobPool {
  /// Room for deep recursion in the interpreter.
  static let stackSize = 64 << 20

  /// Calls `body` for every item, at most `jobs` at a time, and returns the results in the order of the
  /// items.
  ///
  /// - Parameter work: the relative cost of each item; the most expensive ones start first, so that none is
  ///   left to run alone at the end. Nil keeps the order of the items.
  static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], jobs: Int, work: [Double]? = nil, _ body: @escaping @Sendable (Item) -> Result
  ) -> [Result] {
    let order = work.map { work in
      items.indices.sorted { (-work[$0], $0) < (-work[$1], $1) }
    }
    let board = Board<Result>(order: order ?? Array(items.indices))
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
    private let order: [Int]
    private let state: Mutex<(next: Int, results: [Result?])>

    init(order: [Int]) {
      self.order = order
      state = Mutex((0, Array(repeating: nil, count: order.count)))
    }

    func next() -> Int? {
      state.withLock { state in
        guard state.next < order.count else { return nil }
        defer { state.next += 1 }
        return order[state.next]
      }
    }

    func post(_ result: Result, at index: Int) {
      state.withLock { $0.results[index] = result }
    }

    func results() -> [Result] { state.withLock { $0.results.compactMap(\.self) } }
  }
}
