import Diagnostics
import Foundation

/// How fast the interpreter is on this machine.
package enum InterpreterBenchmark {
  /// The number of evaluations of `sort(tokens, tokens)` on inputs of ten tokens, in a minute on one core.
  ///
  /// - Parameter seconds: how long to measure.
  package static func sortsPerMinute(seconds: Double = 1) throws -> Double {
    let text = """
      sorted_tokens = sort(tokens, tokens);
      circuit sorting { vocab = range(10); max_len = 10; output = sorted_tokens; }
      """
    let program = try ProgramLoader.load(SourceFile(name: "sort.rasp", text: text))
    let prepared = Interpreter(program.graph).prepare([program.circuits[0].output])
    // A different order each time, but the same orders in every run.
    let inputs = (0..<100).map { number in
      (0..<10).map { Value.int(($0 * 7 + number * 3 + $0 * number) % 10) }
    }
    var evaluations = 0
    let start = Date()
    var elapsed = 0.0
    repeat {
      for input in inputs { _ = try prepared.evaluate(on: input) }
      evaluations += inputs.count
      elapsed = Date().timeIntervalSince(start)
    } while elapsed < seconds
    return Double(evaluations) / elapsed * 60
  }
}
