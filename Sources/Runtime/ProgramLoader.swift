import Diagnostics
import Foundation
import Parser

/// Turns a program file into a graph with its circuits. Start reading here.
///
/// An ``Elaborator`` runs the statements and adds a node to the ``SOpGraph`` for every s-op and selector,
/// while a ``ScalarEvaluator`` computes plain data; then a ``CircuitReader`` reads the circuit blocks. An
/// ``Interpreter`` evaluates nodes of the graph on inputs. A ``Session`` does the same one statement at a
/// time, and prints as RASP 0.1 does.
///
/// | folder | what it holds | start with |
/// | --- | --- | --- |
/// | `Values/` | plain values, their arithmetic and their text | ``Value`` |
/// | `Graph/` | s-ops, selectors and the operations they apply | ``SOpGraph`` |
/// | `Functions/` | built-in functions | ``Builtin`` |
/// | `Evaluation/` | statements and expressions on plain data | ``ScalarEvaluator`` |
/// | `Elaboration/` | from a program to its graph | ``Elaborator`` |
/// | `Interpretation/` | the values of a graph on an input | ``Interpreter`` |
/// | `Session/` | the statements, answers and commands of a REPL | ``Session`` |
///
///     let program = try ProgramLoader.load(SourceFile(name: "hist.rasp", text: text))
///     let circuit = program.circuits[0]
///     let interpreter = Interpreter(program.graph)
///     let outputs = try interpreter.evaluate(circuit.output, on: tokens, causal: circuit.causal)
package enum ProgramLoader {
  package struct Options: Sendable {
    package var limits = Limits()
    /// Whether `tokens` stands for the input's values as they are; if false, it stands for them as strings,
    /// as in RASP 0.1. Nil lets the file decide: as they are if it declares a circuit.
    package var tokensAsTheyAre: Bool?
    /// The tokens of a circuit that is not declared in the file; the file then means what it would mean with
    /// the circuit's block in it.
    package var vocabulary: [Value]?
    /// Polled during the run; true ends it with an error.
    package var isInterrupted: @Sendable () -> Bool = { false }
    /// Texts by path that `load` uses instead of files.
    package var texts: [String: String] = [:]

    package init() {}
  }

  /// Runs a program.
  ///
  /// - Throws: Everything that is wrong with it, in source order.
  package static func load(_ file: SourceFile, options: Options = Options()) throws(Diagnostics) -> Program {
    let parsed = Parser.read(file)
    let circuits = parsed.program.statements.compactMap { statement -> CircuitSyntax? in
      if case .circuit(let circuit) = statement.kind { circuit } else { nil }
    }
    let asTheyAre = options.tokensAsTheyAre ?? (options.vocabulary != nil || !circuits.isEmpty)
    let elaborator = Elaborator(
      tokensAreStrings: !asTheyAre, tokenTypes: CircuitReader.tokenTypes(circuits, options.vocabulary),
      limits: options.limits, texts: options.texts, isInterrupted: options.isInterrupted)
    let names = elaborator.elaborate(parsed, named: name(of: file))
    refuseSecondCircuits(elaborator)
    let reader = CircuitReader(elaborator)
    let read = elaborator.circuits.compactMap { reader.read($0) }
    elaborator.checkNames(of: parsed.program, in: names)
    guard elaborator.log.diagnostics.isEmpty else {
      throw Diagnostics(inSourceOrder(elaborator.log.diagnostics, from: file))
    }
    var program = Program(graph: elaborator.graph, circuits: read, sops: names.ownSOps)
    program.loadedFiles = elaborator.files.files
    return program
  }

  /// Reports blocks that declare a circuit a second time: each circuit must have a name, and a folder, of its
  /// own.
  private static func refuseSecondCircuits(_ elaborator: Elaborator) {
    var firsts: [String: SourceRange] = [:]
    for circuit in elaborator.circuits {
      let name = circuit.syntax.name
      guard let first = firsts[name.text] else {
        firsts[name.text] = name.range
        continue
      }
      let line = first.file.position(of: first.start).line
      elaborator.log.report(
        Diagnostic(
          "circuit '\(name.text)' is declared twice, first on line \(line)", at: name.range,
          hint: "give one of them another name"))
    }
  }

  /// Diagnostics by place, those of loaded files first, since what is wrong there may be the cause of the
  /// others.
  private static func inSourceOrder(_ diagnostics: [Diagnostic], from root: SourceFile) -> [Diagnostic] {
    let loaded = diagnostics.filter { $0.range.map { $0.file !== root } ?? false }
    let own = diagnostics.filter { $0.range.map { $0.file === root } ?? true }
    return loaded + own.sorted { ($0.range?.start ?? 0) < ($1.range?.start ?? 0) }
  }

  /// Runs the program in a file.
  package static func load(path: String, options: Options = Options()) throws(Diagnostics) -> Program {
    try load(try read(path), options: options)
  }

  /// The text of a program file.
  package static func read(_ path: String) throws(Diagnostics) -> SourceFile {
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      guard let text = String(data: data, encoding: .utf8) else {
        throw Diagnostics([Diagnostic("\(path) is not a UTF-8 text file")])
      }
      return SourceFile(name: path, text: text)
    } catch let diagnostics as Diagnostics {
      throw diagnostics
    } catch {
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      let reason =
        !exists ? "no such file" : isDirectory.boolValue ? "it is a folder" : "it cannot be read"
      throw Diagnostics([Diagnostic("cannot open \(path): \(reason)")])
    }
  }

  private static func name(of file: SourceFile) -> String {
    let last = (file.name as NSString).lastPathComponent
    return last.hasSuffix(".rasp") ? String(last.dropLast(5)) : last
  }
}
