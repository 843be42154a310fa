"""A week_probes.py under the name of the suite's own probes; expected: not used, 0 points."""
print("BREACH: the submission's week_probes.py was imported")


def counted(submission, layers):
    return 689 if len(layers) == 3 else 14
