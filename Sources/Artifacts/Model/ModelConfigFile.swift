import Foundation
import Transformer

/// A transformer's sizes as the JSON that TransformerLens's `HookedTransformerConfig` takes as keyword
/// arguments.
///
/// The fields are those that TransformerLens 1 to 3 share. Head results and separate query, key and value
/// inputs are switched on, since circuits are named by those hooks.
package struct ModelConfigFile: Codable, Sendable, Equatable {
  var nLayers: Int
  var nHeads: Int
  var dModel: Int
  var dHead: Int
  var dMLP: Int
  var nCtx: Int
  var dVocab: Int
  var dVocabOut: Int
  var actFn: TransformerConfig.Activation
  var attentionDir: AttentionDirection
  /// Null has to be written: TransformerLens takes a missing field to mean layer norm.
  var normalizationType = ExplicitOptional<String>(nil)
  var positionalEmbeddingType = "standard"
  var initMode = "gpt2"
  var modelName: String
  var useAttnResult = true
  var useSplitQKVInput = true
  var useHookMLPIn = true
  var useAttnScale = true
  /// TransformerLens would otherwise use a GPU if there is one; these models do not need it.
  var device = "cpu"

  enum AttentionDirection: String, Codable, Sendable {
    case causal
    case bidirectional
  }

  enum CodingKeys: String, CodingKey {
    case nLayers = "n_layers"
    case nHeads = "n_heads"
    case dModel = "d_model"
    case dHead = "d_head"
    case dMLP = "d_mlp"
    case nCtx = "n_ctx"
    case dVocab = "d_vocab"
    case dVocabOut = "d_vocab_out"
    case actFn = "act_fn"
    case attentionDir = "attention_dir"
    case normalizationType = "normalization_type"
    case positionalEmbeddingType = "positional_embedding_type"
    case initMode = "init_mode"
    case modelName = "model_name"
    case useAttnResult = "use_attn_result"
    case useSplitQKVInput = "use_split_qkv_input"
    case useHookMLPIn = "use_hook_mlp_in"
    case useAttnScale = "use_attn_scale"
    case device
  }

  /// - Parameter name: the model's name in TransformerLens.
  package init(_ config: TransformerConfig, name: String) {
    nLayers = config.layers
    nHeads = config.heads
    dModel = config.dModel
    dHead = config.dHead
    dMLP = config.dMLP
    nCtx = config.context
    dVocab = config.vocabulary
    dVocabOut = config.outputs
    actFn = config.activation
    attentionDir = config.causal ? .causal : .bidirectional
    modelName = name
  }

  /// The transformer's sizes.
  ///
  /// - Throws: ``ModelFileError`` if a size is not positive, or if the file asks for something that these
  ///   transformers do not have: a normalisation, or another kind of position embedding.
  package func config() throws -> TransformerConfig {
    let sizes: [(CodingKeys, Int)] = [
      (.nHeads, nHeads), (.dModel, dModel), (.dHead, dHead), (.nCtx, nCtx), (.dVocab, dVocab),
      (.dVocabOut, dVocabOut),
    ]
    for (key, size) in [(CodingKeys.nLayers, nLayers), (.dMLP, dMLP)] where size < 0 {
      throw ModelFileError.badSize(key.rawValue, size)
    }
    for (key, size) in sizes where size < 1 { throw ModelFileError.badSize(key.rawValue, size) }
    if let kind = normalizationType.value {
      throw ModelFileError.unsupported(CodingKeys.normalizationType.rawValue, kind)
    }
    if positionalEmbeddingType != "standard" {
      throw ModelFileError.unsupported(
        CodingKeys.positionalEmbeddingType.rawValue, positionalEmbeddingType)
    }
    return TransformerConfig(
      layers: nLayers, heads: nHeads, dModel: dModel, dHead: dHead, dMLP: dMLP, context: nCtx,
      vocabulary: dVocab, outputs: dVocabOut, activation: actFn, causal: attentionDir == .causal)
  }
}
