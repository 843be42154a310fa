import torch
from models import LeNet5
from torch import nn


def count_parameters(model):
    return sum(p.numel() for p in filter(lambda p: p.requires_grad, model.parameters()))


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    losses, sizes = [], []
    for x, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(x.size(0))
    return sum(a * b for a, b in zip(losses, sizes)) / sum(sizes)


@torch.no_grad()
def evaluate(model, loader, loss_fn, device):
    before = model.training
    model.eval()
    loss = right = n = 0
    for x, y in loader:
        out = model(x.to(device))
        y = y.to(device)
        loss += loss_fn(out, y).item() * x.shape[0]
        right += int((out.argmax(1) == y).sum())
        n += x.shape[0]
    model.train(before)
    return loss / n, right / n


def train_lenet(train_loader, epochs, device):
    net = LeNet5().to(device)
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for _ in range(epochs):
        train_epoch(net, train_loader, nn.CrossEntropyLoss(), opt, device)
    return net


def permute_pixels(images, permutation):
    return images.reshape(*images.shape[:-2], -1)[..., permutation].view(images.shape)
