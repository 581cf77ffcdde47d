import ArgumentParser
import Discovery

/// `--model`: one of the two transformers that hold the circuit.
extension CircuitModel: ExpressibleByArgument {
  private static let choices: [CircuitModel] = [.hl, .ll]

  package init?(argument: String) {
    guard let model = Self.choices.first(where: { $0.rawValue == argument }) else { return nil }
    self = model
  }

  package static var allValueStrings: [String] { choices.map(\.rawValue) }

  package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
