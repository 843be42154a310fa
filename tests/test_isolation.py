from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cnngrade.cli import grade
from cnngrade.sandbox import outside as isolation
from cnngrade.sandbox.inside import wire
from cnngrade.sandbox.outside.forked import AVAILABLE, Forked, trusted
from cnngrade.sandbox.outside.interface import Inside
from cnngrade.sandbox.outside.process import FreshProcess, OutputTail, describe_status, scrubbed_environment

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups and signals are POSIX")
linux = pytest.mark.skipif(not AVAILABLE, reason="forks, /proc and rlimits are Linux")

# Probes that a week could have: they tell what a process beside student code can see and do.
MOST = wire.Allowance(600, 2**30, 64, 256 * 2**20, 256 * 2**20, 2**30, 0)

PROBES = '''
import os, resource, socket, subprocess, sys, tempfile, threading, time
from pathlib import Path

def environment(submission):
    return dict(os.environ)

def whereabouts(submission):
    return {"cwd": os.getcwd(), "temp": tempfile.gettempdir(), "home": str(Path.home()), "files": str(submission.folder)}

def descriptors(submission):
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[name] = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            pass
    return found

def limits(submission):
    return {name: list(resource.getrlimit(getattr(resource, name))) for name in dir(resource) if name.startswith("RLIMIT_")}

def modules(submission):
    return sorted(sys.modules)

def write_everywhere(submission):
    Path("in-cwd").write_text("x")
    (submission.folder / "beside").write_text("x")
    folder = Path(tempfile.mkdtemp())
    (folder / "in-temp").write_text("x")
    Path.home().joinpath(".cache").mkdir()

def leave_behind(submission):
    """A forked grandchild, a shell, and a thread that never ends."""
    threading.Thread(target=time.sleep, args=(600,)).start()
    shell = subprocess.Popen(["sleep", "600"])
    child = os.fork()
    if child == 0:
        while True:
            time.sleep(1)
    return [os.getpid(), shell.pid, child]

def fork_and_return(submission):
    return "child" if os.fork() == 0 else "parent"

def write_file(submission, megabytes):
    with open("large", "wb") as file:
        for _ in range(megabytes):
            file.write(bytes(2**20))

def echo(submission, value):
    return value

def spin(submission):
    while True:
        pass

def pid(submission):
    return os.getpid()

def shout(submission, text):
    for stream in (sys.stdout, sys.stderr):
        print(text, file=stream, flush=True)

def die(submission):
    os.kill(os.getpid(), 11)

def leave(submission):
    os._exit(7)

def hang_up(submission):
    os.closerange(3, 100)
    time.sleep(600)
'''


