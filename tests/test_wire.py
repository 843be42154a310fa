from __future__ import annotations

import ast
import math
import random
import socket
import struct
import threading
import time
from collections import OrderedDict, namedtuple
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor, nn

import cnngrade
from cnngrade.sandbox.inside import wire
from cnngrade.sandbox.inside.wire import Channel, Closed, DeadlineError, Opaque, WireError

DTYPES = [getattr(torch, name) for name in wire._DTYPES]
Ext = msgspec.msgpack.Ext


def over(value: Any) -> Any:
    """What arrives outside when a probe returns `value`."""
    reply = wire.decode_reply(wire.encode_reply(wire.Returned(value)))
    assert isinstance(reply, wire.Returned)
    return reply.value


def equal(one: Any, other: Any) -> bool:
    """Equal in value, type, dtype and shape, all the way down; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Tensor):
        same_kind = one.dtype == other.dtype and one.shape == other.shape
        return same_kind and one.contiguous().view(-1).tolist().__repr__() == other.reshape(-1).tolist().__repr__()
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    return repr(one) == repr(other)


def forged(value: Any) -> bytes:
    """A frame as a hostile inside could send it: msgpack of its own choosing in place of a value."""
    return msgspec.msgpack.encode({"type": "returned", "value": value})


def forged_tensor(*parts: Any) -> bytes:
    return forged(Ext(1, msgspec.msgpack.encode(parts)))


def some_value(rng: random.Random, depth: int = 0) -> Any:
    """A value that the wire carries, nested at random."""
    if depth < 4 and rng.random() < 0.55:
        items = [some_value(rng, depth + 1) for _ in range(rng.randrange(5))]
        return rng.choice([list, tuple, lambda values: {f"k{i}": v for i, v in enumerate(values)}])(items)
    tensor = torch.randint(0, 2, tuple(rng.randrange(4) for _ in range(rng.randrange(4)))).to(rng.choice(DTYPES))
    leaves = [
        None,
        True,
        False,
        0,
        -1,
        2**63 - 1,
        -(2**63),
        1.5,
        -0.0,
        math.inf,
        math.nan,
        "",
        "für 学生",
        b"\0\xff",
        tensor,
    ]
    return rng.choice([*leaves, Opaque("set", "{1}")])


# --- what travels -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_values_arrive_as_they_were_sent(seed: int) -> None:
    """A value that the wire carries arrives unchanged, in any nesting, types included."""
    value = some_value(random.Random(seed))
    assert equal(over(value), value)
    request = wire.decode_request(
        wire.encode_request(
            wire.Call("probe", [value], {"x": value}, 7, wire.Allowance(1.5, 2**30, 8, 2**20, 2**20, 2**20, 0))
        )
    )
    assert isinstance(request, wire.Call)
    assert equal(request.args, [value])
    assert equal(request.kwargs, {"x": value})


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3, 4)], ids=str)
def test_tensors_keep_dtype_shape_and_values(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    """A tensor of any dtype of the protocol arrives bit for bit, 0-d and empty ones too, and can be written to."""
    x = torch.randint(0, 2, shape).to(dtype)
    y = over(x)
    assert (y.dtype, y.shape) == (dtype, x.shape)
    assert torch.equal(y, x)
    y.zero_()


def test_tensors_leave_their_memory_layout_and_history_behind() -> None:
    """Strided views, expanded tensors, parameters and tensors with a gradient arrive as plain contiguous values."""
    x = torch.arange(24.0).reshape(2, 3, 4).transpose(0, 2)[::2]
    for sent in (
        x,
        nn.Parameter(x),
        x.clone().requires_grad_() * 1,
        torch.ones(1, 3).expand(4, 3),
        torch.arange(9)[::2],
        torch.ones(3, 3)[:1, 1],
    ):
        got = over(sent)
        assert type(got) is Tensor
        assert got.is_contiguous()
        assert not got.requires_grad
        assert torch.equal(got, sent.detach())
    negative = torch.tensor([1 + 2j]).conj().imag  # a view whose sign is a flag
    assert over(negative).tolist() == [-2.0]


def test_nan_and_infinity_arrive_in_tensors() -> None:
    """NaN and both infinities survive inside a tensor."""
    got = over(torch.tensor([math.nan, math.inf, -math.inf]))
    assert repr(got.tolist()) == "[nan, inf, -inf]"


class Colour(IntEnum):
    RED = 3


class Mode(StrEnum):
    EVAL = "eval"


class Third(float):
    pass


Pair = namedtuple("Pair", "first second")


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        (torch.Size([2, 3]), (2, 3)),
        (Pair(1, [2]), (1, [2])),
        (OrderedDict(a=1), {"a": 1}),
        (Colour.RED, 3),
        (Mode.EVAL, "eval"),
        (Third(0.5), 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7),
        (np.bool_(True), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_subclasses_arrive_as_what_they_are(sent: Any, arrives: Any) -> None:
    """torch.Size, named tuples, enums and NumPy scalars arrive as the plain value they hold."""
    assert equal(over(sent), arrives)


class Unprintable:
    def __repr__(self) -> str:
        raise ValueError("no")


class Endless:
    def __repr__(self) -> str:
        return "x" * 10**6


@pytest.mark.parametrize(
    ("value", "type_name", "text"),
    [
        ({1}, "set", "{1}"),
        (2**63, "int", str(2**63)),
        (-(2**100), "int", str(-(2**100))),
        (1j, "complex", "1j"),
        ({1: "a"}, "dict", "{1: 'a'}"),
        ({None: 1}, "dict", "{None: 1}"),
        ("\ud800", "str", "'\\ud800'"),
        ({"\ud800": 1}, "dict", "{'\\ud800': 1}"),
        (bytearray(b"x"), "bytearray", "bytearray(b'x')"),
        (Unprintable(), "Unprintable", "<its repr raises ValueError>"),
        (Endless(), "Endless", "x" * 200),
        (np.zeros(2), "ndarray", "array([0., 0.])"),
        (torch.float32, "dtype", "torch.float32"),
        (torch.ones(2).to_sparse(), "Tensor", "<torch.sparse_coo on cpu, torch.float32>"),
        (torch.ones(2, device="meta"), "Tensor", "<torch.strided on meta, torch.float32>"),
        (torch.ones(2, dtype=torch.complex64), "Tensor", "<torch.strided on cpu, torch.complex64>"),
        (torch.ones(2).to(torch.float8_e4m3fn), "Tensor", "<torch.strided on cpu, torch.float8_e4m3fn>"),
        (nn.parameter.UninitializedParameter(), "UninitializedParameter", "<UninitializedParameter>"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) and value.isalnum() else None,
)
def test_what_cannot_travel_arrives_opaque(value: Any, type_name: str, text: str) -> None:
    """Anything else arrives as its type's name and the start of its repr, alone or nested, and never fails to be sent."""
    assert over(value) == Opaque(type_name, text)
    assert over([(value,)]) == [(Opaque(type_name, text),)]


