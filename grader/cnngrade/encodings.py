"""Texts that students wrote: decoded from any encoding, and made safe to show in a terminal."""

from __future__ import annotations

import codecs

FILE_BYTES = 2 * 1024**2
"""The size limit of one file in a submission. A larger file is not read."""


def decoded(raw: bytes) -> tuple[str, str]:
    r"""Decodes a file. Returns its text, and the name of its encoding ("" for UTF-8).

    Line ends become `\n`, and no byte is lost. UTF-16 and UTF-32 are recognised by their byte order marks or by their
    zero bytes, and GBK by its pairs of high bytes. All other files are read as Western (cp1252 or Latin-1).
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
    if (even + odd) * 8 > len(raw):  # even a Chinese text has blanks and line ends, with a zero byte each
        return raw.decode("utf-16-le" if odd > even else "utf-16-be", errors="replace"), "UTF-16"
    try:
        return raw.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return _western(raw), "Latin-1"
    # Pairs of high bytes are rare in Western texts, but common GBK characters consist of them.
    pairs = [each for char in text if ord(char) > 127 and len(each := char.encode("gb18030")) == 2]
    common = sum(min(pair) >= 0xA1 for pair in pairs)
    return (text, "GBK") if pairs and common * 10 >= len(pairs) * 9 else (_western(raw), "Latin-1")


def _western(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def printable(text: str) -> str:
    """Returns `text` without control characters, which a terminal would obey.

    Newlines stay, and a tab becomes four spaces.
    """
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text.replace("\t", "    "))


def shown(name: str) -> str:
    """Returns a name, which may hold any character, in a form that is safe in a one-line message."""
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
    return text if len(text) <= 80 else f"{text[:40]}...{text[-37:]}"
