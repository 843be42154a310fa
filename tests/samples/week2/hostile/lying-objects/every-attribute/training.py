"""Returns objects with every attribute that anybody asks for, dtype and shape among them; expected: wrong, 0 points."""


class Yes:
    def __getattr__(self, name):
        return Yes()

    def __call__(self, *_args, **_kwargs):
        return Yes()

    __getitem__ = __call__
    __str__ = __repr__ = lambda self: "torch.float32"
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0


def count_parameters(model):
    return Yes()


def permute_pixels(images, permutation):
    return Yes()


def evaluate(model, loader, loss_fn, device):
    return Yes(), Yes()


def train_lenet(train_loader, epochs, device):
    return Yes()
