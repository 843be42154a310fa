"""`report.json`: the facts of a student's week for programs, schema 1.

Keys stand in the order of the dataclasses in `facts`, and in alphabetical order in the parts without a schema
(`figures`, `data`), so equal reports are equal texts.
"""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from typing import Any

import msgspec

from cnngrade.errors import GraderError, OutputError
from cnngrade.records import gate
from cnngrade.records.report import SCHEMA, Report

_STAFF = ("remarks",)  # fields that students do not get


def to_json(report: Report, staff: bool = False) -> str:
    """Writes a report as JSON, indented, with a line end; for `staff`, with what students do not get.

    A number in `figures` that is not finite (a loss that diverged) becomes null. Raises `GraderError` where any other
    number is not finite: no score may be lost in silence.
    """
    report = gate.admitted(report)
    plain = {"schema": report.schema} | _plain(report, report.student, staff=staff)
    if report.lateness:  # for programs that do not want to compute it; read back, it is computed again
        plain["lateness"] |= {"deduction": report.deduction, "final_score": report.final_score}
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str | bytes) -> Report:
    """Reads what `to_json` wrote; fields that this version does not know are skipped.

    Raises `OutputError` when the text is no report, or one of a later schema.
    """
    try:
        report = msgspec.json.decode(text, type=Report)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise OutputError(f"this is no report of cnngrade: {error}", "Grade the submission again.") from error
    if report.schema != SCHEMA:
        raise OutputError(
            f"the report of {report.student} has schema {report.schema}, and this cnngrade reads schema {SCHEMA}",
            "Use the version of cnngrade that wrote it, or grade again.",
        )
    return gate.readable(report)


def _plain(value: Any, where: str, free: bool = False, staff: bool = False) -> Any:
    """Turns facts into dicts, lists, texts and finite numbers; `free` marks parts without a schema."""
    if is_dataclass(value):
        named = ((item.name, getattr(value, item.name)) for item in fields(value))
        shown = ((name, part) for name, part in named if staff or name not in _STAFF)
        return {name: _plain(part, f"{where}.{name}", name == "figures", staff) for name, part in shown}
    if isinstance(value, dict):
        return {_text(str(key)): _plain(value[key], f"{where}.{key}", free, staff) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_plain(part, where, free, staff) for part in value]
    if hasattr(value, "tolist"):  # numpy's arrays and scalars, torch's tensors
        return _plain(value.tolist(), where, free)
    if isinstance(value, float) and not math.isfinite(value):
        if not free:
            raise GraderError(f"{where} is {value}, and a report holds only finite numbers")
        return None
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    """Lone surrogates cannot be written as UTF-8, so each becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
