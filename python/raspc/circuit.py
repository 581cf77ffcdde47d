"""A circuit folder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union, cast

import torch

from . import executable
from .graph import EdgeEffect, full_graph
from .judgement import Judgement
from .names import Convention, Edge, rename_edges
from .pairs import Pairs
from .scores import Scores, write_scores
from .tokenizer import make_tokenizer
from .transformerlens import Model, load_model, read_config
from .vocabulary import Value, Vocabulary

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

Tokens = Union[Sequence[Value], Sequence[Sequence[Value]]]


class Circuit:
    """A transformer whose circuit is known.

    `model` is in TransformerLens: a HookedTransformer up to version 3, a TransformerBridge from version 4 on.
    """

    def __init__(self, folder: str | Path, model: str = "ll", device: str = "cpu") -> None:
        """Reads a folder; see `load`."""
        self.folder = Path(folder)
        if not (self.folder / "meta.json").exists():
            raise FileNotFoundError(f"{self.folder} is not the folder of a circuit: it has no meta.json")
        self.model_name = model
        self.device = device
        about = json.loads((self.folder / "meta.json").read_text(encoding="utf-8"))["circuit"]
        self.name: str = about["name"]
        self.min_len: int = about["min_len"]
        self.max_len: int = about["max_len"]
        self.config: dict[str, Any] = read_config(self.folder, model)
        self.vocab = Vocabulary.read(self.folder / "vocab.json")

    def __repr__(self) -> str:
        return f"Circuit({self.name!r}, model={self.model_name!r})"

    @cached_property
    def model(self) -> Model:
        """The transformer, loaded when it is first used."""
        return load_model(self.folder, self.model_name, self.device)

    # Inputs and outputs

    def encode(self, tokens: Tokens) -> torch.Tensor:
        """Ids with BOS, [input, position], of one input or of several inputs of one length."""
        several = bool(tokens) and isinstance(tokens[0], (list, tuple))
        inputs = cast("list[Sequence[Value]]", list(tokens) if several else [tokens])
        lengths = sorted({len(one) for one in inputs})
        if len(lengths) > 1:
            raise ValueError(f"inputs have lengths {lengths}; encode those of each length by themselves, without padding")
        if not self.min_len <= lengths[0] <= self.max_len:
            raise ValueError(
                f"an input has {lengths[0]} tokens; circuit '{self.name}' takes {self.min_len} to {self.max_len}"
            )
        return torch.tensor([self.vocab.encode(one) for one in inputs], device=self.device)

    def decode(self, logits: torch.Tensor) -> list[list[Value]]:
        """The outputs of each input, without that of BOS, from logits [input, position, output]."""
        return [self.vocab.decode(one) for one in logits]

    def tokenizer(self) -> PreTrainedTokenizerFast:
        """A Hugging Face tokenizer, for tools that want one: tokens are separated by spaces, BOS is added."""
        return make_tokenizer(self.vocab, self.name)

    def save_tokenizer(self, path: str | Path) -> None:
        """Writes `tokenizer.json`, as the library tokenizers reads it."""
        self.tokenizer().backend_tokenizer.save(str(path))

    # The ground truth

    def edges(self, convention: Convention = "hooks", causal: bool = True) -> list[Edge]:
        """The circuit as edges (from, to); with causal=False all edges of the graph.

        The conventions other than "hooks" have one node for both embeddings. Its edges belong to the circuit if those of
        either embedding do.
        """
        edges = [effect.edge for effect in self.effects() if effect.causal] if causal else self.graph()
        return rename_edges(edges, convention)

    def graph(self) -> list[Edge]:
        """All edges of the graph, named by hooks, in the order of `edges.json`."""
        return full_graph(self.config["n_layers"], self.config["n_heads"])

    def effects(self) -> list[EdgeEffect]:
        """Every edge of the graph with its effects, and whether it is causal."""
        trained = (self.folder / "ll_model.safetensors").exists()
        if self.model_name == "hl" and trained:
            raise ValueError("edges.json names the edges of the trained transformer; load the circuit with model='ll'")
        data = json.loads((self.folder / "edges.json").read_text(encoding="utf-8"))
        if "effects" not in data:
            raise ValueError(f"edges of {self.folder} have not been measured; 'raspc eval {self.folder}' measures them")
        return [_effect(effect) for effect in data["effects"]]

    # With the executable

    def pairs(self, count: int = 1000, seed: int = 0, plain: bool = False) -> Pairs:
        """Pairs of inputs, the same that `raspc discover` uses for this number and seed.

        Those with plain=True have inputs of one length, position by position, for tools that take nothing else.
        """
        arguments = ["pairs", str(self.folder), "--count", str(count), "--seed", str(seed)]
        with tempfile.TemporaryDirectory() as folder:
            executable.run(arguments + ["-o", folder] + (["--plain"] if plain else []))
            numerical = self.vocab.output_kind == "numerical"
            return Pairs.read(next(Path(folder).glob("*.jsonl")), numerical, self.device)

    def write_scores(self, scores: Scores, path: str | Path) -> None:
        """Writes scores for `raspc judge`; see `raspc.write_scores`."""
        write_scores(scores, path)

    def judge(self, scores: Scores, method: str, absolute: bool = False, missing: float | None = None) -> Judgement:
        """Judges scores by the circuit, and leaves `discover-METHOD.json` in the folder, which `raspc report` shows.

        Higher scores mean edges of the circuit; with absolute=True, signs do not count. `missing` is the score of edges
        that are not listed.
        """
        arguments = ["judge", str(self.folder), "--method", method, "--model", self.model_name]
        if absolute:
            arguments.append("--absolute")
        if missing is not None:
            arguments += ["--missing", repr(float(missing))]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{self.name}.json"
            self.write_scores(scores, path)
            executable.run(arguments + ["--scores", str(path)])
        return Judgement.read(self.folder / f"discover-{method}.json")


def load(folder: str | Path, model: str = "ll", device: str = "cpu") -> Circuit:
    """Reads a circuit folder.

    `model` is "ll" for the trained transformer, "hl" for the compiled one, "natural" for the behaviour-only baseline.
    """
    return Circuit(folder, model, device)


def load_all(folder: str | Path, model: str = "ll", device: str = "cpu") -> Iterator[Circuit]:
    """Reads every circuit folder below a folder that has this transformer, in the order of their paths."""
    for path in sorted(Path(folder).rglob(f"{model}_model.safetensors")):
        if (path.parent / "meta.json").exists():
            yield Circuit(path.parent, model, device)


def _effect(data: dict[str, Any]) -> EdgeEffect:
    compiled, trained = data.get("compiled") or {}, data.get("trained") or {}
    return EdgeEffect(
        source=data["from"],
        target=data["to"],
        causal=data["causal"],
        compiled=compiled.get("changed"),
        trained=trained.get("changed"),
        compiled_divergence=compiled.get("divergence"),
        trained_divergence=trained.get("divergence"),
    )
