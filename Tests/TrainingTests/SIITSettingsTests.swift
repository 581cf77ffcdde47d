import Foundation
import Runtime
import Testing

@testable import Training

@Suite struct SIITSettingsTests {
  @Test func programsOverrideByName() throws {
    let settings = try SIITSettings().overridden(by: [
      "steps": .int(10), "learning_rate": .float(0.5), "clipping": .int(2), "through_source": .bool(false),
    ])
    #expect(settings.steps == 10)
    #expect(settings.learningRate == 0.5)
    #expect(settings.clipping == 2)
    #expect(!settings.throughSource)
    #expect(settings.batch == SIITSettings().batch)
  }

  @Test(
    "An invalid setting is refused by name",
    arguments: [
      ("stepps", Value.int(1)), ("steps", .int(0)), ("steps", .float(1.5)), ("target", .float(2)),
      ("learning_rate", .string("fast")), ("through_source", .int(1)),
    ])
  func refuses(name: String, value: Value) {
    #expect {
      _ = try SIITSettings().overridden(by: [name: value])
    } throws: {
      "\($0)".contains("'\(name)'")
    }
  }

  @Test func everySettingCanBeSetAndSurvivesJSON() throws {
    var settings = SIITSettings()
    for key in SIITSettings.CodingKeys.allCases {
      let value: Value = key == .throughSource ? .bool(false) : .int(1)
      // A share below one is the one thing that 1 is too large for.
      settings = try settings.overridden(by: [key.rawValue: key == .heldOut ? .float(0.5) : value])
    }
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(SIITSettings.self, from: data) == settings)
    #expect(settings.batch == 1 && settings.heldOut == 0.5 && !settings.throughSource)
  }
}
