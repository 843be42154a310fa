"""The sandbox holds: what a submission tries in it comes to nothing, and nothing of it is left."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from cnngrade.course.assignment import Limits
from cnngrade.judge.failures import Failure
from cnngrade.judge.session import Ask, Session
from cnngrade.records.report import Verdict
from cnngrade.sandbox.outside.landlock import Landlocked
from cnngrade.sandbox.outside.process import FreshProcess
from cnngrade.sandbox.outside.sandbox import FlatSandbox, Sandbox, available
from cnngrade.sandbox.outside.watch import tree

LIMITS = Limits(seconds=10, memory_mb=1500, output_kb=64, processes=128)

PRELUDE = """
import ctypes, errno, os, signal, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)

def number_of(result):
    return 0 if result >= 0 else ctypes.get_errno()

def attempt(function, *arguments):
    try:
        function(*arguments)
    except OSError as error:
        return error.errno
    return 0
"""


KINDS = [
    pytest.param(
        kind,
        id=kind.name,
        marks=pytest.mark.skipif(bool(why := available(kind.mode)), reason=f"not on this machine: {why}"),
    )
    for kind in (Sandbox, FlatSandbox)
]


@pytest.fixture(scope="module", params=KINDS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with request.param() as isolation:
        yield isolation


def ask(isolation: Sandbox | FreshProcess, source: str, *args: object, seconds: float = 10) -> object:
    """What `run` in `source` returns for a submission of that one file."""
    with Session(isolation, {"a.py": (PRELUDE + source).encode()}, ["a.py"], "", LIMITS) as session:
        return session.ask(Ask("call", ["a.py:run", *args], {}, seed=0, seconds=seconds))


def test_landlock_hides_the_course() -> None:
    """Without namespaces too: a locked-down process cannot read the course, the user's files or the network."""
    course = Path(__file__).resolve().parents[1]
    with Landlocked() as isolation:
        found = ask(
            isolation,
            """
def run(paths):
    return [attempt(lambda p=p: os.listdir(p) if os.path.isdir(p) else open(p).close()) for p in paths] + [
        attempt(socket.socket, socket.AF_INET, socket.SOCK_STREAM), attempt(open, os.environ["TMPDIR"] + "/x", "w")]
""",
            [str(course / "solutions"), str(course / "README.md"), "/etc/passwd", str(Path.home()), "/tmp"],
        )
    assert found == [13] * 5 + [1, 0]


def test_landlock_leaves_others_alone(tmp_path: Path) -> None:
    """Without namespaces too: no file's mode, owner or time can be changed, and no process outside is limited or signalled."""
    ours = tmp_path / "ours"
    ours.touch()
    with Landlocked() as isolation:
        refused = ask(
            isolation,
            """
import resource
def run(path, pid):
    return [attempt(os.chmod, path, 0o777), attempt(os.utime, path, (0, 0)), attempt(os.chown, path, 1, 1),
            attempt(resource.prlimit, pid, resource.RLIMIT_NOFILE, (0, 0)), attempt(os.kill, pid, 0)]
""",
            str(ours),
            os.getpid(),
        )
    assert refused[:4] == [errno.EPERM] * 4  # type: ignore[index]
    if tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 12):
        assert refused[4] == errno.EPERM  # type: ignore[index]


def test_sees_no_file_of_the_course(sandbox: Sandbox) -> None:
    """No test, solution, mistake or other submission is anywhere on the disk, and nothing of the user's."""
    found = ask(
        sandbox,
        """
def run(tops, names):
    walked, seen = 0, []
    for top in tops:  # "/" itself may be unreadable
        for folder, folders, files in os.walk(top):
            walked += len(files)
            seen += [os.path.join(folder, f) for f in files + folders if f in names]
    return walked, seen
""",
        ["/", *sorted(map(str, set(Path("/").iterdir()) - {Path("/proc")})), sys.prefix],
        ["solutions", "assignments", "assignment.toml", "mistakes", "grades.db", ".git", "shadow", ".ssh", ".bashrc"],
    )
    walked, found = found  # type: ignore[misc]
    assert walked > 1000  # Python's own library, at least: the walk is one
    assert [path for path in found if "site-packages" not in path and "/lib/python" not in path] == []  # type: ignore[union-attr, attr-defined]


