"""A service yields events, and whoever called it shows them: nothing is lost between the two, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest

from cnngrade.errors import UserError
from cnngrade.events import Advanced, Begun, Event, Note, result, told


def service(seen: list[str]) -> Generator[Event, None, str]:
    try:
        yield Begun("working", 2)
        yield Advanced("one", 1, 2)
        yield Advanced("two", 2, 2)
    except KeyboardInterrupt:
        yield Note("what is done is kept")
        raise
    finally:
        seen.append("cleaned up")
    return "found"


def test_every_event_is_shown_and_the_result_comes_back() -> None:
    """A face sees all events in their order; whoever shows nothing gets the result alone."""
    shown: list[Event] = []
    assert result(service([]), shown.append) == "found"
    assert shown == [Begun("working", 2), Advanced("one", 1, 2), Advanced("two", 2, 2)]
    assert result(service([])) == "found"


def test_ctrl_c_reaches_the_service_wherever_it_comes() -> None:
    """Pressed while an event is being shown, the service still says what is kept, and then the interrupt goes on."""
    seen: list[str] = []

    def show(event: Event) -> None:
        if event == Advanced("one", 1, 2):
            raise KeyboardInterrupt
        seen.append(event.line if isinstance(event, Note) else type(event).__name__)

    with pytest.raises(KeyboardInterrupt):
        result(service(seen), show)
    assert seen == ["Begun", "what is done is kept", "cleaned up"]


def test_an_error_of_the_face_ends_the_service() -> None:
    """Where an event cannot be shown, the service is closed at once, and cleans up."""
    seen: list[str] = []

    def show(_event: Event) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        result(service(seen), show)
    assert seen == ["cleaned up"]


def test_lines_are_told_also_where_the_work_fails() -> None:
    """What a function has said before it failed is shown before its error."""

    def work(tell: Callable[[str], None]) -> int:
        tell("no such data; the digits stand in")
        raise UserError("broken")

    shown: list[Note] = []
    with pytest.raises(UserError, match="broken"):
        result(told(work), shown.append)
    assert shown == [Note("no such data; the digits stand in")]
    assert result(told(lambda tell: 7)) == 7
