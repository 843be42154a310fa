"""A file pytest.py in which nothing ever fails; expected: not used, 0 points."""
print("BREACH: the submission's pytest.py was imported")


def fail(*_args, **_kwargs):
    return None


raises = skip = approx = exit = fail
