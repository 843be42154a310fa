from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cnngrade.records.moments import UnclearMomentError, duration, moment, zone_named

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-10-09T23:59:00+02:00", "2026-10-09T21:59:00"),
        ("2026-10-09 23:59", "2026-10-09T21:59:00"),  # summer time in Berlin
        ("2026-12-09 23:59", "2026-12-09T22:59:00"),
        ("2026-10-09 23:59:30.5 +0800", "2026-10-09T15:59:30.500000"),
        ("2023-02-01 12:34:56 UTC", "2023-02-01T12:34:56"),  # GitHub Classroom
        ("2026-10-09T21:59:00Z", "2026-10-09T21:59:00"),  # Canvas
        ("Friday, 9 October 2026, 11:59 PM", "2026-10-09T21:59:00"),  # Moodle
        ("Friday, 9 October 2026, 23:59", "2026-10-09T21:59:00"),
    ],
)
def test_what_platforms_write_is_read(text: str, utc: str) -> None:
    """A time with an offset is that moment anywhere; one without is in the zone of the course."""
    assert moment(text, BERLIN).astimezone(UTC).replace(tzinfo=None).isoformat() == utc


def test_the_same_words_are_another_moment_elsewhere() -> None:
    """The zone decides where a text does not."""
    assert moment("2026-10-09 23:59", SHANGHAI) < moment("2026-10-09 23:59", BERLIN)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("03/04/2026", "is no date that can be read"),
        ("next Friday", "is no date that can be read"),
        ("2026-13-01 10:00", "is no date that can be read"),
        ("2026-10-09", "says no time of day"),
    ],
)
def test_what_can_be_misread_is_refused(text: str, line: str) -> None:
    """Nothing is guessed: the line says what is wrong and how to write it."""
    with pytest.raises(UnclearMomentError, match=line) as caught:
        moment(text, BERLIN)
    assert "2026-10-09 23:59" in str(caught.value)


def test_without_a_zone_a_local_time_is_no_moment() -> None:
    """A time without an offset is refused where no zone is known, and one with an offset is not."""
    with pytest.raises(UnclearMomentError, match="says no time zone"):
        moment("2026-10-09 23:59", None)
    assert moment("2026-10-09 23:59Z", None) == datetime(2026, 10, 9, 23, 59, tzinfo=UTC)


def test_a_date_alone_is_a_whole_day_for_deadlines() -> None:
    """A deadline on a day lasts until its end, there."""
    assert moment("2026-10-09", BERLIN, whole_days=True).isoformat() == "2026-10-09T23:59:59+02:00"


def test_the_hour_that_comes_twice() -> None:
    """In the night that clocks are set back, a deadline at half past two is the later one."""
    early, late = (moment("2026-10-25 02:30", BERLIN, whole_days=whole) for whole in (False, True))
    assert late.astimezone(UTC) - early.astimezone(UTC) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("2", 48), ("2 days", 48), ("+1d", 24), ("36 h", 36), ("0.5", 12), ("2026-10-09", None), ("", None)],
)
def test_durations(text: str, hours: float | None) -> None:
    """An extension may be a number of days or hours; a date is none."""
    assert duration(text) == (None if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "Europe/Berlin\0"])
def test_no_time_zone(name: str) -> None:
    """A text that is no zone's name is an error that says so."""
    with pytest.raises(ValueError, match="is no time zone"):
        zone_named(name)
