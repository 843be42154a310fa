import torch


def linear(x, weight, bias=None):
    y = torch.einsum("nf,of->no", x, weight)
    return y + bias if bias is not None else y


def relu(x):
    return torch.maximum(x, torch.zeros_like(x))


def sigmoid(x):
    return 0.5 * (torch.tanh(0.5 * x) + 1.0)


def _windows(x, kh, kw, stride):
    n, c, h, w = x.shape
    x = x.contiguous()
    oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1
    sn, sc, sh, sw = x.stride()
    return x.as_strided((n, c, oh, ow, kh, kw), (sn, sc, sh * stride, sw * stride, sh, sw))


def conv2d(x, weight, bias=None, stride=1, padding=0):
    if padding:
        n, c, h, w = x.shape
        sides = x.new_zeros(n, c, h, padding)
        x = torch.cat([sides, x, sides], dim=3)
        ends = x.new_zeros(n, c, padding, w + 2 * padding)
        x = torch.cat([ends, x, ends], dim=2)
    windows = _windows(x, *weight.shape[2:], stride)
    y = torch.tensordot(windows, weight, dims=([1, 4, 5], [1, 2, 3])).movedim(-1, 1)
    return y if bias is None else y + bias[:, None, None]


def max_pool2d(x, kernel_size, stride=None):
    return _windows(x, kernel_size, kernel_size, stride or kernel_size).flatten(-2).max(dim=-1).values


def avg_pool2d(x, kernel_size, stride=None):
    ones = torch.full((kernel_size, kernel_size), 1 / kernel_size**2)
    return torch.einsum("ncijuv,uv->ncij", _windows(x, kernel_size, kernel_size, stride or kernel_size), ones)


def softmax(logits, dim):
    return (logits - torch.logsumexp(logits, dim=dim, keepdim=True)).exp()


def cross_entropy(logits, target):
    one_hot = torch.eye(logits.shape[1])[target]
    return torch.einsum("nc,nc->", one_hot, logits.logsumexp(1, keepdim=True) - logits) / len(target)


def perceptron(x, weight, bias):
    return torch.heaviside(torch.einsum("nf,...f->n...", x, weight) + bias, torch.tensor(0.0))


def xor(x):
    first = perceptron(x, torch.tensor([[2.0, 2.0], [2.0, 2.0]]), torch.tensor([-1.0, -3.0]))
    return perceptron(first, torch.tensor([1.0, -1.0]), torch.tensor(-0.5))


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    both = torch.cat([x, h], dim=1)
    return torch.einsum("ni,hi->nh", both, torch.cat([w_ih, w_hh], dim=1)).add(b_ih).add(b_hh).tanh()
