"""The process beside the student's code: receives a submission and runs probes on it until the outside closes the connection.

An isolation (`cnngrade.sandbox.outside`) starts it with one connected socket. It holds no test, no expected value, no
label. Its answers are only data. Student code may change this process in any way, so the outside trusts none of the
answers.
"""

from __future__ import annotations

import contextlib
import dis
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

from cnngrade.sandbox.inside import limits, probes, wire
from cnngrade.sandbox.inside.errors import Missing, Unfit
from cnngrade.sandbox.inside.submission import StudentModules

_MAX_TEXT = 2000  # characters of an exception's message
_MAX_FRAMES = 1000  # of a traceback are read, because recursion can leave millions


def main() -> None:
    """Runs `python -m cnngrade.sandbox.inside worker FD|share [FOLDER ...]`.

    With folders the process can read these and its own temporary folder, and no other file.
    """
    import torchvision  # noqa: F401  (a second that nearly every submission needs, and no test should be charged for)

    connection, readable = _inherited(sys.argv[1]), sys.argv[2:]
    if readable:
        from cnngrade.sandbox.inside import confinement

        limits.remember_mapped()
        torch.backends.cpu.get_cpu_capability()  # reads /proc while it can: else other kernels round otherwise
        if not confinement.lock_down(readable, [tempfile.gettempdir(), "/dev/shm"]):
            raise OSError("this kernel has no Landlock")
    serve(connection)


def _inherited(argument: str) -> socket.socket:
    if argument == "share":  # Windows: a socket travels as a block of bytes on standard input
        return socket.fromshare(sys.stdin.buffer.read())  # type: ignore[attr-defined,no-any-return,unused-ignore]
    return socket.socket(fileno=int(argument))


def serve(connection: socket.socket, own_user: bool = False) -> None:
    """Answers requests until the outside closes the connection. The first request is `Load`.

    `own_user` says that only its own processes count for this user's limit of processes.
    """
    channel = wire.Channel(connection)
    process = os.getpid()
    torch.set_num_threads(1)
    ready = wire.Ready(os.getpid(), platform.python_version(), str(torch.__version__), "")
    channel.send(wire.encode_reply(ready))
    folder = Path(tempfile.mkdtemp(prefix="submission-"))
    with contextlib.suppress(wire.Closed):
        load = wire.decode_request(channel.receive())
        assert isinstance(load, wire.Load)
        device = _device(load.device)
        submission = StudentModules(folder, load.files, load.week_files, device)
        week_probes = _week_probes(load.probes)
        ready.device = device if device == "cpu" else torch.cuda.get_device_name()
        limit = limits.apply(load.most, device, own_user)
        channel.send(wire.encode_reply(ready))
        while True:
            request = wire.decode_request(channel.receive())
            assert isinstance(request, wire.Call)
            limit(request.allowance)
            answer = _answer(request, submission, week_probes)
            if os.getpid() != process:  # a fork by student code that returned here; one question has only one answer
                os._exit(1)
            with contextlib.suppress(BaseException):  # student code may have replaced stdout
                sys.stdout.flush()
            channel.send(answer)
    os._exit(0)  # so that no atexit, thread or __del__ of student code keeps this process alive


def _device(wanted: str) -> str:
    """Returns `cuda` only if it was asked for and works. Only a child may check this, never the shared parent."""
    return "cuda" if wanted in ("cuda", "auto") and torch.cuda.is_available() else "cpu"


def _week_probes(source: str) -> ModuleType:
    module = ModuleType("week_probes")
    sys.modules[module.__name__] = module
    exec(compile(source, "probes.py", "exec"), module.__dict__)
    return module


def _answer(call: wire.Call, submission: StudentModules, week_probes: ModuleType) -> bytes:
    """Returns the frame that answers one call. Any exception of the student's code is part of the answer."""
    try:
        probe = getattr(week_probes, call.probe, None) or getattr(probes, call.probe)
        _same_start(call.seed, submission.device)
        # An earlier call may have entered inference mode and never left it.
        with warnings.catch_warnings(), torch.inference_mode(False):
            warnings.simplefilter("ignore")
            value = probe(submission, *call.args, **call.kwargs)
        answer = wire.encode_reply(wire.Returned(value, call.number))
        if len(answer) > wire.MAX_FRAME:
            raise wire.WireError(f"a result of {len(answer) / 2**20:.0f} MB is too large")
        return answer
    except BaseException as error:
        try:
            if isinstance(error, MemoryError):  # frees what its frames hold, to have memory for describing it
                traceback.clear_frames(error.__traceback__)
            raised = _raised(error, submission.folder)
            if raised.kind == "memory" and submission.device == "cuda" and limits.crowded(call.allowance):
                raised.kind = "crowded"
            if limit := limits.reached(error, raised.message, call.allowance):
                raised.message += f" (the limit: {limit})"
            raised.number = call.number
            return wire.encode_reply(raised)
        except BaseException:  # an exception that cannot even be described
            return wire.encode_reply(wire.Raised("crash", wire.as_text(type(error).__name__[:80]), "", [], call.number))


def _same_start(seed: int, device: str) -> None:
    """Sets the same global state before every call. Earlier calls or an import may have changed it."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if device == "cpu":  # torch.manual_seed seeds every kind of device, which takes longer than most calls
        torch.default_generator.manual_seed(seed)
    else:
        torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    for device in ("cpu", "cuda"):
        torch.set_autocast_enabled(device, False)


def _raised(error: BaseException, folder: Path) -> wire.Raised:
    frames = [
        _frame(frame.filename, folder, frame.lineno, frame.name, frame.line or "")
        for frame in traceback.extract_tb(error.__traceback__, limit=-_MAX_FRAMES)
        if Path(frame.filename).is_relative_to(folder)
    ]
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(folder):
        source = error.text or linecache.getline(error.filename, error.lineno or 0)
        frames.append(_frame(error.filename, folder, error.lineno, "<module>", source))
    text = _text(error)
    message = text.replace(f"{folder}{os.sep}", "")[:_MAX_TEXT]
    return wire.Raised(_kind(error, text), wire.as_text(type(error).__name__[:80]), message, frames[-10:])


def _frame(filename: str, folder: Path, line: int | None, function: str, source: str) -> wire.Frame:
    name = Path(filename).relative_to(folder).as_posix()
    return wire.Frame(wire.as_text(name), line or 0, wire.as_text(function), wire.as_text(source.strip()[:200]))


def _kind(error: BaseException, text: str) -> str:
    if isinstance(error, Missing) or (isinstance(error, NotImplementedError) and _raised_by_python(error)):
        return "missing"
    if isinstance(error, Unfit | wire.WireError):
        return "wrong"
    # torch reports a failed allocation as a RuntimeError on the CPU, and as OutOfMemoryError on a GPU.
    memory = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return "memory" if memory or "can't allocate memory" in text or "not enough memory" in text else "crash"


def _raised_by_python(error: BaseException) -> bool:
    """Whether a `raise` raised it. PyTorch's kernels use NotImplementedError too, for example for a dtype."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    return where is not None and where.tb_frame.f_code.co_code[where.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def _text(error: BaseException) -> str:
    try:
        return wire.as_text(error.msg if isinstance(error, SyntaxError) else str(error))
    except Exception as second:
        return f"<its message raises {type(second).__name__}>"
