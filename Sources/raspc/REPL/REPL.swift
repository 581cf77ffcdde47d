import Compiler
import Diagnostics
import Foundation
import Rendering
import Runtime
import Transformer

/// The loop that reads statements and commands and prints the results; start reading here.
struct REPL {
  private var source: any LineSource
  private let isTerminal: Bool
  private let session: Session
  private var hasFailed = false
  private var loaded: [String] = []
  /// Circuits compiled in this session, by name.
  private var compiled: [String: CompiledCircuit] = [:]

  init(source: any LineSource, isTerminal: Bool) {
    self.source = source
    self.isTerminal = isTerminal
    session = Session(isInterrupted: { Interrupt.isPending })
  }

  /// Reads until the end of the input or `exit`; false if there was any error.
  mutating func run(loading files: [String]) throws -> Bool {
    if isTerminal { print("raspc \(Raspc.version); type :help for help, Ctrl-D to quit") }
    for file in files { load(file) }
    while true {
      // Names are gathered where they are asked for, not for every line of a script.
      let input = source.next(prompt: session.isInStatement ? ".. " : ">> ") { [session] prefix in
        Commands.completions(of: prefix, names: session.names + session.circuits.keys)
      }
      switch input {
      case .end: return !hasFailed
      case .interrupted: session.cancelStatement()
      case .line(let line):
        if !session.isInStatement, line.hasPrefix(":") {
          if command(line) { return !hasFailed }
        } else {
          let response = session.feed(line)
          show(response)
          if response.isFinished { return !hasFailed }
        }
      }
      Interrupt.clear()
    }
  }

  private mutating func load(_ file: String) {
    if !loaded.contains(file) { loaded.append(file) }
    compiled = [:]
    show(session.load(file))
  }

  /// Runs a command such as `:help`; true if it ends the session.
  private mutating func command(_ line: String) -> Bool {
    let words = line.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
    let argument = words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : ""
    switch words.first {
    case "help", "h": print(Commands.help(on: argument, in: session))
    case "quit", "q", "exit": return true
    case "load":
      let path = argument.trimmingCharacters(in: CharacterSet(charactersIn: "\";"))
      path.isEmpty ? refuse(":load needs a file name") : load(path)
    case "reload":
      loaded.isEmpty ? refuse("no file has been loaded yet") : loaded.forEach { show(session.load($0)) }
    case "type": showType(argument)
    case "circuit": reporting { repl throws in try repl.showCircuit(argument) }
    case "compile": reporting { repl throws in try repl.compile(argument) }
    case "attention": reporting { repl throws in try repl.showAttention(argument) }
    case "residual": reporting { repl throws in try repl.showResidual(argument) }
    default:
      refuse("unknown command ':\(words.first ?? "")'; type :help for a list")
    }
    return false
  }

  // MARK: Looking into things

  private mutating func showType(_ name: String) {
    guard let description = session.describe(name) else { return refuse("unknown name '\(name)'") }
    switch description.kind {
    case "s-op": print("\(name): s-op of \(description.detail)")
    default: print("\(name): \(description.kind) \(description.detail)")
    }
  }

  /// Splits `name rest`.
  private func split(_ argument: String) -> (name: String, rest: String) {
    let parts = argument.split(separator: " ", maxSplits: 1).map(String.init)
    return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
  }

  /// The circuit with a name, or the only one if no name is given.
  private func circuit(_ name: String) throws(Failure) -> Circuit? {
    if name.isEmpty {
      let all = session.circuits.keys.sorted()
      guard all.count == 1 else {
        throw Failure(
          all.isEmpty ? "no circuit has been declared" : "which circuit? \(all.joined(separator: ", "))")
      }
      return session.circuits[all[0]]
    }
    return session.circuits[name]
  }

  /// The s-op with a name; a failure if it is something else.
  private func sop(_ name: String) throws(Failure) -> SOpID {
    guard let description = session.describe(name) else {
      throw Failure(
        "'\(name)' is neither a circuit nor an s-op",
        hint: Spelling.suggestion(for: name, among: session.names + session.circuits.keys))
    }
    guard let sop = description.sop else { throw Failure("'\(name)' is a \(description.kind), not an s-op") }
    return sop
  }

