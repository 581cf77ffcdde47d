import Diagnostics
import Foundation
import Runtime
import Testing
import Transformer

@testable import Compiler

/// No random program is compiled to something else: the transformer gives what the interpreter gives on
/// every input, or the compiler refuses with a reason.
struct RandomProgramTests {
  /// More by the environment; the seeds are the same on every run.
  static let count = ProcessInfo.processInfo.environment["RANDOM_PROGRAMS"].flatMap { Int($0) } ?? 4_000

  @Test func everyProgramAgreesOrIsRefused() throws {
    var agreed = 0
    var reasons: [String: Int] = [:]
    for seed in 0..<UInt64(Self.count) {
      let program = RandomProgram(seed: seed)
      var options = CompilerOptions()
      options.verification = nil
      let compiled: CompiledCircuit
      do {
        compiled = try Compiler.compile(program.circuit, in: program.builder.graph, options: options)
      } catch {
        reasons[String(error.message.prefix(40)), default: 0] += 1
        continue
      }
      do {
        let report = try Verifier.verify(compiled, graph: program.builder.graph, mode: .exhaustive)
        #expect(report.mismatches == 0, "seed \(seed): \(String(describing: report.failure))")
        agreed += 1
      } catch {
        // The program itself has no value on some input.
        reasons[String(error.message.suffix(40)), default: 0] += 1
      }
    }
    print("agreed \(agreed) of \(Self.count)", reasons.sorted { $0.value > $1.value })
    #expect(agreed > Self.count / 3)
  }
}
