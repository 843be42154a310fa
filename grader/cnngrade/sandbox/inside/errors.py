"""What a probe may raise besides what the student's code raises."""

from __future__ import annotations


class Missing(ImportError):
    """A file or a name that the submission does not have; an ImportError, for a student's code may expect one."""


class Unfit(Exception):
    """The student's code returned something a probe cannot go on with; the message says what."""
