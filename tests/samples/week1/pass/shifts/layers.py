import torch


def linear(x, weight, bias=None):
    y = sum(x[:, f : f + 1] * weight[:, f] for f in range(x.shape[1]))
    if bias is None:
        return y
    return y + bias


def relu(x):
    return (x + x.abs()) / 2


def sigmoid(x):
    return torch.pow(torch.exp(torch.neg(x)) + 1, -1)


def frame(x, p):
    if p == 0:
        return x
    height, width = x.shape[2], x.shape[3]
    rows = torch.arange(-p, height + p)
    columns = torch.arange(-p, width + p)
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    x = x[:, :, rows.clamp(0, height - 1)][:, :, :, columns.clamp(0, width - 1)]
    return torch.where(inside, x, torch.tensor(0.0))


def shifted(x, kh, kw, stride):
    oh = (x.shape[2] - kh) // stride + 1
    ow = (x.shape[3] - kw) // stride + 1
    for u in range(kh):
        for v in range(kw):
            yield u, v, x[:, :, u::stride, v::stride][:, :, :oh, :ow]


def conv2d(x, weight, bias=None, stride=1, padding=0):
    total = 0
    for u, v, part in shifted(frame(x, padding), weight.shape[2], weight.shape[3], stride):
        total = total + (part[:, None] * weight[None, :, :, u, v, None, None]).sum(2)
    if bias is not None:
        total = total + bias[None, :, None, None]
    return total


def max_pool2d(x, kernel_size, stride=None):
    best = None
    for _, _, part in shifted(x, kernel_size, kernel_size, kernel_size if stride is None else stride):
        best = part if best is None else torch.max(best, part)
    return best


def avg_pool2d(x, kernel_size, stride=None):
    parts = [part for _, _, part in shifted(x, kernel_size, kernel_size, kernel_size if stride is None else stride)]
    return torch.stack(parts).mean(0)


def softmax(logits, dim):
    # 1 / sum of exp(o_k - o_j) overflows on the way, so the largest goes out first
    o = (logits - logits.max(dim, keepdim=True).values).transpose(dim, -1)
    e = o.exp()
    return (e / e.sum(-1)[..., None]).transpose(dim, -1)


def cross_entropy(logits, target):
    right = logits.gather(1, target.unsqueeze(1))
    difference = torch.cat([logits - right], 1)
    top = difference.max(1, keepdim=True)[0].detach()
    return (top[:, 0] + torch.log(torch.exp(difference - top).sum(1))).mean()


def perceptron(x, weight, bias):
    z = torch.matmul(x, weight.T if weight.ndim > 1 else weight) + bias
    y = torch.zeros_like(z)
    y[z > 0] = 1.0
    return y


def xor(x):
    a = perceptron(x, torch.tensor([1.0, -1.0]), torch.tensor(0.0))
    b = perceptron(x, torch.tensor([-1.0, 1.0]), torch.tensor(0.0))
    return perceptron(torch.stack((a, b), 1), torch.tensor([1.0, 1.0]), torch.tensor(0.0))


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    z = linear(x, w_ih, b_ih) + linear(h, w_hh, b_hh)
    return (torch.exp(z) - torch.exp(-z)) / (torch.exp(z) + torch.exp(-z))
