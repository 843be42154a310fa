import torch
from models import LeNet5
from torch.nn.utils import parameters_to_vector


def count_parameters(model):
    return parameters_to_vector([p for p in model.parameters() if p.requires_grad] or [torch.zeros(0)]).numel()


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    total = torch.zeros((), device=device)
    seen = 0
    for images, labels in loader:
        images = images.to(device)
        labels = labels.to(device)
        model.zero_grad()
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.detach() * labels.numel()
        seen += labels.numel()
    return float(total / seen)


def evaluate(model, loader, loss_fn, device):
    training = model.training
    try:
        model.eval()
        with torch.set_grad_enabled(False):
            total, hits, seen = 0.0, 0, 0
            for images, labels in loader:
                images, labels = images.to(device), labels.to(device)
                scores = model(images)
                total += float(loss_fn(scores, labels)) * len(images)
                hits += torch.eq(scores.topk(1).indices.view(-1), labels).count_nonzero().item()
                seen += len(images)
        return total / seen, hits / seen
    finally:
        model.train(training)


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    with torch.no_grad():
        model(next(iter(train_loader))[0].to(device))  # lazy layers get their shapes
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.1, epochs=epochs, steps_per_epoch=len(train_loader)
    )
    for _ in range(epochs):
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x.to(device)), y.to(device)).backward()
            optimizer.step()
            schedule.step()
    return model


def permute_pixels(images, permutation):
    flat = images.reshape(images.shape[0], images.shape[1], -1)
    return torch.take_along_dim(flat, permutation.view(1, 1, -1), dim=2).reshape_as(images)
