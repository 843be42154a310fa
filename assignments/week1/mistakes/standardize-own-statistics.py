"""Uses the batch's own mean and deviation."""

TASK = "standardize"
FILE = "tensors.py"
HINT = "You ignore `mean` and `std` and measure the batch. One picture would then look different in different company."


def standardize(images, mean, std):
    x = images.float() / 255
    dims = (0, 1, 2) if x.dim() == 3 else (0, 2, 3)
    return (x - x.mean(dims, keepdim=True)) / x.std(dims, keepdim=True)
