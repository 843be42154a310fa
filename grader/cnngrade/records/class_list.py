"""What is known of a class besides its grades: names, deadlines, attempts, and who handed in nothing.

It is stored beside the grades, not in them: a roster that changes changes no grade, and nothing has to be graded again.
`Roll.shown` puts both together into the report that people read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from cnngrade.errors import OutputError
from cnngrade.records.report import Lateness, Report, Status


@dataclass(frozen=True)
class Known:
    """One attempt of a student, besides its grade; `student` is the id that readers see, `source` the platform's."""

    student: str
    source: str = ""
    name: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    lateness: Lateness | None = None
    attempt: int = 1
    attempts: int = 1


@dataclass
class Roll:
    """A class. `known` maps the id that an attempt is graded under to what is known of it.

    Of several attempts the last one counts, or the `best`: that with the most points after its deduction. `absent` are the
    students of the roster who handed in nothing; `nothing` is the report that each of them gets. `retired` are ids that
    something was graded under before another roster gave it another id.
    """

    known: dict[str, Known] = field(default_factory=dict)
    best: bool = False
    absent: list[Known] = field(default_factory=list)
    nothing: Report | None = None
    retired: list[str] = field(default_factory=list)

    def follows(self, earlier: Roll) -> None:
        """Retires the ids of an earlier roll under which the same submissions were graded."""
        now = {known.source for known in self.known.values() if known.source}
        gone = [graded_as for graded_as, known in earlier.known.items() if known.source in now]
        self.retired = sorted({*gone, *earlier.retired} - self.known.keys())

    def to_json(self) -> str:
        """The roll as text."""
        return msgspec.json.encode(self).decode("utf-8")

    @staticmethod
    def from_json(text: str) -> Roll:
        """Reads what `to_json` wrote, and an empty roll from an empty text. Raises `OutputError`."""
        try:
            return msgspec.json.decode(text, type=Roll) if text else Roll()
        except msgspec.DecodeError as error:
            raise OutputError(
                f"the stored roll of the class cannot be read: {error}", "Grade the class again"
            ) from error

    def together(self, graded_as: str) -> list[str]:
        """The ids under which the attempts of one student are graded, given any of them."""
        known = self.known.get(graded_as)
        if known is None or known.attempts == 1:
            return [graded_as]
        return [other for other, each in self.known.items() if each.student == known.student]

    def hidden(self) -> set[str]:
        """Ids under which something may have been graded that is shown under another one, or not at all."""
        return {*self.known, *self.retired}

    def whose(self, graded: Iterable[str]) -> dict[str, list[str]]:
        """The students, sorted, each with those of the ids `graded` that are theirs: none of somebody absent."""
        found: dict[str, list[str]] = defaultdict(list)
        retired = set(self.retired)
        for graded_as in graded:
            known = self.known.get(graded_as)
            if known:
                found[known.student].append(graded_as)
            elif graded_as not in retired:
                found[graded_as].append(graded_as)
        for known in self.absent if self.nothing else ():
            found.setdefault(known.student, [])
        return dict(sorted(found.items()))

    def shown(self, student: str, graded: Sequence[Report]) -> Report | None:
        """A student's report as people read it, from all that is `graded` of theirs.

        None while the attempt that counts is not graded.
        """
        if not graded:
            absent = next((known for known in self.absent if known.student == student), None)
            return _told(self.nothing, absent) if self.nothing and absent else None
        attempts = [(known, _told(each, known)) for each in graded if (known := self.known.get(each.student))]
        if not attempts:  # of somebody the roll does not know
            return graded[-1]
        if attempts[0][0].attempts == 1:
            return attempts[0][1]
        return self._counting(attempts)

    def _counting(self, attempts: list[_Attempt]) -> Report | None:
        """The attempt that counts; none while the last one, which has to, is not graded yet."""
        if self.best:
            judged = [each for each in attempts if each[1].status is not Status.GRADER_ERROR] or attempts
            known, report = max(judged, key=lambda each: (each[1].final_score, each[0].attempt))
            why = f"attempt {known.attempt} of {known.attempts} counts: the best one"
        else:
            known, report = max(attempts, key=lambda each: each[0].attempt)
            if known.attempt < known.attempts:
                return None
            why = f"the last of {known.attempts} attempts counts"
        return replace(report, notes=[why, *report.notes])


_Attempt = tuple[Known, Report]


def _told(report: Report, known: Known) -> Report:
    return replace(report, student=known.student, name=known.name, keys=known.keys, lateness=known.lateness)
