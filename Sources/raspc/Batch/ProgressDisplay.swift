import Foundation
import Rendering
import Synchronization

/// Shows the progress of several jobs: bars that are redrawn on a terminal, plain lines elsewhere.
///
/// Jobs may report from any thread.
final class ProgressDisplay: Sendable {
  /// Where the text goes, and what can be done there.
  struct Medium: Sendable {
    /// Whether lines can be overwritten.
    var isTerminal: Bool
    var width: Int
    var write: @Sendable (String) -> Void
    /// Seconds since some fixed time.
    var now: @Sendable () -> Double

    /// Standard error, which leaves standard output for results.
    static func standardError() -> Medium {
      var size = winsize()
      let isTerminal = isatty(STDERR_FILENO) == 1 && ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
      return Medium(
        isTerminal: isTerminal, width: size.ws_col > 20 ? Int(size.ws_col) : 80,
        write: { FileHandle.standardError.write(Data($0.utf8)) },
        now: { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 })
    }
  }

  /// Seconds between redraws on a terminal, and between two lines of one job elsewhere.
  static let drawInterval = 0.1
  static let lineInterval = 15.0

  private struct Job {
    var name: String
    var work: Double
    var fraction = 0.0
    var detail = ""
    var lastLine: Double
  }

  private struct State {
    var running: [Job] = []
    var done = 0
    var workDone = 0.0
    var drawnLines = 0
    var lastDrawn = -Double.infinity
  }

  private let medium: Medium
  private let total: Int
  private let work: Double
  private let started: Double
  private let state = Mutex(State())

  /// - Parameters:
  ///   - total: the number of jobs.
  ///   - work: the total cost of all jobs; nil if each costs 1.
  init(total: Int, work: Double? = nil, medium: Medium = .standardError()) {
    self.total = total
    self.work = work ?? Double(total)
    self.medium = medium
    started = medium.now()
  }

  /// A job starts.
  ///
  /// - Parameter work: its cost relative to the others.
  func start(_ name: String, work: Double = 1) {
    state.withLock { state in
      state.running.append(Job(name: name, work: work, lastLine: medium.now()))
      draw(&state, force: false)
    }
  }

  /// A job has made progress.
  ///
  /// - Parameters:
  ///   - fraction: from 0 to 1.
  ///   - detail: a few words.
  func update(_ name: String, fraction: Double, detail: String) {
    state.withLock { state in
      guard let index = state.running.firstIndex(where: { $0.name == name }) else { return }
      state.running[index].fraction = min(max(fraction, 0), 1)
      state.running[index].detail = detail
      let now = medium.now()
      if !medium.isTerminal, now - state.running[index].lastLine >= Self.lineInterval {
        state.running[index].lastLine = now
        let job = state.running[index]
        medium.write("\(job.name): \(Self.percent(job.fraction)) \(job.detail)\(timeLeft(state))\n")
      }
      draw(&state, force: false)
    }
  }

  /// A job ends; its line stays on the screen.
  func finish(_ name: String, _ line: String) {
    state.withLock { state in
      if let index = state.running.firstIndex(where: { $0.name == name }) {
        state.workDone += state.running.remove(at: index).work
      }
      state.done += 1
      let end = medium.isTerminal ? "" : timeLeft(state)
      erase(&state)
      medium.write("[\(state.done)/\(total)] \(name): \(line)\(end)\n")
      draw(&state, force: true)
    }
  }

  /// Removes the bars from the screen.
  func close() {
    state.withLock { erase(&$0) }
  }

  private func erase(_ state: inout State) {
    guard state.drawnLines > 0 else { return }
    medium.write("\u{1B}[\(state.drawnLines)A\u{1B}[J")
    state.drawnLines = 0
  }

  private func draw(_ state: inout State, force: Bool) {
    let now = medium.now()
    guard medium.isTerminal, force || now - state.lastDrawn >= Self.drawInterval else { return }
    guard !state.running.isEmpty else { return erase(&state) }
    state.lastDrawn = now
    let nameWidth = min(state.running.map(\.name.count).max() ?? 0, medium.width / 3)
    var lines = state.running.map { job in
      line(job.name, width: nameWidth, fraction: job.fraction, detail: job.detail)
    }
    if total > 1 {
      lines.append(
        line(
          "all", width: nameWidth, fraction: fraction(state),
          detail: "\(state.done) of \(total)\(timeLeft(state))"))
    }
    erase(&state)
    medium.write(lines.joined(separator: "\n") + "\n")
    state.drawnLines = lines.count
  }

  private func line(_ name: String, width: Int, fraction: Double, detail: String) -> String {
    let bar = 20
    let full = Int((fraction * Double(bar)).rounded(.down))
    let name = String(name.prefix(width)).padding(toLength: width, withPad: " ", startingAt: 0)
    let text =
      "\(name) [\(String(repeating: "#", count: full))\(String(repeating: "-", count: bar - full))] "
      + "\(Self.percent(fraction)) \(detail)"
    return String(text.prefix(medium.width - 1))
  }

  private func fraction(_ state: State) -> Double {
    let done = state.workDone + state.running.reduce(0) { $0 + $1.work * $1.fraction }
    return work > 0 ? min(done / work, 1) : 0
  }

  /// An estimate that assumes the pace so far.
  private func timeLeft(_ state: State) -> String {
    let fraction = fraction(state)
    let elapsed = medium.now() - started
    guard state.done < total, fraction > 0.005, elapsed > 1 else { return "" }
    return ", about \(Numbers.duration(elapsed / fraction - elapsed)) left"
  }

  private static func percent(_ fraction: Double) -> String {
    Numbers.wholePercent(fraction).rightAligned(to: 4)
  }
}
