import Diagnostics
import Parser

/// How much a position attends to each other one, where a selector is used.
public struct AttentionPattern: Sendable {
  /// The selector's name, or its expression.
  public let selector: String
  /// The s-ops that are read off through it.
  public let readers: [String]
  /// By query, then key; a row sums to 1, or to 0 where nothing is selected.
  public let weights: [[Double]]
}

/// What the REPL's commands ask of a session.
extension Session {
  /// The input that an expression such as `"hello"` stands for; an empty one the running example.
  public func input(_ text: String) throws(Diagnostic) -> [Value] {
    guard !text.allSatisfy(\.isWhitespace) else {
      guard let tokens = evaluator.inputTokens(sopExample) else {
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
    evaluator.beginStatement()
    do {
      let value = try evaluator.evaluate(expression, in: console)
      if let tokens = evaluator.inputTokens(value) { return tokens }
      throw Diagnostic(
        "an input must be a non-empty list or string, not \(value.kindName)", at: expression.range)
    } catch let diagnostic as Diagnostic {
      throw diagnostic
    } catch {
      throw Diagnostic("interrupted")
    }
  }

  /// Where an s-op, or a circuit's output, gets its values from on an input: every selector on its way.
  public func attention(
    of sop: SOpID, on tokens: [Value], causal: Bool = false
  ) throws -> [AttentionPattern] {
    var readers: [Int: [String]] = [:]
    var order: [Int] = []
    for case .sop(let index) in Plan([sop], [], in: graph).steps {
      switch graph.sops[index].kind {
      case .aggregate(let selector, _, _), .selectorWidth(let selector):
        if readers[selector.index] == nil { order.append(selector.index) }
        readers[selector.index, default: []].append(graph.sops[index].name ?? graph.sops[index].label)
      default: break
      }
    }
    var interpreter = Interpreter(graph)
    interpreter.isInterrupted = evaluator.isInterrupted
    return try order.map { index in
      let rows = try interpreter.evaluate(SelectorID(index), on: tokens, causal: causal)
      return AttentionPattern(
        selector: graph.selectors[index].name ?? graph.selectors[index].label,
        readers: readers[index] ?? [], weights: rows.map(Self.normalized))
    }
  }

  /// What a selector selects on an input, as attention.
  public func attention(of selector: SelectorID, on tokens: [Value]) throws -> AttentionPattern {
    let rows = try evaluator.matrix(of: selector, on: tokens)
    return AttentionPattern(
      selector: graph[selector].name ?? graph[selector].label, readers: [], weights: rows.map(Self.normalized)
    )
  }

  private static func normalized(_ row: [Bool]) -> [Double] {
    let width = row.count { $0 }
    return row.map { $0 ? 1 / Double(width) : 0 }
  }

  /// The named s-ops that an s-op is made from, itself last, each with what it is made from directly.
  public func variables(of sop: SOpID) -> [(name: String, expression: String, inputs: [String])] {
    func title(_ index: Int) -> String { graph.sops[index].name ?? graph.sops[index].label }
    var sources: [Int: [Int]] = [:]
    var result: [(name: String, expression: String, inputs: [String])] = []
    for case .sop(let index) in Plan([sop], [], in: graph).steps {
      let node = graph.sops[index]
      var inputs: [Int] = []
      for input in directInputs(of: node) {
        let isVariable = graph.sops[input].name != nil || input < evaluator.baseCount
        for source in isVariable ? [input] : sources[input] ?? [] where !inputs.contains(source) {
          inputs.append(source)
        }
      }
      sources[index] = inputs
      if node.name != nil || index == sop.index {
        result.append((title(index), node.label, inputs.map(title)))
      }
    }
    return result
  }

  private func directInputs(of sop: SOp) -> [Int] {
    switch sop.kind {
    case .tokens, .indices, .length, .constant: return []
    case .map(_, let inputs): return inputs.map(\.index)
    case .aggregate(let selector, let value, _): return inputs(of: selector) + [value.index]
    case .selectorWidth(let selector): return inputs(of: selector)
    }
  }

  private func inputs(of selector: SelectorID) -> [Int] {
    switch graph[selector].kind {
    case .select(let keys, let queries, _):
      [keys, queries].filter { if case .constant = graph[$0].kind { false } else { true } }.map(\.index)
    case .and(let a, let b), .or(let a, let b): inputs(of: a) + inputs(of: b)
    case .not(let a), .one(let a): inputs(of: a)
    }
  }
}
