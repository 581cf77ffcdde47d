"""Vocabularies, the ground truth, and tokenizers."""

from __future__ import annotations

from pathlib import Path

import pytest
import raspc
from raspc.names import rename
from raspc.vocabulary import Vocabulary

from conftest import CIRCUITS

VOCABULARY = Vocabulary(("a", 1, 1.5, True, "1", "two words", "", "BOS", "PAD"), (), "numerical", "BOS", "PAD")


def test_about(again: raspc.Circuit) -> None:
    assert (again.name, again.min_len, again.max_len) == ("again", 1, 6)
    assert again.vocab.tokens == ("a", "b", "c")
    assert (again.vocab.bos_id, again.vocab.pad_id) == (3, 4)


def test_load_all(folder: Path) -> None:
    assert [circuit.name for circuit in raspc.load_all(folder)] == ["again"]
    assert [circuit.name for circuit in raspc.load_all(folder, model="hl")] == ["again", "frac_prevs"]


def test_missing_folders(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no meta.json"):
        raspc.load(tmp_path)
    with pytest.raises(FileNotFoundError, match="train it with 'raspc --siit'"):
        raspc.load(CIRCUITS / "frac_prevs")


def test_ids_go_by_type_then_by_value() -> None:
    assert [VOCABULARY.id(token) for token in ("a", 1, 1.5, True, "1")] == [0, 1, 2, 3, 4]
    assert VOCABULARY.id(1.0) == 1
    with pytest.raises(ValueError, match="'PAD' is not in the vocabulary"):
        VOCABULARY.id("PAD")


def test_inputs_that_a_circuit_does_not_take(again: raspc.Circuit) -> None:
    with pytest.raises(ValueError, match="'d' is not in the vocabulary"):
        again.encode(["d"])
    with pytest.raises(ValueError, match="7 tokens; circuit 'again' takes 1 to 6"):
        again.encode(["a"] * 7)
    with pytest.raises(ValueError, match=r"lengths \[1, 2\]"):
        again.encode([["a"], ["a", "b"]])


def test_the_graph_is_that_of_the_file(again: raspc.Circuit) -> None:
    assert again.graph() == [effect.edge for effect in again.effects()]
    assert again.edges(causal=False) == again.graph()


def test_the_circuit(again: raspc.Circuit) -> None:
    assert again.edges() == [
        ("hook_pos_embed", "blocks.0.hook_q_input[0]"),
        ("hook_pos_embed", "blocks.0.hook_k_input[0]"),
        ("hook_embed", "blocks.0.hook_v_input[0]"),
        ("hook_embed", "blocks.0.hook_mlp_in"),
        ("blocks.0.attn.hook_result[0]", "blocks.0.hook_mlp_in"),
        ("blocks.0.hook_mlp_out", "blocks.1.hook_resid_post"),
    ]
    effect = next(effect for effect in again.effects() if effect.edge == ("hook_embed", "blocks.0.hook_mlp_in"))
    assert effect.causal and effect.compiled is not None and effect.trained is not None
    assert effect.compiled > 0 and effect.trained > 0 and effect.trained_divergence is not None


def test_the_circuit_in_other_conventions(again: raspc.Circuit) -> None:
    assert again.edges("eap-ig") == [
        ("input", "a0.h0<q>"),
        ("input", "a0.h0<k>"),
        ("input", "a0.h0<v>"),
        ("input", "m0"),
        ("a0.h0", "m0"),
        ("m0", "logits"),
    ]
    assert again.edges("auto-circuit")[3:] == [("Resid Start", "MLP 0"), ("A0.0", "MLP 0"), ("MLP 0", "Resid End")]
    # Both embeddings write to 2 layers of 4 heads with 3 inputs, 2 MLPs and the output.
    assert len(again.graph()) - len(again.edges("eap-ig", causal=False)) == 2 * (4 * 3 + 1) + 1


def test_names_that_do_not_exist() -> None:
    with pytest.raises(ValueError, match="'blocks.0.mlp' is not a node"):
        rename("blocks.0.mlp", "eap-ig")
    with pytest.raises(ValueError, match="'acdc' is not a convention"):
        rename("hook_embed", "acdc")  # type: ignore[arg-type]


def test_effects_that_are_not_there(folder: Path, frac_prevs: raspc.Circuit) -> None:
    with pytest.raises(ValueError, match="have not been measured"):
        frac_prevs.edges()
    with pytest.raises(ValueError, match="names the edges of the trained transformer"):
        raspc.load(folder / "again", model="hl").edges()


def test_tokenizer(again: raspc.Circuit, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = again.tokenizer()
    assert tokenizer("a b b")["input_ids"] == again.encode(["a", "b", "b"])[0].tolist()
    assert (tokenizer.bos_token_id, tokenizer.pad_token_id) == (3, 4)
    assert len(tokenizer) == len(again.vocab.input)
    again.save_tokenizer(tmp_path / "tokenizer.json")
    assert Tokenizer.from_file(str(tmp_path / "tokenizer.json")).encode("c a").ids == [3, 2, 0]


def test_spellings() -> None:
    assert VOCABULARY.spellings() == ["a", "1", "1.5", "true", '"1"', '"two\\u0020words"', '""', "BOS", "PAD"]
