"""Submissions: the files of students, read into memory and never trusted.

Covered, each with a test: archives that climb out of their folder, unpack to gigabytes, state wrong sizes, are broken
or encrypted; links, devices, fifos and sockets; files that are too large, too many, too deep or unreadable; names in
foreign encodings, names that clash. Nothing is ever unpacked to disk, and no link is ever followed. Not covered: what
the code does when it runs. The sandbox is responsible for that.
"""

from cnngrade.submissions.collect import Submission, collect, read_submission, student_id

__all__ = ["Submission", "collect", "read_submission", "student_id"]
