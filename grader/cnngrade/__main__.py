"""The command `cnngrade`, also as `python -m cnngrade`."""

from __future__ import annotations

import io
import sys

from cnngrade.cli.main import run


def main() -> None:
    """Runs the command line of this process and exits with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # Chinese prose on a terminal without it
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
