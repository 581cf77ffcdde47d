"""Files of scores for `raspc judge`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Union

import torch

Number = Union[float, int, torch.Tensor]
Scores = Union[Mapping[Any, Any], Iterable[tuple[Any, ...]]]
"""By name or by edge, or a list: `{"m0->logits": 1.0}`, `{("m0", "logits"): 1.0}`, `[("m0", "logits", 1.0)]`. A name
without an arrow is a node. A score may be a tensor with one element."""


def write_scores(scores: Scores, path: str | Path) -> None:
    """Writes scores as JSON. Raises ValueError, with the name, for a score that is NaN or infinite."""
    edges: list[dict[str, Any]] = []
    nodes: list[dict[str, Any]] = []
    for name, score in _entries(scores):
        value = _number(score, name)
        if len(name) == 2:
            edges.append({"from": name[0], "to": name[1], "score": value})
        else:
            nodes.append({"node": name[0], "score": value})
    if not edges and not nodes:
        raise ValueError("there are no scores")
    data = {key: value for key, value in (("edges", edges), ("nodes", nodes)) if value}
    Path(path).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _entries(scores: Scores) -> Iterable[tuple[tuple[str, ...], Any]]:
    if isinstance(scores, Mapping):
        for name, score in scores.items():
            yield _name(name), score
        return
    for entry in scores:
        if len(entry) not in (2, 3):
            raise ValueError(f"{entry!r} is neither (from, to, score) nor (name, score)")
        yield (_name(entry[0]) if len(entry) == 2 else _name(entry[:2])), entry[-1]


def _name(name: Any) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in name.split("->")) if isinstance(name, str) else tuple(name)
    if len(parts) not in (1, 2) or not all(isinstance(part, str) and part for part in parts):
        raise ValueError(f"{name!r} is the name of neither an edge nor a node")
    return parts


def _number(score: Any, name: tuple[str, ...]) -> float:
    label = "->".join(name)
    try:
        value = float(score.detach()) if isinstance(score, torch.Tensor) else float(score)
    except (RuntimeError, TypeError, ValueError) as error:
        raise ValueError(f"the score of '{label}' is not one number") from error
    if not math.isfinite(value):
        raise ValueError(f"the score of '{label}' is {value}, which cannot be ranked")
    return value
