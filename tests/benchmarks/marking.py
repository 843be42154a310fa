"""How quickly marking answers to a key, and how quickly similar answers are put together.

    python -m tests.benchmarks.marking [--answers 300] [--grouped 1000]

The first part marks every answer to one question in a tmux of 80 by 24, by keys alone, and times each key from being
sent to the screen having changed; tmux's own part, measured on `cat`, is in these times. The second part groups answers of
a made-up class in English and Chinese, and tells how well groups agree with what the answers were made to say.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from cnngrade.marking.grouping import groups_of
from cnngrade.marking.ledger import Ledger
from cnngrade.marking.suggestions import suggestions
from tests.support.written_class import QUESTIONS, answer, reports, write_store
from tests.test_mark_command import Terminal

KEY_LIMIT, GROUP_LIMIT = 0.1, 5.0  # seconds
STILL = 0.06  # seconds after which a screen that does not change any more is complete
ROUND = ["1", "3", "-", "l", "l", "right", "left", "r", "q", "?", "q", "Enter"]


def timed(terminal: Terminal, key: str) -> float:
    """Seconds from sending a key to the screen being another one, and staying so."""
    before = seen = terminal.screen()
    start = changed = time.perf_counter()
    looks = 0
    terminal.press({"right": "Right", "left": "Left"}.get(key, key))
    while seen == before or time.perf_counter() - changed < STILL:
        now = terminal.screen()
        looks += 1
        if now != seen:
            seen, changed = now, time.perf_counter()
        # A machine that stood still for a while has lost no key: it must have been looked for, too.
        if time.perf_counter() - start > 10 and looks > 500:
            raise SystemExit(f"{key!r} changed nothing, looked at {looks} times:\n{before}")
    return changed - start


def bare_tmux(folder: Path) -> Terminal:
    """A tmux in which `cat` echoes: what tmux, this script and the load of the machine take by themselves."""
    terminal = Terminal.__new__(Terminal)
    terminal._socket = ["tmux", "-S", str(folder / "cat"), "-f", "/dev/null"]
    new = ["new-session", "-d", "-x", "80", "-y", "24", "-P", "-F", "#{pane_id}", "cat"]
    terminal._pane = subprocess.run(
        [*terminal._socket, *new], check=True, capture_output=True, text=True
    ).stdout.strip()
    return terminal


def told(what: str, times: list[float]) -> None:
    """One line on a list of times."""
    slow = sum(each > KEY_LIMIT for each in times)
    middle, worst = 1000 * statistics.median(times), 1000 * max(times)
    limit = f"worst to limit of {1000 * KEY_LIMIT:.0f} ms {max(times) / KEY_LIMIT:.2f}"
    print(f"  {what:10} {len(times):5} keys: median {middle:4.0f} ms, worst {worst:4.0f} ms, {slow} above; {limit}")


def computed(pid: int) -> float:
    """Seconds that a process has computed so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def keys(answers: int) -> None:
    """Marks `answers` answers to the first question, with a round of keys for each, and one key for `cat` in between."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = bare_tmux(folder)
        out = write_store(folder / "out", reports(answers))
        start = time.perf_counter()
        terminal = Terminal(folder, out, "--marker", "ada", "--question", "shuffle")
        terminal.wait(f"answer 1 of {answers}")
        print(f"start with {answers} answers: {time.perf_counter() - start:.1f} s")
        times: dict[str, list[float]] = {}
        before = computed(terminal.pid)
        try:
            for number in range(answers):
                for key in ROUND:
                    if key in ("right", "left") and number == answers - 1:
                        continue  # the last answer has none behind it
                    times.setdefault(key, []).append(timed(terminal, key))
                times.setdefault("(cat)", []).append(timed(bare, "x"))
            cpu = computed(terminal.pid) - before
        finally:
            terminal.end()
            bare.end()
        with Ledger(out, "week2") as ledger:
            assert len(ledger.latest()) == answers, "a mark was lost"
    alone = times.pop("(cat)")
    for key, taken in times.items():
        told(key, taken)
    every = [each for taken in times.values() for each in taken]
    told("all", every)
    told("tmux alone", alone)
    ours = 1000 * cpu / len(every)
    print(
        f"  {ours:.0f} ms of computing per key, {ours / 1000 / KEY_LIMIT:.2f} of the limit; load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory() as name:
        windows(Path(name), answers)


def windows(folder: Path, answers: int) -> None:
    """Looks through the largest group, and goes from question to question."""
    out = write_store(folder / "groups", reports(answers))
    terminal = Terminal(folder / "groups", out, "--marker", "ada")
    terminal.wait(f"answer 1 of {answers}")
    times: dict[str, list[float]] = {}
    try:
        timed(terminal, ">")
        while (alike := re.search(r"(\d+) alike", terminal.screen())) is None or int(alike[1]) < answers / 3:
            timed(terminal, "]")
        print(f"a group of {alike[1]}:")
        for _ in range(10):
            for key in ("f", "a", "Space", "q", "z", ">", "<"):
                times.setdefault(key, []).append(timed(terminal, key))
            while int(re.search(r"(\d+) alike|$", terminal.screen())[1] or 0) != int(alike[1]):
                timed(terminal, "]")
    finally:
        terminal.end()
    for key, taken in times.items():
        told(key, taken)


def grouping(answers: int) -> None:
    """Groups `answers` answers, and compares with what they were made to say."""
    from sklearn.metrics import adjusted_rand_score

    rng = random.Random(1)
    made = [answer(rng) for _ in range(answers)]
    texts, said = [text for text, _ in made], [what for _, what in made]
    groups_of(texts[:5])  # the imports
    start = time.perf_counter()
    groups = groups_of(texts)
    taken = time.perf_counter() - start
    label = {number: group for group, numbers in enumerate(groups) for number in numbers}
    found = [label[number] for number in range(answers)]
    shuffled = found[:]
    rng.shuffle(shuffled)
    print(f"grouping {answers} answers: {taken:.2f} s, limit {GROUP_LIMIT:.0f} s: ratio {taken / GROUP_LIMIT:.2f}")
    agreement, chance = adjusted_rand_score(said, found), adjusted_rand_score(said, shuffled)
    print(
        f"  {len(groups)} groups of {len(set(said))} kinds; adjusted Rand index {agreement:.2f}, by chance {chance:.2f}"
    )
    start = time.perf_counter()
    touched = suggestions(texts, QUESTIONS[0])
    print(f"suggestions for {answers} answers: {time.perf_counter() - start:.2f} s")
    for place, item in enumerate(QUESTIONS[0].rubric):
        having: dict[bool, list[bool]] = {True: [], False: []}
        for each, what in zip(touched, said, strict=True):
            having[what[2 + place :][:1] == "0"].append(item.id in each)
        right, other = (sum(having[has]) / len(having[has]) for has in (True, False))
        print(f"  {item.id}: suggested for {right:.0%} of those that have it, {other:.0%} of the others")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=300)
    parser.add_argument("--grouped", type=int, default=1000)
    options = parser.parse_args()
    grouping(options.grouped)
    keys(options.answers)
