"""The names that different tools give to the nodes of a transformer."""

from __future__ import annotations

import re
from typing import Literal, get_args

Convention = Literal["hooks", "eap-ig", "auto-circuit"]
CONVENTIONS: tuple[Convention, ...] = get_args(Convention)

Edge = tuple[str, str]
"""An edge: where it comes from, and where it goes."""

_HEAD = re.compile(r"blocks\.(\d+)\.attn\.hook_result\[(\d+)\]")
_HEAD_INPUT = re.compile(r"blocks\.(\d+)\.hook_([qkv])_input\[(\d+)\]")
_MLP = re.compile(r"blocks\.(\d+)\.hook_mlp_(?:in|out)")
_OUTPUT = re.compile(r"blocks\.\d+\.hook_resid_post")

# Names of the embeddings and the output, and templates for a head, one of its inputs and an MLP.
_TEMPLATES: dict[Convention, tuple[str, str, str, str, str]] = {
    "eap-ig": ("input", "logits", "a{layer}.h{head}", "a{layer}.h{head}<{letter}>", "m{layer}"),
    "auto-circuit": ("Resid Start", "Resid End", "A{layer}.{head}", "A{layer}.{head}.{capital}", "MLP {layer}"),
}


def rename(hook: str, convention: Convention) -> str:
    """The name that a convention gives to a node named by its TransformerLens hook."""
    if convention == "hooks":
        return hook
    if convention not in _TEMPLATES:
        raise ValueError(f"{convention!r} is not a convention; there are {', '.join(CONVENTIONS)}")
    start, end, head, head_input, mlp = _TEMPLATES[convention]
    if hook in ("hook_embed", "hook_pos_embed"):
        return start
    if _OUTPUT.fullmatch(hook):
        return end
    if match := _HEAD.fullmatch(hook):
        return head.format(layer=match[1], head=match[2])
    if match := _HEAD_INPUT.fullmatch(hook):
        return head_input.format(layer=match[1], head=match[3], letter=match[2], capital=match[2].upper())
    if match := _MLP.fullmatch(hook):
        return mlp.format(layer=match[1])
    raise ValueError(f"{hook!r} is not a node of the graph")


def rename_edges(edges: list[Edge], convention: Convention) -> list[Edge]:
    """Edges in another convention, in order. Edges that it does not tell apart appear once."""
    return list(dict.fromkeys((rename(a, convention), rename(b, convention)) for a, b in edges))
