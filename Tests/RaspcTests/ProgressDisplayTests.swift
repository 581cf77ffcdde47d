import Synchronization
import Testing

@testable import raspc

/// Bars on a terminal, plain lines elsewhere.
struct ProgressDisplayTests {
  /// What was written, and a clock that the test sets.
  final class Recorder: Sendable {
    let text = Mutex("")
    let clock = Mutex(0.0)

    func medium(isTerminal: Bool) -> ProgressDisplay.Medium {
      ProgressDisplay.Medium(
        isTerminal: isTerminal, width: 80, write: { more in self.text.withLock { $0 += more } },
        now: { self.clock.withLock { $0 } })
    }

    func pass(_ seconds: Double) { clock.withLock { $0 += seconds } }
    var written: String { text.withLock { $0 } }
  }

  @Test func plainLinesComeSeldomAndSayWhatIsLeft() {
    let recorder = Recorder()
    let display = ProgressDisplay(total: 2, medium: recorder.medium(isTerminal: false))
    display.start("reverse")
    display.update("reverse", fraction: 0.1, detail: "step 10")
    recorder.pass(20)
    display.update("reverse", fraction: 0.5, detail: "step 50")
    recorder.pass(1)
    display.update("reverse", fraction: 0.6, detail: "step 60")
    recorder.pass(19)
    display.finish("reverse", "done")
    display.start("sort")
    display.finish("sort", "failed")
    display.close()
    #expect(
      recorder.written == """
        reverse:  50% step 50, about 1 min 0 s left
        [1/2] reverse: done, about 40 s left
        [2/2] sort: failed

        """)
  }

  @Test func terminalShowsABarAJobAndOneForAll() {
    let recorder = Recorder()
    let display = ProgressDisplay(total: 2, medium: recorder.medium(isTerminal: true))
    display.start("a")
    recorder.pass(1)
    display.start("long")
    recorder.pass(1)
    display.update("a", fraction: 0.5, detail: "x")
    let last = recorder.written.components(separatedBy: "\u{1B}[J").last
    #expect(
      last == """
        a    [##########----------]  50% x
        long [--------------------]   0%\u{20}
        all  [#####---------------]  25% 0 of 2, about 6 s left

        """)
    display.finish("a", "done")
    display.finish("long", "done")
    #expect(recorder.written.hasSuffix("\u{1B}[2A\u{1B}[J[2/2] long: done\n"))
  }
}
