"""Returns tensors whose shape, dtype, numel and data_ptr lie about what they hold; expected: wrong or crash, 0 points."""
import torch


class Liar(torch.Tensor):
    claimed = torch.Size([4, 1, 28, 28])
    shape = property(lambda self: self.claimed)
    dtype = property(lambda self: torch.float32)
    layout = property(lambda self: torch.strided)
    is_nested = property(lambda self: False)
    numel = lambda self: 4 * 28 * 28
    element_size = lambda self: 0
    size = lambda self, dim=None: self.claimed if dim is None else self.claimed[dim]
    detach = cpu = contiguous = lambda self: self
    __len__ = lambda self: 4


def permute_pixels(images, permutation):
    liar = torch.zeros(1).as_subclass(Liar)
    liar.claimed = images.shape
    return liar


def evaluate(model, loader, loss_fn, device):
    return torch.zeros(1).as_subclass(Liar), torch.zeros(1).as_subclass(Liar)