def test_has_no_proc_and_is_alone(sandbox: Sandbox) -> None:
    """Nothing is seen of /proc, and there is no other submission's process to signal."""
    read, others = ask(
        sandbox,
        """
def run():
    alive = [pid for pid in range(2, 300) if pid != os.getpid() and attempt(os.kill, pid, 0) == 0]
    return [attempt(open, f"/proc/{name}") for name in ("self/maps", "1/mem", "1/environ", "meminfo")], alive
""",
    )  # type: ignore[misc]
    assert all(number in (errno.ENOENT, errno.EACCES) for number in read)
    assert others == []


def test_cannot_end_the_zygote(sandbox: Sandbox) -> None:
    """Every signal to everybody, and to each number: the zygote forks the next submission all the same."""
    assert ask(sandbox, "def run(): return 0") == 0
    (zygote,) = sandbox._zygotes
    kill = """
def run():
    for number in range(1, 65):
        if number not in (signal.SIGCHLD, signal.SIGCONT):
            for pid in (1, 2, 3, 0, -1):
                if pid != os.getpid() and number not in (signal.SIGKILL, signal.SIGSTOP):
                    signal.signal(number, signal.SIG_IGN) if number not in (32, 33) else None
                    attempt(os.kill, pid, number)
    attempt(os.kill, 1, signal.SIGKILL)
    return attempt(os.kill, -1, signal.SIGKILL)
"""
    with contextlib.suppress(Failure):  # it may well have killed itself
        ask(sandbox, kill)
    assert ask(sandbox, "def run(): return 1") == 1
    assert sandbox._zygotes == [zygote]


def test_has_no_network(sandbox: Sandbox) -> None:
    """Sockets of any kind but Unix ones are refused, vsock and netlink among them."""
    refused = ask(
        sandbox,
        "def run(families): return [attempt(lambda f=f: socket.socket(f, socket.SOCK_STREAM)) for f in families]",
        [2, 10, 16, 17, 40],
    )
    assert refused == [1] * 5  # EPERM


@pytest.mark.parametrize(
    ("name", "number", "arguments"),
    [
        ("unshare", 272, [0x10000000]), ("mount", 165, [0, 0, 0, 0, 0]), ("ptrace", 101, [16, 1, 0, 0]),
        ("bpf", 321, [0, 0, 0]),
        ("process_vm_readv", 310, [1, 0, 0, 0, 0, 0]), ("io_uring_setup", 425, [8, 0]), ("keyctl", 250, [0, 0, 0]),
        ("userfaultfd", 323, [0]), ("perf_event_open", 298, [0, 0, 0, 0, 0]), ("memfd_create", 319, [0, 0]),
        ("shmget", 29, [0, 4096, 0o1600]), ("pidfd_getfd", 438, [0, 0, 0]),
        ("vmsplice", 278, [1, 0, 0, 0]), ("splice", 275, [0, 0, 1, 0, 1, 0]), ("tee", 276, [0, 1, 1, 0]),
        ("a larger pipe", 72, [1, 1031, 2**20]), ("a larger socket buffer", 54, [3, 1, 7, 0, 4]),
        ("a larger buffer still", 54, [3, 1, 32, 0, 4]), ("a pair of TIPC sockets", 53, [30, 1, 0, 0]),
        ("clone into namespaces", 56, [0x10000011, 0, 0, 0, 0]),
    ],
)  # fmt: skip
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are those of x86-64")
def test_system_call_is_refused(sandbox: Sandbox, name: str, number: int, arguments: list[int]) -> None:
    """The kernel's rarer doors are closed: the call is refused with EPERM."""
    del name
    assert ask(sandbox, "def run(n, a): return number_of(libc.syscall(n, *a))", number, arguments) == 1


