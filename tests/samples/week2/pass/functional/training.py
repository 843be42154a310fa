import copy

import torch
import torch.nn.functional as F
from models import LeNet5


def count_parameters(model):
    return int(sum(torch.tensor(p.shape).prod() for p in model.parameters() if p.requires_grad))


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train(True)

    def step(x, y):
        for p in (p for group in optimizer.param_groups for p in group["params"]):
            p.grad = None
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach().double() * len(x), len(x)

    sums, counts = zip(*(step(x.to(device), y.to(device)) for x, y in loader))
    return (sum(sums) / sum(counts)).item()


def evaluate(model, loader, loss_fn, device):
    frozen = copy.deepcopy(model).eval()  # the student's model keeps its mode: it is never touched
    with torch.inference_mode():
        answers = [(frozen(x.to(device)), y.to(device)) for x, y in loader]
        counts = [len(y) for _, y in answers]
        losses = [loss_fn(z, y).item() for z, y in answers]
        hits = [(z.argmax(-1) == y).float().sum().item() for z, y in answers]
    n = sum(counts)
    return sum(c * v for c, v in zip(counts, losses)) / n, sum(hits) / n


def train_lenet(train_loader, epochs, device):
    torch.manual_seed(7)
    model = LeNet5().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for epoch in range(epochs):
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * (1 - epoch / epochs)
        train_epoch(model, train_loader, F.cross_entropy, optimizer, device)
    return model


def permute_pixels(images, permutation):
    return images.flatten(2).index_select(2, permutation).unflatten(2, images.shape[2:])
