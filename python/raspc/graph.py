"""The full graph of a transformer: which nodes can write what other nodes read."""

from __future__ import annotations

from dataclasses import dataclass

from .names import Edge


@dataclass(frozen=True)
class EdgeEffect:
    """What an edge does when it alone carries what its source writes on another input.

    `compiled` and `trained` are the share of counted positions at which the output changes, and `compiled_divergence` and
    `trained_divergence` the mean divergence from the intact outputs. They are None where a transformer has no such edge,
    or does not exist. `causal` says whether any output of the compiled transformer changes.
    """

    source: str
    target: str
    causal: bool
    compiled: float | None
    trained: float | None
    compiled_divergence: float | None
    trained_divergence: float | None

    @property
    def edge(self) -> Edge:
        return (self.source, self.target)


def full_graph(layers: int, heads: int) -> list[Edge]:
    """All edges, named by hooks, in the order of `edges.json`: by target, and for each target by source."""
    edges: list[Edge] = []
    sources = ["hook_embed", "hook_pos_embed"]
    for layer in range(layers):
        block = f"blocks.{layer}"
        for head in range(heads):
            for letter in "qkv":
                edges += [(source, f"{block}.hook_{letter}_input[{head}]") for source in sources]
        sources += [f"{block}.attn.hook_result[{head}]" for head in range(heads)]
        edges += [(source, f"{block}.hook_mlp_in") for source in sources]
        sources.append(f"{block}.hook_mlp_out")
    return edges + [(source, f"blocks.{layers - 1}.hook_resid_post") for source in sources]
