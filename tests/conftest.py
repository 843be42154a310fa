"""What every test may rely on."""

from __future__ import annotations

import signal

# Started in the background by a shell, the whole run would ignore Ctrl-C, and so would every command that it tests.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