@pytest.mark.filterwarnings("ignore:.*quantize")
def test_quantised_tensors_arrive_opaque() -> None:
    """A quantised tensor is no tensor of the protocol."""
    assert over(torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)).type == "Tensor"


def test_too_deep_or_too_large_a_value_is_not_sent() -> None:
    """A value that contains itself, or a view of a terabyte, is refused where it is packed."""
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(WireError, match="32 levels"):
        wire.pack(loop)
    with pytest.raises(WireError, match="too large"):
        wire.pack(torch.zeros(1).expand(2**38))


def test_strings_from_a_submission_are_made_fit_to_send() -> None:
    """Lone surrogates become question marks; all other text is left alone."""
    assert wire.as_text("a\ud800é") == "a?é"


# --- hostile frames ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xc1",
        b"\x90",
        msgspec.msgpack.encode({"type": "load"}),
        msgspec.msgpack.encode({"type": "returned"}),
        msgspec.msgpack.encode({"type": "raised", "kind": 3, "exception": "", "message": "", "frames": []}),
        msgspec.msgpack.encode({"type": "ready", "pid": "1", "python": "", "torch": "", "device": ""}),
        forged({1: 2}),
        forged({None: 2}),
        forged({b"k": 2}),
        forged(Ext(-1, struct.pack(">I", 0))),  # msgpack's own timestamp
        forged(Ext(4, b"")),
        forged(Ext(2, b"\x90")),
        forged([1, Ext(2, b"")]),  # the mark of a tuple in the wrong place
        forged(Ext(3, b"\x91\xa1a")),
        forged(Ext(3, b"\x92\x01\x02")),
        forged_tensor("float32", [2], b"\0" * 7),
        forged_tensor("float32", [-2], b"\0" * 8),
        forged_tensor("float32", [-1, -2], b"\0" * 8),
        forged_tensor("float32", [2.0], b"\0" * 8),
        forged_tensor("float32", [True], b"\0" * 4),
        forged_tensor("float32", [2**63], b""),
        forged_tensor("float32", [0, 2**39, 2**39], b""),
        forged_tensor("float32", [1] * 17, b"\0" * 4),
        forged_tensor("float32", "2", b"\0" * 8),
        forged_tensor("float32", [2], "\0" * 8),
        forged_tensor("complex64", [1], b"\0" * 8),
        forged_tensor("Tensor", [1], b"\0" * 8),
        forged_tensor("__class__", [], b""),
        forged_tensor("bool", [3], b"\0\2\1"),
        forged_tensor("float32", [2]),
        forged("ab").replace(b"ab", b"\xff\xfe"),  # not UTF-8
        b"\x91" * 10**6 + b"\xc0",  # a million nested lists
        forged(None)[:-1] + b"\x91" * 10**5 + b"\xc0",
        forged(None)[:-1] + b"\xdd\xff\xff\xff\xff",  # a list of four billion, of which none comes
        forged(None)[:-1] + b"\xc6\xff\xff\xff\xff",
        forged([None] * 100) + b"\0",  # more than one message
    ],
    ids=lambda body: body[:40].hex(),
)
def test_a_frame_outside_the_protocol_is_refused(body: bytes) -> None:
    """Wrong schema, wrong types, bytes that do not fit their shape, unknown extensions, truncation: all are WireError."""
    with pytest.raises(WireError):
        wire.decode_reply(body)


