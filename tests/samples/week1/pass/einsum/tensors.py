import torch


def standardize(images, mean, std):
    mean = torch.tensor(mean, dtype=torch.float32)
    std = torch.tensor(std, dtype=torch.float32)
    if images.ndim == 4:
        mean, std = mean[None, :, None, None], std[None, :, None, None]
    return torch.div(images, 255).sub(mean).div(std)


def pick(a, rows, columns):
    return a.gather(0, rows.unsqueeze(1).expand(-1, a.shape[1])).gather(1, columns.unsqueeze(1)).squeeze(1)


def above(a, threshold):
    return torch.masked_select(a, a > threshold)


def autograd_example():
    x = torch.ones((2, 2), requires_grad=True)
    out = torch.einsum("ij,ij->", x + 2, x + 2) * 3 / 4
    (gradient,) = torch.autograd.grad(out, x)
    return out.item(), gradient
