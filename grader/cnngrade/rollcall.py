"""Brings together a folder of submissions, a roster and a deadline: what to grade, and the roll of the class.

The folder says who handed in what; the roster who should have, by which ids platforms know them, and who has more time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cnngrade.course import LatePolicy, Week
from cnngrade.errors import UserError
from cnngrade.facts import Lateness
from cnngrade.moments import UnclearMomentError, moment
from cnngrade.reports.roll import Known, Roll
from cnngrade.submissions import Submission
from cnngrade.submissions.archives import shown
from cnngrade.submissions.collect import open_folder, read_attempt, student_id, unique_ids
from cnngrade.submissions.layouts import AUTO, PLAIN, Attempt, HandIn
from cnngrade.submissions.roster import Entry, Roster, read_roster

_NAMED = 10  # students in one line on the screen


@dataclass(frozen=True)
class Wishes:
    """How whoever runs the grader wants a folder to be read; `due` is a text, and `roster` the path of a CSV.

    `file_times` takes the times of files for those of handing in, which is right only where nobody copied them.
    """

    layout: str = AUTO
    best: bool = False
    roster: Path | None = None
    due: str | None = None
    file_times: bool = False


@dataclass
class Class:
    """What was found: the roll, the attempts to grade, and lines for whoever runs the grader."""

    roll: Roll
    to_grade: dict[str, Attempt]
    week: Week
    layout: str
    notes: list[str] = field(default_factory=list)

    def read(self, student: str) -> Submission:
        """Reads the attempt that is graded under this id; nothing of it is kept here."""
        renamed = self.layout == PLAIN and not self.roll.known[student].keys
        return read_attempt(self.to_grade[student], self.week.name, self.week.files, student, renamed=renamed)


def call(folder: Path, week: Week, wishes: Wishes) -> Class:
    """Finds out who handed in what, and when. Raises `UserError` where the folder, the roster or the deadline is wrong."""
    policy = _policy(week, wishes)
    roster = read_roster(wishes.roster, policy.zone) if wishes.roster else Roster(())
    notes = list(roster.notes)
    usernames = [entry.keys["github"] for entry in roster.entries if "github" in entry.keys]
    found = open_folder(folder, week.name, week.files, notes, wishes.layout, usernames)
    notes[:0] = [found.told] if found.told else []
    entries = [roster.find(hand_in.student, hand_in.name, hand_in.keys) for hand_in in found.hand_ins]
    ids = unique_ids(
        [entry.student if entry else hand_in.student for hand_in, entry in zip(found.hand_ins, entries, strict=True)]
    )
    _keep_apart(found.hand_ins, ids)
    result = Class(Roll(best=wishes.best), {}, week, found.layout, notes)
    unknown = 0
    for hand_in, entry, student in zip(found.hand_ins, entries, ids, strict=True):
        unknown += _enrol(result, hand_in, entry, student, policy, wishes)
    if wishes.roster:
        present = {id(entry) for entry in entries if entry}
        _tell_absent(result, [entry for entry in roster.entries if id(entry) not in present], policy)
        _tell_strangers(result, [student for student, entry in zip(ids, entries, strict=True) if entry is None])
    if unknown:
        told = (
            "of 1 submission nobody knows when it"
            if unknown == 1
            else f"of {unknown} submissions nobody knows when they"
        )
        hint = "a roster's column 'handed in' can say, or --file-times"
        notes.append(f"{told} came, so nothing is deducted for being late ({hint})")
    return result


def _policy(week: Week, wishes: Wishes) -> LatePolicy:
    policy = week.late or LatePolicy()
    if wishes.due is None:
        return policy
    try:
        return policy.due_at(moment(wishes.due, policy.zone, whole_days=True))
    except UnclearMomentError as error:
        raise UserError(f"--due {wishes.due!r} {error}") from None


def _enrol(
    result: Class, hand_in: HandIn, entry: Entry | None, student: str, policy: LatePolicy, wishes: Wishes
) -> bool:
    """Puts one student's attempts on the roll; whether a deadline has nothing to compare with."""
    name = (entry.name if entry else "") or hand_in.name
    keys = hand_in.keys | (entry.keys if entry else {})
    unknown = False
    count = len(hand_in.attempts)
    for number, attempt in enumerate(hand_in.attempts, start=1):
        last = number == count
        handed_in = (entry.handed_in if entry and last else None) or attempt.handed_in
        if handed_in is None and wishes.file_times:
            handed_in = _newest(attempt, policy)
        unknown |= last and handed_in is None and not attempt.late and _deadline(policy, entry)[0] is not None
        graded_as = _attempt_id(student, number, count)
        source = _attempt_id(student_id(hand_in.student), number, count)
        late = _lateness(policy, entry, handed_in, attempt.late)
        result.roll.known[graded_as] = Known(student, source, name, keys, late, number, count)
        if last or wishes.best:
            result.to_grade[graded_as] = attempt
    return unknown


