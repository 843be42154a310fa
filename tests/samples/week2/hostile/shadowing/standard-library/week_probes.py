"""A week_probes.py under the name of the suite's own probes; expected: not used, 0 points."""
print("BREACH: the submission's week_probes.py was imported")


def counted(submission, kind):
    return {"plain": 689}.get(kind, 14)
