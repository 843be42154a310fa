"""A file torch.py that would stand in for torch if the submission's folder came first; expected: not used, 0 points."""
print("BREACH: the submission's torch.py was imported")


class Tensor:
    __eq__ = lambda self, other: True


def allclose(*_args, **_kwargs):
    return True


equal = isclose = allclose
