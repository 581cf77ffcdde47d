import Compiler
import Foundation
import Transformer

/// Teaches the circuit's heads, while the circuit forms, to attend to the keys that the program's selectors
/// select.
///
/// Without it, a head may write a sum over all keys, from which an MLP must work out which were selected, and
/// training reaches a plateau if there are many different keys. Its weight fades to zero together with that
/// of ``VariableProbes``; after that, only the losses of swaps hold the patterns in place.
struct AttentionGuide {
  /// A head of the transformer that is trained.
  struct Head {
    let layer: Int
    let head: Int
    /// The index, in the causal model, of a variable that it computes.
    let variable: Int
    let attention: CausalAttention
  }

  /// By node of the causal model; nil for an MLP.
  let heads: [Head?]
  private let model: CausalModel

  /// - Parameter aligned: the component for each node of the causal model
  init(_ model: CausalModel, aligned: [Component]) {
    self.model = model
    heads = zip(aligned, model.nodeVariables).map { component, variables in
      guard case .head(let layer, let head) = component else { return nil }
      for variable in variables {
        if let attention = model.attention(of: variable) {
          return Head(layer: layer, head: head, variable: variable, attention: attention)
        }
      }
      return nil
    }
  }

  /// Adds `weight` times the gradient of the mean loss per query to the gradient of the scores; returns the
  /// mean loss.
  ///
  /// The loss is the divergence KL(T ‖ P) of the pattern P from the wanted pattern T. T is even over the
  /// wanted keys or, if any shares of them will do, P itself restricted to them and scaled to a sum of 1. In
  /// both cases, the gradient with respect to the scores is P - T.
  ///
  /// - Parameter state: the values of the program's variables in a lane
  func train(
    _ head: Head, _ scores: AttentionScores, weight: Float, state: (_ lane: Int) -> CausalState
  ) -> Double {
    let n = scores.positions
    let queries = (n - 1) * laneCount
    guard queries > 0 else { return 0 }
    let pattern = UnsafeRawPointer(scores.pattern).assumingMemoryBound(to: Float.self)
    let gradient = UnsafeMutableRawPointer(scores.gradient).assumingMemoryBound(to: Float.self)
    let weight = weight / Float(queries)
    var total = 0.0
    withUnsafeTemporaryAllocation(of: Bool.self, capacity: n) { buffer in
      let isWanted = buffer.baseAddress!
      for lane in 0..<laneCount {
        let state = state(lane)
        for query in 1..<n {
          guard model.select(head.variable, from: query - 1, in: state, isWanted + 1) else { continue }
          let selected = (1..<n).count { isWanted[$0] }
          isWanted[0] = selected == 0 || head.attention == .evenlyWithBOS
          let even = 1 / Float(selected + (isWanted[0] ? 1 : 0))
          let row = (query * n * laneCount + lane)
          var share: Float = 0
          for key in 0..<n where isWanted[key] { share += pattern[row + key * laneCount] }
          let scale = 1 / max(share, 1e-20)
          for key in 0..<n {
            let place = row + key * laneCount
            let own = pattern[place]
            guard isWanted[key] else {
              gradient[place] += weight * own
              continue
            }
            let wanted = head.attention == .any ? own * scale : even
            gradient[place] += weight * (own - wanted)
            if wanted > 0 { total += Double(wanted * log(wanted / max(own, 1e-20))) }
          }
        }
      }
    }
    return total / Double(queries)
  }
}
