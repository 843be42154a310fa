"""The process beside the student's code: receives a submission and runs probes on it until the outside hangs up.

Started by an isolation (`cnngrade.isolation`) with one connected socket. It holds no test, no expected value and no label.
Its answers are data; whatever student code does to this process, the outside believes none of it.
"""

from __future__ import annotations

import contextlib
import linecache
import os
import platform
import random
import socket
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np
import torch

from cnngrade import wire
from cnngrade.inside import limits, probes
from cnngrade.inside.errors import Missing, Unfit
from cnngrade.inside.submission import Submission

_MAX_TEXT = 2000  # characters of an exception's message


def main() -> None:
    """Entry point of a fresh process: `python -m cnngrade.inside.worker FD|share`."""
    serve(_inherited(sys.argv[1]))


def _inherited(argument: str) -> socket.socket:
    if argument == "share":  # Windows: a socket travels as a block of bytes on standard input
        return socket.fromshare(sys.stdin.buffer.read())  # type: ignore[attr-defined,no-any-return,unused-ignore]
    return socket.socket(fileno=int(argument))


def serve(connection: socket.socket) -> None:
    """Answers requests until the outside hangs up; the first one is `Load`."""
    channel = wire.Channel(connection)
    torch.set_num_threads(1)
    ready = wire.Ready(os.getpid(), platform.python_version(), str(torch.__version__), "")
    channel.send(wire.encode_reply(ready))
    folder = Path(tempfile.mkdtemp(prefix="submission-"))
    with contextlib.suppress(wire.Closed):
        load = wire.decode_request(channel.receive())
        assert isinstance(load, wire.Load)
        device = _device(load.device)
        submission = Submission(folder, load.files, load.week_files, device)
        week_probes = _week_probes(load.probes)
        ready.device = device if device == "cpu" else torch.cuda.get_device_name()
        limit = limits.apply(load.memory, device)
        channel.send(wire.encode_reply(ready))
        while True:
            request = wire.decode_request(channel.receive())
            assert isinstance(request, wire.Call)
            limit(request.memory)
            channel.send(_answer(request, submission, week_probes))
    os._exit(0)  # no atexit, no thread and no __del__ of a student's keeps this process alive


def _device(wanted: str) -> str:
    """`cuda` only when it was asked for and works; asking is the child's business, never a shared parent's."""
    return "cuda" if wanted in ("cuda", "auto") and torch.cuda.is_available() else "cpu"


def _week_probes(source: str) -> ModuleType:
    module = ModuleType("week_probes")
    sys.modules[module.__name__] = module
    exec(compile(source, "probes.py", "exec"), module.__dict__)
    return module


def _answer(call: wire.Call, submission: Submission, week_probes: ModuleType) -> bytes:
    """The frame that answers one call; whatever the student's code raises is part of the answer."""
    try:
        probe = getattr(week_probes, call.probe, None) or getattr(probes, call.probe)
        _same_start(call)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = probe(submission, *call.args, **call.kwargs)
        return wire.encode_reply(wire.Returned(value))
    except BaseException as error:
        return wire.encode_reply(_raised(error, submission.folder))


def _same_start(call: wire.Call) -> None:
    """Every call starts from the same global state, whatever earlier calls or an import left behind."""
    random.seed(call.seed)
    np.random.seed(call.seed % 2**32)
    torch.manual_seed(call.seed)
    torch.set_num_threads(1)
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)


def _raised(error: BaseException, folder: Path) -> wire.Raised:
    frames = [
        wire.Frame(_relative(frame.filename, folder), frame.lineno or 0, frame.name, (frame.line or "").strip()[:200])
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(folder)
    ]
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(folder):
        source = (error.text or linecache.getline(error.filename, error.lineno or 0)).strip()[:200]
        frames.append(wire.Frame(_relative(error.filename, folder), error.lineno or 0, "<module>", source))
    return wire.Raised(_kind(error), type(error).__name__[:80], _message(error, folder), frames[-10:])


def _kind(error: BaseException) -> str:
    if isinstance(error, Missing | NotImplementedError):
        return "missing"
    if isinstance(error, Unfit | wire.WireError):
        return "wrong"
    # torch reports a failed allocation as a plain RuntimeError, CUDA's as OutOfMemoryError.
    memory = isinstance(error, MemoryError | torch.OutOfMemoryError) or "can't allocate memory" in _text(error)
    return "memory" if memory else "crash"


def _text(error: BaseException) -> str:
    try:
        return error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception as second:
        return f"<its message raises {type(second).__name__}>"


def _message(error: BaseException, folder: Path) -> str:
    return _text(error).replace(f"{folder}{os.sep}", "")[:_MAX_TEXT]


def _relative(filename: str, folder: Path) -> str:
    return Path(filename).relative_to(folder).as_posix()


if __name__ == "__main__":
    main()
