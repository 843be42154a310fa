from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from cnngrade.cli import main as cli
from cnngrade.events import result
from cnngrade.submissions import read_submission, similarity
from cnngrade.submissions.similarity import Comparison, SourceText, source_of
from tests.support.week2_course import REPOSITORY, SAMPLES, STARTER, small_course

FILES = ["data.py", "models.py", "training.py"]
GIVEN = {path.name: path.read_bytes() for path in STARTER.glob("*.py")}


def source(path: Path, student: str = "", group: str = "") -> SourceText:
    return source_of(read_submission(path, "week2", FILES, student or None), FILES, group)


def compare(sources: Sequence[SourceText], starter: Mapping[str, bytes], least: float = 0.3) -> Comparison:
    return result(similarity.compare(sources, starter, least))


def alike(comparison: Comparison) -> dict[tuple[str, str], float]:
    return {(pair.one.label, pair.other.label): pair.share for pair in comparison.pairs}


def disguised(folder: Path) -> Path:
    """The sample `explicit` with other names, comments, texts, spaces and files."""
    shutil.copytree(SAMPLES / "pass" / "explicit", folder)
    text = (folder / "models.py").read_text("utf-8")
    text = text.replace("self.conv", "self.卷积").replace("(x)", "(bild)").replace(" x = ", "  bild = ")
    (folder / "models.py").write_text("# 我自己写的\n" + text.replace("\n\n", "\n# nothing\n\n\n"), "utf-8")
    (folder / "training.py").rename(folder / "loop.py")
    return folder


@pytest.fixture(scope="module")
def everybody() -> list[SourceText]:
    """The correct samples of week 2: eight people who solved the same tasks on their own."""
    return [source(path) for path in sorted((SAMPLES / "pass").iterdir())]


def test_renaming_and_comments_do_not_hide_a_copy(tmp_path: Path, everybody: list[SourceText]) -> None:
    """A copy with other names, comments, layout and file names shares nearly all of itself."""
    found = alike(compare([*everybody, source(disguised(tmp_path / "王芳"))], GIVEN))
    assert found["explicit", "王芳"] > 0.9
    assert max(found, key=found.__getitem__) == ("explicit", "王芳")


def test_people_who_worked_alone_share_less(everybody: list[SourceText]) -> None:
    """Eight unlike solutions of the same tasks do not reach half in any pair."""
    assert max(alike(compare(everybody, GIVEN, least=0.01)).values()) < 0.5


def test_the_starter_does_not_count(everybody: list[SourceText]) -> None:
    """Two untouched starters have nothing in common; without discounting they would be the same."""
    ada, bob = (source(STARTER, student) for student in ("ada", "bob"))
    assert compare([ada, bob], GIVEN, least=0.01).pairs == []
    assert compare([ada, bob], {}).pairs[0].share == 1.0


def test_starter_with_a_copied_function(tmp_path: Path) -> None:
    """Around one function that is alike, only the lines of that function are marked, not the starter's."""
    text = (STARTER / "training.py").read_text("utf-8")
    mine = (
        "    total = 0\n    for parameter in model.parameters():\n        if parameter.requires_grad:\n"
        "            size = 1\n            for side in parameter.shape:\n                size *= side\n"
        "            total += size\n    return total\n"
    )
    changed = text.replace('    raise NotImplementedError("TODO: count_parameters")\n', mine)
    assert changed != text
    for name in ("ada", "bob"):
        shutil.copytree(STARTER, tmp_path / name)
        (tmp_path / name / "training.py").write_text(changed, "utf-8")
    [pair] = compare([source(tmp_path / "ada"), source(tmp_path / "bob")], GIVEN).pairs
    assert pair.share == 1.0
    lines = pair.one.text.split("\n")
    marked = [lines[at] for start, end in pair.left for at in range(start, end) if lines[at].strip()]
    assert "                size *= side" in marked
    assert len(marked) <= mine.count("\n") + 6  # a passage reaches a few words into what surrounds it
    assert pair.left == pair.right


def test_marks_stand_where_the_text_is_alike(tmp_path: Path) -> None:
    """Behind classes, comments and Chinese texts the marked lines are those of the shared passage."""
    shared = "".join(f"    value_{k} = first[{k}] * second.get({k}, {k * 7}) - third({k})\n" for k in range(8))
    one = '"""说明"""\n\nclass 甲类(Base):\n    "文字" * 3\n    # 注释\n\n\ndef f(a):\n    return a\n\n'
    one += f"def same(first):\n{shared}"
    other = f"import os\nclass LongNameOfAClass:\n    pass\n\n\ndef g():\n{shared}\n\nclass Last:\n    x = [1, 2, 3]\n"
    for name, text in (("ada", one), ("bob", other)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "models.py").write_text(text, "utf-8")
    [pair] = compare([source(tmp_path / "ada"), source(tmp_path / "bob")], {}).pairs
    for text, ranges in ((one, pair.left), (other, pair.right)):
        marked = {line for start, end in ranges for line in text.split("\n")[start:end]}
        assert set(shared.splitlines()) <= marked
        assert len(marked) <= 10


def test_what_much_of_the_class_has_does_not_count(tmp_path: Path, everybody: list[SourceText]) -> None:
    """A passage that more than a quarter of a class of thirty hold is taken for the lecture's; one that ten hold is not."""
    told = (SAMPLES / "pass" / "lazy" / "training.py").read_bytes()
    for count, pairs in ((10, 45), (14, 0)):
        sources = []
        for number in range(30):
            folder = tmp_path / str(count) / f"s{number:02}"
            folder.mkdir(parents=True)
            (folder / "training.py").write_bytes(told if number < count else f"x{number} = {number}\n".encode())
            sources.append(source(folder))
        assert len(compare(sources, GIVEN).pairs) == pairs


