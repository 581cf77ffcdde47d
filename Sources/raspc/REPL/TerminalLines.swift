@preconcurrency import CReadline
import Foundation

/// Lines from a terminal, with editing and history by readline.
///
/// Readline is used through its callbacks, so that the wait for a key is ours and Ctrl-C can end it.
struct TerminalLines: LineSource {
  private let history: String?

  private static let historyLength: Int32 = 5000

  init() {
    rl_readline_name = UnsafePointer(strdup("raspc"))
    rl_catch_signals = 0
    // Word boundaries as in RASP.
    rl_completer_word_break_characters = UnsafePointer(strdup(" \t\n()[]{},;=<>+-*/%^"))
    rl_completer_quote_characters = UnsafePointer(strdup("\""))
    rl_attempted_completion_function = { text, _, _ in ReadlineState.matches(text) }
    using_history()
    stifle_history(Self.historyLength)
    history = Self.historyPath()
    if let history { read_history(history) }
    Interrupt.catchSignals()
  }

  private static func historyPath() -> String? {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["RASPC_HISTORY"] { return path.isEmpty ? nil : path }
    guard let home = environment["HOME"] else { return nil }
    let folder = environment["XDG_STATE_HOME"] ?? home + "/.local/state"
    try? FileManager.default.createDirectory(
      atPath: folder + "/raspc", withIntermediateDirectories: true)
    return folder + "/raspc/history"
  }

  mutating func next(prompt: String, complete: @escaping (String) -> [String]) -> LineInput {
    ReadlineState.complete = complete
    ReadlineState.input = nil
    Interrupt.clear()
    rl_callback_handler_install(prompt) { line in
      rl_callback_handler_remove()
      guard let line else {
        ReadlineState.input = .end
        return
      }
      ReadlineState.input = .line(String(cString: line))
      free(line)
    }
    while ReadlineState.input == nil {
      var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      // A signal that comes just before the wait does not end it.
      let ready = poll(&wait, 1, 100)
      if Interrupt.isPending {
        rl_free_line_state()
        rl_callback_sigcleanup()
        rl_callback_handler_remove()
        print("^C")
        Interrupt.clear()
        return .interrupted
      }
      if ready > 0 { rl_callback_read_char() }
    }
    let input = ReadlineState.input ?? .end
    switch input {
    case .line(let line): remember(line)
    case .end: print("")
    case .interrupted: break
    }
    return input
  }

  private func remember(_ line: String) {
    guard !line.allSatisfy(\.isWhitespace) else { return }
    if history_length > 0, let last = history_get(history_base + history_length - 1),
      String(cString: last.pointee.line) == line
    {
      return
    }
    add_history(line)
    // Saved at once, so that nothing is lost however the session ends.
    if let history { write_history(history) }
  }
}

/// State shared by readline's callbacks and the code that asks for a line: the callbacks are C functions and
/// cannot capture anything. It is only used on the thread that runs the REPL.
private enum ReadlineState {
  nonisolated(unsafe) static var input: LineInput?
  nonisolated(unsafe) static var complete: (String) -> [String] = { _ in [] }
  nonisolated(unsafe) static var candidates: [String] = []

  /// The continuations of a word in the form that readline wants: their common prefix, then each, then nil.
  static func matches(_ text: UnsafePointer<CChar>?) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    guard let text else { return nil }
    let line = String(cString: rl_line_buffer)
    let isString = line.filter { $0 == "\"" }.count % 2 == 1
    // Inside a string only file names make sense, and readline completes those itself.
    if isString || line.hasPrefix(":load ") { return nil }
    rl_attempted_completion_over = 1
    candidates = complete(String(cString: text))
    rl_completion_append_character = 0
    return rl_completion_matches(text) { _, state in
      guard Int(state) < ReadlineState.candidates.count else { return nil }
      return strdup(ReadlineState.candidates[Int(state)])
    }
  }
}
