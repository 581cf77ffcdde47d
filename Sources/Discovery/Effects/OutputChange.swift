import Transformer

/// Finds which outputs of a block differ from the intact transformer's.
///
/// A categorical output changes if the intact transformer's choice is no longer the only maximum: another
/// output that was below it no longer is. A number changes if it moves by more than a tolerance.
struct OutputChange {
  let block: PreparedBlock
  private let kind: InputPairs.OutputKind
  private let outputs: Int
  private let tolerance: Float
  /// By column; -1 if it does not count.
  private let choices: [Int]

  init(_ block: PreparedBlock, kind: InputPairs.OutputKind, outputs: Int, tolerance: Double) {
    self.block = block
    self.kind = kind
    self.outputs = outputs
    self.tolerance = Float(tolerance)
    choices = (0..<block.positions * laneCount).map { column in
      guard block.weights[column] != 0 else { return -1 }
      return (0..<outputs).reduce(0) {
        block.cleanOutputs.row($1)[column] > block.cleanOutputs.row($0)[column] ? $1 : $0
      }
    }
  }

  /// Calls `body` with the lane of every position that changes.
  func forEach(_ logits: Tile, _ body: (Int) -> Void) {
    for (column, choice) in choices.enumerated() where choice >= 0 && isChanged(logits, column, choice) {
      body(column % laneCount)
    }
  }

  private func isChanged(_ logits: Tile, _ column: Int, _ choice: Int) -> Bool {
    let clean = block.cleanOutputs
    switch kind {
    case .numerical: return abs(logits.row(0)[column] - clean.row(0)[column]) > tolerance
    case .categorical:
      let chosen = logits.row(choice)[column]
      let wasChosen = clean.row(choice)[column]
      for output in 0..<outputs
      where logits.row(output)[column] >= chosen && clean.row(output)[column] < wasChosen {
        return true
      }
      return false
    }
  }
}
