import Diagnostics
import Parser

/// The attention pattern of a selector.
package struct AttentionPattern: Sendable {
  /// The selector's name, or its expression.
  package let selector: String
  /// The s-ops that aggregate over it.
  package let readers: [String]
  /// By query, then key; a row sums to 1, or to 0 if nothing is selected.
  package let weights: [[Double]]
}

/// What the REPL's commands ask of a session.
extension Session {
  /// The input that an expression such as `"hello"` gives; the running example if the text is empty.
  package func input(_ text: String) throws(Diagnostic) -> [Value] {
    guard !text.allSatisfy(\.isWhitespace) else {
      guard let tokens = examples.sop.inputTokens else {
        throw Diagnostic("the running example must be a non-empty string or list of values")
      }
      return tokens
    }
    let parsed = Parser.read(SourceFile(name: "<input>", text: text + ";"))
    guard parsed.diagnostics.isEmpty,
      case .expression(let expression)? = parsed.program.statements.first?.kind
    else {
      throw parsed.diagnostics.first
        ?? Diagnostic("'\(text)' is not an input: write a string or a list of values")
    }
    do {
      let value = try elaborator.evaluate(expression, in: console)
      if let tokens = value.inputTokens { return tokens }
      throw Diagnostic(
        "an input must be a non-empty list or string, not \(value.kindName)", at: expression.range)
    } catch let diagnostic as Diagnostic {
      throw diagnostic
    } catch {
      throw Diagnostic("interrupted")
    }
  }

  /// The attention pattern of every selector that an s-op, or a circuit's output, depends on.
  package func attention(
    of sop: SOpID, on tokens: [Value], causal: Bool = false
  ) throws -> [AttentionPattern] {
    var readers: [SelectorID: [String]] = [:]
    var order: [SelectorID] = []
    for case .sop(let id) in graph.nodes(neededFor: [.sop(sop)]) {
      switch graph[id].kind {
      case .aggregate(let selector, _, _), .selectorWidth(let selector):
        if readers[selector] == nil { order.append(selector) }
        readers[selector, default: []].append(graph[id].name ?? graph[id].label)
      default: break
      }
    }
    var interpreter = Interpreter(graph)
    interpreter.isInterrupted = elaborator.evaluator.isInterrupted
    return try order.map { selector in
      let rows = try interpreter.evaluate(selector, on: tokens, causal: causal)
      return AttentionPattern(
        selector: graph[selector].name ?? graph[selector].label, readers: readers[selector] ?? [],
        weights: rows.map(Self.normalized))
    }
  }

  /// The attention pattern of a selector on an input.
  package func attention(of selector: SelectorID, on tokens: [Value]) throws -> AttentionPattern {
    let rows = try elaborator.rows(of: selector, on: tokens)
    return AttentionPattern(
      selector: graph[selector].name ?? graph[selector].label, readers: [], weights: rows.map(Self.normalized)
    )
  }

  private static func normalized(_ row: [Bool]) -> [Double] {
    let width = row.count { $0 }
    return row.map { $0 ? 1 / Double(width) : 0 }
  }

  /// The named s-ops that an s-op depends on, each with those it reads directly; the s-op itself comes last.
  package func variables(of sop: SOpID) -> [(name: String, expression: String, inputs: [String])] {
    func title(_ id: SOpID) -> String { graph[id].name ?? graph[id].label }
    var sources: [SOpID: [SOpID]] = [:]
    var result: [(name: String, expression: String, inputs: [String])] = []
    for case .sop(let id) in graph.nodes(neededFor: [.sop(sop)]) {
      var inputs: [SOpID] = []
      for input in directInputs(of: .sop(id)) {
        let isVariable = graph[input].name != nil || elaborator.nodes.isBase(input)
        for source in isVariable ? [input] : sources[input] ?? [] where !inputs.contains(source) {
          inputs.append(source)
        }
      }
      sources[id] = inputs
      if graph[id].name != nil || id == sop {
        result.append((title(id), graph[id].label, inputs.map(title)))
      }
    }
    return result
  }

  /// The s-ops that a node reads, including those read through its selectors, but not constants in selectors.
  private func directInputs(of node: SOpGraph.Node) -> [SOpID] {
    graph.inputs(of: node).flatMap { input -> [SOpID] in
      guard case .sop(let id) = input else { return directInputs(of: input) }
      if case .selector = node, case .constant = graph[id].kind { return [] }
      return [id]
    }
  }
}