class Beside:
    """A running process with PROBES loaded, asked over the bare wire."""

    def __init__(self, inside: Inside, most: wire.Allowance = MOST) -> None:
        self.inside = inside
        self.inside.channel.receive(time.monotonic() + 60)
        self.inside.channel.send(wire.encode_request(wire.Load({}, [], PROBES, "cpu", most)))
        ready = wire.decode_reply(self.inside.channel.receive(time.monotonic() + 60))
        assert isinstance(ready, wire.Ready)
        self.ready = ready

    def send(self, probe: str, *args: object) -> None:
        self.inside.channel.send(wire.encode_request(wire.Call(probe, list(args), {}, 0, MOST)))

    def answer(self, seconds: float = 20) -> object:
        reply = wire.decode_reply(self.inside.channel.receive(time.monotonic() + seconds))
        assert isinstance(reply, wire.Returned), reply
        return reply.value

    def __call__(self, probe: str, *args: object) -> object:
        self.send(probe, *args)
        return self.answer()


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def soon(condition: object, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(scope="module")
def forks() -> Iterator[Forked]:
    if not AVAILABLE:
        pytest.skip("no forks here")
    with Forked() as parent:
        yield parent


@pytest.fixture
def forked(forks: Forked) -> Iterator[Beside]:
    beside = Beside(forks.start(1024, MOST))
    yield beside
    beside.inside.kill()


@pytest.fixture(scope="module")
def fresh() -> Iterator[Beside]:
    """One fresh process for all questions that leave it as it is; the grader around it holds a secret and a file."""
    with pytest.MonkeyPatch.context() as patch, Path(__file__).open() as secret_file:
        os.set_inheritable(secret_file.fileno(), True)
        patch.setenv("CANVAS_API_TOKEN", "tok-123")
        patch.setenv("PYTHONSTARTUP", "/tmp/evil.py")
        with FreshProcess() as isolated:
            beside = Beside(isolated.start(2048, MOST))
            yield beside
            beside.inside.kill()


# --- what a fresh process sees ----------------------------------------------------------------------------------------


def test_the_environment_holds_nothing_of_the_users(fresh: Beside) -> None:
    """Neither tokens, nor the user's name, nor the user's home are in the environment beside student code."""
    found = fresh("environment")
    assert isinstance(found, dict)
    allowed = {
        "PATH",
        "LD_LIBRARY_PATH",
        "CUDA_VISIBLE_DEVICES",
        "CUDA_HOME",
        "CUBLAS_WORKSPACE_CONFIG",
        "LANG",
        "LC_CTYPE",
    }
    allowed |= {
        "HOME",
        "TMPDIR",
        "TEMP",
        "TMP",
        "USERPROFILE",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    }
    allowed |= {name for name in found if name.startswith(("PYTHON", "TORCH", "KMP_", "MALLOC_"))}
    assert set(found) <= allowed
    assert "tok-123" not in found.values()
    assert "PYTHONSTARTUP" not in found
    assert found["CUDA_VISIBLE_DEVICES"] == ""


def test_the_scratch_folder_is_the_whole_home(fresh: Beside) -> None:
    """Working directory, home, temporary files and submission lie in one folder of the process's own."""
    found = fresh("whereabouts")
    assert isinstance(found, dict)
    assert found["temp"] == found["home"] == found["cwd"]
    assert Path(found["files"]).parent == Path(found["cwd"])
    assert Path(found["cwd"]).name.startswith("cnngrade-")


@linux
def test_no_open_file_is_inherited(fresh: Beside) -> None:
    """Of the grader's open files, inheritable ones too, only the wire and standard streams exist inside."""
    found = fresh("descriptors")
    assert isinstance(found, dict)
    targets = {
        name: target for name, target in found.items() if not target.startswith(("/proc/", "/dev/null", "/dev/urandom"))
    }
    assert sorted(target.split(":")[0] for target in targets.values()) == ["pipe", "pipe", "socket"]


def test_no_part_of_the_judge_is_loaded_inside(fresh: Beside) -> None:
    """The process beside student code imports the wire and the inside, and nothing of the course, judge or reports."""
    found = fresh("modules")
    assert isinstance(found, list)
    ours = {name for name in found if name.startswith("cnngrade.")} - {"cnngrade.sandbox", "cnngrade.sandbox.inside"}
    assert all(name.startswith("cnngrade.sandbox.inside.") for name in ours)
    assert "pytest" not in found


@linux
def test_limits_are_set_from_within(fresh: Beside) -> None:
    """Address space, file size, open files and core dumps are limited before student code is met."""
    found = fresh("limits")
    assert isinstance(found, dict)
    assert found["RLIMIT_CORE"] == [0, 0]
    assert found["RLIMIT_FSIZE"] == [256 * 2**20] * 2
    assert found["RLIMIT_NOFILE"] == [256, 256]
    assert 2**30 < found["RLIMIT_AS"][1] < 2**40


# --- ending -----------------------------------------------------------------------------------------------------------


@linux
def test_killing_takes_everything_with_it() -> None:
    """A grandchild, a subprocess, an endless thread and every file that was written are gone after kill(); twice is fine."""
    with FreshProcess() as isolated:
        beside = Beside(isolated.start(1024, MOST))
        beside("write_everywhere")
        where = beside("whereabouts")
        pids = beside("leave_behind")
        assert isinstance(where, dict)
        assert isinstance(pids, list)
        assert not any(map(gone, pids))
        assert Path(where["cwd"], "in-cwd").exists()
        beside.inside.kill()
        assert soon(lambda: all(map(gone, pids)))
        assert not Path(where["cwd"]).exists()
        beside.inside.kill()


def test_a_process_started_ahead_is_used_once_and_ended_if_unused() -> None:
    """The process of start_ahead is used by the next start; if there is none, it ends with the isolation."""
    with FreshProcess() as isolated:
        isolated.start_ahead(1024, MOST)
        ahead = isolated._ahead
        assert isolated.start(1024, MOST) is ahead
        assert ahead is not None
        ahead.kill()
        isolated.start_ahead(1024, MOST)
        unused = isolated._ahead
        isolated.start_ahead(1024, MOST)
        assert isolated._ahead is unused
    assert unused is not None
    assert gone(unused._process.pid)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "ended the process with exit status 0"),
        (3, "ended the process with exit status 3"),
        (-signal.SIGSEGV, "was ended by SIGSEGV (a crash in native code, or a stack overflow)"),
        (-signal.SIGKILL, "was ended by SIGKILL (out of memory, or killed)"),
        (-signal.SIGABRT, "was ended by SIGABRT"),
        (-250, "was ended by signal 250"),
    ],
)
def test_an_exit_status_is_put_in_words(status: int, words: str) -> None:
    """Every status reads as the end of a sentence about the code."""
    assert describe_status(status) == words


