"""Reads moments in time as rosters, learning platforms and people write them: always with a time zone, never guessed.

A text that states its offset from UTC needs nothing else. A text without an offset is read in the time zone of the
course, and refused if none is known. Dates that two countries read differently (03/04/2026) are refused.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

ASKED = "write it like 2026-10-09 23:59, or like 2026-10-09T23:59+02:00"

# Moodle's grading worksheet in English: "Friday, 9 October 2026, 11:59 PM"; some sites use 24 hours.
_OTHERS = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%d %B %Y, %I:%M %p", "%d %B %Y, %H:%M")
_DURATION = re.compile(r"\+?\s*(\d+(?:\.\d+)?)\s*(d|days?|h|hours?|)", re.IGNORECASE)


class UnclearMomentError(ValueError):
    """A text does not name a moment that everybody reads alike. The message completes the sentence "'TEXT' ..."."""


def zone_named(name: str) -> ZoneInfo:
    """Returns the time zone of an IANA name such as `Europe/Berlin`. Raises `ValueError` with a line to show."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; it has a name like 'Europe/Berlin' or 'Asia/Shanghai'") from None


def moment(text: str, zone: tzinfo | None, whole_days: bool = False) -> datetime:
    """Returns the moment that a text names, with its time zone.

    With `whole_days`, a date without a time means the end of that day, as it does for deadlines. Raises
    `UnclearMomentError`.
    """
    text = text.strip()
    when = _read(text)
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text):
        if not whole_days:
            raise UnclearMomentError(f"says no time of day; {ASKED}")
        when = datetime.combine(when.date(), time(23, 59, 59))
    return in_zone(when, zone, later=whole_days)


def in_zone(when: datetime, zone: tzinfo | None, later: bool = False) -> datetime:
    """Returns a moment with a time zone: the one that it states, or else `zone`.

    When clocks are set back, one hour occurs twice. `later` selects the second one. Raises `UnclearMomentError` if
    there is no time zone.
    """
    if when.tzinfo is not None:
        return when
    if zone is None:
        raise UnclearMomentError("says no time zone; state 'timezone' under [late] in assignment.toml, or add +02:00")
    return when.replace(tzinfo=zone, fold=int(later))


def duration(text: str) -> timedelta | None:
    """Returns the time that a text such as `3`, `3 days` or `36 h` names, or None. A bare number counts days."""
    match = _DURATION.fullmatch(text.strip())
    if not match:
        return None
    hours = match[2].casefold().startswith("h")
    return timedelta(hours=float(match[1])) if hours else timedelta(days=float(match[1]))


def _read(text: str) -> datetime:
    iso = re.sub(r"\s*(?:UTC|GMT|Z)$", "+00:00", text)
    iso = re.sub(r"\s+([+-]\d{2}:?\d{2})$", r"\1", iso)
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        pass
    for form in _OTHERS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise UnclearMomentError(f"is no date that can be read; {ASKED}")
