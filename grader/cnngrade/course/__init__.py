"""The course as its files state it: weeks, tasks, limits, data sets and questions.

All errors in these files are reported together.
"""

from __future__ import annotations

from cnngrade.course.answers import read_answers
from cnngrade.course.assignment import DataChoice, Limits, Task
from cnngrade.course.late import LatePolicy
from cnngrade.course.location import Course, Week, find_course, suite_sha256
from cnngrade.course.questions import Criterion, Question, Text, answer_sheet
from cnngrade.course.secret import secret_of

__all__ = [
    "Course",
    "Criterion",
    "DataChoice",
    "LatePolicy",
    "Limits",
    "Question",
    "Task",
    "Text",
    "Week",
    "answer_sheet",
    "find_course",
    "read_answers",
    "secret_of",
    "suite_sha256",
]
