"""Transformers of a circuit folder in TransformerLens, whatever its version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
import transformer_lens
from safetensors.torch import load_file

Model = Any
"""A HookedTransformer, or from TransformerLens 4 on a TransformerBridge."""


def has_hooked_transformer() -> bool:
    """Whether this TransformerLens still has HookedTransformer, which version 4 removed."""
    try:
        return hasattr(transformer_lens, "HookedTransformer")
    except ImportError:  # how version 4 answers
        return False


def read_config(folder: Path, name: str) -> dict[str, Any]:
    """The keyword arguments in `NAME_model_cfg.json`."""
    path = folder / f"{name}_model_cfg.json"
    if not path.exists():
        raise FileNotFoundError(f"{folder} has no {path.name}" + _hint(name))
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return config


def load_model(folder: Path, name: str, device: str) -> Model:
    """The transformer NAME of a folder, with all hooks that its version of TransformerLens has.

    Version 4 has no `hook_result`, and no `hook_q_input`, `hook_k_input` and `hook_v_input`, for models that it does not
    load from a hub: the finest places are `attn.hook_z`, `hook_q`, `hook_k` and `hook_v`.
    """
    config = {**read_config(folder, name), "device": device}
    weights = load_file(str(folder / f"{name}_model.safetensors"), device=device)
    return _hooked(config, weights) if has_hooked_transformer() else _bridge(config, weights, device)


def _hint(name: str) -> str:
    return "; train it with 'raspc --siit'" if name == "ll" else ""


def _hooked(config: dict[str, Any], weights: dict[str, torch.Tensor]) -> Model:
    model = transformer_lens.HookedTransformer(transformer_lens.HookedTransformerConfig(**config))
    model.load_and_process_state_dict(
        weights, fold_ln=False, center_writing_weights=False, center_unembed=False, fold_value_biases=False
    )
    return model.eval()


def _bridge(config: dict[str, Any], weights: dict[str, torch.Tensor], device: str) -> Model:
    from transformer_lens.conversion_utils import convert_tl_checkpoint
    from transformer_lens.model_bridge import TransformerBridge

    # A native bridge has no hooks for single heads' outputs and inputs, and says so only when they are switched on later.
    config = {**config, "use_attn_result": False, "use_split_qkv_input": False}
    model = TransformerBridge.boot_native(config, device=device, model_name=config["model_name"])
    model.load_state_dict(convert_tl_checkpoint(weights, model.cfg), strict=True)
    return model.eval()
