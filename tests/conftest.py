"""What every test may rely on."""

from __future__ import annotations

import signal

import pytest

# Started in the background by a shell, the whole run would ignore Ctrl-C, and so would every command that it tests.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `-n`, what is judged once for many tests is judged in one process: those of a file, or of a week, stay together."""
    for item in items:
        shared = getattr(item, "callspec", None) and item.callspec.params.get("evidence")
        name = f"{item.path.name} {shared}" if isinstance(shared, str) else item.path.name
        item.add_marker(pytest.mark.xdist_group(name))
