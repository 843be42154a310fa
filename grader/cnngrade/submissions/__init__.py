"""Submissions: what students hand in, read into memory and never trusted.

Covered, each with a test: archives that climb out of their folder, unpack to gigabytes, lie about sizes, are broken or
encrypted; links, devices, fifos and sockets; files that are too large, too many, too deep or unreadable; names in
foreign encodings, names that clash. Nothing is ever unpacked to disk, no link is ever followed.
Not covered: what the code does when it runs. That is the sandbox's work.
"""

from cnngrade.submissions.collect import Submission, collect, read_submission, student_id

__all__ = ["Submission", "collect", "read_submission", "student_id"]
