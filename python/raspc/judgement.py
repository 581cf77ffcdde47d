"""What `raspc judge` says about scores."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Judgement:
    """How well scores separate the circuit from the rest: 1 is perfect, 0.5 is chance.

    A figure is None where there is nothing to separate, or where only nodes were scored.
    """

    method: str
    circuit: str
    auroc_edges: float | None
    """Over edges: the causal ones should score above all others."""
    auroc_whole_node_edges: float | None
    auroc_nodes: float | None
    auroc_benchmark_edges: float | None
    """By InterpBench's convention."""

    @classmethod
    def read(cls, path: Path) -> Judgement:
        """Reads `discover-METHOD.json`."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            data["method"],
            data["circuit"],
            data.get("auroc_edges"),
            data.get("auroc_whole_node_edges"),
            data.get("auroc_nodes"),
            data.get("auroc_benchmark_edges"),
        )
