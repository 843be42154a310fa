"""Combines a folder of submissions, a roster and a deadline into the list of what to grade, and the roll of the class.

The folder says who handed in what. The roster says who should have, what ids the platforms use, and who has more time.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from cnngrade.barrier import STRICT, Barrier
from cnngrade.course import LatePolicy, Week
from cnngrade.encodings import shown
from cnngrade.errors import UserError
from cnngrade.records.class_list import Known, Roll
from cnngrade.records.moments import UnclearMomentError, moment
from cnngrade.records.report import Lateness
from cnngrade.submissions import Submission
from cnngrade.submissions.collect import ids_of, open_folder, read_attempt, student_id, told_of_claim
from cnngrade.submissions.layouts import AUTO, PLAIN, Attempt, HandIn, is_folder
from cnngrade.submissions.roster import Roster, RosterEntry, read_roster

_NAMED = 10  # students in one line on the screen


@dataclass(frozen=True)
class Wishes:
    """How staff want a folder to be read. `due` is a text, and `roster` is the path of a CSV.

    With `file_times`, the times of the files count as the times of handing in. This is right only if the files were
    never copied.
    """

    layout: str = AUTO
    best: bool = False
    roster: Path | None = None
    due: str | None = None
    file_times: bool = False


@dataclass
class CalledClass:
    """What was found: the roll, the attempts to grade, and lines for the staff.

    `claimed` maps a graded id to all submissions that were handed in under the same name.
    """

    roll: Roll
    to_grade: dict[str, Attempt]
    week: Week
    layout: str
    notes: list[str] = field(default_factory=list)
    claimed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, student: str) -> Submission:
        """Reads the attempt that is graded under this id. The result is not kept here."""
        claimed_by = self.claimed.get(student, ())
        renamed = self.layout == PLAIN and not self.roll.known[student].keys and not claimed_by
        return read_attempt(self.to_grade[student], self.week.name, self.week.files, student, renamed, claimed_by)


def call(folder: Path, week: Week, wishes: Wishes, barrier: Barrier = STRICT) -> CalledClass:
    """Finds out who handed in what, and when. Raises `UserError` if the folder, the roster or the deadline is wrong.

    The `barrier` holds back what is wrong with one student. Students choose names and files, so two of them may claim
    one id. This stops no other student: both are graded under names of their own, not under the id, and this is
    reported.
    """
    policy = _policy(week, wishes)
    roster = read_roster(wishes.roster, policy.zone) if wishes.roster else Roster(())
    notes = list(roster.notes)
    usernames = [entry.keys["github"] for entry in roster.entries if "github" in entry.keys]
    found = open_folder(folder, week.name, week.files, notes, wishes.layout, usernames)
    notes[:0] = [found.told] if found.told else []
    entries = _on_roster(roster, found.hand_ins, barrier)
    wanted = [entry.student if entry else each.student for each, entry in zip(found.hand_ins, entries, strict=True)]
    identities = ids_of(found.hand_ins, wanted)
    ids = [student for student, _ in identities]
    finals = {student.casefold() for student in ids}
    result = CalledClass(Roll(best=wishes.best), {}, week, found.layout, notes)
    unknown = 0
    for hand_in, entry, (student, claimed_by) in zip(found.hand_ins, entries, identities, strict=True):
        kept = _latest_if_clashing(hand_in, student, finals, barrier)
        enrolment = _Enrolment(result, kept, entry, student, claimed_by, policy, wishes)
        unknown += barrier.attempt(student, "find out when it was handed in", enrolment.enrol, enrolment.without_time)
        if claimed_by:
            name = student_id(entry.student if entry else hand_in.student)
            barrier.add(student, f"be graded as {name}", UserError(told_of_claim(claimed_by), _WHOSE))
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


_WHOSE = "Rename or remove what is not theirs, or give a roster with the platform's ids, and run the same command again"


def _on_roster(roster: Roster, hand_ins: Sequence[HandIn], barrier: Barrier) -> list[RosterEntry | None]:
    """Returns for each submission its student on the roster, or None.

    A match by id counts before a match by name: another student with the same name does not change it.
    """
    found: list[RosterEntry | None] = []
    known: set[int] = set()
    for hand_in in hand_ins:
        find = partial(roster.find, hand_in.student, "", hand_in.keys)
        entry = barrier.attempt(hand_in.student, "look for it on the roster", find, lambda _note: None)
        found.append(entry)
        known.add(id(entry))
    for number, hand_in in enumerate(hand_ins):
        if found[number] is None and hand_in.name:
            find = partial(roster.find, "", hand_in.name, {})
            entry = barrier.attempt(hand_in.student, "look for it on the roster", find, lambda _note: None)
            found[number] = entry if id(entry) not in known else None
    return found


@dataclass(frozen=True)
class _Enrolment:
    """Puts one student on the roll."""

    result: CalledClass
    hand_in: HandIn
    entry: RosterEntry | None
    student: str
    claimed_by: tuple[str, ...]
    policy: LatePolicy
    wishes: Wishes

    def enrol(self) -> bool:
        """Puts all attempts on the roll. Returns whether there is a deadline but no time to compare with it."""
        entry, unknown = self.entry, False
        for number, attempt in enumerate(self.hand_in.attempts, start=1):
            last = number == len(self.hand_in.attempts)
            handed_in = (entry.handed_in if entry and last else None) or attempt.handed_in
            if handed_in is None and self.wishes.file_times:
                handed_in = _newest(attempt, self.policy)
            unknown |= last and handed_in is None and not attempt.late and _deadline(self.policy, entry)[0] is not None
            self._put(attempt, number, _lateness(self.policy, entry, handed_in, attempt.late))
        return unknown

    def without_time(self, note: str) -> bool:
        """Puts all attempts on the roll, with a note that says why their time is unknown. Returns False."""
        for number, attempt in enumerate(self.hand_in.attempts, start=1):
            self._put(attempt, number, Lateness("", "", note=note))
        return False

    def _put(self, attempt: Attempt, number: int, late: Lateness | None) -> None:
        count, entry, known = len(self.hand_in.attempts), self.entry, self.result.roll.known
        graded_as = _attempt_id(self.student, number, count)
        source = _attempt_id(student_id(self.hand_in.student), number, count)
        name = (entry.name if entry else "") or self.hand_in.name
        # If several submissions claim an id, it is unknown which row of a platform's gradebook belongs to each.
        keys = {} if self.claimed_by else self.hand_in.keys | (entry.keys if entry else {})
        known[graded_as] = Known(self.student, source, name, keys, late, number, count)
        if self.claimed_by:
            self.result.claimed[graded_as] = self.claimed_by
        if number == count or self.wishes.best:
            self.result.to_grade[graded_as] = attempt


def _attempt_id(student: str, number: int, count: int) -> str:
    """Returns the id under which an attempt is graded. The last attempt has the student's id."""
    return student if number == count else f"{student} (attempt {number})"


