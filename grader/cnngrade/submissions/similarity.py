"""Finds passages that submissions have in common, after discounting what all students were given.

copydetect tokenises Python with Pygments (names, comments, layout and literal texts do not count) and takes
fingerprints by winnowing, as MOSS does. Passages of the starter are discounted. So are passages in so many submissions
that they must come from the handout or the lecture. The remaining common passages say that two texts are alike, and
never why.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cnngrade.barrier import STRICT, Barrier
from cnngrade.errors import UserError
from cnngrade.events import Advanced
from cnngrade.submissions.collect import Submission

SHORTEST = 25  # token characters of the shortest passage that can be found
CERTAIN = 40  # token characters of a passage that is always found
FEWEST_TO_BE_COMMON = 10  # submissions that hold a passage before it can be called common, as with MOSS
_PIECE = 20_000  # characters that are tokenised at once: four times the longest file of a week
_LONGEST_LINE = 1000
_MOST_CHARACTERS = 400_000  # of one submission, more than people write in a week


@dataclass(frozen=True)
class SourceText:
    """A submission to compare: its Python files, one below the other. `group` names its year, and is "" for this one."""

    student: str
    group: str
    text: str
    files: tuple[tuple[int, str], ...]  # (first line, name) of each file; lines count from 0

    @property
    def label(self) -> str:
        """The name of the submission, for readers."""
        return f"{self.student} ({self.group})" if self.group else self.student


@dataclass(frozen=True)
class Pair:
    """Two submissions with common passages. Shares are of what remains of each after discounting, in [0, 1].

    `left` and `right` are the lines that are alike, as half-open ranges that count from 0.
    """

    one: SourceText
    other: SourceText
    share_one: float
    share_other: float
    left: tuple[tuple[int, int], ...]
    right: tuple[tuple[int, int], ...]

    @property
    def share(self) -> float:
        """The larger of the two shares, so that a short text inside a long one counts as alike too."""
        return max(self.share_one, self.share_other)

    @property
    def lines(self) -> int:
        """The number of lines that are alike, in the submission that has fewer."""
        return min(sum(end - start for start, end in each) for each in (self.left, self.right))


@dataclass(frozen=True)
class Comparison:
    """The result of comparing a class: the pairs most alike first, and how much there was to compare.

    `alike` counts the pairs above the threshold, also those beyond the limit of kept pairs. A student with the same id
    in two years was not compared with themselves (`same_person`).
    """

    pairs: list[Pair]
    alike: int
    sources: int
    compared: int
    same_person: int
    common_passages: int


def source_of(submission: Submission, files: Sequence[str], group: str = "") -> SourceText:
    """Returns the Python code of a submission: the week's files first, in their order, then the others.

    The length is limited.
    """
    python = [name for name in submission.files if name.endswith(".py")]
    ordered = sorted(python, key=lambda name: (name not in files, files.index(name) if name in files else 0, name))
    lines: list[str] = []
    starts: list[tuple[int, str]] = []
    left = _MOST_CHARACTERS
    for name in ordered:
        if left > 0:
            text = submission.files[name].decode("utf-8", "replace")[:left]
            starts.append((len(lines), name))
            lines += text.splitlines() or [""]
            left -= len(text) + 1
    return SourceText(submission.student, group, "\n".join(lines), tuple(starts))


def compare(
    sources: Sequence[SourceText],
    starter: Mapping[str, bytes],
    least: float = 0.3,
    most_pairs: int = 100,
    common: float = 0.25,
    barrier: Barrier = STRICT,
) -> Generator[Advanced, None, Comparison]:
    """Compares every submission of this class (`group` "") with every other, and with those of earlier years.

    Pairs with a share below `least` are left out, and only the `most_pairs` most alike are kept. Passages that more than
    the share `common` of this class hold, and more than ten submissions, are discounted, as the starter is. Yields now and
    then how many pairs are compared. Who cannot be compared is left out and held back by the `barrier`. Raises `UserError`
    where copydetect is not installed.
    """
    import numpy as np

    # A window of 1, because every passage of the starter must be discounted, not a sample.
    given = np.unique(np.concatenate([[0], *(_Marks.of(_text(each), 1).marks for each in starter.values())]))
    sources, prints = _printed(sources, given, barrier)
    ours = [one for one, source in zip(prints, sources, strict=True) if not source.group]
    everybodys = _everybodys([one.marks for one in ours], common)
    for one in prints:
        one.discount(everybodys)
    found: list[tuple[float, float, int, int]] = []
    same_person = 0
    total = _number_of_pairs(sources)
    for done, (left, right) in enumerate(_pairs(sources), start=1):
        if done % 1000 == 0 or done == total:
            yield Advanced("", done, total)
        if sources[left].student.casefold() == sources[right].student.casefold():
            same_person += 1
            continue
        shared = np.intersect1d(prints[left].marks, prints[right].marks, assume_unique=True)
        # A quick upper bound of the share: with it most pairs need no closer look.
        most = max(len(shared) * _Print.most_of_a_mark(each) for each in (prints[left], prints[right]))
        if most >= least and len(shared):
            shares = prints[left].share(shared), prints[right].share(shared)
            if max(shares) >= least:
                found.append((*shares, left, right))
    # Rounded, so that equal shares are in the order of the names on every machine.
    found.sort(key=lambda each: (-round(max(each[:2]), 4), sources[each[2]].label, sources[each[3]].label))
    pairs = [_pair(each, sources, prints) for each in found[:most_pairs]]
    return Comparison(pairs, len(found), len(sources), total, same_person, len(everybodys))


def _printed(sources: Sequence[SourceText], given: Any, barrier: Barrier) -> tuple[list[SourceText], list[_Print]]:
    """Returns the sources whose fingerprints could be taken, and these fingerprints without what was given."""
    kept: list[SourceText] = []
    prints: list[_Print] = []
    for source in sources:
        with barrier.around(source.label, "compare the code", "The others are compared"):
            one = _Print(source)
            one.discount(given)
            kept.append(source)
            prints.append(one)
    return kept, prints


def _everybodys(marks: Sequence[Any], common: float) -> Any:
    """Returns the marks that so many submissions hold that they come from the handout or the lecture."""
    import numpy as np

    held, counts = np.unique(np.concatenate([np.empty(0, np.int64), *marks]), return_counts=True)
    return held[counts > max(FEWEST_TO_BE_COMMON, common * len(marks))]


def _pair(found: tuple[float, float, int, int], sources: Sequence[SourceText], prints: Sequence[_Print]) -> Pair:
    import numpy as np

    share_one, share_other, left, right = found
    shared = np.intersect1d(prints[left].marks, prints[right].marks, assume_unique=True)
    return Pair(
        sources[left], sources[right], share_one, share_other, prints[left].lines(shared), prints[right].lines(shared)
    )


def _text(content: bytes) -> str:
    return "\n".join(content.decode("utf-8", "replace").splitlines())[:_MOST_CHARACTERS]


def _pairs(sources: Sequence[SourceText]) -> Iterator[tuple[int, int]]:
    """Yields every pair within this class, and every pair of this class and an earlier one."""
    for left, source in enumerate(sources):
        if source.group:
            continue
        for right, other in enumerate(sources):
            if other.group or right > left:
                yield left, right


def _number_of_pairs(sources: Sequence[SourceText]) -> int:
    ours = sum(not source.group for source in sources)
    return ours * (ours - 1) // 2 + ours * (len(sources) - ours)


def _lasting_hash(text: str) -> int:
    """Returns a hash of 63 bits that is the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


