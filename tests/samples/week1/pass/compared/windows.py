import torch


class Windows:
    """All windows of a batch of images; `relu` and `softmax` are what I call my own helpers."""

    def __init__(self, size, stride):
        self.size = size
        self.stride = stride

    def of(self, x):
        (kh, kw), s = self.size, self.stride
        rows = torch.arange(0, x.size(2) - kh + 1, s)[:, None] + torch.arange(kh)
        columns = torch.arange(0, x.size(3) - kw + 1, s)[:, None] + torch.arange(kw)
        return x[:, :, rows[:, None, :, None], columns[None, :, None, :]]

    def relu(self, x):
        return torch.where(x > 0, x, torch.zeros_like(x))

    def softmax(self, x, dim):
        x = x - x.max(dim=dim, keepdim=True).values
        return x.exp() / x.exp().sum(dim=dim, keepdim=True)