  private mutating func showCircuit(_ name: String) throws {
    if let circuit = try circuit(name) {
      if let compiled = compiled[circuit.name], compiled.circuit.output == circuit.output {
        print(Inspection(compiled).text, terminator: "")
        return
      }
      print("circuit \(circuit.name)" + (circuit.about.isEmpty ? "" : ": \(circuit.about)"))
      showVariables(of: circuit.output)
      print("  (to see the components that hold them: :compile \(circuit.name))")
    } else if let compiled = compiled[name] {
      print(Inspection(compiled).text, terminator: "")
    } else {
      showVariables(of: try sop(name))
    }
  }

  private func showVariables(of sop: SOpID) {
    let rows = session.variables(of: sop).map { name, expression, inputs in
      [name, (name == expression ? "" : "= \(expression)  ") + "<- " + inputs.joined(separator: ", ")]
    }
    for line in TextTable(rows: rows).lines { print("  " + line) }
  }

  /// Compiles a circuit, or an s-op for inputs made of the tokens of the running example.
  private mutating func compile(_ argument: String) throws {
    let name = argument
    let subject: Circuit
    if let declared = try circuit(name) {
      subject = declared
    } else {
      let output = try sop(name)
      let tokens = try session.input("")
      var vocabulary: [Value] = []
      for token in tokens where !vocabulary.contains(token) { vocabulary.append(token) }
      subject = Circuit(
        name: name, vocabulary: vocabulary, lengths: 1...tokens.count, causal: false, output: output)
      print("  for up to \(tokens.count) tokens of \(Value.json(vocabulary))")
    }
    let program = session.program(of: subject)
    let result = try Compiler.compile(program.circuits[0], in: program.graph)
    compiled[subject.name] = result
    let parameters = result.parameters
    print("  \(subject.name): \(parameters.config.sizes), \(counted(parameters.layout.count, "parameter"))")
    if let certificate = result.certificate { print("  \(certificate.summary(result.verification))") }
    for aligned in result.alignment { print("  \(aligned.variable) in \(aligned.component.label)") }
  }

  private mutating func showAttention(_ argument: String) throws {
    let (name, text) = split(argument)
    let tokens = try session.input(text)
    var patterns: [AttentionPattern]
    if let selector = session.describe(name)?.selector {
      patterns = [try session.attention(of: selector, on: tokens)]
    } else if let circuit = try circuit(name) {
      patterns = try session.attention(of: circuit.output, on: tokens, causal: circuit.causal)
    } else {
      patterns = try session.attention(of: sop(name), on: tokens)
    }
    if patterns.isEmpty { print("  \(name) attends to nothing: each position is computed on its own") }
    for pattern in patterns {
      print(HeatMap(pattern: pattern, tokens: tokens, usesColor: isTerminal).text)
    }
  }

  private mutating func showResidual(_ argument: String) throws {
    let (name, text) = split(argument)
    guard let circuit = compiled[name] else {
      throw Failure("'\(name)' has not been compiled", hint: "compile it with :compile \(name)")
    }
    let tokens = try session.input(text)
    guard circuit.circuit.lengths.contains(tokens.count),
      tokens.allSatisfy({ token in circuit.circuit.vocabulary.contains { $0.equals(token) } })
    else { throw Failure("\(Value.json(tokens)) is not an input of \(name)") }
    print(try Inspection(circuit).residual(tokens))
  }

  /// Runs a command and reports what it throws.
  private mutating func reporting(_ body: (inout REPL) throws -> Void) {
    do {
      try body(&self)
    } catch is Interrupted {
      refuse("interrupted")
    } catch let failure as Failure {
      report("\(failure)")
    } catch {
      report("\(error)")
    }
  }

  private mutating func report(_ text: String) {
    hasFailed = true
    fflush(nil)
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }

  private mutating func refuse(_ message: String) {
    report("error: \(message)")
  }

  private mutating func show(_ response: Session.Response) {
    for line in response.lines {
      switch line {
      case .text(let text): print(text)
      case .note(let note): print("\t (\(note))")
      case .diagnostic(let diagnostic):
        hasFailed = true
        // Flushed, so that both streams show things in the order in which they happened.
        fflush(nil)
        FileHandle.standardError.write(Data("\(diagnostic)\n".utf8))
      }
    }
    if isTerminal { fflush(nil) }
  }
}

extension Component {
  /// Such as `head 1.0` or `mlp 0`.
  fileprivate var label: String {
    switch self {
    case .head(let layer, let head): "head \(layer).\(head)"
    case .mlp(let layer): "mlp \(layer)"
    }
  }
}
