"""The wire between outside and inside: data only, in either direction.

A frame is a length (4 bytes, big-endian) and a msgpack body of one of the messages below. Values are None, bool, int,
float, str, bytes, list, tuple, dict with str keys, and tensors as (dtype, shape, bytes). Nothing is ever pickled.

The outside treats every frame as hostile: a size limit before anything is read, a deadline, a schema, a depth limit,
and tensors whose byte count has to match their shape. A frame that breaks one of these raises `WireError`, which the
judge turns into a verdict. What cannot travel (a set, an object, a sparse tensor) arrives as `Opaque`: its type's name
and the start of its repr, good for a message and for nothing else.
"""

from __future__ import annotations

import math
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

import msgspec

MAX_FRAME = 512 * 2**20  # bytes; a whole training set (CIFAR-10: 150 MB) goes in as one message
MAX_DEPTH = 32
MAX_ITEMS = 200_000  # of all lists and dicts in one message together
_LENGTH = struct.Struct(">I")
_TENSOR, _TUPLE, _OPAQUE = 1, 2, 3
# What a course compares; the rest (complex, quantised) travels as Opaque.
_DTYPES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64")


class WireError(Exception):
    """A message that is not what the protocol allows, or a value that cannot be sent."""


class Closed(WireError):
    """The other side has gone."""


class DeadlineError(WireError):
    """The other side did not answer in time."""


@dataclass(frozen=True)
class Opaque:
    """Something that cannot travel: the name of its type and the first characters of its repr."""

    type: str
    text: str

    def __str__(self) -> str:
        return f"{self.type}: {self.text}" if self.text else self.type


class Load(msgspec.Struct, tag="load"):
    """To inside: a submission's files, the week's file names, the source of its probes, the most memory in bytes."""

    files: dict[str, bytes]
    week_files: list[str]
    probes: str
    device: str
    memory: int


class Call(msgspec.Struct, tag="call"):
    """To inside: run one probe with `memory` bytes, after every random generator has been seeded with `seed`."""

    probe: str
    args: Any
    kwargs: Any
    seed: int
    memory: int


class Ready(msgspec.Struct, tag="ready"):
    """From inside: the process is up (`pid` as seen from there) and what it runs on."""

    pid: int
    python: str
    torch: str
    device: str


class Returned(msgspec.Struct, tag="returned"):
    """From inside: what the probe returned."""

    value: Any


class Frame(msgspec.Struct):
    """One line of a traceback that lies in the submission's own files."""

    file: str
    line: int
    function: str
    source: str


class Raised(msgspec.Struct, tag="raised"):
    """From inside: what the probe raised. `kind` is a claim of the inside, so it can only ever cost points."""

    kind: str
    exception: str
    message: str
    frames: list[Frame]


Reply = Ready | Returned | Raised
Request = Load | Call

_encoder = msgspec.msgpack.Encoder()
_raw = msgspec.msgpack.Decoder()


# --- values -----------------------------------------------------------------------------------------------------------


def pack(value: Any, depth: int = 0) -> Any:
    """`value` in terms msgpack knows; raises `WireError` past MAX_DEPTH levels of nesting."""
    if depth > MAX_DEPTH:
        raise WireError(f"the value is nested more than {MAX_DEPTH} levels deep")
    kind = type(value)
    if value is None or kind in (bool, float, str, bytes):
        return value
    if kind is int:
        return value if -(2**63) <= value < 2**63 else _opaque(value)
    if kind is list:
        return [pack(item, depth + 1) for item in value]
    if isinstance(value, tuple):  # torch.Size and named tuples too
        return msgspec.msgpack.Ext(_TUPLE, _encoder.encode([pack(item, depth + 1) for item in tuple(value)]))
    if isinstance(value, dict):
        if not all(type(key) is str for key in value):
            return _opaque(value)
        return {key: pack(item, depth + 1) for key, item in value.items()}
    if isinstance(value, Opaque):
        return msgspec.msgpack.Ext(_OPAQUE, _encoder.encode([value.type, value.text]))
    return _pack_number(value) if hasattr(value, "dtype") else _pack_subclass(value)


def _pack_subclass(value: Any) -> Any:
    for base in (float, str):  # a str enum, a float subclass: what they are, less the class
        if isinstance(value, base):
            return base(value)
    return _opaque(value)


def _pack_number(value: Any) -> Any:
    """Tensors as (dtype, shape, bytes); NumPy scalars as the numbers they are."""
    import torch

    if not isinstance(value, torch.Tensor):
        item = value.item() if getattr(value, "shape", None) == () else None
        return item if type(item) in (bool, int, float) else _opaque(value)
    dtype = str(value.dtype).removeprefix("torch.")
    if dtype not in _DTYPES or value.layout != torch.strided or value.device.type == "meta":
        return _opaque(value)
    if value.numel() * value.element_size() > MAX_FRAME:
        raise WireError(f"a tensor of shape {tuple(value.shape)} is too large to be a result")
    plain = value.detach().as_subclass(torch.Tensor).resolve_conj().resolve_neg().cpu().contiguous()
    data = plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""
    return msgspec.msgpack.Ext(_TENSOR, _encoder.encode([dtype, list(plain.shape), data]))


def _opaque(value: Any) -> msgspec.msgpack.Ext:
    name = type(value).__name__
    try:
        text = f"<{value.layout} on {value.device}, {value.dtype}>" if name == "Tensor" else repr(value)
    except Exception as error:
        text = f"<its repr raises {type(error).__name__}>"
    return msgspec.msgpack.Ext(_OPAQUE, _encoder.encode([str(name)[:80], str(text)[:200]]))


