"""Fixtures: a trained circuit ('again', categorical) and a compiled one ('frac_prevs', numerical), in temporary copies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import raspc
from raspc import executable
from raspc.transformerlens import has_hooked_transformer

CIRCUITS = Path(__file__).parent / "circuits"


def _reason() -> str | None:
    try:
        executable.executable()
    except raspc.RaspcNotFound as error:
        return str(error)
    return None


_MISSING = _reason()
needs_raspc = pytest.mark.skipif(_MISSING is not None, reason=str(_MISSING))
needs_head_hooks = pytest.mark.skipif(
    not has_hooked_transformer(), reason="TransformerLens 4 has no hooks for the inputs and outputs of single heads"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of circuit folders that a test may write to."""
    return Path(shutil.copytree(CIRCUITS, tmp_path / "circuits"))


@pytest.fixture
def again(folder: Path) -> raspc.Circuit:
    return raspc.load(folder / "again")


@pytest.fixture
def frac_prevs(folder: Path) -> raspc.Circuit:
    return raspc.load(folder / "frac_prevs", model="hl")
