import Diagnostics
import Lexer

/// Going on behind a statement that could not be read.
extension Parser {
  mutating func topLevelStatement() -> Statement? {
    let start = position
    nesting = 0
    functionDepth = 0
    endsWithLine = false
    do {
      return try statement()
    } catch {
      recover(from: start)
      return unreadStatement(from: start)
    }
  }

  /// Stands in for a statement that could not be parsed: the names it seems to bind, so that their uses are
  /// not reported as errors too.
  private func unreadStatement(from start: Int) -> Statement? {
    var names: [Name] = []
    for place in start..<position {
      guard case .identifier(let text) = tokens[place].kind else { continue }
      let before = place > start ? tokens[place - 1].kind : .endOfFile
      let after = tokens[place + 1].kind
      let isBound =
        after == .symbol(.assign) || before == .keyword(.def) || before == .keyword(.for)
        || (after == .symbol(.comma) && before != .symbol(.leftParen))
      if isBound { names.append(Name(text, range: file.range(tokens[place].start, tokens[place].end))) }
    }
    guard !names.isEmpty else { return nil }
    let range = range(from: tokens[start].start)
    return Statement(.assignment(names, [Expression(.invalid, range: range)]), range: range)
  }

  /// Skips to where a statement can begin: after a `;` or the `}` of a block, or at a line that starts one.
  private mutating func recover(from start: Int) {
    var braces = 0
    // Braces that the failed statement opened are closed by the skipped text.
    for token in tokens[start..<position] {
      if token.kind == .symbol(.leftBrace) { braces += 1 }
      if token.kind == .symbol(.rightBrace) { braces = max(0, braces - 1) }
    }
    if position == start, !isAt(.endOfFile) {
      if isAt(.leftBrace) { braces += 1 }
      if isAt(.semicolon) || isAt(.rightBrace) {
        advance()
        return
      }
      advance()
    }
    while !isAt(.endOfFile) {
      switch current.kind {
      case .symbol(.leftBrace):
        braces += 1
      case .symbol(.rightBrace):
        braces = max(0, braces - 1)
        if braces == 0 {
          advance()
          _ = take(.semicolon)
          return
        }
      case .symbol(.semicolon) where braces == 0:
        advance()
        return
      case .keyword(.def) where current.startsLine:
        // A function starts at the left margin, so whatever was left open before it ends here.
        if file.position(of: current.start).column == 1 || braces == 0 { return }
      case .identifier("circuit") where current.startsLine && braces == 0:
        return
      default:
        break
      }
      advance()
    }
  }
}
