"""A test of its own, which passes, under the suite's name; expected: never collected, 0 points."""
print("BREACH: the submission's test_models.py was imported")


def test_everything():
    pass
