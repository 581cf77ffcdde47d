/// The outcome of applying an s-op or a selector to an input.
struct DisplayDatum: Sendable {
  enum Content: Sendable {
    case sequence([Value])
    case matrix([[Bool]])
  }
  let input: [Value]
  let content: Content
}