# --- output -----------------------------------------------------------------------------------------------------------


def tail(command: str, limit: int) -> OutputTail:
    process = subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE)
    assert process.stdout
    output = OutputTail(process.stdout, limit)
    assert process.wait(timeout=20) == 0, "a writer must never be blocked"
    output.close()
    return output


def test_all_of_a_short_output_is_kept() -> None:
    """Output within the limit is given as it was printed, up to the last byte."""
    assert tail("print('x' * 99)", 100).text() == "x" * 99 + "\n"


@linux
def test_a_flood_costs_no_memory() -> None:
    """Of 100 MB printed the last kilobyte is kept, and memory stays flat."""
    before = psutil.Process().memory_info().rss
    output = tail("import sys\nfor i in range(100): sys.stdout.write('y' * 10**6)\nprint('the end')", 1024)
    assert psutil.Process().memory_info().rss - before < 20 * 2**20
    header, _, text = output.text().partition("\n")
    assert header == "[100.0 MB printed; only the end is kept]"
    assert text == "y" * (1024 - 8) + "the end\n"


@pytest.mark.parametrize("limit", [0, 1, 7])
def test_a_tiny_limit_keeps_that_much(limit: int) -> None:
    """A limit of nothing keeps nothing, and the writer is drained all the same."""
    kept = tail("print('a' * 10**6)", limit).text().partition("\n")[2]
    assert kept == ("a" * 7 + "\n")[8 - limit :]


def test_output_that_is_no_text_is_shown_with_marks() -> None:
    """Bytes that are no UTF-8, and a character cut in half by the limit, do not fail."""
    assert tail(r"import sys; sys.stdout.buffer.write(b'\xff\xfe ok')", 100).text() == "\ufffd\ufffd ok"
    assert tail("import sys; sys.stdout.buffer.write('漢字'.encode())", 4).text().endswith("\ufffd字")


# --- forked children --------------------------------------------------------------------------------------------------


@linux
def test_a_child_is_there_at_once(forks: Forked, forked: Beside) -> None:
    """With the parent warm, ten children start and answer in less than a fresh process needs to import torch."""
    started = time.monotonic()
    for _ in range(10):
        beside = Beside(forks.start(1024, MOST))
        assert beside("echo", 1) == 1
        beside.inside.kill()
    assert time.monotonic() - started < 8


@linux
def test_children_know_nothing_of_each_other(forks: Forked) -> None:
    """Children are processes of their own, and hold no other's connection."""
    one, two = Beside(forks.start(1024, MOST)), Beside(forks.start(1024, MOST))
    assert one("pid") != two("pid")
    found = two("descriptors")
    assert isinstance(found, dict)
    assert sum(target.startswith("socket") for target in found.values()) == 1
    one.inside.kill()
    assert two("echo", "still here") == "still here"
    two.inside.kill()


@linux
def test_a_killed_child_stops_working(forks: Forked) -> None:
    """A child in an endless loop ends when it is killed: it would hold a core for the rest of the run."""
    beside = Beside(forks.start(1024, MOST))
    beside.send("spin")
    time.sleep(0.1)
    assert psutil.Process(beside.ready.pid).is_running()
    beside.inside.kill()
    assert soon(lambda: gone(beside.ready.pid))
    beside.inside.kill()