def test_mutations_never_raise_anything_but_wire_errors() -> None:
    """Of 6,000 frames with random bytes changed, inserted or cut, each decodes or raises WireError: nothing else."""
    rng = random.Random(0)
    value = [
        (1, 2.5),
        {"x": torch.arange(6).reshape(2, 3), "y": (torch.ones(2) > 0, "text", None)},
        Opaque("set", "{}"),
    ]
    raised = wire.Raised("crash", "ValueError", "no", [wire.Frame("models.py", 3, "forward", "return x")])
    frames = [
        wire.encode_reply(wire.Returned(value)),
        wire.encode_reply(raised),
        wire.encode_reply(wire.Returned((b"ab",))),
    ]
    refused = 0
    for number in range(6000):
        body = bytearray(frames[number % len(frames)])
        for _ in range(rng.choice([1, 1, 2, 5])):
            at = rng.randrange(len(body))
            match rng.randrange(4):
                case 0:
                    body[at] = rng.randrange(256)
                case 1:
                    body[at] ^= 1 << rng.randrange(8)
                case 2:
                    body[at:at] = rng.randbytes(rng.randrange(1, 6))
                case _:
                    del body[at : at + rng.randrange(1, 6)]
        try:
            wire.decode_reply(body)
        except WireError:
            refused += 1
    assert 3000 < refused < 6000


def test_random_bytes_are_refused() -> None:
    """Random bytes of any length are a WireError."""
    rng = random.Random(1)
    for length in range(400):
        with pytest.raises(WireError):
            wire.decode_reply(rng.randbytes(length))


