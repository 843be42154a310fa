"""Starts and watches the processes in which student code runs.

`interface` says what a kind of isolation offers. Each other module is one kind, or a tool for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cnngrade.errors import UserError
from cnngrade.sandbox.outside import landlock, sandbox
from cnngrade.sandbox.outside.interface import Isolation
from cnngrade.sandbox.outside.landlock import Landlocked
from cnngrade.sandbox.outside.process import FreshProcess
from cnngrade.sandbox.outside.sandbox import FlatSandbox, Sandbox

KINDS: dict[str, Callable[[str], Isolation]] = {
    "sandbox": Sandbox,
    "flat-sandbox": FlatSandbox,
    "landlock": Landlocked,
    "none": FreshProcess,
}
# The kinds that keep submissions from reading the course, strongest first. Each returns what this machine lacks for it.
_CONFINING: dict[str, Callable[[], str]] = {
    "sandbox": sandbox.available,
    "flat-sandbox": partial(sandbox.available, "flat"),
    "landlock": landlock.available,
}
_GIVES = {
    "sandbox": "own namespaces: no file of the course, no network, no other process",
    "flat-sandbox": "the same with one process-id namespace for all; cleaned between submissions",
    "landlock": "a fresh process that can read no file of the course",
}


def levels() -> list[tuple[str, bool, str]]:
    """Returns the kinds of isolation, strongest first, as (name, whether this machine has it, what it gives or lacks)."""
    found = []
    for kind, lacks in _CONFINING.items():
        missing = lacks()
        found.append((kind, not missing, missing or _GIVES[kind]))
    return [*found, ("process", True, "a fresh process: limits and a scrubbed environment; no file isolation")]


def strongest(wanted: str) -> str:
    """Returns the kind of isolation for grading: the wanted one, or for "auto" the strongest that works here.

    Raises `UserError` if that does not work, or if no kind here isolates files. "none" accepts this risk.
    """
    if wanted == "none":
        return wanted
    why = {}
    for kind in _CONFINING if wanted == "auto" else [wanted]:
        if not (missing := _CONFINING[kind]()):
            return kind
        why[kind] = missing
    reasons = "; ".join(f"{kind}: {missing}" for kind, missing in why.items())
    raise UserError(
        f"this machine cannot keep submissions from reading the course ({reasons})",
        "Install what is missing, or accept the risk with --isolation none",
    )


def isolation_of(kind: str, device: str) -> Isolation:
    """Returns the isolation with a name from `strongest`."""
    return KINDS[kind](device)
