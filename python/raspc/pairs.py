"""Pairs of a clean and a corrupted input, as `raspc pairs` makes them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch


@dataclass(frozen=True)
class PairBatch:
    """Pairs whose clean inputs have one length, and whose corrupted inputs have one length: nothing is padded.

    All tensors are [pair, position], BOS at position 0.
    """

    clean: torch.Tensor
    """Ids."""
    corrupted: torch.Tensor
    """Ids; of another length than `clean` unless the pairs are plain."""
    map: torch.Tensor
    """For each position of the clean input, the position of the corrupted input from which it takes its value."""
    counted: torch.Tensor
    """Whether the program has a value there and outputs count."""
    output: torch.Tensor
    """What the program gives: the index of a logit, or a number. 0 where nothing counts."""
    corrupted_output: torch.Tensor
    """What the program gives on the corrupted input, at the mapped position."""

    def __len__(self) -> int:
        return len(self.clean)

    def take(self, corrupted: torch.Tensor) -> torch.Tensor:
        """What each position of the clean inputs takes from a tensor [pair, corrupted position, ...]."""
        return corrupted[torch.arange(len(self), device=corrupted.device)[:, None], self.map]


@dataclass(frozen=True)
class Pairs:
    """Batches by length: of the clean inputs, then of the corrupted ones."""

    batches: tuple[PairBatch, ...]

    def __iter__(self) -> Iterator[PairBatch]:
        return iter(self.batches)

    def __len__(self) -> int:
        return sum(len(batch) for batch in self.batches)

    @property
    def counted(self) -> int:
        """How many positions count, in all pairs."""
        return int(sum(batch.counted.sum().item() for batch in self.batches))

    @classmethod
    def read(cls, path: str | Path, numerical: bool = False, device: str = "cpu") -> Pairs:
        """Reads a file of JSON lines that `raspc pairs` wrote, for a circuit with numerical outputs or categorical ones."""
        groups: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            pair = json.loads(line)
            groups[len(pair["clean"]), len(pair["corrupted"])].append(pair)
        return cls(tuple(_batch(groups[lengths], numerical, device) for lengths in sorted(groups)))


def _batch(pairs: Sequence[dict[str, Any]], numerical: bool, device: str) -> PairBatch:
    def tensor(name: str, dtype: torch.dtype) -> torch.Tensor:
        # Where the program has no value, the file has null.
        rows = [[0 if value is None else value for value in pair[name]] for pair in pairs]
        return torch.tensor(rows, dtype=dtype, device=device)

    outputs = torch.float32 if numerical else torch.int64
    return PairBatch(
        clean=tensor("clean", torch.int64),
        corrupted=tensor("corrupted", torch.int64),
        map=tensor("map", torch.int64),
        counted=tensor("counted", torch.bool),
        output=tensor("output", outputs),
        corrupted_output=tensor("corrupted_output", outputs),
    )