@pytest.mark.parametrize(
    "filler", [b"\x90", b"\x80", b"\xc0", b"\xc7\0\x02", b"\xa0"], ids=["[]", "{}", "None", "Ext", "''"]
)
def test_a_bomb_is_refused_before_it_goes_off(filler: bytes) -> None:
    """A frame of sixteen million empty values, which would take gigabytes, is refused from its header."""
    count = 2**24 // len(filler)
    body = forged(None)[:-1] + b"\xdd" + struct.pack(">I", count) + filler * count
    started = time.perf_counter()
    with pytest.raises(WireError, match="50,000 values"):
        wire.decode_reply(body)
    assert time.perf_counter() - started < 0.5


def test_values_are_counted_over_the_whole_message() -> None:
    """Many short lists count as one long one does, in frames of a traceback too."""
    assert over([list(range(999))] * 49)[48][998] == 998
    with pytest.raises(WireError, match="50,000 values"):
        over([list(range(999))] * 51)
    with pytest.raises(WireError, match="50,000 values"):
        wire.decode_reply(wire.encode_reply(wire.Raised("", "", "", [wire.Frame("", 0, "", "")] * 7_500)))


@pytest.mark.parametrize(
    ("part", "size"),
    [
        ("x" * 31, 31),
        ("x" * 255, 255),
        ("x" * 2**16, 2**16),
        (b"x" * 255, 255),
        (b"x" * 2**16, 2**16),
        ({"k" * 300: 1}, 300),
        (Opaque("T" * 80, "x" * 200), 285),
    ],
    ids=["short", "string", "long", "bytes", "long-bytes", "names", "opaque"],
)
def test_text_is_counted_over_the_whole_message(part: Any, size: int) -> None:
    """Strings, bytes, names and what cannot travel share one budget; the bytes of tensors are none of it."""
    most = wire.MAX_TEXT // size
    assert len(over([torch.zeros(10**6), *[part] * (most - 2)])) == most - 1
    with pytest.raises(WireError, match="256 KB of text"):
        over([part] * (most + 1))


def test_tensors_of_one_number_are_counted_too() -> None:
    """A float32 alone is sixteen bytes, which msgpack writes in a form of its own."""
    one = torch.tensor(1.0)
    assert len(over([one] * wire.MAX_TENSORS)) == wire.MAX_TENSORS
    with pytest.raises(WireError, match="2,000 tensors"):
        over([one] * (wire.MAX_TENSORS + 1))


@pytest.mark.parametrize(
    "wrap", [lambda value: [value], lambda value: {"k": value}, lambda value: [Ext(2, b""), value]]
)
def test_depth_is_limited(wrap: Any) -> None:
    """Lists, dicts and tuples nest 32 deep and no deeper."""
    value = None
    for _ in range(32):
        value = wrap(value)
    assert isinstance(wire.decode_reply(forged(value)), wire.Returned)
    with pytest.raises(WireError, match="deep"):
        wire.decode_reply(forged(wrap(value)))


def test_extensions_do_not_nest() -> None:
    """Tuples in tuples as extensions in extensions, ten thousand deep, are no part of the protocol."""
    body = b"\xc0"
    for _ in range(10_000):
        body = msgspec.msgpack.encode(Ext(2, b"\x91" + body))
    with pytest.raises(WireError):
        wire.decode_reply(b"\x82\xa4type\xa8returned\xa5value" + body)


def test_what_an_opaque_claims_is_cut() -> None:
    """A hostile Opaque cannot bring more than a line."""
    reply = wire.decode_reply(forged(Ext(3, msgspec.msgpack.encode(["t" * 10**5, "x" * 10**5]))))
    assert isinstance(reply, wire.Returned)
    assert (len(reply.value.type), len(reply.value.text)) == (80, 200)


def test_nothing_is_ever_unpickled() -> None:
    """No module of cnngrade imports pickle or a relative of it, or calls torch.load without weights_only."""
    forbidden = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
    for path in Path(cnngrade.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = {alias.name.split(".")[0] for alias in node.names}
            else:
                names = {(node.module or "").split(".")[0]} if isinstance(node, ast.ImportFrom) else set()
            assert not names & forbidden, f"{path}:{node.lineno}"
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) != "torch.load", f"{path}:{node.lineno}"


