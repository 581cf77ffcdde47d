import Foundation
import Testing

/// What `raspc bench` reports; how fast anything is, is never asserted.
struct BenchTests {
  @Test func reportsEveryCircuit() throws {
    let raspc = try Executable(["a.rasp": BatchTests.program("one", steps: 10)])
    defer { raspc.clean() }
    let table = try raspc("bench", "a.rasp", "--seconds", "0.01")
    #expect(table.status == 0, "\(table.errors)")
    #expect(table.output.contains("\none  "))
    let json = try raspc("bench", "a.rasp", "--seconds", "0.01", "--json")
    let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let rows = try #require(report?["training"] as? [[String: Any]])
    #expect(rows.map { $0["circuit"] as? String } == ["one"])
    #expect(rows[0]["d_model"] as? Int == 4)
    #expect((report?["sorts_per_minute"] as? Double ?? 0) > 0)
  }
}
