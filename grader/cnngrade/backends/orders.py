"""What any backend is told before it judges, and what it says of each request."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cnngrade.backends.requests import Request
from cnngrade.records.report import Report


@dataclass(frozen=True)
class Orders:
    """What a judging process needs to make its own plan."""

    course: Path
    week: str
    device: str
    data_dir: Path | None
    isolation: str = ""  # as `strongest` has named it; "" where no student's code is judged
    tasks: tuple[str, ...] = ()  # those judged at all; every task when empty
    alone: bool = False  # one process has the machine for itself: what runs out of a GPU's memory has itself to blame
    models: Path | None = None  # where trained models are kept
    secret: bytes = field(default=b"", repr=False)  # what hidden inputs are drawn from


@dataclass(frozen=True)
class Done:
    """A request has been judged."""

    request: Request
    report: Report


@dataclass(frozen=True)
class Lost:
    """A request cannot be judged, and why."""

    request: Request
    why: str


@dataclass(frozen=True)
class CrowdedOut:
    """Others had filled the GPU when a request was judged. It is judged again, alone, after all others."""

    request: Request
