"""Returns lists, tuples and dicts nested 100,000 deep, and one that holds itself; expected: wrong or crash, 0 points."""


def count_parameters(model):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep


def permute_pixels(images, permutation):
    deep = ()
    for _ in range(100_000):
        deep = (deep,)
    return deep


def evaluate(model, loader, loss_fn, device):
    circle = []
    circle.append(circle)
    return circle, {"a": circle}


def train_epoch(model, loader, loss_fn, optimizer, device):
    deep = {}
    for _ in range(100_000):
        deep = {"a": deep}
    return deep
