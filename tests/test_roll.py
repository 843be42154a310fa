from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cnngrade.errors import OutputError
from cnngrade.records.class_list import Known, Roll
from cnngrade.records.database import Store
from cnngrade.records.report import Lateness, Report, Status
from cnngrade.reports.gradebook import gradebook_csv
from tests.support import factories

NOTHING = replace(factories.starter(), student="", handed_in=False, score=0.0, notes=["nothing was handed in"])


def graded(student: str, score: float) -> Report:
    return factories.earning(factories.starter(), score, student=student)


def attempts(best: bool, *late: Lateness | None) -> Roll:
    """A roll with one student, `ada`, of several attempts."""
    count = len(late)
    ids = [f"ada (attempt {number})" for number in range(1, count)] + ["ada"]
    known = zip(ids, late, range(1, count + 1), strict=True)
    return Roll({name: Known("ada", "", "Ada", {}, each, number, count) for name, each, number in known}, best)


def test_reports_are_shown_with_what_is_known() -> None:
    """A report gets the name, ids and lateness of its student; one that the roll does not know stays as it is."""
    late = Lateness("2026-10-09 23:59+02:00", "2026-10-10 10:00+02:00", 1, 10.0)
    roll = Roll({"ada": Known("ada", "x_1", "Ada", {"canvas": "1"}, late)})
    ada, bob = roll.shown("ada", [graded("ada", 50)]), roll.shown("bob", [graded("bob", 50)])
    assert ada
    assert (ada.name, ada.keys, ada.lateness, ada.deduction, ada.score) == ("Ada", {"canvas": "1"}, late, 5.0, 50)
    assert bob == graded("bob", 50)


def test_the_last_attempt_counts() -> None:
    """Of several attempts the last one is shown, also when it is the worse; and none before it is graded."""
    roll = attempts(False, None, None)
    shown = roll.shown("ada", [graded("ada", 10), graded("ada (attempt 1)", 90)])
    assert shown
    assert (shown.student, shown.score, shown.notes[0]) == ("ada", 10, "the last of 2 attempts counts")
    assert roll.shown("ada", [graded("ada (attempt 1)", 90)]) is None


def test_the_best_attempt_counts_after_its_deduction() -> None:
    """With `best`, the points that are left decide; of equals the newer one counts."""
    late = Lateness("", "x", 5, 50.0)
    roll = attempts(True, None, None, late)
    one, two, three = graded("ada (attempt 1)", 60), graded("ada (attempt 2)", 60), graded("ada", 90)
    shown = roll.shown("ada", [three, one, two])
    assert shown
    assert (shown.score, shown.notes[0]) == (60, "attempt 2 of 3 counts: the best one")
    failed = factories.spoilt(three)
    shown = roll.shown("ada", [failed, graded("ada (attempt 1)", 0)])
    assert shown
    assert shown.status is not Status.GRADER_ERROR


def test_the_absent_have_a_report(tmp_path: Path) -> None:
    """Who handed in nothing is in every gradebook, incomplete, without points; a submission takes the place."""
    with Store(tmp_path) as store:
        store.call_roll(Roll({}, absent=[Known("zoe", "", "Zoë")], nothing=NOTHING))
        store.add(graded("ada", 5), "key")
        assert [(each.student, each.handed_in) for each in store.reports()] == [("ada", True), ("zoe", False)]
        assert gradebook_csv(store.reports(), []).splitlines()[2].startswith("zoe,week2,incomplete,0,")
        store.add(graded("zoe", 7), "key")
        assert [each.score for each in store.reports()] == [5, 7]


def test_the_roll_is_kept(tmp_path: Path) -> None:
    """A roll that was stored is read back as it was, by the next command; a damaged one is told."""
    late = Lateness("2026-10-09 23:59+02:00", "", 0, 0.0, "why")
    roll = Roll({"ada": Known("ada", "x", "王芳", {"email": "a@b"}, late, 2, 2)}, True, [Known("zoe")], NOTHING)
    with Store(tmp_path) as store:
        store.call_roll(roll)
    with Store(tmp_path) as store:
        assert store.roll == roll
        store.remember(roll="{")
    with Store(tmp_path) as store, pytest.raises(OutputError, match="the stored roll of the class cannot be read"):
        list(store.reports())


def test_an_id_that_a_roster_changes_is_not_shown_twice(tmp_path: Path) -> None:
    """A submission is shown once, under the id it has now, whichever roster came first; what disappeared is kept."""
    without = Roll({name: Known(name, name) for name in ("lovelaceada_101", "libob_102")})
    with_roster = Roll({"ada": Known("ada", "lovelaceada_101", "Ada")})
    with Store(tmp_path) as store:
        for name in ("lovelaceada_101", "libob_102", "ada"):
            store.add(graded(name, 1), "key")
        for roll, shown in ((without, ["ada", "libob_102", "lovelaceada_101"]), (with_roster, ["ada", "libob_102"])):
            store.call_roll(roll)
            assert [each.student for each in store.reports()] == shown
        store.call_roll(Roll({"lovelaceada_101": Known("lovelaceada_101", "lovelaceada_101")}))
        assert [each.student for each in store.reports()] == ["libob_102", "lovelaceada_101"]


def test_one_students_report_while_a_run_goes_on(tmp_path: Path) -> None:
    """The report of a student is the best attempt so far, whichever was graded last; of the others nothing is read."""
    with Store(tmp_path) as store:
        store.call_roll(attempts(True, None, None))
        store.add(graded("ada (attempt 1)", 60), "key")
        first = store.shown("week2", "ada (attempt 1)")
        store.add(graded("ada", 90), "key")
        second = store.shown("week2", "ada (attempt 1)")
        assert first
        assert second
        assert [(each.student, each.score) for each in (first, second)] == [("ada", 60), ("ada", 90)]
        assert store.shown("week2", "nobody") is None


def test_a_gradebook_without_deadlines_has_no_column_more() -> None:
    """The columns of a gradebook are the contract's; those of lateness come behind, and only where it is known."""
    plain = gradebook_csv([graded("ada", 50)], ["lenet"]).splitlines()
    assert plain[0] == "student,week,status,score,max_score,lenet"
    late = replace(graded("ada", 50), lateness=Lateness("d", "h", 2, 20.0))
    unknown = replace(graded("bob", 50), lateness=Lateness("d", "", note="?"))
    lines = gradebook_csv([late, unknown], ["lenet"]).splitlines()
    assert lines[0] == "student,week,status,score,max_score,lenet,late_days,deduction,final_score"
    assert lines[1].endswith(",2,10,40")
    assert lines[2].endswith(",,0,50")