def _attempt_id(student: str, number: int, count: int) -> str:
    """What an attempt is graded under: the last one under the student's id."""
    return student if number == count else f"{student} (attempt {number})"


def _keep_apart(hand_ins: Sequence[HandIn], ids: Sequence[str]) -> None:
    """No student may have the id that another one's earlier attempt gets."""
    finals = {student.casefold() for student in ids}
    for hand_in, student in zip(hand_ins, ids, strict=True):
        for number in range(1, len(hand_in.attempts)):
            earlier = _attempt_id(student, number, len(hand_in.attempts))
            if earlier.casefold() in finals:
                raise UserError(f"a submission is called {earlier!r}, as an earlier attempt would be", "Rename it")


def _lateness(policy: LatePolicy, entry: Entry | None, handed_in: datetime | None, marked: bool) -> Lateness | None:
    due, note = _deadline(policy, entry)
    if marked and (due is None or handed_in is None):
        unknown = "the deadline" if due is None else "when it came"
        told = f"the platform marks it as late; {unknown} is not known here, and nothing is deducted"
        note = f"{note}; {told}" if note else told
    if due is None:
        return Lateness("", "", note=note) if marked else None
    return policy.lateness(due, handed_in, note) if handed_in or note else None


def _deadline(policy: LatePolicy, entry: Entry | None) -> tuple[datetime | None, str]:
    """When a student's work is due, and a note where that is not when the class's is."""
    due = policy.due
    if entry is not None and entry.due is not None:
        due = entry.due
    elif entry is not None and entry.extra is not None and policy.due is not None:
        due = policy.due + entry.extra
    return due, "a deadline of their own" if policy.due is not None and due != policy.due else ""


def _newest(attempt: Attempt, policy: LatePolicy) -> datetime | None:
    """The time of the newest file of an attempt, as the disk has it."""
    times: list[float] = []
    for part in attempt.parts:
        if part.path.is_dir() and not part.path.is_symlink():
            for where, folders, files in os.walk(part.path):
                folders[:] = [name for name in folders if not name.startswith((".", "__"))]
                times += [Path(where, name).lstat().st_mtime for name in files if not name.startswith(".")]
        else:
            times.append(part.path.lstat().st_mtime)
    if not times:
        return None
    newest = datetime.fromtimestamp(int(max(times))).astimezone()
    return newest.astimezone(policy.zone) if policy.zone else newest


def _tell_absent(result: Class, absent: Sequence[Entry], policy: LatePolicy) -> None:
    for entry in absent:
        result.roll.absent.append(Known(student_id(entry.student), "", entry.name, entry.keys))
    if absent:
        waiting = [entry for entry in absent if _deadline(policy, entry)[1]]
        later = f" ({len(waiting)} of them have a deadline of their own)" if waiting else ""
        result.notes.append(f"on the roster, and nothing handed in{later}: {_some([each.student for each in absent])}")


def _tell_strangers(result: Class, strangers: Sequence[str]) -> None:
    if strangers:
        result.notes.append(f"not on the roster, and graded all the same: {_some(strangers)}")


def _some(students: Sequence[str]) -> str:
    more = f" and {len(students) - _NAMED} more" if len(students) > _NAMED else ""
    return ", ".join(shown(student) for student in students[:_NAMED]) + more