def _latest_if_clashing(hand_in: HandIn, student: str, finals: Collection[str], barrier: Barrier) -> HandIn:
    """Returns only the last attempt if another student has the id that an earlier one would get."""
    for number in range(1, len(hand_in.attempts)):
        earlier = _attempt_id(student, number, len(hand_in.attempts))
        if earlier.casefold() in finals:
            clash = f"another submission is called {shown(earlier)!r}, as one of these would be"
            barrier.add(student, "keep the earlier attempts", UserError(clash, "Rename it"))
            return replace(hand_in, attempts=hand_in.attempts[-1:])
    return hand_in


def _lateness(
    policy: LatePolicy, entry: RosterEntry | None, handed_in: datetime | None, marked: bool
) -> Lateness | None:
    due, note = _deadline(policy, entry)
    if marked and (due is None or handed_in is None):
        unknown = "the deadline" if due is None else "when it came"
        told = f"the platform marks it as late; {unknown} is not known here, and nothing is deducted"
        note = f"{note}; {told}" if note else told
    if due is None:
        return Lateness("", "", note=note) if marked else None
    return policy.lateness(due, handed_in, note) if handed_in or note else None


def _deadline(policy: LatePolicy, entry: RosterEntry | None) -> tuple[datetime | None, str]:
    """Returns when a student's work is due, and a note if this differs from the deadline of the class."""
    due = policy.due
    if entry is not None and entry.due is not None:
        due = entry.due
    elif entry is not None and entry.extra is not None and policy.due is not None:
        due = policy.due + entry.extra
    return due, "a deadline of their own" if policy.due is not None and due != policy.due else ""


def _newest(attempt: Attempt, policy: LatePolicy) -> datetime | None:
    """Returns the time of the newest file of an attempt on the disk."""
    times: list[float] = []
    for part in attempt.parts:
        if is_folder(part.path) and not part.path.is_symlink():
            for where, folders, files in os.walk(part.path):
                folders[:] = [name for name in folders if not name.startswith((".", "__"))]
                times += [Path(where, name).lstat().st_mtime for name in files if not name.startswith(".")]
        else:
            times.append(part.path.lstat().st_mtime)
    if not times:
        return None
    newest = datetime.fromtimestamp(int(max(times))).astimezone()
    return newest.astimezone(policy.zone) if policy.zone else newest


def _tell_absent(result: CalledClass, absent: Sequence[RosterEntry], policy: LatePolicy) -> None:
    for entry in absent:
        result.roll.absent.append(Known(student_id(entry.student), "", entry.name, entry.keys))
    if absent:
        waiting = [entry for entry in absent if _deadline(policy, entry)[1]]
        later = f" ({len(waiting)} of them have a deadline of their own)" if waiting else ""
        result.notes.append(f"on the roster, and nothing handed in{later}: {_some([each.student for each in absent])}")


def _tell_strangers(result: CalledClass, strangers: Sequence[str]) -> None:
    if strangers:
        result.notes.append(f"not on the roster, and graded all the same: {_some(strangers)}")


def _some(students: Sequence[str]) -> str:
    more = f" and {len(students) - _NAMED} more" if len(students) > _NAMED else ""
    return ", ".join(shown(student) for student in students[:_NAMED]) + more