class _Marks:
    """The fingerprints of one file. `marks[i]` is the hash of SHORTEST characters of tokens from `places[i]` on."""

    def __init__(self, text: str, fingerprint: Any) -> None:
        import numpy as np

        places = [(mark, place) for mark, every in fingerprint.hash_idx.items() for place in every]
        self.marks, self.places = np.array(sorted(places, key=lambda pair: pair[1]), np.int64).reshape(-1, 2).T
        # Maps places among the tokens to places in the text. After the name of a class copydetect's table goes backwards.
        table = np.asarray(fingerprint.offsets).reshape(-1, 2)
        self._at, self._offsets = table[:, 0], np.maximum.accumulate(table[:, 1]) if len(table) else table[:, 1]
        self._breaks = np.array([index for index, char in enumerate(text) if char == "\n"], np.int64)

    @staticmethod
    def of(text: str, window: int) -> _Marks:
        """Takes the fingerprints of a file. A window of 1 takes all of them."""
        try:
            from copydetect import CodeFingerprint, utils
        except ImportError:
            raise UserError(
                "comparing submissions needs copydetect, which is not installed", "pip install 'cnngrade[similarity]'"
            ) from None
        # Winnowing chooses fingerprints by their hashes, and Python's own hashes differ from run to run.
        utils.hash = _lasting_hash
        return _Marks(
            text, CodeFingerprint("file.py", SHORTEST, window, language="python", fp=io.StringIO(text + "\n"))
        )

    def keep(self, wanted: Any) -> None:
        """Keeps only the marks in `wanted`, a mask."""
        self.marks, self.places = self.marks[wanted], self.places[wanted]

    def covered(self, places: Any) -> int:
        """Returns the number of token characters that the passages at some places cover together."""
        import numpy as np

        # Overlapping passages count once.
        return int(np.minimum(np.diff(places), SHORTEST).sum()) + SHORTEST if len(places) else 0

    def lines(self, places: Any) -> set[int]:
        """Returns the lines that passages at some places touch."""
        import numpy as np

        def line(place: Any) -> Any:
            # Places before the first or after the last entry of the table use that entry.
            known = np.clip(np.searchsorted(self._at, place), 0, len(self._offsets) - 1)
            return np.searchsorted(self._breaks, place + self._offsets[known])

        return {
            number
            for begin, end in zip(line(places), line(places + SHORTEST - 1), strict=True)
            for number in range(int(begin), int(end) + 1)
        }


