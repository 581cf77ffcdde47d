import Testing

@testable import raspc

/// A misspelt name brings the one that was meant, if any comes close.
struct SuggestionTests {
  @Test func closest() {
    let names = ["reverse", "sort", "frac_prevs"]
    #expect(Suggestion.closest(to: "revesre", among: names) == "reverse")
    #expect(Suggestion.closest(to: "frac_prev", among: names) == "frac_prevs")
    #expect(Suggestion.closest(to: "histogram", among: names) == nil)
  }

  @Test func distances() {
    #expect(Suggestion.distance("", "abc") == 3)
    #expect(Suggestion.distance("abcd", "acbd") == 1)
    #expect(Suggestion.distance("kitten", "sitting") == 3)
  }
}
