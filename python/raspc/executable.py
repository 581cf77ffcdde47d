"""Running the raspc executable."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence


class RaspcNotFound(RuntimeError):
    """There is no raspc executable."""


class RaspcError(RuntimeError):
    """raspc ended with an error; the text is what it printed."""


def executable() -> str:
    """The path of raspc: the environment variable RASPC, or the first raspc on PATH."""
    named = os.environ.get("RASPC")
    if named:
        if not os.access(named, os.X_OK) or os.path.isdir(named):
            raise RaspcNotFound(f"RASPC is {named!r}, which is not an executable file")
        return os.path.abspath(named)
    found = shutil.which("raspc")
    if found is None:
        raise RaspcNotFound("raspc is not on PATH; build it with 'make build', or set RASPC to its path")
    return found


def run(arguments: Sequence[str]) -> str:
    """What raspc prints; raises RaspcError with its message if it fails."""
    result = subprocess.run([executable(), *arguments], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        message = result.stderr.strip() or f"raspc {arguments[0]} ended with status {result.returncode}"
        raise RaspcError(message)
    return result.stdout
