import Rendering
import Transformer

extension TransformerConfig {
  /// Its sizes in a line.
  package var sizes: String {
    "\(counted(layers, "layer")), \(counted(heads, "head")), d_model \(dModel), d_head \(dHead), d_mlp \(dMLP)"
  }
}
