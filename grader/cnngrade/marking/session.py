"""The marking of one person without a screen: which answer is open, what is chosen, and what is given.

Everything that counts is written to the ledger at once. An unfinished mark is kept there as a draft, so a killed
session continues where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from cnngrade.barrier import STRICT, Barrier
from cnngrade.course.questions import Question
from cnngrade.marking.grouping import groups_of
from cnngrade.marking.ledger import Draft, Ledger, TakenError
from cnngrade.marking.suggestions import suggestions
from cnngrade.records.marks import Mark, answer_sha256, holds
from cnngrade.records.report import AnswerState, Report, WrittenResult

STEP = 0.5  # points by which a mark can be moved up and down


@dataclass
class GivenAnswer:
    """One student's answer to one question, and the last entry of its history."""

    student: str
    written: WrittenResult
    group: int
    suggested: frozenset[str]
    entry: Mark | None = None

    @property
    def mark(self) -> Mark | None:
        """The valid mark, if there is one."""
        return self.entry if holds(self.entry, self.written) else None

    @property
    def outdated(self) -> Mark | None:
        """The mark that was given for another text, or for more points than the question has."""
        return self.entry if self.entry and self.entry.score is not None and not self.mark else None


@dataclass
class Pile:
    """All answers to one question, similar ones beside each other."""

    question: Question
    answers: list[GivenAnswer]
    sizes: list[int]  # of the groups

    @property
    def waiting(self) -> int:
        """The number of answers without a mark."""
        return sum(answer.mark is None for answer in self.answers)


@dataclass
class Step:
    """Something that can be undone: the entries that were given together, and the entries before them."""

    given: list[Mark]
    before: list[Mark | None]
    at: tuple[int, int]
    draft: Draft


def make_piles(
    reports: Sequence[Report],
    questions: Sequence[Question],
    tell: Callable[[str], None] = lambda _line: None,
    barrier: Barrier = STRICT,
) -> list[Pile]:
    """Makes a pile for each question. Reports that lack the question, or state other points, are left out and reported.

    If similar answers cannot be grouped, each answer is a group of its own, and the `barrier` says why.
    """
    piles = []
    for question in questions:
        found = [
            (report.student, each) for report in reports for each in report.written if each.question == question.id
        ]
        fitting = [(student, each) for student, each in found if each.max_score == question.points]
        if len(fitting) < len(reports):
            tell(
                f"{len(reports) - len(fitting)} submissions were graded before questions.toml asked {question.id!r} "
                f"for {question.points:g} points: grade them again to mark it"
            )
        # Sorted by digest before they are grouped, so that the order does not reveal students' names.
        fitting.sort(key=lambda pair: answer_sha256(pair[1].answer + pair[0]))
        texts = ["" if each.state in _HARDLY else each.answer for _, each in fitting]
        groups, touched = barrier.attempt(
            question.id,
            "put similar answers together",
            partial(_sorted_out, texts, question),
            lambda _note, texts=texts: _unsorted(texts),  # type: ignore[misc]
            "Each is shown alone",
        )
        piles.append(_pile(question, fitting, groups, touched))
    return piles


_HARDLY = (AnswerState.EMPTY, AnswerState.TEMPLATE)
_Sorting = tuple[list[list[int]], list[frozenset[str]]]  # groups, and the items that each text seems to touch


def _sorted_out(texts: Sequence[str], question: Question) -> _Sorting:
    return groups_of(texts), suggestions(texts, question)


def _unsorted(texts: Sequence[str]) -> _Sorting:
    return [[number] for number in range(len(texts))], [frozenset() for _ in texts]


def _pile(
    question: Question,
    found: list[tuple[str, WrittenResult]],
    groups: list[list[int]],
    touched: Sequence[frozenset[str]],
) -> Pile:
    groups.sort(
        key=lambda group: found[group[0]][1].state is not AnswerState.GIVEN
    )  # groups of empty or very short answers come last
    answers = [
        GivenAnswer(*found[index], group=number, suggested=touched[index])
        for number, group in enumerate(groups)
        for index in group
    ]
    return Pile(question, answers, [len(group) for group in groups])


