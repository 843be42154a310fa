from __future__ import annotations

import gzip
import io
import os
import shutil
import socket
import tarfile
import tempfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from cnngrade.errors import UserError
from cnngrade.submissions import Submission, archives, collect, read_submission, student_id
from cnngrade.submissions.parts import folder_listing

FILES = ["data.py", "models.py", "training.py"]


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return path


def make_tar(path: Path, *members: tarfile.TarInfo, **contents: bytes) -> Path:
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w") as archive:
        for member in members:
            archive.addfile(member)
        for name, content in contents.items():
            info = tarfile.TarInfo(f"{name}.py")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def read(path: Path) -> Submission:
    return read_submission(path, "week2", FILES)


@pytest.mark.parametrize("inside", ["", "week2/", "homework/", "homework/Week2/", "a/b/"])
@pytest.mark.parametrize("suffix", ["", ".zip", ".tar", ".tar.gz", ".tgz"])
def test_place(tmp_path: Path, suffix: str, inside: str) -> None:
    """The week's files are found at the top, in weekN/ and below wrapping folders, in every kind of submission."""
    folder = write(tmp_path / "made" / inside, data="x = 1", models="y = 2")
    write(folder / "nets", lenet="z = 3")
    path = tmp_path / f"alice{suffix}"
    if suffix:
        kind = {".zip": "zip", ".tar": "tar"}.get(suffix, "gztar")
        shutil.move(shutil.make_archive(str(tmp_path / "packed"), kind, tmp_path / "made"), path)
    else:
        (tmp_path / "made").rename(path)
    submission = read(path)
    assert submission.files == {"data.py": b"x = 1", "models.py": b"y = 2", "nets/lenet.py": b"z = 3"}
    assert (submission.student, submission.problem, submission.notes) == ("alice", None, [])


def test_other_weeks_are_left_out(tmp_path: Path) -> None:
    """Of a submission that holds several weeks, only the week asked for is read, also where weeks share file names."""
    write(tmp_path / "bob" / "week2", models="two")
    write(tmp_path / "bob" / "week3", models="three")
    assert read(tmp_path / "bob").files == {"models.py": b"two"}
    problem = read_submission(tmp_path / "bob", "week5", ["residual.py"]).problem
    assert problem == "The submission holds no file of week5"


def test_shallowest_place_wins(tmp_path: Path) -> None:
    """An old copy deeper down is not what is graded, and a note says which one is."""
    write(tmp_path / "bob", models="new")
    write(tmp_path / "bob" / "backup" / "week2", models="old", data="old")
    submission = read(tmp_path / "bob")
    assert submission.files["models.py"] == b"new"
    assert submission.notes[0] == "read from the top folder, not from backup/week2"


def test_digest(tmp_path: Path) -> None:
    """The digest depends on names and contents, and not on how they were packed."""
    folder = read(write(tmp_path / "a", data="1", models="2"))
    packed = read(make_zip(tmp_path / "a.zip", {"models.py": b"2", "data.py": b"1"}))
    assert folder.sha256 == packed.sha256
    assert (
        len({folder.sha256, Submission("a", {"data.py": b"1"}).sha256, Submission("a", {"data.py": b"12"}).sha256}) == 3
    )


