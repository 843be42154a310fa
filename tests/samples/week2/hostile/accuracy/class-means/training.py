"""Returns the nearest class mean, folded into one linear layer, as if it were LeNet-5; expected: wrong, 0 points."""
import torch
from torch import nn


def train_lenet(train_loader, epochs, device):
    batches = [(x, y) for x, y in train_loader]
    x, y = torch.cat([x for x, _ in batches]).flatten(1), torch.cat([y for _, y in batches])
    means = torch.stack([x[y == name].mean(dim=0) if bool((y == name).any()) else x[0] for name in range(10)])
    net = nn.Sequential(nn.Flatten(), nn.Linear(means.shape[1], 10))
    with torch.no_grad():
        net[1].weight.copy_(2 * means)
        net[1].bias.copy_(-means.square().sum(dim=1))
    return net
