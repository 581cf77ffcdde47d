import Foundation
import Runtime
import Testing
@testable import Compiler
struct TmpTests {
  @Test func table() throws {
    let programs = try BenchmarkTests.programs()
    let start = Date()
    for benchmark in try BenchmarkTests.cases() {
      let (name, program) = try #require(programs[benchmark.number])
      let t = Date()
      let compiled = try Compiler.compile(program.circuits[0], in: program.graph)
      let c = compiled.parameters.config
      let edges = Set(compiled.edges.map { [$0.from.hookName, $0.to.hookName] })
      let s = compiled.constants.map { "\($0.name)=\($0.value.quoted)" }.joined(separator: ",")
      print("ROW", name, c.layers, c.heads, c.dModel, c.dHead, c.dMLP, compiled.alignment.count, compiled.certificate!.isProved, edges == benchmark.edges, edges.count, benchmark.edges.count, s, compiled.certificate!.isProved ? "" : compiled.certificate!.reason ?? "")
    }
    print("ROW TIME", Date().timeIntervalSince(start))
  }
}