def test_ordinary_sockets_and_pipes_work(sandbox: Sandbox) -> None:
    """What programs do with pairs of sockets and with pipes every day is not refused with what is."""
    source = """
import fcntl
def run():
    one, other = socket.socketpair()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**16)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    reading, writing = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETFL, fcntl.fcntl(reading, fcntl.F_GETFL) | os.O_NONBLOCK)
    os.write(writing, b"in a pipe")
    other.sendall(os.read(reading, 100))
    return one.recv(100)
"""
    assert ask(sandbox, source) == b"in a pipe"


FILLS_SOCKETS = """
def run():
    for _ in range(12):
        if os.fork() == 0: break
    held = []
    for _ in range(100):
        pair = socket.socketpair()
        pair[0].setblocking(False)
        try:
            while True: pair[0].send(bytes(4096))
        except BlockingIOError:
            held.append(pair)
    time.sleep(60)
"""


def test_memory_in_the_kernel_counts(sandbox: Sandbox) -> None:
    """Hundreds of full sockets in processes that hold nothing else end at the limit of memory, which counts the kernel."""
    with Session(sandbox, {"a.py": (PRELUDE + FILLS_SOCKETS).encode()}, ["a.py"], "", LIMITS) as session:
        with pytest.raises(Failure) as failure:
            session.ask(Ask("call", ["a.py:run"], {}, seed=0, seconds=40, limits=replace(LIMITS, memory_mb=200)))
        assert failure.value.verdict is Verdict.MEMORY
        assert re.search(
            r"used \d+ MB of memory, \d+ of them in the kernel; the limit is 200 MB", failure.value.message
        )


def test_gains_no_privilege(sandbox: Sandbox) -> None:
    """No capability is left, in any set, and becoming root is refused."""
    status = "def run(): return os.getuid() != 0, attempt(os.setuid, 0) != 0, attempt(os.chroot, '/')"
    assert ask(sandbox, status) == (True, True, 1)


def test_writes_to_its_scratch_only(sandbox: Sandbox) -> None:
    """Files can be written to the scratch folder, within its size, and nowhere else."""
    elsewhere, full = ask(
        sandbox,
        """
def run(paths):
    refused = [attempt(open, path, "w") in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT) for path in paths]
    def flood():
        for i in range(8):
            with open(os.path.join(os.environ["TMPDIR"], str(i)), "wb") as f:
                f.write(bytes(100 * 2**20))
    return all(refused), attempt(flood) in (errno.ENOSPC, errno.EFBIG)
""",
        ["/x", "/usr/x", "/etc/x", "/dev/x", "/proc/x", "/var/x", "/root/x"],
    )  # type: ignore[misc]
    assert (elsewhere, full) == (True, True)


def test_scratch_is_empty_for_the_next_one(sandbox: Sandbox) -> None:
    """What one submission leaves on disk and in shared memory, the next one does not find."""
    leave = "def run(): return [open(os.path.join(d, 'left'), 'w').close() for d in (os.environ['TMPDIR'], '/dev/shm')]"
    ask(sandbox, leave)
    found = ask(
        sandbox,
        "def run(): return [os.path.exists(os.path.join(d, 'left')) for d in (os.environ['TMPDIR'], '/dev/shm')]",
    )
    assert found == [False, False]


def ours() -> set[int]:
    """All processes that this one has started, and they."""
    found = set()
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            if child.status() != psutil.STATUS_ZOMBIE:
                found.add(child.pid)
    return found


def test_daemons_end_with_the_submission(sandbox: Sandbox) -> None:
    """Children in sessions of their own, stopped ones and a crowd of them are gone when the submission has been judged."""
    ask(sandbox, "def run(): return 1")  # a zygote there is to stay
    before = ours()
    ask(
        sandbox,
        """
def run():
    for i in range(60):
        if os.fork() == 0:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if i % 2: os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(600)
            os._exit(0)
    return 60
""",
    )
    deadline = time.monotonic() + 5
    while ours() - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert ours() - before == set()


