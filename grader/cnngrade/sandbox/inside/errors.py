"""Errors that a probe may raise, besides those of the student's code."""

from __future__ import annotations


class Missing(ImportError):
    """The submission lacks a file or a name. This is an ImportError, because a student's code may expect one."""


class Unfit(Exception):
    """The student's code returned something that a probe cannot use. The message says what."""
