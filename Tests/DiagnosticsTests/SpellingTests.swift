import Diagnostics
import Testing

/// Which name is taken to be meant by a misspelt one.
@Suite struct SpellingTests {
  private func suggestion(_ name: String, _ candidates: String...) -> String? {
    Spelling.suggestion(for: name, among: candidates)
  }

  @Test func oneSlipIsForgiven() {
    for name in ["tokns", "tokenss", "tokems", "toknes", "Tokens"] {
      #expect(suggestion(name, "indices", "tokens", "length") == "did you mean 'tokens'?", "\(name)")
    }
  }

  @Test func farOrShortNamesAreNot() {
    #expect(suggestion("select", "aggregate") == nil)
    #expect(suggestion("a", "b") == nil, "every name of one letter is a letter away")
    #expect(suggestion("same", "same") == nil)
  }

  @Test func theNearestIsNamedAndOfEqualsTheFirstByName() {
    #expect(suggestion("indics", "indexes", "indices") == "did you mean 'indices'?")
    #expect(suggestion("aab", "abb", "aaa") == "did you mean 'aaa'?")
  }

  @Test func hiddenNamesAreForThoseWhoAskForThem() {
    #expect(suggestion("hiden", "_hiden") == nil)
    #expect(suggestion("_hiden", "_hidden") == "did you mean '_hidden'?")
  }
}