def test_processes_of_one_sandbox_are_not_counted_in_another(sandbox: Sandbox) -> None:
    """While one submission holds nearly all the processes that it may have, one in another sandbox can start as many."""
    source = """
def run(count):
    for _ in range(count):
        if os.fork() == 0:
            time.sleep(600)
            os._exit(0)
    return count
"""
    files = {"a.py": (PRELUDE + source).encode()}
    most = LIMITS.processes - 8
    with type(sandbox)() as other, Session(sandbox, files, ["a.py"], "", LIMITS) as crowd:
        assert crowd.ask(Ask("call", ["a.py:run", most], {}, seed=0, seconds=20)) == most
        assert ask(other, source, most, seconds=20) == most


@pytest.mark.parametrize(
    ("source", "limit", "verdict", "message"),
    [
        (
            "def run():\n    for _ in range(3):\n        if os.fork() == 0: break\n    while True: pass",
            {"cpu_seconds": 1.0},
            Verdict.TIMEOUT,
            r"the code used \d\.\d s of CPU time; the limit is 1 s",
        ),
        ("def run(): return [bytearray(10**8) for _ in range(9)]", {"memory_mb": 400}, Verdict.MEMORY, "MemoryError"),
        (
            "def run():\n    for _ in range(6):\n        if os.fork() == 0: break\n"
            "    held = bytearray(os.urandom(2**20) * 150)\n    time.sleep(60)",
            {"memory_mb": 400},
            Verdict.MEMORY,
            r"the code used \d+ MB of memory; the limit is 400 MB",
        ),
        (
            "def run():\n    for _ in range(50):\n        if os.fork() == 0: time.sleep(60)",
            {"processes": 10},
            Verdict.CRASH,
            r"BlockingIOError.*\(the limit: 10 processes and threads are allowed\)",
        ),
        (
            "def run():\n    with open('a', 'wb') as f: f.write(bytes(30 * 2**20))",
            {"file_mb": 20},
            Verdict.CRASH,
            r"File too large \(the limit: one file may have 20 MB\)",
        ),
        (
            "def run():\n    for i in range(9):\n        with open(str(i), 'wb') as f: f.write(bytes(10 * 2**20))\n"
            "    time.sleep(60)",
            {"scratch_mb": 50},
            Verdict.CRASH,
            r"the code wrote files of \d\d MB; the limit is 50 MB",
        ),
        (
            "def run():\n    for i in range(9):\n        os.write(1, bytes(2**20))\n    time.sleep(60)",
            {"printed_mb": 5},
            Verdict.CRASH,
            r"the code printed \d MB; the limit is 5 MB",
        ),
        ("def run(): os.kill(os.getpid(), 9); ctypes.string_at(0)", {}, Verdict.CRASH, "was ended by SIG(KILL|SEGV)"),
        ("def run(): os._exit(7)", {}, Verdict.CRASH, "the code ended the process with exit status 7"),
    ],
    ids=["cpu", "memory", "memory of all", "processes", "file", "files", "output", "signal", "exit"],
)
def test_a_limit_has_its_verdict(
    sandbox: Sandbox, source: str, limit: dict[str, float], verdict: Verdict, message: str
) -> None:
    """What a task may cost is the task's own: which limit was passed, and how far, is said; the next question is answered."""
    fine = "\ndef fine(): return 5"
    with Session(sandbox, {"a.py": (PRELUDE + source + fine).encode()}, ["a.py"], "", LIMITS) as session:
        with pytest.raises(Failure) as failure:
            session.ask(Ask("call", ["a.py:run"], {}, seed=0, seconds=20, limits=replace(LIMITS, **limit)))  # type: ignore[arg-type]
        assert failure.value.verdict is verdict
        assert re.search(message, failure.value.message, re.S)
        assert session.ask(Ask("call", ["a.py:fine"], {}, seed=0, seconds=20)) == 5