def test_kinds(tmp_path: Path) -> None:
    """Files of other kinds, hidden ones and leftovers of tools are not read; the first are named in a note."""
    folder = write(tmp_path / "bob", data="1")
    for name in ("answers.md", "model.pt", ".secret.py", "__pycache__/x.py", "__MACOSX/._data.py", ".git/config.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("?")
    submission = read(folder)
    assert sorted(submission.files) == ["answers.md", "data.py"]
    assert [note for note in submission.notes if "model.pt" in note]
    assert len(submission.notes) == 1


def test_unused_files_are_named(tmp_path: Path) -> None:
    """Files that would stand in for the grader's own imports are left out, with a note each."""
    submission = read(write(tmp_path / "bob", data="1", torch="boom()", conftest="boom()"))
    assert list(submission.files) == ["data.py"]
    assert submission.notes == ["conftest.py is not used by the grader", "torch.py is not used by the grader"]


CLIMBING = ["../data.py", "a/../../data.py", "/etc/data.py", "C:\\data.py", "..\\data.py", "C:data.py"]


@pytest.mark.parametrize("name", CLIMBING)
@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_climbing(tmp_path: Path, name: str, suffix: str) -> None:
    """An archive with a path that leaves its folder is not read at all, and writes nothing."""
    path = tmp_path / "in" / f"mallory{suffix}"
    path.parent.mkdir()
    if suffix == ".zip":
        make_zip(path, {name: b"1", "models.py": b"2"})
    else:
        make_tar(path, tarfile.TarInfo(name), models=b"2")
    submission = read(path)
    assert submission.files == {}
    assert (submission.problem or "").startswith("The submission holds a path that climbs out of its folder: ")
    assert [item.name for item in tmp_path.rglob("*")] == ["in", path.name]


def test_links_and_devices_in_a_tar(tmp_path: Path) -> None:
    """Links, devices and fifos in a tar are passed over with a note, and the files beside them are read."""
    kinds = {
        "s": tarfile.SYMTYPE,
        "h": tarfile.LNKTYPE,
        "c": tarfile.CHRTYPE,
        "b": tarfile.BLKTYPE,
        "f": tarfile.FIFOTYPE,
    }
    members = [special(f"{name}.py", kind, "/etc/passwd") for name, kind in kinds.items()]
    submission = read(make_tar(tmp_path / "eve.tar.gz", *members, data=b"1"))
    assert submission.files == {"data.py": b"1"}
    assert [note[:4] for note in submission.notes] == ["s.py", "h.py", "c.py", "b.py", "f.py"]


def test_links_and_devices_in_a_zip(tmp_path: Path) -> None:
    """A link or a device in a zip is passed over with a note, and its target is not looked at."""
    path = tmp_path / "eve.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, mode in (("models.py", 0o120777), ("training.py", 0o020666), ("data.py", 0o100644)):
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, "/etc/passwd")
    submission = read(path)
    assert submission.files == {"data.py": b"/etc/passwd"}
    assert submission.notes == [
        "models.py is a link; links are not followed",
        "training.py is no regular file and was not read",
    ]


def test_links_fifos_and_sockets_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links in a folder are not followed, wherever they point, and a fifo or a socket is never opened."""
    secret = write(tmp_path / "secret", data="secret")
    folder = write(tmp_path / "eve", data="1")
    (folder / "models.py").symlink_to(secret / "data.py")
    (folder / "nets").symlink_to(secret)
    (folder / "self").symlink_to(folder)
    (folder / "inner.py").symlink_to("data.py")
    os.mkfifo(folder / "training.py")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
        submission = read(folder)
    assert submission.files == {"data.py": b"1"}
    assert sorted(submission.notes) == [
        "inner.py is a link; links are not followed",
        "models.py is a link; links are not followed",
        "nets is a link; links are not followed",
        "self is a link; links are not followed",
        "socket.py is no regular file and was not read",
        "training.py is no regular file and was not read",
    ]


def test_unreadable_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is a note, and the others are read."""
    folder = write(tmp_path / "bob", data="1", models="2")
    real = os.open

    def refuse(path: Path, *rest: int) -> int:  # root may read everything, so permissions alone would not show it
        if Path(path).name == "models.py":
            raise PermissionError(13, "Permission denied")
        return real(path, *rest)

    monkeypatch.setattr(os, "open", refuse)
    submission = read(folder)
    assert submission.files == {"data.py": b"1"}
    assert submission.notes == ["models.py cannot be read: Permission denied"]


