"""Reads `[late]` in assignment.toml: when a week is due, and what each late day costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from cnngrade.course.course_file import Table
from cnngrade.records.moments import in_zone, zone_named
from cnngrade.records.report import Lateness

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LatePolicy:
    """What late work costs: for each begun day `per_day` per cent of the points earned, at most `cap` per cent.

    A submission within `grace` after the deadline is not late. A later one is late from the deadline on. `due` has a
    time zone, and is None if the course does not say. `zone` is the time zone of times without an offset.
    """

    due: datetime | None = None
    zone: tzinfo | None = None
    per_day: float = 0.0
    grace: timedelta = timedelta()
    cap: float = 100.0

    def lateness(self, due: datetime, handed_in: datetime | None, note: str = "") -> Lateness:
        """Returns what a submission of time `handed_in` (None: unknown) costs against its own deadline."""
        if handed_in is None:
            return Lateness(_text(due), "", note=note)
        # In UTC, because Python ignores clock changes within one zone.
        over = handed_in.astimezone(UTC) - due.astimezone(UTC)
        days = 0 if over <= max(self.grace, timedelta()) else math.ceil(over / _DAY)
        return Lateness(_text(due), _text(handed_in), days, min(self.cap, self.per_day * days), note)

    def due_at(self, due: datetime) -> LatePolicy:
        """Returns the same policy with another deadline."""
        return replace(self, due=due)


def _text(when: datetime) -> str:
    return when.isoformat(sep=" ", timespec="minutes" if not when.second else "seconds")


def _zone(name: str) -> str:
    zone_named(name)
    return name


class Late(Table):
    """The table as it is written in the file."""

    due: datetime | None = None
    timezone: Annotated[str, AfterValidator(_zone)] | None = None
    per_day: float = Field(default=0.0, ge=0, le=100)
    grace_minutes: float = Field(default=0.0, ge=0)
    cap: float = Field(default=100.0, ge=0, le=100)

    @model_validator(mode="after")
    def _a_known_moment(self) -> Self:
        if self.due and self.due.tzinfo is None and self.timezone is None:
            raise ValueError(
                "'due' says no time zone: state the 'timezone', or write the offset, as in 2026-10-09T23:59:00+02:00"
            )
        return self

    def policy(self) -> LatePolicy:
        """Returns the policy that the table states."""
        zone = zone_named(self.timezone) if self.timezone else None
        due = in_zone(self.due, zone, later=True) if self.due else None
        return LatePolicy(due, zone, self.per_day, timedelta(minutes=self.grace_minutes), self.cap)