def test_processes_are_limited(sandbox: Sandbox) -> None:
    """A fork bomb stops at the limit of processes, and the next submission can fork again."""
    bomb = """
def run():
    started = 0
    for _ in range(2000):
        try:
            pid = os.fork()
        except BlockingIOError:
            return started
        if pid == 0:
            time.sleep(600)
            os._exit(0)
        started += 1
    return started
"""
    assert ask(sandbox, bomb, seconds=30) < 300  # type: ignore[operator]
    assert (
        ask(sandbox, "def run():\n    pid = os.fork()\n    if pid == 0: os._exit(0)\n    return os.waitpid(pid, 0)[1]")
        == 0
    )


def test_endless_loop_costs_its_time_only(sandbox: Sandbox) -> None:
    """A loop in C that no signal reaches ends at its limit."""
    started = time.monotonic()
    with pytest.raises(Failure) as failure:
        ask(
            sandbox,
            "def run():\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n    return 7 ** (10 ** 9)",
            seconds=1,
        )
    assert failure.value.verdict is Verdict.TIMEOUT
    assert time.monotonic() - started < 5


def test_dead_zygote_is_replaced(sandbox: Sandbox) -> None:
    """When the process that all are forked from is killed, the next submission gets another one."""
    assert ask(sandbox, "def run(): return 1") == 1
    (zygote,) = sandbox._zygotes
    zygote.process.kill()
    zygote.process.wait()
    assert ask(sandbox, "def run(): return 2") == 2


def test_what_a_dead_zygote_took_along_is_asked_again(sandbox: Sandbox) -> None:
    """A submission whose process ended with the zygote is asked the same again, and loses nothing."""
    source = b"import time\ndef run():\n    time.sleep(1.5)\n    return 3"
    with Session(sandbox, {"a.py": source}, ["a.py"], "", LIMITS) as session:
        session.load()
        (zygote,) = sandbox._zygotes
        (process,) = psutil.Process(zygote.process.pid).children()
        threading.Timer(0.5, process.kill).start()
        assert session.ask(Ask("call", ["a.py:run"], {}, seed=0, seconds=30)) == 3
        assert sandbox._zygotes != [zygote]


def test_digits_are_the_same_as_outside(sandbox: Sandbox) -> None:
    """A network gives bit for bit the same numbers at every level of isolation: the same kernels are picked."""
    source = """
import torch
def run():
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 16, 3), torch.nn.BatchNorm2d(16), torch.nn.Tanh(), torch.nn.Flatten(),
                              torch.nn.Linear(16 * 14 * 14, 10))
    x = torch.randn(8, 3, 16, 16, requires_grad=True)
    net(x).square().sum().backward()
    return net(x).detach(), x.grad, torch.backends.cpu.get_cpu_capability()
"""
    with FreshProcess() as fresh, Landlocked() as landlocked:
        answers = [ask(isolation, source) for isolation in (fresh, landlocked, sandbox)]
    assert len({capability for _, _, capability in answers}) == 1  # type: ignore[misc, attr-defined]
    for output, gradient, _ in answers[1:]:  # type: ignore[misc, attr-defined]
        assert (output == answers[0][0]).all()  # type: ignore[index, has-type]
        assert (gradient == answers[0][1]).all()  # type: ignore[index, has-type]


def test_loaders_may_have_workers(sandbox: Sandbox) -> None:
    """A DataLoader with worker processes works at every level of isolation."""
    source = """
import torch
from torch.utils.data import DataLoader, TensorDataset
def run():
    loader = DataLoader(TensorDataset(torch.arange(20)), batch_size=6, num_workers=2)
    return [batch.tolist() for (batch,) in loader]
"""
    expected = [list(range(start, min(start + 6, 20))) for start in range(0, 20, 6)]
    with Landlocked() as landlocked:
        assert [ask(isolation, source, seconds=30) for isolation in (landlocked, sandbox)] == [expected] * 2


