"""Where student code runs. `interface` says what a kind of isolation offers; each other module is one kind."""

from __future__ import annotations

import sys


def levels() -> list[tuple[str, bool, str]]:
    """The kinds of isolation this version knows, as (name, whether this machine has it, what it gives), strongest first."""
    limits = "rlimits, " if sys.platform != "win32" else ""
    return [
        ("process", True, f"a fresh process: {limits}wall clock, own folder, scrubbed environment; no file isolation")
    ]