def test_earlier_years(everybody: list[SourceText]) -> None:
    """This class is compared with earlier ones, those not among themselves, and nobody with themselves."""
    old = [source(SAMPLES / "pass" / name, name, "2025") for name in ("lazy", "explicit")]
    old.append(source(SAMPLES / "pass" / "explicit", "zoe", "2025"))
    new = [source(SAMPLES / "pass" / "lazy", "LAZY"), source(SAMPLES / "pass" / "explicit", "ada")]
    found = compare(new + old, GIVEN, least=0.9)
    assert set(alike(found)) == {("ada", "explicit (2025)"), ("ada", "zoe (2025)")}
    assert (found.compared, found.same_person) == (7, 1)


def test_empty_and_broken_code(tmp_path: Path) -> None:
    """No code, code that is no Python and bytes that are no text are compared like anything else, or not at all."""
    texts = {"a": b"", "b": b"def (:\n" * 40, "c": b"\xff\xfe\x00" * 400, "d": b"def (:\n" * 40, "e": b"x"}
    for name, content in texts.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "models.py").write_bytes(content)
    assert list(alike(compare([source(tmp_path / name) for name in texts], GIVEN))) == [("b", "d")]


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def class_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "submissions"
    for name in ("explicit", "lazy", "functional"):
        shutil.copytree(SAMPLES / "pass" / name, folder / name)
    loud = disguised(folder / "王<b>芳") / "models.py"
    loud.write_text(loud.read_text("utf-8") + "\n# </li><script>alert(1)</script> \u202e\n", "utf-8")
    shutil.copytree(SAMPLES / "pass" / "lazy", tmp_path / "2025" / "zoe")
    (folder / "empty").mkdir()
    return folder


def similar(folder: Path, *more: object) -> int:
    course = folder.parent / "course"
    if not course.exists():
        small_course(course, "count-parameters")
    return cli.run(["similar", "week2", str(folder), "--course", str(course), *map(str, more)])


def test_pages_side_by_side(class_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list links to a page for each pair, both texts in it, alike lines marked, and nothing of a student's runs."""
    out = class_folder.parent / "similar"
    assert similar(class_folder, "--earlier", class_folder.parent / "2025", "--out", out) == 0
    told = capsys.readouterr()
    assert "2 pairs with 30 % or more in common, of 10" in told.out
    assert "empty: nothing to compare" in told.err
    index = (out / "index.html").read_text("utf-8")
    assert [path.name for path in sorted(out.iterdir())] == ["index.html", "pair-001.html", "pair-002.html"]
    assert re.findall(r'href="(pair-\d+\.html)"', index) == ["pair-001.html", "pair-002.html"]
    assert "zoe (2025)" in index
    pages = [(out / name).read_text("utf-8") for name in ("pair-001.html", "pair-002.html")]
    page = next(page for page in pages if "王" in page)
    assert "self.卷积" in page
    assert page.count('class="alike"') > 100
    assert "# &lt;/li&gt;&lt;script&gt;alert(1)&lt;/script&gt; \\u202e" in page
    assert "<script" not in page
    assert page.count("<details>") == page.count("</details>")
    assert "<b>芳" not in page + index


def test_the_pages_accuse_nobody(class_folder: Path) -> None:
    """Every page says that alike does not mean copied, and none has a word that is a verdict."""
    out = class_folder.parent / "similar"
    similar(class_folder, "--out", out)
    for path in out.glob("*.html"):
        text = re.sub(r"<style>.*?</style>|<ol.*?</ol>", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert "Alike does not mean copied." in text
        assert not re.search(r"plagiar|cheat|suspect|guilt|stole|offen", text, re.IGNORECASE)


def test_pages_of_an_earlier_run_go(class_folder: Path) -> None:
    """A second run that finds less leaves no page of the first one behind."""
    out = class_folder.parent / "similar"
    similar(class_folder, "--out", out, "--least", "1")
    assert len(list(out.glob("pair-*.html"))) > 1
    similar(class_folder, "--out", out, "--least", "99", "--most", "1")
    assert len(list(out.glob("pair-*.html"))) <= 1


def test_out_lies_apart(class_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pages are not written into the folder of submissions."""
    assert similar(class_folder, "--out", class_folder / "similar") == 2
    assert "would be taken for a submission" in capsys.readouterr().err


def test_without_copydetect(
    class_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the library is missing, the line says what to install."""
    monkeypatch.setitem(sys.modules, "copydetect", None)
    assert similar(class_folder, "--out", class_folder.parent / "similar") == 2
    assert "needs copydetect, which is not installed. pip install 'cnngrade[similarity]'" in capsys.readouterr().err


def test_the_extra_is_declared() -> None:
    """The library of `similar` comes with an extra of that name, and with `dev`."""
    import tomllib

    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert any(each.startswith("copydetect") for each in extras["similarity"])
    assert any(re.fullmatch(r"cnngrade\[(.*,)?similarity(,.*)?\]", each) for each in extras["dev"])


def test_the_same_in_every_process() -> None:
    """What is found does not depend on the seed of Python's own hashes, which differs from run to run."""
    program = (
        "from cnngrade.submissions.similarity import _lasting_hash as h; print([h(t) for t in ('', 'def f', '中文')])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
