import Diagnostics
import Lexer

/// The REPL's commands, which RASP 0.1 also allows in files.
extension Parser {
  mutating func command(_ word: String) throws(SyntaxError) -> Statement.Kind? {
    switch word {
    case "set":
      guard let (kind, length) = exampleWords(at: 1, noun: "example") else { return nil }
      for _ in 0...length { advance() }
      endsWithLine = true
      defer { endsWithLine = false }
      let value = try expression()
      _ = take(.semicolon)
      return .command(.setExample(kind, value))
    case "show":
      guard let (kind, length) = exampleWords(at: 1, noun: "example") else { return nil }
      for _ in 0...length { advance() }
      _ = take(.semicolon)
      return .command(.showExample(kind))
    case "examples", "selector", "s":
      guard let (kind, length) = exampleWords(at: 0, noun: "examples") else { return nil }
      guard let isOn = onOrOff(at: length) else { return nil }
      for _ in 0...length { advance() }
      _ = take(.semicolon)
      return .command(.examples(kind, isOn: isOn))
    case "full":
      guard peek() == .identifier("seq"), peek(2) == .identifier("display"), let isOn = onOrOff(at: 3)
      else { return nil }
      for _ in 0..<4 { advance() }
      _ = take(.semicolon)
      return .command(.fullSequenceDisplay(isOn: isOn))
    case "exit", "quit":
      switch peek() {
      case .symbol(.leftParen) where peek(2) == .symbol(.rightParen):
        for _ in 0..<3 { advance() }
      case .endOfFile, .symbol(.semicolon):
        advance()
      default:
        guard tokens[min(position + 1, tokens.count - 1)].startsLine else { return nil }
        advance()
      }
      _ = take(.semicolon)
      return .command(.exit)
    default:
      return nil
    }
  }

  private func onOrOff(at distance: Int) -> Bool? {
    switch peek(distance) {
    case .identifier("on"): true
    case .identifier("off"): false
    default: nil
    }
  }

  /// Looks ahead for `[s-op | selector] noun`: which examples are meant, and how many tokens that takes.
  private func exampleWords(at distance: Int, noun: String) -> (Statement.ExampleKind?, Int)? {
    let noun = Token.Kind.identifier(noun)
    if peek(distance) == noun { return (nil, 1) }
    if peek(distance) == .identifier("selector"), peek(distance + 1) == noun { return (.selector, 2) }
    if peek(distance) == .identifier("s"), peek(distance + 1) == .symbol(.minus),
      peek(distance + 2) == .identifier("op"), peek(distance + 3) == noun
    {
      return (.sop, 4)
    }
    return nil
  }
}
