"""Week 1, layers: what PyTorch's layers compute, from elementary tensor operations.

Allowed is what works on plain numbers: arithmetic, comparisons, `exp`, `log`, `tanh`, `clamp`, `where`, sums, means, maxima,
`matmul`, `einsum`, indexing, reshaping, `Tensor.unfold`. Not allowed are `torch.nn`, `torch.nn.functional`, and any other
function that is a layer under another name (`torch.conv2d`, `torch.relu`, `Tensor.softmax`, ...).

All tensors are float32 unless said otherwise, and stay as they were. What is returned can be differentiated with respect to
every float argument, save the step functions.
"""

import torch


def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """Return x W^T + b: x (N, in), weight (out, in), bias (out,) or None; the result is (N, out). As `F.linear`."""
    raise NotImplementedError("TODO: linear")


def relu(x: torch.Tensor) -> torch.Tensor:
    """Return max(x, 0), element by element, for any shape. As `F.relu`."""
    raise NotImplementedError("TODO: relu")


def sigmoid(x: torch.Tensor) -> torch.Tensor:
    """Return 1 / (1 + exp(-x)), element by element, for any shape and -30 <= x <= 30. As `F.sigmoid`."""
    raise NotImplementedError("TODO: sigmoid")


def conv2d(
    x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None, stride: int = 1, padding: int = 0
) -> torch.Tensor:
    """Return the cross-correlation of x (N, C, H, W) with weight (O, C, KH, KW), plus bias (O,). As `F.conv2d`.

    `out[n, o, i, j]` is the sum over c, u, v of `padded[n, c, i*stride + u, j*stride + v] * weight[o, c, u, v]`, plus
    `bias[o]`, where `padded` has `padding` zeros on all four sides of each image. `stride` and `padding` are ints.
    """
    raise NotImplementedError("TODO: conv2d")


def max_pool2d(x: torch.Tensor, kernel_size: int, stride: int | None = None) -> torch.Tensor:
    """Return the maximum of each window: x (N, C, H, W) to (N, C, OH, OW). As `F.max_pool2d`.

    Windows are kernel_size x kernel_size, `stride` apart (by default as far as they are wide); what is left over at the right
    and at the bottom is not read.
    """
    raise NotImplementedError("TODO: max_pool2d")


def avg_pool2d(x: torch.Tensor, kernel_size: int, stride: int | None = None) -> torch.Tensor:
    """Return the mean of each window, which are those of `max_pool2d`. As `F.avg_pool2d`."""
    raise NotImplementedError("TODO: avg_pool2d")


def softmax(logits: torch.Tensor, dim: int) -> torch.Tensor:
    """Return exp(logits) divided by its sum along `dim`. As `F.softmax`; any shape, and `dim` may count from the end.

    Finite for logits of 10,000 too, and so is its gradient.
    """
    raise NotImplementedError("TODO: softmax")


def cross_entropy(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return the mean over the batch of -log softmax(logits)[target]: a tensor of no dimensions. As `F.cross_entropy`.

    `logits` is (N, C), `target` holds the right classes' numbers, int64 (N,). Finite for logits of 10,000 too.
    """
    raise NotImplementedError("TODO: cross_entropy")


def perceptron(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Return float 1 where w.x + b > 0, else 0 (Rosenblatt, 1958): one step unit, or a layer of them.

    x is (N, F). One unit: weight (F,) and bias () give (N,). A layer of U units: weight (U, F) and bias (U,) give (N, U).
    """
    raise NotImplementedError("TODO: perceptron")


def xor(x: torch.Tensor) -> torch.Tensor:
    """Return 1 where exactly one of the two inputs is 1, else 0: x (N, 2) of 0 and 1 to (N,), by two layers of perceptrons.

    No single perceptron can do it (Minsky and Papert, 1969). You choose the weights.
    """
    raise NotImplementedError("TODO: xor")


def rnn_cell(
    x: torch.Tensor, h: torch.Tensor, w_ih: torch.Tensor, b_ih: torch.Tensor, w_hh: torch.Tensor, b_hh: torch.Tensor
) -> torch.Tensor:
    """Return the next hidden state tanh(W_ih x + b_ih + W_hh h + b_hh), for every row of the batch.

    x (N, I), h (N, H), w_ih (H, I), b_ih (H,), w_hh (H, H), b_hh (H,); the result is (N, H). As `nn.RNNCell`.
    """
    raise NotImplementedError("TODO: rnn_cell")
