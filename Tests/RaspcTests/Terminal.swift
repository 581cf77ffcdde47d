import Foundation
import Testing

/// The `raspc` executable on a terminal of its own, as a user sits before it.
final class Terminal {
  /// Nothing was answered in time.
  struct TimedOut: Error, CustomStringConvertible {
    let shown: String
    var description: String { "no answer after \(shown.debugDescription)" }
  }

  private let master: Int32
  private let process: pid_t
  private var hasEnded = false
  /// Bytes that have been shown and not yet been taken.
  private var pending: [UInt8] = []

  /// - Parameter history: where the lines that are typed are kept
  init(_ arguments: [String], history: URL) throws {
    var ends: (master: Int32, other: Int32) = (-1, -1)
    var size = winsize(ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
    try #require(openpty(&ends.master, &ends.other, nil, nil, &size) == 0)
    master = ends.master
    // Other programs that tests start meanwhile have no business with it.
    for end in [ends.master, ends.other] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends.other) }
    var name = [CChar](repeating: 0, count: 256)
    try #require(ttyname_r(ends.other, &name, name.count) == 0)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a session's leader opens is the one whose Ctrl-C it gets.
    for descriptor in Int32(0)...2 {
      posix_spawn_file_actions_addopen(&actions, descriptor, name, O_RDWR, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Tests run on threads that take no signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGMASK))

    var environment = ProcessInfo.processInfo.environment
    environment["TERM"] = "dumb"
    environment["INPUTRC"] = "/dev/null"
    environment["RASPC_HISTORY"] = history.path
    for name in ["LINES", "COLUMNS"] { environment[name] = nil }
    func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] { texts.map { strdup($0) } + [nil] }
    var words = strings([Executable.url.path] + arguments)
    var variables = strings(environment.map { "\($0.key)=\($0.value)" })
    defer { for text in words + variables { free(text) } }
    var child: pid_t = 0
    let status = posix_spawn(&child, Executable.url.path, &actions, &attributes, &words, &variables)
    process = child
    try #require(status == 0, "\(String(cString: strerror(status)))")
  }

  /// glibc's POSIX_SPAWN_SETSID, which Swift does not see.
  private static let newSession: Int16 = 0x80

  deinit {
    if !hasEnded {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(master)
  }

  /// Types text, which ends with a line break where a line is to be entered.
  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(master, bytes, bytes.count)
  }

  /// Waits until `isDone` is true of what has been shown since the last call, and returns that, line breaks as `\n`.
  func wait(seconds: Double = 60, _ isDone: (String) -> Bool) throws -> String {
    let end = DispatchTime.now().uptimeNanoseconds + UInt64(seconds * 1e9)
    while true {
      let shown = String(decoding: pending, as: UTF8.self).replacing("\r\n", with: "\n")
      if isDone(shown) {
        pending = []
        return shown
      }
      guard DispatchTime.now().uptimeNanoseconds < end, read(milliseconds: 100) else {
        throw TimedOut(shown: shown)
      }
    }
  }

  /// Takes what the program shows within some time; false where it has closed its terminal.
  private func read(milliseconds: Int32) -> Bool {
    var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, milliseconds) > 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = Foundation.read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    pending += buffer[..<count]
    return true
  }

  /// What is shown up to the next prompt, its lines without the prompt, which follows them.
  func answer() throws -> (lines: [String], prompt: String) {
    let shown = try wait { text in Self.prompts.contains { text == $0 || text.hasSuffix("\n" + $0) } }
    var lines = shown.components(separatedBy: "\n")
    let prompt = lines.removeLast()
    return (lines, prompt)
  }

  private static let prompts = [">> ", ".. "]

  /// Enters a line and returns the lines of the answer, the typed one left out.
  func enter(_ line: String) throws -> [String] {
    type(line + "\n")
    return Array(try answer().lines.dropFirst())
  }

  /// Waits for the program's end; returns its exit status.
  func end() throws -> Int32 {
    let end = DispatchTime.now().uptimeNanoseconds + 60_000_000_000
    while read(milliseconds: 100) {
      guard DispatchTime.now().uptimeNanoseconds < end else { throw TimedOut(shown: "the last line") }
    }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    hasEnded = true
    try #require(status & 0x7f == 0, "ended by a signal")
    return status >> 8 & 0xff
  }
}