@linux
def test_closing_ends_every_child_and_removes_the_folder() -> None:
    """After close() no child runs, busy or idle, and no file is left."""
    with Forked() as parent:
        busy, idle = Beside(parent.start(1024, MOST)), Beside(parent.start(1024, MOST))
        where = idle("whereabouts")
        assert isinstance(where, dict)
        busy.send("spin")
    assert soon(lambda: gone(busy.ready.pid) and gone(idle.ready.pid))
    assert not Path(where["cwd"]).exists()


@linux
def test_children_end_with_the_grader(tmp_path: Path) -> None:
    """When the grader is killed outright, the parent and a child in an endless loop end too."""
    program = f"""
import runpy, time
from cnngrade.sandbox.outside.forked import Forked
parent = Forked()
beside = (found := runpy.run_path({__file__!r}))["Beside"](parent.start(1024, found["MOST"]))
beside.send("spin")
print(parent._parent.pid, beside.ready.pid, flush=True)
time.sleep(600)
"""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    grader = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment)
    assert grader.stdout
    parent, child = map(int, grader.stdout.readline().split())
    assert not gone(child)
    grader.kill()
    grader.communicate()
    assert soon(lambda: gone(parent) and gone(child))


@linux
def test_a_parent_that_died_is_a_closed_channel() -> None:
    """Asking a dead parent for a child gives a channel that says so."""
    with Forked() as parent:
        os.kill(parent._parent.pid, signal.SIGKILL)
        parent._parent.wait()
        child = parent.start(1024, MOST)
        with pytest.raises(wire.Closed):
            child.channel.receive(time.monotonic() + 5)
        child.kill()


@linux
def test_a_fork_of_the_students_does_not_answer(forked: Beside) -> None:
    """When student code forks and both sides return, one question still has one answer."""
    assert forked("fork_and_return") == "parent"
    assert forked("echo", "next") == "next"


@linux
def test_files_are_limited(forked: Beside) -> None:
    """A file of more than 256 MB is an error inside, not a full disk."""
    forked.send("write_file", 300)
    reply = wire.decode_reply(forked.inside.channel.receive(time.monotonic() + 20))
    assert isinstance(reply, wire.Raised)
    assert "File too large" in reply.message


@linux
def test_hanging_up_is_noticed(forked: Beside) -> None:
    """A process that closes the wire and lives on is a closed channel, not a wait."""
    forked.send("hang_up")
    with pytest.raises(wire.Closed):
        forked.answer()


def test_trusted_code_runs_the_quickest_way() -> None:
    """Our own code is forked where the machine can fork."""
    with trusted() as found:
        assert isinstance(found, Forked if AVAILABLE else FreshProcess)


def test_levels_name_what_this_machine_has() -> None:
    """Every level that `doctor` lists has a name and says what it gives, and the process level is always there."""
    found = isolation.levels()
    assert ("process", True) in [(name, available) for name, available, _ in found]
    assert all(gives for _, _, gives in found)


def test_the_gpu_is_hidden_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the CPU no CUDA device is visible; else the user's choice of devices is kept."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert scrubbed_environment(Path("/scratch"), "cpu")["CUDA_VISIBLE_DEVICES"] == ""
    assert scrubbed_environment(Path("/scratch"), "cuda")["CUDA_VISIBLE_DEVICES"] == "3"


def test_the_package_is_imported_everywhere() -> None:
    """What `check` imports asks the system nothing that only Linux can answer: Windows has no such functions."""
    source = """
import os, signal, socket, sys
import torch, msgspec, pydantic  # which may ask what they like
for module, names in ((os, ("sysconf", "pidfd_open", "fork", "getuid")), (signal, ("pidfd_send_signal", "SIGKILL", "SIGCHLD")),
                      (socket, ("SCM_CREDENTIALS", "SO_PASSCRED"))):
    for name in names:
        if hasattr(module, name): delattr(module, name)
import cnngrade.sandbox.outside.process, cnngrade.sandbox.outside.watch, cnngrade.cli.check
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, env=os.environ, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_knows_every_isolation() -> None:
    """`grade --isolation` offers each kind that there is, in the order of strength, and nothing else."""
    assert ("auto", *isolation.KINDS) == grade.KINDS
