"""Transformers in TransformerLens compute what `raspc exec` computes. `expected.json` has what it printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import raspc
import torch

from conftest import CIRCUITS, needs_head_hooks

CASES = json.loads((Path(__file__).parent / "expected.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['circuit']}-{case['model']}-{len(case['input'])}")
def test_logits_and_outputs(case: dict[str, Any]) -> None:
    circuit = raspc.load(CIRCUITS / case["circuit"], model=case["model"])
    logits = circuit.model(circuit.encode(case["input"]))
    torch.testing.assert_close(logits[0].detach(), torch.tensor(case["logits"]), atol=1e-4, rtol=0)
    assert circuit.decode(logits) == [pytest.approx(case["output"], abs=1e-6)]


def test_several_inputs_at_once(again: raspc.Circuit) -> None:
    ids = again.encode([["a", "a"], ["a", "b"]])
    assert ids.tolist() == [[3, 0, 0], [3, 0, 1]]
    assert again.decode(again.model(ids)) == [[False, True], [False, False]]


def test_the_sum_of_what_is_written_is_what_is_read(again: raspc.Circuit) -> None:
    logits, cache = again.model.run_with_cache(again.encode(["a", "b", "b"]))
    written = cache["hook_embed"] + cache["hook_pos_embed"]
    for layer in range(2):
        written = written + cache[f"blocks.{layer}.hook_attn_out"] + cache[f"blocks.{layer}.hook_mlp_out"]
    torch.testing.assert_close(cache["blocks.1.hook_resid_post"], written, atol=1e-4, rtol=1e-4)


@needs_head_hooks
def test_every_end_of_an_edge_is_a_hook(again: raspc.Circuit) -> None:
    _, cache = again.model.run_with_cache(again.encode(["a", "b", "b"]))
    for edge in again.graph():
        for name in edge:
            hook, _, head = name.partition("[")
            assert hook in cache
            assert cache[hook].ndim == (4 if head else 3)


def test_a_hook_changes_the_output(again: raspc.Circuit) -> None:
    ids = again.encode(["a", "b", "b"])
    for hook in ["hook_embed", "blocks.0.hook_mlp_in", "blocks.0.attn.hook_z", "blocks.0.hook_mlp_out"]:
        changed = again.model.run_with_hooks(ids, fwd_hooks=[(hook, lambda value, hook: value * 0)])
        assert (changed - again.model(ids)).abs().max() > 0.1, hook
