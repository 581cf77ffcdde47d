import ArgumentParser
import Diagnostics
import Foundation

/// `--input` and `--stdin`: where inputs come from.
struct InputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("One input, as a JSON array of tokens.", valueName: "json"))
  var input: String?

  @Flag(help: "Read inputs from standard input, one JSON array per line, and write one line for each.")
  var stdin = false

  func validate() throws {
    if (input == nil) != stdin {
      throw ValidationError("Give either '--input JSON' or '--stdin'.")
    }
  }

  /// Answers every input with a line on standard output, as soon as it is known.
  ///
  /// Empty lines are skipped. An input that is refused ends the run, so that answers stay in line with their
  /// inputs.
  func answer(_ body: (InputText) throws -> String) throws {
    if let input {
      print(try body(InputText(input, name: "--input")))
      return
    }
    var number = 0
    while let line = readLine(strippingNewline: true) {
      number += 1
      guard !line.allSatisfy(\.isWhitespace) else { continue }
      print(try body(InputText(line, name: "<stdin>", line: number)))
      fflush(nil)
    }
  }
}
