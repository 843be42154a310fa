import torch
from models import LeNet5


def count_parameters(model):
    return len(torch.cat([p.detach().reshape(-1) for p in model.parameters() if p.requires_grad] + [torch.zeros(0)]))


def train_epoch(model, loader, loss_fn, optimizer, device):
    model.train()
    mean = 0.0
    seen = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = loss_fn(model(x), y)
        params = [p for p in model.parameters() if p.requires_grad]
        for p, g in zip(params, torch.autograd.grad(loss, params, allow_unused=True)):
            p.grad = g
        optimizer.step()
        seen += len(x)
        mean += (loss.item() - mean) * len(x) / seen  # running mean
    return mean


def evaluate(model, loader, loss_fn, device):
    was = model.training
    model.eval()
    loss = 0.0
    right = torch.tensor(0, device=device)
    n = 0
    grad = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        out = model(x)
        loss += float(loss_fn(out, y)) * len(x)
        best = out.sort(dim=1, descending=True).indices[:, 0]
        right += torch.where(best == y, 1, 0).sum()
        n += len(x)
    torch.set_grad_enabled(grad)
    model.train(was)
    return loss / n, right.item() / n


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    for epoch in range(epochs):
        train_epoch(model, train_loader, torch.nn.functional.cross_entropy, optimizer, device)
        if epoch == epochs - 2:
            optimizer.param_groups[0]["lr"] = 2e-4
    return model


def permute_pixels(images, permutation):
    out = torch.empty_like(images, memory_format=torch.contiguous_format)
    w = images.shape[-1]
    for i, j in enumerate(permutation.tolist()):
        out[..., i // w, i % w] = images[..., j // w, j % w]
    return out