def unpack(value: Any) -> Any:
    """The value behind what msgpack decoded; raises `WireError` for anything `pack` would not have written."""
    budget = [MAX_ITEMS]
    return _unpack(value, 0, budget)


def _unpack(value: Any, depth: int, budget: list[int]) -> Any:
    if depth > MAX_DEPTH:
        raise WireError(f"a message is nested more than {MAX_DEPTH} levels deep")
    budget[0] -= 1
    if budget[0] < 0:
        raise WireError(f"a message holds more than {MAX_ITEMS:,} values")
    if isinstance(value, list):
        return [_unpack(item, depth + 1, budget) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise WireError("a message holds a dict whose keys are not text")
        return {key: _unpack(item, depth + 1, budget) for key, item in value.items()}
    if isinstance(value, msgspec.msgpack.Ext):
        return _unpack_extension(value, depth, budget)
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return value
    raise WireError(f"a message holds a {type(value).__name__}")


def _unpack_extension(value: msgspec.msgpack.Ext, depth: int, budget: list[int]) -> Any:
    try:
        inner = _raw.decode(value.data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"a message is malformed: {error}") from None
    match value.code, inner:
        case 1, [str() as dtype, list() as shape, bytes() as data]:
            return _tensor(dtype, shape, data)
        case 2, list():
            return tuple(_unpack(item, depth + 1, budget) for item in inner)
        case 3, [str() as name, str() as text]:
            return Opaque(name[:80], text[:200])
    raise WireError("a message holds an extension that is not part of the protocol")


def _tensor(dtype: str, shape: list[Any], data: bytes) -> Any:
    import torch

    if dtype not in _DTYPES:
        raise WireError("a message holds a tensor of a type that is not part of the protocol")
    if len(shape) > 16 or not all(type(size) is int and 0 <= size < 2**40 for size in shape):
        raise WireError("a message holds a tensor with an impossible shape")
    kind: torch.dtype = getattr(torch, dtype)
    if math.prod(shape) * kind.itemsize != len(data):
        raise WireError("a message holds a tensor whose bytes do not fit its shape")
    if dtype == "bool" and data.strip(b"\0\1"):
        raise WireError("a message holds a tensor of bools that are neither true nor false")
    if not data:
        return torch.empty(shape, dtype=kind)
    return torch.frombuffer(bytearray(data), dtype=kind).reshape(shape)


# --- frames -----------------------------------------------------------------------------------------------------------


def encode_reply(reply: Reply) -> bytes:
    """The body of a frame from inside."""
    if isinstance(reply, Returned):
        reply = Returned(pack(reply.value))
    return _encoder.encode(reply)


def encode_request(request: Request) -> bytes:
    """The body of a frame from outside."""
    if isinstance(request, Call):
        request = Call(request.probe, pack(request.args), pack(request.kwargs), request.seed, request.memory)
    return _encoder.encode(request)


_reply_decoder = msgspec.msgpack.Decoder(Reply)
_request_decoder = msgspec.msgpack.Decoder(Request)


def decode_reply(body: bytes | bytearray) -> Reply:
    """The message in a frame from inside; raises `WireError` for anything malformed."""
    try:
        reply = _reply_decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, OverflowError) as error:
        raise WireError(f"the answer is malformed: {str(error)[:200]}") from None
    return Returned(unpack(reply.value)) if isinstance(reply, Returned) else reply


def decode_request(body: bytes | bytearray) -> Request:
    """The message in a frame from outside."""
    request: Request = _request_decoder.decode(body)
    if isinstance(request, Call):
        return Call(request.probe, unpack(request.args), unpack(request.kwargs), request.seed, request.memory)
    return request


class Channel:
    """One end of the wire: frames over a connected stream socket."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, body: bytes, deadline: float | None = None) -> None:
        """Sends one frame by `deadline` (`time.monotonic`'s clock). Raises `Closed`, `DeadlineError` or `WireError`."""
        if len(body) > MAX_FRAME:
            raise WireError(f"a message of {len(body) / 2**20:.0f} MB is larger than {MAX_FRAME / 2**20:.0f} MB")
        try:
            self.connection.settimeout(_remaining(deadline))
            self.connection.sendall(_LENGTH.pack(len(body)))
            self.connection.settimeout(_remaining(deadline))
            self.connection.sendall(body)
        except TimeoutError:
            raise DeadlineError("the other side does not read") from None
        except OSError as error:
            raise Closed(f"the other side has gone ({error.strerror or error})") from None

    def receive(self, deadline: float | None = None, limit: int = MAX_FRAME) -> bytearray:
        """The body of the next frame, of at most `limit` bytes. Raises `Closed`, `DeadlineError` or `WireError`."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, deadline))
        if length > limit:
            raise WireError(f"an answer of {length / 2**20:.0f} MB is larger than {limit / 2**20:.0f} MB")
        return self._exactly(length, deadline)

    def _exactly(self, size: int, deadline: float | None) -> bytearray:
        buffer = bytearray(size)
        view, done = memoryview(buffer), 0
        while done < size:
            try:
                self.connection.settimeout(_remaining(deadline))
                got = self.connection.recv_into(view[done:])
            except TimeoutError:
                raise DeadlineError("no answer in time") from None
            except OSError as error:
                raise Closed(f"the other side has gone ({error.strerror or error})") from None
            if got == 0:
                raise Closed("the other side has gone")
            done += got
        return buffer

    def close(self) -> None:
        """Closes this end."""
        self.connection.close()


def _remaining(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
