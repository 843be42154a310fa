"""Returns integers past 64 bits, lone surrogates, bytes that are no text, negative zero; expected: wrong, 0 points."""


def count_parameters(model):
    return 10**5000


def permute_pixels(images, permutation):
    return "\ud800\udfff" * 10


def evaluate(model, loader, loss_fn, device):
    return {"\ud800": 1, 2: 3}


def train_epoch(model, loader, loss_fn, optimizer, device):
    return -0.0


def train_lenet(train_loader, epochs, device):
    return b"\xff" * 1000
