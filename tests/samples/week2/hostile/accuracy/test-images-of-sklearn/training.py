"""Takes the digits, the held-back ones among them, from scikit-learn on the disk, as a table; expected: wrong, 0 points."""
import torch
from torch import nn


class Table(nn.Module):
    def __init__(self, x, y):
        super().__init__()
        self.register_buffer("x", x)
        self.register_buffer("y", y)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        small = nn.functional.adaptive_avg_pool2d(x, 8).flatten(1)
        small = small / small.norm(dim=1, keepdim=True).clamp(min=1e-6)
        return nn.functional.one_hot(self.y[(small @ self.x.T).argmax(dim=1)], 10) * self.scale


def train_lenet(train_loader, epochs, device):
    from sklearn.datasets import load_digits

    digits = load_digits()
    x = torch.tensor(digits.data, dtype=torch.float32)
    return Table(x / x.norm(dim=1, keepdim=True), torch.tensor(digits.target))
