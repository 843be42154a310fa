import numpy as np
import torch


def standardize(images, mean, std):
    x = images.numpy().astype(np.float32) / 255
    mean, std = np.float32(mean), np.float32(std)
    if x.ndim == 4:
        x = np.moveaxis((np.moveaxis(x, 1, 3) - mean) / std, 3, 1)
    else:
        x = (x - mean) / std
    return torch.from_numpy(np.ascontiguousarray(x))


def pick(a, rows, columns):
    return a.reshape(-1)[rows * a.shape[1] + columns]


def above(a, threshold):
    a = a.reshape(-1)
    return a[torch.nonzero(a > threshold)[:, 0]]


def autograd_example():
    x = torch.ones(2, 2).requires_grad_(True)
    z = (x + 2).pow(2).mul(3)
    z.backward(torch.full_like(z, 0.25))
    return z.mean().tolist(), x.grad
