"""Where student code runs. `interface` says what a kind of isolation offers; each other module is one kind."""

from __future__ import annotations

from cnngrade.errors import UserError
from cnngrade.isolation import landlock, sandbox
from cnngrade.isolation.landlock import Landlocked
from cnngrade.isolation.process import FreshProcess
from cnngrade.isolation.sandbox import Sandbox


def levels() -> list[tuple[str, bool, str]]:
    """The kinds of isolation, strongest first, as (name, whether this machine has it, what it gives or lacks)."""
    no_sandbox, no_landlock = sandbox.available(), landlock.available()
    return [
        (
            "sandbox",
            not no_sandbox,
            no_sandbox or "own namespaces: no file of the course, no network, no other process",
        ),
        ("landlock", not no_landlock, no_landlock or "a fresh process that can read no file of the course"),
        ("process", True, "a fresh process: limits and a scrubbed environment; no file isolation"),
    ]


def choose(kind: str, device: str) -> Sandbox | FreshProcess:
    """The isolation for grading other people's code: "auto" is the strongest that works here, and isolates files.

    Raises `UserError` where there is none; "none" takes a fresh process and accepts that it can read the disk.
    """
    if kind == "none":
        return FreshProcess(device)
    no_sandbox = sandbox.available() if kind != "landlock" else "not asked for"
    if not no_sandbox:
        return Sandbox(device)
    no_landlock = landlock.available() if kind != "sandbox" else "not asked for"
    if not no_landlock:
        return Landlocked(device)
    raise UserError(
        f"this machine cannot keep submissions from reading the course (sandbox: {no_sandbox}; landlock: {no_landlock})",
        "Install what is missing, or accept the risk with --isolation none",
    )
