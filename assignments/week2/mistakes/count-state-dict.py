"""Counts everything the model stores, buffers included."""

TASK = "count-parameters"
FILE = "training.py"
HINT = (
    "You count everything that a saved model holds, and that is more than training changes: batch norm also"
    " stores running statistics, which are buffers, and a counter."
)


def count_parameters(model):
    return sum(tensor.numel() for tensor in model.state_dict().values())