def _pieces(lines: Sequence[str], start: int, end: int) -> Iterator[tuple[int, list[str]]]:
    """Yields (first line, lines) of each piece of a file that is small enough to be tokenised at once.

    Some of Pygments' patterns need quadratic time for certain texts, such as long lines of blanks. So blanks at the end
    of a line are removed, which are no tokens, and very long lines are cut, because people do not write them.
    """
    first, room = start, _PIECE
    piece: list[str] = []
    for number in range(start, end):
        line = lines[number].rstrip()[:_LONGEST_LINE]
        if piece and len(line) >= room:
            yield first, piece
            first, piece, room = number, [], _PIECE
        piece.append(line)
        room -= len(line) + 1
    yield first, piece


class _Print:
    """The fingerprints of a submission, file by file, because no passage runs from one file into the next."""

    def __init__(self, source: SourceText) -> None:
        lines = source.text.split("\n")
        ends = [start for start, _ in source.files[1:]] + [len(lines)]
        self._lines = lines
        # Winnowing keeps one fingerprint in each window, which guarantees to find passages of CERTAIN characters.
        window = CERTAIN - SHORTEST + 1
        self._files = [
            (first, _Marks.of("\n".join(piece), window))
            for (start, _), end in zip(source.files, ends, strict=True)
            for first, piece in _pieces(lines, start, end)
        ]
        self._count()

    def _count(self) -> None:
        import numpy as np

        self.marks = np.unique(np.concatenate([np.empty(0, np.int64), *(each.marks for _, each in self._files)]))
        self._coverage = sum(each.covered(each.places) for _, each in self._files)

    def discount(self, given: Any) -> None:
        """Removes the marks in `given`."""
        import numpy as np

        for _, each in self._files:
            each.keep(~np.isin(each.marks, given))
        self._count()

    @staticmethod
    def most_of_a_mark(one: _Print) -> float:
        """Returns the largest share that one mark can have. It may stand in several places."""
        places = sum(len(each.places) for _, each in one._files)
        # All repetitions could belong to one mark.
        repeated = places - len(one.marks) + 1
        return SHORTEST * repeated / max(one._coverage, 1)

    def share(self, shared: Any) -> float:
        """Returns how much of what is left is shared, in [0, 1]."""
        import numpy as np

        covered = sum(each.covered(each.places[np.isin(each.marks, shared)]) for _, each in self._files)
        return covered / self._coverage if self._coverage else 0.0

    def lines(self, shared: Any) -> tuple[tuple[int, int], ...]:
        """Returns the lines that shared passages touch, as ranges. Blank lines between two of them are included."""
        import numpy as np

        touched = {
            start + number
            for start, each in self._files
            for number in each.lines(each.places[np.isin(each.marks, shared)])
        }
        ranges: list[tuple[int, int]] = []
        for line in sorted(number for number in touched if number < len(self._lines)):
            if ranges and not any(self._lines[between].strip() for between in range(ranges[-1][1], line)):
                ranges[-1] = (ranges[-1][0], line + 1)
            else:
                ranges.append((line, line + 1))
        return tuple(ranges)