def test_has_the_wire_and_no_other_connection(sandbox: Sandbox) -> None:
    """Of all that the grader and the zygote have open, a submission has one socket, and the pipe that takes its output."""
    kinds = ask(
        sandbox,
        """
import stat
def run():
    found = []
    for number in range(256):
        with contextlib.suppress(OSError):
            mode = os.fstat(number).st_mode
            found += [name for name in ("SOCK", "FIFO", "REG", "DIR", "BLK") if getattr(stat, f"S_IS{name}")(mode)]
    return sorted(found)
"""
        "import contextlib\n",
    )
    assert kinds == ["FIFO", "FIFO", "SOCK"]


def test_holds_nothing_of_the_judge(sandbox: Sandbox) -> None:
    """No module that judges, and no variable of the grader's user, is in a submission's memory."""
    modules, variables = ask(sandbox, "def run(): return sorted(sys.modules), dict(os.environ)")  # type: ignore[misc]
    ours = {name for name in modules if name.startswith("cnngrade.")} - {"cnngrade.sandbox", "cnngrade.sandbox.inside"}
    assert all(name.startswith("cnngrade.sandbox.inside.") for name in ours)
    assert not {"pytest", "_pytest", "sqlite3"} & set(modules)
    assert variables["HOME"] == variables["TMPDIR"]
    assert not any(str(Path(__file__).parents[1]) in value for name, value in variables.items() if name != "PYTHONPATH")


def test_siblings_do_not_meet(sandbox: Sandbox) -> None:
    """Of two submissions that run at the same time neither sees the other's files, sockets or processes."""
    first = """
def run():
    global listening
    for folder in (os.environ["TMPDIR"], "/dev/shm"):
        open(folder + "/mine", "w").close()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("\\0mine")
    listening.listen()
    return os.getpid()
"""
    second = """
def run(pid):
    files = [os.path.exists(folder + "/mine") for folder in (os.environ["TMPDIR"], "/dev/shm")]
    others = [n for n in range(1, 2000) if n not in (1, os.getpid()) and attempt(os.kill, n, 0) == 0]
    return files, attempt(socket.socket(socket.AF_UNIX).connect, "\\0mine"), others
"""
    with Session(sandbox, {"a.py": (PRELUDE + first).encode()}, ["a.py"], "", LIMITS) as session:
        pid = session.ask(Ask("call", ["a.py:run"], {}, seed=0, seconds=10))
        found = ask(sandbox, second, pid)
    assert found == ([False, False], errno.ECONNREFUSED, [])


def test_a_row_of_submissions_leaves_no_trace() -> None:
    """A hundred submissions more leave no open files and no memory behind, in the zygote or in the grader."""
    if why := available():
        pytest.skip(f"not on this machine: {why}")
    source = {"a.py": b"def run(): return 1"}
    held = []
    with Sandbox() as isolation:
        with Session(isolation, source, ["a.py"], "", LIMITS) as session:
            session.load()
            (known,) = isolation._zygotes
            zygote = psutil.Process(list(tree(known.process.pid))[-2])  # the last one is the child
        for _ in range(3):
            for _ in range(50):
                with Session(isolation, source, ["a.py"], "", LIMITS) as session:
                    assert session.ask(Ask("call", ["a.py:run"], {}, seed=0, seconds=60)) == 1
            while zygote.children():
                time.sleep(0.01)
            held.append([(each.num_fds(), each.memory_info().rss) for each in (psutil.Process(), zygote)])
    for (files, memory), (files_before, memory_before) in zip(held[2], held[0], strict=True):
        assert files - files_before < 10  # a few of the grader's come and go: a thread that ends late, garbage
        assert memory - memory_before < 2 * 2**20
