import torch
from torch import vmap


def standardize(images, mean, std):
    mean, std = torch.as_tensor(mean), torch.as_tensor(std)

    def channel(plane, m, s):
        return (plane.to(torch.float32) / 255.0 - m) / s

    if images.dim() == 3:
        return channel(images, mean, std)
    return vmap(channel, in_dims=(1, 0, 0), out_dims=1)(images, mean, std)


def pick(a, rows, columns):
    return torch.index_select(a, 0, rows).take_along_dim(columns[:, None], dim=1)[:, 0]


def above(a, threshold):
    return a.masked_select(a.gt(threshold))


def autograd_example():
    f = lambda x: (3 * (x + 2) ** 2).mean()
    x = torch.ones(2, 2)
    return f(x).item(), torch.func.grad(f)(x)