# --- channels ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def ends() -> Any:
    """Our channel, and the bare socket of the other side."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours), theirs


def soon(seconds: float = 0.3) -> float:
    return time.monotonic() + seconds


def test_frames_arrive_in_order_whatever_their_length() -> None:
    """Empty, short and long frames are told apart."""
    ours, theirs = socket.socketpair()
    bodies = [b"", b"x", b"y" * 10**6, b"", b"z" * 70_000]
    with ours, theirs:
        sender = threading.Thread(target=lambda: [Channel(theirs).send(body) for body in bodies])
        sender.start()
        assert [bytes(Channel(ours).receive(soon(10))) for _ in bodies] == bodies
        sender.join()


def test_a_frame_over_the_limit_is_refused_before_it_is_read(ends: tuple[Channel, socket.socket]) -> None:
    """Only its length has arrived, and that is enough."""
    channel, other = ends
    other.sendall(struct.pack(">I", 2**32 - 1))
    with pytest.raises(WireError, match="4096 MB is larger than 64 MB"):
        channel.receive(soon(), 64 * 2**20)


def test_a_frame_at_the_limit_is_read(ends: tuple[Channel, socket.socket]) -> None:
    """The limit itself is allowed."""
    channel, other = ends
    other.sendall(struct.pack(">I", 10) + b"0123456789")
    assert channel.receive(soon(), 10) == b"0123456789"


def test_a_silent_peer_meets_the_deadline(ends: tuple[Channel, socket.socket]) -> None:
    """No answer is a DeadlineError, at the deadline."""
    channel, _other = ends
    started = time.monotonic()
    with pytest.raises(DeadlineError):
        channel.receive(soon(0.2))
    assert 0.15 < time.monotonic() - started < 5


def test_a_peer_that_dribbles_meets_the_deadline(ends: tuple[Channel, socket.socket]) -> None:
    """One byte every few milliseconds does not put the deadline off."""
    channel, other = ends
    stop = threading.Event()

    def dribble() -> None:
        other.sendall(struct.pack(">I", 10_000))
        while not stop.wait(0.02):
            other.sendall(b"x")

    thread = threading.Thread(target=dribble)
    thread.start()
    started = time.monotonic()
    with pytest.raises(DeadlineError):
        channel.receive(soon(0.4))
    elapsed = time.monotonic() - started
    stop.set()
    thread.join()
    assert 0.3 < elapsed < 5


def test_a_peer_that_does_not_read_meets_the_deadline(ends: tuple[Channel, socket.socket]) -> None:
    """Sending has a deadline too."""
    channel, _other = ends
    with pytest.raises(DeadlineError, match="does not read"):
        channel.send(bytes(50 * 2**20), soon(0.3))


def test_a_deadline_in_the_past_is_missed(ends: tuple[Channel, socket.socket]) -> None:
    """Even when the answer is there already: nothing is read after the deadline."""
    channel, other = ends
    other.sendall(struct.pack(">I", 1) + b"x")
    with pytest.raises(DeadlineError):
        channel.receive(soon(-1))


@pytest.mark.parametrize(
    "sent", [b"", b"\0\0", struct.pack(">I", 5) + b"abc"], ids=["nothing", "half a length", "half a body"]
)
def test_a_peer_that_goes_is_closed(ends: tuple[Channel, socket.socket], sent: bytes) -> None:
    """An end of the stream is Closed, also in the middle of a frame: half a frame is never an answer."""
    channel, other = ends
    other.sendall(sent)
    other.close()
    with pytest.raises(Closed):
        channel.receive(soon(5))


def test_sending_to_a_peer_that_has_gone_is_closed(ends: tuple[Channel, socket.socket]) -> None:
    """A broken pipe is no surprise."""
    channel, other = ends
    other.close()
    with pytest.raises(Closed):
        channel.send(bytes(10**6), soon(5))


def test_too_long_a_message_is_not_sent(ends: tuple[Channel, socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame beyond the protocol's limit is refused by its sender."""
    monkeypatch.setattr(wire, "MAX_FRAME", 1000)
    with pytest.raises(WireError, match="larger"):
        ends[0].send(bytes(1001))
