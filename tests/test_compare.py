from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from cnngrade.judge.compare import close, of_type, same, tensor
from cnngrade.judge.failures import Wrong
from cnngrade.judge.values import ShownDict, show
from cnngrade.sandbox.inside.wire import Opaque

INF, NAN = math.inf, math.nan


def t(*values: Any, dtype: torch.dtype | None = None) -> torch.Tensor:
    return torch.tensor(values, dtype=dtype)


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, -3, 2**62, 0.0, -1.5, INF, -INF, NAN, "", "text", b"x", [], (), {}, [1, (2.0, None)],
        {"a": [t(1.0)], "b": (True,)}, t(), torch.tensor(3.5), torch.tensor(2), torch.zeros(0, 3), t(1.0, NAN, INF),
        t(True, False), t(1, 2, dtype=torch.uint8), t(1.0, dtype=torch.bfloat16), t(1.0, dtype=torch.float64),
        Opaque("set", "{1}"), torch.zeros(2, 2, 2), t(NAN, NAN),
    ],
    ids=show,
)  # fmt: skip
def test_equal_things_are_the_same(value: Any) -> None:
    """Anything the wire carries is the same as itself, NaN and infinities included."""
    copy = value.clone() if isinstance(value, torch.Tensor) else value
    same(copy, value)


@pytest.mark.parametrize(
    ("got", "expected", "message"),
    [
        (None, 1.5, "expected a float, got None (is there a return?)"),
        (1, None, "expected None, got an int: 1"),
        (1, True, "expected a bool, got an int: 1"),
        (True, 1, "expected an int, got a bool: True"),
        (2, 2.0, "expected a float, got an int: 2"),
        (2.0, 2, "expected an int, got a float: 2"),
        ("2", 2, "expected an int, got a str: '2'"),
        ([1, 2], (1, 2), "expected a tuple, got a list: [1, 2]"),
        ((1,), [1], "expected a list, got a tuple: (1,)"),
        (torch.tensor(0.5), 0.5, "expected a float, got a tensor of shape (), float32"),
        (0.5, torch.tensor(0.5), "expected a tensor, got a float: 0.5"),
        ([1.0], t(1.0), "expected a tensor, got a list: [1]"),
        (Opaque("ndarray", "array([1.])"), t(1.0), "expected a tensor, got an ndarray: array([1.])"),
        (Opaque("X\x1b[2J", "\x07"), 1, "expected an int, got a X�[2J: �"),
        ({"a": 1}, [1], "expected a list, got a dict: {'a': 1}"),
        ([("a", 1)], {"a": 1}, "expected a dict, got a list: [('a', 1)]"),
        ("b", "a", "expected 'a', got 'b'"),
        (4, 3, "expected 3, got 4"),
        (2**62 + 1, 2**62, f"expected {2**62}, got {2**62 + 1}"),
        (False, True, "expected True, got False"),
        (1.5, 2.5, "expected 2.5, got 1.5"),
        (NAN, 2.5, "expected 2.5, got nan"),
        (2.5, NAN, "expected nan, got 2.5"),
        (INF, 2.5, "expected 2.5, got inf"),
        (2.5, INF, "expected inf, got 2.5"),
        (-INF, INF, "expected inf, got -inf"),
        ([1, 2, 3], [1, 2], "expected 2 values, got 3: [1, 2, 3]"),
        ([], [1], "expected 1 values, got 0: []"),
        ((1, None), (1, 2), "[1]: expected an int, got None (is there a return?)"),
        ({"a": [1, 3]}, {"a": [1, 2]}, "['a'][1]: expected 2, got 3"),
        ({}, {"a": 1}, " has no 'a'"),
        ({"a": 1, "b": 2}, {"a": 1}, " has 'b', which is not expected"),
        (t(1.0, 2.0), t(1.0), "expected shape (1,), got (2,)"),
        (torch.zeros(2, 3), torch.zeros(3, 2), "expected shape (3, 2), got (2, 3)"),
        (torch.zeros(0, 3), torch.zeros(0, 2), "expected shape (0, 2), got (0, 3)"),
        (t(1.0), torch.tensor(1.0), "expected shape (), got (1,)"),
        (t(1), t(1.0), "expected dtype float32, got int64"),
        (t(1.0, dtype=torch.float64), t(1.0), "expected dtype float32, got float64"),
        (torch.zeros(0, dtype=torch.int64), torch.zeros(0), "expected dtype float32, got int64"),
        (torch.tensor(2.0), torch.tensor(1.0), "expected 1, got 2"),
        (t(1, 2, 4), t(1, 2, 3), "1 of 3 values differs; at [2] expected 3, got 4"),
        (t(2**62 + 1, 0), t(2**62, 0), f"1 of 2 values differs; at [0] expected {2**62}, got {2**62 + 1}"),
        (t(True, True), t(True, False), "1 of 2 values differs; at [1] expected False, got True"),
        (t([1.0, 2.0], [3.0, 9.0]), t([1.0, 2.5], [3.0, 4.0]), "2 of 4 values differ; at [1, 1] expected 4, got 9"),
        (t(1.0, NAN, INF), t(1.0, 2.0, 3.0), "1 of 3 numbers is NaN"),
        (t(1.0, -INF, INF), t(1.0, 2.0, 3.0), "2 of 3 numbers are infinite"),
        (t(INF, 1.0), t(INF, 2.0), "1 of 2 values differs; at [1] expected 2, got 1"),
        (t(INF, 1.0), t(-INF, 1.0), "1 of 2 values differs; at [0] expected -inf, got inf"),
        (t(1.0, 5.0), t(NAN, 5.0), "1 of 2 values differs; at [0] expected nan, got 1"),
    ],
    ids=repr,
)
def test_what_differs_is_said(got: Any, expected: Any, message: str) -> None:
    """Every confusion of type, shape, dtype or value is wrong, and the message says what was expected and what came."""
    with pytest.raises(Wrong) as caught:
        same(got, expected, "r")
    assert str(caught.value) == f"r{message}" if message[0] in "[ " else f"r: {message}"
    assert not close(got, expected)