@dataclass
class MarkingSession:
    """The marking session of one marker. `at` is the place of the answer on the screen: (pile, answer)."""

    ledger: Ledger
    piles: list[Pile]
    marker: str
    at: tuple[int, int] = (0, 0)
    draft: Draft = field(default_factory=Draft)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._seen = self._opened = 0
        self._by_key = {(each.student, pile.question.id): each for pile in self.piles for each in pile.answers}
        self._drafts = self.ledger.drafts(self.marker)
        self.refresh()
        self._resume()

    def _resume(self) -> None:
        """Goes to the last draft, or else to the first answer without a mark."""
        places = {
            (answer.student, pile.question.id): (p, a)
            for p, pile in enumerate(self.piles)
            for a, answer in enumerate(pile.answers)
        }
        begun = [places[key] for key in self._drafts if key in places]
        first = next(((p, a) for (p, a) in places.values() if self.piles[p].answers[a].mark is None), None)
        self.go(*(begun[-1] if begun else first or next(iter(places.values()), (0, 0))))

    # --- where ---

    @property
    def pile(self) -> Pile:
        """The question on the screen."""
        return self.piles[self.at[0]]

    @property
    def answer(self) -> GivenAnswer:
        """The answer on the screen."""
        return self.pile.answers[self.at[1]]

    def go(self, pile: int, answer: int) -> None:
        """Shows an answer, with what was begun or given for it."""
        self.at = (pile, answer)
        if self.pile.answers:
            self._opened = self._number(self.answer)
            entry = self.answer.mark
            key = (self.answer.student, self.pile.question.id)
            self.draft = self._drafts.get(key) or (self._as_draft(entry) if entry else Draft())

    def _as_draft(self, mark: Mark) -> Draft:
        known = {item.id: item.points for item in self.pile.question.rubric}
        items = frozenset(mark.items) & known.keys()
        return Draft(items, (mark.score or 0.0) - sum(known[item] for item in items), mark.comment, chosen=True)

    def move(self, by: int) -> bool:
        """Moves to the answer before or after in this pile. Returns False at the ends."""
        place = self.at[1] + by
        if 0 <= place < len(self.pile.answers):
            self.go(self.at[0], place)
            return True
        return False

    def move_group(self, by: int) -> bool:
        """Moves to the first answer of the group before or after. Returns False at the ends."""
        wanted = self.answer.group + by
        place = next((k for k, each in enumerate(self.pile.answers) if each.group == wanted), None)
        if place is not None:
            self.go(self.at[0], place)
        return place is not None

    def move_pile(self, by: int) -> None:
        """Moves to another question, at its first answer without a mark."""
        pile = (self.at[0] + by) % len(self.piles)
        waiting = (k for k, each in enumerate(self.piles[pile].answers) if each.mark is None)
        self.go(pile, next(waiting, 0))

    def next_waiting(self) -> bool:
        """Moves to the next answer without a mark. Returns False if there is none.

        It looks in this pile after the answer on the screen, then before it, then in other piles.
        """
        pile, place = self.at
        here = self.pile.answers
        order = [(pile, (place + k) % len(here)) for k in range(1, len(here) + 1)]
        for p in (*range(pile + 1, len(self.piles)), *range(pile)):
            order += [(p, k) for k in range(len(self.piles[p].answers))]
        for p, k in order:
            if self.piles[p].answers[k].mark is None:
                self.go(p, k)
                return True
        return False

    # --- choosing ---

    @property
    def score(self) -> float:
        """The points of the draft, between 0 and what the question is worth."""
        return min(max(round(self._granted() + self.draft.adjustment, 3), 0.0), self.pile.question.points)

    def _granted(self) -> float:
        return sum(item.points for item in self.pile.question.rubric if item.id in self.draft.items)

    def toggle(self, item: str) -> None:
        """Grants an item of the rubric, or takes it back."""
        self._begin(replace(self.draft, items=self.draft.items ^ {item}, chosen=True))

    def grant(self, everything: bool) -> None:
        """Grants all items, or none."""
        items = frozenset(item.id for item in self.pile.question.rubric) if everything else frozenset()
        self._begin(replace(self.draft, items=items, adjustment=0.0, chosen=True))

    def adjust(self, by: float) -> None:
        """Changes the score a little, for example if half of an item is right. It stays within what the question is worth."""
        wanted = min(max(self.score + by, 0.0), self.pile.question.points)
        adjustment = round(wanted - self._granted(), 3)
        self._begin(replace(self.draft, adjustment=adjustment, chosen=True))

    def comment(self, text: str) -> None:
        """Sets the comment, which the student will read beside the mark."""
        self._begin(replace(self.draft, comment=text))

    def _begin(self, draft: Draft) -> None:
        self.draft = draft
        key = (self.answer.student, self.pile.question.id)
        self._drafts.pop(key, None)
        self._drafts[key] = draft
        self.ledger.begin(*key, self.marker, draft)

    @property
    def begun(self) -> bool:
        """Whether something was chosen for this answer that is not given yet."""
        return (self.answer.student, self.pile.question.id) in self._drafts

    def drop(self) -> None:
        """Forgets what was begun for this answer."""
        key = (self.answer.student, self.pile.question.id)
        self._drafts.pop(key, None)
        self.ledger.begin(*key, self.marker, None)
        self.go(*self.at)

    # --- giving ---

    def group_waiting(self) -> list[GivenAnswer]:
        """Returns the answers of this group without a mark. The answer on the screen is always the first."""
        others = [each for each in self.pile.answers if each.group == self.answer.group and each is not self.answer]
        return [self.answer, *(each for each in others if each.mark is None)]

    def give(self, answers: Sequence[GivenAnswer] | None = None) -> int:
        """Gives the draft to the answer on the screen, or to several answers. Returns their number.

        Raises `TakenError` and writes nothing if somebody else was faster. Then the entries of the others are shown,
        and a second `give` replaces them.
        """
        chosen = list(answers or [self.answer])
        question = self.pile.question
        items = tuple(item.id for item in question.rubric if item.id in self.draft.items)
        marks = [
            (self._mark(each, self.score, items, self.draft.comment.strip()), each.written.answer) for each in chosen
        ]
        self._write(marks, chosen)
        return len(chosen)

    def _mark(self, answer: GivenAnswer, score: float | None, items: tuple[str, ...], comment: str) -> Mark:
        return Mark(
            week=self.ledger.week,
            student=answer.student,
            question=answer.written.question,
            marker=self.marker,
            score=score,
            items=items,
            comment=comment,
            answer_sha256=answer_sha256(answer.written.answer),
            # The marker has not seen marks given after this answer came on the screen, so they are not replaced.
            replaces=self._opened if answer is self.answer else self._number(answer),
        )

    @staticmethod
    def _number(answer: GivenAnswer) -> int:
        return answer.entry.number if answer.entry else 0

    def _write(self, marks: list[tuple[Mark, str]], answers: list[GivenAnswer], remember: bool = True) -> None:
        before = [each.entry for each in answers]
        try:
            given = self.ledger.give(marks)
        except TakenError:
            self.refresh()
            self._opened = self._number(self.answer)
            raise
        if remember:
            self.steps.append(Step(given, before, self.at, self.draft))
        # Only after the ledger has accepted the marks.
        for answer, mark in zip(answers, given, strict=True):
            answer.entry = mark
            self._drafts.pop((mark.student, mark.question), None)
        self._opened = self._number(self.answer)

    def undo(self) -> Step | None:
        """Takes back the last mark of this session. Returns the step, or None if there is nothing to undo.

        It does so by entries that repeat what was there before. Raises `TakenError` if somebody has marked one of these
        answers since. Then it cannot be undone.
        """
        if not self.steps:
            return None
        step = self.steps.pop()
        answers = [self._by_key[mark.student, mark.question] for mark in step.given]
        back = []
        for answer, given, before in zip(answers, step.given, step.before, strict=True):
            gone = replace(given, marker=self.marker, score=None, items=(), comment="", replaces=given.number)
            old = replace(before, marker=self.marker, replaces=given.number) if before else gone
            text = answer.written.answer if old.answer_sha256 == given.answer_sha256 else ""
            back.append((old, text))
        self._write(back, answers, remember=False)
        # The entry of an earlier step is valid again, as a new entry with a new number.
        now = {before.number: answer.entry for answer, before in zip(answers, step.before, strict=True) if before}
        for earlier in self.steps:
            earlier.given = [now.get(mark.number) or mark for mark in earlier.given]
        self.go(*step.at)
        if self.draft != step.draft:
            self._begin(step.draft)
        return step

    def refresh(self) -> int:
        """Takes over the marks that others have given since. Returns how many there were."""
        entries = self.ledger.since(self._seen)
        for mark in entries:
            self._seen = mark.number
            if answer := self._by_key.get((mark.student, mark.question)):
                answer.entry = mark
        return sum(mark.marker != self.marker for mark in entries)

    @property
    def done(self) -> tuple[int, int]:
        """(Marked, all) answers of the whole week."""
        every = sum(len(pile.answers) for pile in self.piles)
        return every - sum(pile.waiting for pile in self.piles), every
