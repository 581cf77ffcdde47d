import Rendering
import Testing

struct NumbersTests {
  @Test("A share is never rounded up, so that 100% is all")
  func percent() {
    #expect(Numbers.percent(1) == "100.00%")
    #expect(Numbers.percent(0.999999) == "99.99%")
    #expect(Numbers.percent(0.5) == "50.00%")
    #expect(Numbers.percent(0) == "0.00%")
    #expect(Numbers.wholePercent(0.999) == "99%")
    #expect(Numbers.wholePercent(1) == "100%")
  }

  @Test func pValues() {
    #expect(Numbers.pValue(1) == "1.000")
    #expect(Numbers.pValue(0.0417) == "0.042")
    #expect(Numbers.pValue(0.001) == "0.001")
    #expect(Numbers.pValue(0.00004) == "4e-05")
  }

  @Test func durations() {
    #expect(Numbers.duration(8.4) == "8 s")
    #expect(Numbers.duration(200) == "3 min 20 s")
    #expect(Numbers.duration(7500) == "2 h 5 min")
  }

  @Test func nouns() {
    #expect(counted(0, "layer") == "0 layers")
    #expect(counted(1, "layer") == "1 layer")
    #expect(counted(2, "layer") == "2 layers")
  }

  @Test func padding() {
    #expect("ab".padded(to: 4) == "ab  ")
    #expect("ab".rightAligned(to: 4) == "  ab")
    #expect("abc".padded(to: 2) == "abc")
  }
}