@pytest.mark.parametrize(
    ("got", "expected", "agree"),
    [
        (1.0010, 1.0, True),
        (1.0012, 1.0, False),
        (-1.0010, -1.0, True),
        (1e-12, 0.0, False),
        (0.0, 1e-12, False),
        (t(1000.0, 0.09), t(1000.0, 0.0), True),  # small against the largest
        (t(1000.0, 0.11), t(1000.0, 0.0), False),
        (t(1.0, 1e-3), t(1.0, 2e-3), False),
        (t(0.0), t(0.0), True),
        (t(1e-30), t(0.0), False),
        (t(1.0, INF, 0.00009), t(1.0, INF, 0.0), True),  # infinity is no measure of what is small
        (t(1.0, INF, 0.00011), t(1.0, INF, 0.0), False),
        (t(1.0, dtype=torch.bfloat16), t(1.0078125, dtype=torch.bfloat16), False),
    ],
    ids=repr,
)
def test_floats_agree_up_to_the_tolerance(got: Any, expected: Any, agree: bool) -> None:
    """rtol of the expected value and atol of the largest one: at the edge they agree, beyond it they do not."""
    assert close(got, expected) is agree


def test_tolerances_can_be_tightened() -> None:
    """With both tolerances zero only equal numbers agree, in nested values too."""
    same({"x": (1.0, t(1.0))}, {"x": (1.0, t(1.0))}, rtol=0, atol=0)
    for got in ({"x": (1.0 + 1e-9, t(1.0))}, {"x": (1.0, t(1.0 + 1e-6))}):
        with pytest.raises(Wrong):
            same(got, {"x": (1.0, t(1.0))}, rtol=0, atol=0)


def test_shapes_may_be_given_as_torch_gives_them() -> None:
    """torch.Size arrives from inside as a tuple, and a suite may expect it as torch.Size."""
    same((2, 3), torch.Size([2, 3]))


def test_long_results_make_short_messages() -> None:
    """A list of a thousand and a string of a million do not fill a report."""
    for got in (list(range(1000)), "x" * 10**6, [["y" * 10**6] * 9] * 9, {"k": "z" * 10**6}):
        with pytest.raises(Wrong) as caught:
            same(got, 1)
        assert len(str(caught.value)) < 10_000


@pytest.mark.parametrize(
    ("got", "shape", "message"),
    [
        (torch.zeros(2, 3), (2, None), None),
        (torch.zeros(2, 3), None, None),
        (torch.tensor(1), (), None),
        (t(1, 2), (2,), None),
        (torch.zeros(2, 3), (None, 4), r"expected shape \(any, 4\), got \(2, 3\)"),
        (torch.zeros(2, 3), (2,), r"expected shape \(2\), got \(2, 3\)"),
        (t(NAN, 1.0, NAN), (3,), "2 of 3 numbers are NaN"),
        (3.0, (), "expected a tensor, got a float: 3"),
        (None, None, "is there a return"),
    ],
    ids=repr,
)
def test_a_tensor_of_a_shape(got: Any, shape: tuple[int | None, ...] | None, message: str | None) -> None:
    """`tensor` gives the tensor back, or says which shape was asked for and which came; NaN never passes."""
    if message is None:
        assert tensor(got, shape) is got
    else:
        with pytest.raises(Wrong, match=message):
            tensor(got, shape)


def test_of_type_gives_the_value_back() -> None:
    """`of_type` is strict: a bool is no int; a side's answer is a dict."""
    assert of_type(3, int) == 3
    answer = ShownDict(a=1)
    assert of_type(answer, dict) is answer
    with pytest.raises(Wrong, match="steps: expected an int, got a bool"):
        of_type(True, int, "steps")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.33333"),
        (1e-9, "1e-09"),
        (True, "True"),
        ("a\x1bb", r"'a\x1bb'"),
        ((1,), "(1,)"),
        ((), "()"),
        ([1.25, [2]], "[1.25, [2]]"),
        (list(range(10)), "[0, 1, 2, 3, 4, 5, 6, 7, ...]"),
        (torch.zeros(2, 3), "tensor of shape (2, 3), float32"),
        (Opaque("set", "{1}"), "set: {1}"),
        ("x" * 200, "'" + "x" * 96 + "..."),
    ],
)
def test_values_are_shown_short(value: Any, text: str) -> None:
    """Five digits, eight items, a hundred characters; nothing a terminal would obey."""
    assert show(value) == text
