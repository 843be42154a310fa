"""Texts that students wrote: from a file in whatever encoding, and as a terminal may show them."""

from __future__ import annotations

import codecs

FILE_BYTES = 2 * 1024**2
"""The most of one file that a student hands in; a larger one is not read."""


def decoded(raw: bytes) -> tuple[str, str]:
    r"""The text of a file with `\n` as line end, and the encoding it had, "" for UTF-8; no byte is lost.

    UTF-16 and UTF-32 are known by their marks or their zeros, GBK by its pairs of high bytes; the rest is Western.
    """
    text, encoding = _decoded(raw)
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"), encoding


def _decoded(raw: bytes) -> tuple[str, str]:
    for mark, name in (
        (codecs.BOM_UTF32_LE, "UTF-32"),
        (codecs.BOM_UTF16_LE, "UTF-16"),
        (codecs.BOM_UTF16_BE, "UTF-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(name, errors="replace"), name
    even, odd = raw[::2].count(0), raw[1::2].count(0)
    if (even + odd) * 8 > len(raw):  # blanks, line ends and headings have a zero byte each, even in Chinese
        return raw.decode("utf-16-le" if odd > even else "utf-16-be", errors="replace"), "UTF-16"
    try:
        return raw.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return _western(raw), "Latin-1"
    # Two high bytes in a row are rare in Western texts, and the rule in GBK's common characters.
    pairs = [each for char in text if ord(char) > 127 and len(each := char.encode("gb18030")) == 2]
    common = sum(min(pair) >= 0xA1 for pair in pairs)
    return (text, "GBK") if pairs and common * 10 >= len(pairs) * 9 else (_western(raw), "Latin-1")


def _western(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def printable(text: str) -> str:
    """`text` without control characters (a terminal would obey them); newlines stay, tabs become spaces."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text.replace("\t", "    "))


def shown(name: str) -> str:
    """A name as it may stand in a one-line message, whatever its author put in it."""
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
    return text if len(text) <= 80 else f"{text[:40]}...{text[-37:]}"