def bomb(path: Path, stated: int) -> Path:
    """A zip whose data.py inflates to 4 GB and states another size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.py", piece * 4096 + packer.flush())
        archive.writestr("models.py", "2")
        info = archive.getinfo("data.py")
        info.compress_type, info.file_size = zipfile.ZIP_DEFLATED, stated
    return path


def tar_bomb(path: Path, size: int) -> Path:
    """A .tar.gz whose data.py is 4 GB of zeros."""
    info = tarfile.TarInfo("data.py")
    info.size = size
    with path.open("wb") as file:
        file.write(gzip.compress(info.tobuf(tarfile.GNU_FORMAT)))
        file.write(gzip.compress(bytes(2**24)) * (size >> 24))
    return path


def name_bomb(path: Path) -> Path:
    """A .tar.gz with a file name of 4 GB."""
    info = special("././@LongLink", tarfile.GNUTYPE_LONGNAME)
    info.size = 4 << 30
    with path.open("wb") as file:
        file.write(gzip.compress(info.tobuf(tarfile.GNU_FORMAT)))
        file.write(gzip.compress(bytes(2**24)) * 256)
    return path


def bzip2_bomb(path: Path) -> Path:
    """A zip with 100 MB of zeros in a bzip2 block of a hundred bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("data.py", bytes(10**8))
        archive.getinfo("data.py").file_size = 1000  # so that only the method is against it
    return path


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda folder: bomb(folder / "a.zip", 4 << 30), "unpacks to 4,096 MB"),
        (lambda folder: bomb(folder / "a.zip", 50 << 20), "data.py is larger than 2 MB"),
        (lambda folder: bomb(folder / "a.zip", 1000), "data.py is damaged in the zip"),
        (lambda folder: tar_bomb(folder / "a.tar.gz", 4 << 30), "unpacks to more than 512 MB"),
        (lambda folder: tar_bomb(folder / "a.tar.gz", 64 << 20), "data.py is larger than 2 MB"),
        (lambda folder: name_bomb(folder / "a.tar.gz"), "broken header"),
        (lambda folder: bzip2_bomb(folder / "a.zip"), "compressed by a method"),
    ],
    ids=["zip", "zip-file", "zip-lies", "tar", "tar-file", "tar-name", "bzip2"],
)
def test_bombs(tmp_path: Path, make: Callable[[Path], Path], line: str) -> None:
    """An archive that would inflate to gigabytes is reported in a line, in little memory, even if it states other sizes."""
    path = make(tmp_path)
    tracemalloc.start()
    submission = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert line in " ".join([submission.problem or "", *submission.notes])
    assert "data.py" not in submission.files
    assert peak < 16 * 2**20


def test_limits(tmp_path: Path) -> None:
    """Too large, too deep and too many files are left out with a note, and never the week's own files."""
    members = {f"a{number:03}.txt": b"x" for number in range(300)} | {"training.py": b"1", "x/" * 7 + "deep.py": b"1"}
    submission = read(make_zip(tmp_path / "many.zip", members))
    assert len(submission.files) == 200
    assert "training.py" in submission.files
    assert submission.notes[0].endswith("deep.py lies more than 6 folders deep and was not read")
    assert submission.notes[1].startswith("101 of its files were left out")
    members = {f"a{number}.txt": bytes(2 * 2**20 - 1) for number in range(9)} | {"data.py": bytes(2**21 + 1)}
    submission = read(make_zip(tmp_path / "large.zip", members))
    assert sum(map(len, submission.files.values())) <= 8 * 2**20
    assert "data.py is larger than 2 MB and was not read" in submission.notes


def test_file_that_grows(tmp_path: Path) -> None:
    """A file is read up to the limit, even when it is larger than it was when it was listed."""
    folder = write(tmp_path / "bob", data="1")
    with folder_listing(folder) as listing:
        (folder / "data.py").write_bytes(bytes(10**6))
        with pytest.raises(archives.SkippedError, match="too large"):
            listing.entries["data.py"].read(10**5)


