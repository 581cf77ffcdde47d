"""Files of scores, pairs, and what the executable says."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import raspc
import torch

from conftest import needs_raspc


def written(scores: object, path: Path) -> object:
    raspc.write_scores(scores, path)  # type: ignore[arg-type]
    return json.loads(path.read_text())


def test_forms_of_scores(tmp_path: Path) -> None:
    path = tmp_path / "scores.json"
    expected = {"edges": [{"from": "m0", "to": "logits", "score": 0.5}]}
    assert written({"m0->logits": 0.5}, path) == expected
    assert written({("m0", "logits"): torch.tensor(0.5, requires_grad=True)}, path) == expected
    assert written([("m0", "logits", torch.tensor([0.5]))], path) == expected
    assert written((entry for entry in [("m0 -> logits", 0.5)]), path) == expected
    assert written({"m0": 1}, path) == {"nodes": [{"node": "m0", "score": 1.0}]}


@pytest.mark.parametrize(
    ("score", "message"),
    [
        (float("nan"), "the score of 'm0->logits' is nan"),
        (torch.tensor(float("inf")), "the score of 'm0->logits' is inf"),
        (torch.zeros(2), "the score of 'm0->logits' is not one number"),
        ("high", "the score of 'm0->logits' is not one number"),
        (None, "the score of 'm0->logits' is not one number"),
    ],
)
def test_scores_that_cannot_be_ranked(score: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        raspc.write_scores({"m0->logits": score}, tmp_path / "scores.json")
    assert not (tmp_path / "scores.json").exists()


def test_names_that_are_neither(tmp_path: Path) -> None:
    for scores in [{}, [("a0.h0", "m0", "logits", 1.0)], {"a->b->c": 1.0}, {"": 1.0}]:
        with pytest.raises(ValueError):
            raspc.write_scores(scores, tmp_path / "scores.json")


@needs_raspc
@pytest.mark.parametrize("convention", raspc.CONVENTIONS)
def test_judge_in_every_convention(again: raspc.Circuit, convention: raspc.Convention) -> None:
    circuit = set(again.edges(convention))
    scores = {edge: float(edge in circuit) for edge in again.edges(convention, causal=False)}
    result = again.judge(scores, "oracle")
    assert (result.method, result.circuit, result.auroc_edges) == ("oracle", "again", 1)
    assert (again.folder / "discover-oracle.json").exists()
    assert again.judge({edge: -score for edge, score in scores.items()}, "wrong").auroc_edges == 0
    assert again.judge({edge: -score for edge, score in scores.items()}, "absolute", absolute=True).auroc_edges == 1
    assert again.judge({edge: 1.0 for edge in circuit}, "missing", missing=0).auroc_edges == 1


@needs_raspc
def test_judge_nodes(again: raspc.Circuit) -> None:
    result = again.judge({name: 1.0 for name in {source for source, _ in again.edges()}}, "nodes", missing=0)
    assert (result.auroc_edges, result.auroc_nodes) == (None, 1)


@needs_raspc
def test_errors_of_the_executable(again: raspc.Circuit, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(raspc.RaspcError, match="no score for"):
        again.judge({"m0->logits": 1.0}, "mine")
    with pytest.raises(raspc.RaspcError, match="'eap' is a method of raspc itself"):
        again.judge({"m0->logits": 1.0}, "eap")
    monkeypatch.setenv("RASPC", str(again.folder / "none"))
    with pytest.raises(raspc.RaspcNotFound, match="not an executable file"):
        again.pairs(1)


def test_no_executable(again: raspc.Circuit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RASPC", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(raspc.RaspcNotFound, match="set RASPC to its path"):
        again.pairs(1)


@needs_raspc
@pytest.mark.parametrize("plain", [True, False])
def test_pairs(again: raspc.Circuit, plain: bool) -> None:
    pairs = again.pairs(100, seed=3, plain=plain)
    assert len(pairs) == 100 and pairs.counted == sum(int(batch.counted.sum()) for batch in pairs)
    lengths = [(batch.clean.shape[1], batch.corrupted.shape[1]) for batch in pairs]
    assert lengths == sorted(set(lengths)) and len({clean for clean, _ in lengths}) > 1
    assert plain == all(clean == corrupted for clean, corrupted in lengths)
    for batch in pairs:
        assert batch.map.shape == batch.counted.shape == batch.output.shape == batch.clean.shape
        assert not (batch.clean == again.vocab.pad_id).any() and (batch.clean[:, 0] == again.vocab.bos_id).all()
        assert not batch.counted[:, 0].any()
        if plain:
            assert (batch.map == torch.arange(batch.clean.shape[1])).all()
        # The program's outputs are the transformer's.
        logits, corrupted = again.model(batch.clean), again.model(batch.corrupted)
        assert (logits.argmax(-1) == batch.output)[batch.counted].all()
        assert (batch.take(corrupted).argmax(-1) == batch.corrupted_output)[batch.counted].all()


@needs_raspc
def test_pairs_of_numbers(frac_prevs: raspc.Circuit) -> None:
    for batch in frac_prevs.pairs(20):
        assert batch.output.dtype == torch.float32
        outputs = frac_prevs.model(batch.clean)[..., 0]
        torch.testing.assert_close(outputs[batch.counted], batch.output[batch.counted], atol=1e-5, rtol=0)


@needs_raspc
def test_encoding_agrees_with_exec(again: raspc.Circuit) -> None:
    rng = random.Random(0)
    for _ in range(5):
        tokens = [rng.choice(again.vocab.tokens) for _ in range(rng.randint(1, 6))]
        printed = raspc.executable.run(["exec", str(again.folder), "--logits", "--input", json.dumps(tokens)])
        logits = again.model(again.encode(tokens))[0].detach()
        torch.testing.assert_close(logits, torch.tensor(json.loads(printed)), atol=1e-4, rtol=0)