def test_too_many_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that lists a flood of files is not read."""
    monkeypatch.setattr(archives, "ENTRIES", 10)
    members = {f"{number}.bin": b"" for number in range(11)}
    assert read(make_zip(tmp_path / "a.zip", members)).problem == "The submission holds more than 10 files"
    monkeypatch.setattr(archives, "DIRECTORY_BYTES", 300)
    assert "table of contents" in (read(tmp_path / "a.zip").problem or "")


def cut(path: Path) -> Path:
    """The first half of an archive."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def as_file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: as_file(folder / "a.zip", b""),
        lambda folder: as_file(folder / "a.zip", b"not a zip"),
        lambda folder: as_file(folder / "a.tar.gz", b"\x1f\x8bnot gzip"),
        lambda folder: as_file(folder / "a.tar", b"not a tar" * 1000),
        lambda folder: cut(make_zip(folder / "a.zip", {"data.py": bytes(9999)})),
        lambda folder: cut(make_tar(folder / "a.tar.gz", data=os.urandom(9999))),
        lambda folder: cut(make_tar(folder / "a.tar", data=bytes(99999))),
    ],
)
def test_broken_archives(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """A broken or truncated archive is a submission with a problem of one line, not an error of ours."""
    submission = read(make(tmp_path))
    assert submission.files == {}
    assert submission.problem
    assert "\n" not in submission.problem


def test_damaged_member(tmp_path: Path) -> None:
    """A file whose checksum is wrong is left out with a note; the others are read."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.py", "spam" * 50)
        archive.writestr("models.py", "2")
    path.write_bytes(path.read_bytes().replace(b"spamspam", b"spamSpam", 1))
    submission = read(path)
    assert submission.files == {"models.py": b"2"}
    assert submission.notes == ["data.py is damaged in the zip (Bad CRC-32 for file 'data.py')"]


def test_negative_sizes(tmp_path: Path) -> None:
    """A tar that points backwards does not send the reader in circles."""
    info = tarfile.TarInfo("data.py")
    info.size = -1024
    path = as_file(
        tmp_path / "a.tar", b"".join([tarfile.TarInfo("x.py").tobuf(), info.tobuf(tarfile.GNU_FORMAT), bytes(1024)])
    )
    assert read(path).problem


def test_encrypted(tmp_path: Path) -> None:
    """An encrypted zip is told as such."""
    path = make_zip(tmp_path / "a.zip", {"data.py": b"1"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag in the table of contents
    path.write_bytes(content)
    expected = (
        "The submission holds no file that the grader can read (data.py is encrypted; hand it in without a password)"
    )
    assert read(path).problem == expected


@pytest.mark.parametrize(
    ("encoding", "name"), [("gbk", "作业/说明.md"), ("cp437", "résumé/notes.md"), ("utf-8", "作业/é.md")]
)
def test_names_without_stated_encoding(tmp_path: Path, encoding: str, name: str) -> None:
    """Names that a zip stores in GBK, CP437 or unmarked UTF-8 come out as they were typed."""
    raw = name.encode(encoding)
    path = make_zip(tmp_path / "a.zip", {"n" * len(raw): b"1", "data.py": b"2"})
    path.write_bytes(path.read_bytes().replace(b"n" * len(raw), raw))
    assert sorted(read(path).files) == sorted(["data.py", name])


def test_gbk_names_in_a_tar(tmp_path: Path) -> None:
    """Names that a tar stores in GBK come out as they were typed, and names of bad bytes do no harm."""
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT, encoding="gbk") as archive:
        archive.addfile(tarfile.TarInfo("作业/data.py"))
        archive.addfile(tarfile.TarInfo("作业/说明.md"))
    assert sorted(read(path).files) == ["data.py", "说明.md"]


def test_duplicates_and_clashes(tmp_path: Path) -> None:
    """Of files of one name the last counts, of names that differ in case the week's own; notes say so."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("models.py", "1")
        archive.writestr("Data.py", "upper")
        archive.writestr("data.py", "lower")
        archive.writestr("data.py/x.py", "below a file")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("models.py", "2")
    submission = read(path)
    assert submission.files == {"data.py": b"lower", "models.py": b"2"}
    assert submission.notes == [
        "models.py is in the archive more than once; the last one counts",
        "Data.py was not read: its name clashes with data.py",
        "data.py/x.py was not read: its name clashes with data.py",
    ]


def test_wrong_case(tmp_path: Path) -> None:
    """A file named in the wrong case is read under its own name, and a note says what it should be called."""
    submission = read(make_zip(tmp_path / "a.zip", {"Models.py": b"1", "data.py": b"2"}))
    assert submission.notes == ["Models.py should be named models.py: upper and lower case differ"]


def test_notes_are_bounded_and_printable(tmp_path: Path) -> None:
    """A flood of remarks is cut, and what a student named a file cannot break a line."""
    members = [special(f"{number}\n\u202e.py", tarfile.SYMTYPE, "x") for number in range(100)]
    notes = read(make_tar(tmp_path / "a.tar.gz", *members, data=b"1")).notes
    assert len(notes) == 21
    assert all(note.isprintable() for note in notes)


def test_nothing_in_it(tmp_path: Path) -> None:
    """An empty folder, and one without a file that is read, are submissions with a problem."""
    (tmp_path / "empty").mkdir()
    assert read(tmp_path / "empty").problem == "The submission holds no file that the grader can read"
    write(tmp_path / "other", shapes="1")
    other = read(tmp_path / "other")
    assert (other.problem, other.notes) == (None, ["none of data.py, models.py, training.py was found"])


def test_no_such_submission(tmp_path: Path) -> None:
    """A path that does not exist is the caller's mistake."""
    with pytest.raises(UserError, match="no such submission"):
        read(tmp_path / "nobody")


def test_collect(tmp_path: Path) -> None:
    """A class is read in the order of its names, and one bad submission spoils nothing for the others."""
    write(tmp_path / "bob" / "week2", data="1")
    make_zip(tmp_path / "alice.zip", {"data.py": b"1"})
    make_tar(tmp_path / "Carol.TAR.GZ".lower(), data=b"1")
    as_file(tmp_path / "dave.zip", b"broken")
    as_file(tmp_path / "erin.ipynb", b"{}")
    as_file(tmp_path / "frank.rar", b"Rar!")
    (tmp_path / "grace").symlink_to(tmp_path / "bob")
    os.mkfifo(tmp_path / "heidi.zip")
    as_file(tmp_path / "roster.csv", b"alice")
    for ignored in (".DS_Store", "__MACOSX", "__pycache__"):
        (tmp_path / ignored).mkdir()
    notes: list[str] = []
    found = {submission.student: submission for submission in collect(tmp_path, "week2", FILES, notes)}
    assert list(found) == ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"]
    assert [student for student, submission in found.items() if submission.problem is None] == ["alice", "bob", "carol"]
    assert "notebook erin.ipynb is no notebook (Object missing" in (found["erin"].problem or "")
    assert found["grace"].problem == "The submission is a link; links are not followed"
    assert notes == ["roster.csv is no submission (a folder, .zip, .tar.gz or .ipynb) and was passed over"]


def test_clashing_students(tmp_path: Path) -> None:
    """Submissions of one name get ids of their own that no other name decides; names that differ in case are two."""
    for name in ("bob", "Bob", "bob-2"):
        write(tmp_path / name, data="1")
    make_zip(tmp_path / "bob.zip", {"data.py": b"1"})
    found = list(collect(tmp_path, "week2", FILES))
    names = [submission.student for submission in found]
    assert (names[0], names[2]) == ("Bob", "bob-2")
    assert [names[i].rpartition("-")[0] for i in (1, 3)] == ["bob", "bob"]
    assert found[0].notes == []
    assert (
        found[1].notes[0].startswith(f"graded under the name {names[1]}, for bob and bob.zip are handed in under one")
    )
    assert found[2].notes == []


@pytest.mark.parametrize("name", ["alice", "王小明", "Zoë", "o'neil (2)", "a.b", "é" * 50])
def test_good_student_ids_are_kept(name: str) -> None:
    """Unicode, spaces and dots inside a name are kept."""
    assert student_id(name) == name


BAD_NAMES = [
    "",
    ".",
    "..",
    ".hidden",
    "a/b",
    "a\\b",
    "a\nb",
    "a\u202eb",
    "con",
    "NUL.txt",
    "x" * 101,
    "王" * 80,
    "a.",
    " a",
    "a:b",
]


def test_bad_student_ids_become_safe_and_stay_apart(tmp_path: Path) -> None:
    """Any name becomes one that makes a folder right here, of at most 100 bytes, and no two become the same."""
    ids = [student_id(name) for name in [*BAD_NAMES, "a_b", "x" * 102, "\udcff\udcfe"]]
    assert len({name.casefold() for name in ids}) == len(ids)
    for name in ids:
        (tmp_path / name).mkdir()
        assert not name.startswith(".")
        assert len(name.encode()) <= 100
    assert sorted(item.name for item in tmp_path.iterdir()) == sorted(ids)


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda folder: folder / "nowhere", "no such folder"),
        (lambda folder: as_file(folder / "all.zip", b""), "is no folder"),
        (lambda folder: folder, "no submission in"),
        (lambda folder: write(folder, data="1"), "is itself a submission: data.py"),
        (lambda folder: write(folder / "week2", data="1").parent, "is itself a submission: week2"),
    ],
)
def test_folder_of_submissions_is_checked_at_once(tmp_path: Path, make: Callable[[Path], Path], line: str) -> None:
    """A folder that is missing, none, empty, or a single submission is a user's error before anything is read."""
    with pytest.raises(UserError, match=line) as caught:
        collect(make(tmp_path), "week2", FILES)
    assert caught.value.hint


def test_nothing_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading an archive creates no file, not even a temporary one."""
    path = make_zip(tmp_path / "a.zip", {"data.py": b"1"})
    monkeypatch.setattr(tempfile, "mkdtemp", None)
    monkeypatch.setattr(tempfile, "_mkstemp_inner", None)
    assert read(path).files
    assert list(tmp_path.iterdir()) == [path]
