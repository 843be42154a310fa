"""The wire between outside and inside: only data, in both directions.

A frame is a length (4 bytes, big-endian) and a msgpack body of one of the messages below. Values are None, bool, int,
float, str, bytes, list, tuple, dict with str keys, and tensors as (dtype, shape, bytes). Nothing is ever pickled.

The outside treats every frame as hostile: a size limit before anything is read, a deadline, a count of values before
any is built, a schema, a depth limit, and tensors whose byte count has to match their shape. A frame that breaks one of
these raises `WireError`, which the judge turns into a verdict. A value that cannot travel (a set, an object, a sparse
tensor) arrives as `Opaque`: its type's name and the start of its repr, which serve only for a message.
"""

from __future__ import annotations

import math
import socket
import struct
import time
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

MAX_FRAME = 512 * 2**20  # bytes; a whole training set (CIFAR-10: 150 MB) goes in as one message
MAX_DEPTH = 32
# Limits of one answer, counted before any of it is built. The largest answer of the course's own code has 1,800 values,
# 400 tensors and 3 KB of text. The work outside grows with the number of parts.
MAX_ITEMS = 50_000
MAX_TENSORS = 2_000  # each takes a hundred times as much work outside as a number does
MAX_TEXT = 2**18  # bytes of text outside tensors: strings, names, bytes
_LENGTH = struct.Struct(">I")
_AT_ONCE = 2**16  # bytes of a frame that are sent together with its length
_TENSOR, _TUPLE, _OPAQUE = 1, 2, 3
_TENSOR_TAG = bytes([_TENSOR])
_TUPLE_MARK = msgspec.msgpack.Ext(_TUPLE, b"")  # a list that begins with it is a tuple of the rest
# The dtypes that a course compares. Others (complex, quantised) travel as Opaque.
_DTYPES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64")


class WireError(Exception):
    """A message that the protocol does not allow, or a value that cannot be sent."""


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


class Allowance(msgspec.Struct, frozen=True):
    """What the work on one question may use, in CPU seconds, bytes, and number of processes.

    The bytes are those of memory, of GPU memory, of one file, of all files together (`scratch`), and of printed text.
    """

    cpu_seconds: float
    memory: int
    processes: int  # and threads
    file_size: int
    scratch: int
    printed: int
    device_memory: int


class Fork(msgspec.Struct, tag="fork"):
    """To a zygote, with a socket and two pipes (output, exit status): fork a child that may use this much."""

    scratch: int
    processes: int


class Clean(msgspec.Struct, tag="clean"):
    """To a zygote that does not nest: end its child and remove what it left."""


class Load(msgspec.Struct, tag="load"):
    """To inside: a submission's files, the week's file names, the source of its probes, and the highest limits."""

    files: dict[str, bytes]
    week_files: list[str]
    probes: str
    device: str
    most: Allowance


class Call(msgspec.Struct, tag="call"):
    """To inside: run one probe within `allowance`, after seeding every random generator with `seed`.

    The answer repeats `number`. So an answer that was sent early or late is not taken for the answer to another call.
    """

    probe: str
    args: Any
    kwargs: Any
    seed: int
    allowance: Allowance
    number: int = 0


class Ready(msgspec.Struct, tag="ready"):
    """From inside: the process is ready (`pid` as seen from there), and the versions that it runs on."""

    pid: int
    python: str
    torch: str
    device: str


class Returned(msgspec.Struct, tag="returned"):
    """From inside: the result of the probe."""

    value: Any
    number: int = 0


class Frame(msgspec.Struct):
    """One line of a traceback that lies in the submission's own files."""

    file: str
    line: int
    function: str
    source: str


class Raised(msgspec.Struct, tag="raised"):
    """From inside: the exception of the probe. `kind` is a claim of the inside, so it can only ever cost points."""

    kind: str
    exception: str
    message: str
    frames: list[Frame]
    number: int = 0


Reply = Ready | Returned | Raised
Request = Load | Call

_encoder = msgspec.msgpack.Encoder()
_tensor_decoder = msgspec.msgpack.Decoder(tuple[str, Annotated[list[int], msgspec.Meta(max_length=16)], bytes])
_opaque_decoder = msgspec.msgpack.Decoder(tuple[str, str])


# --- values -----------------------------------------------------------------------------------------------------------

_PLAIN = frozenset({type(None), bool, float, bytes})  # checked first, because most of a message is numbers
_LEAST, _MOST = -(2**63), 2**63 - 1


def pack(value: Any, depth: int = 0) -> Any:
    """Returns `value` in the types of msgpack. Raises `WireError` past MAX_DEPTH levels of nesting."""
    if depth > MAX_DEPTH:
        raise WireError(f"the value is nested more than {MAX_DEPTH} levels deep")
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is int:
        return value if _LEAST <= value <= _MOST else _opaque(value)
    if kind is str:
        return value if _encodable(value) else _opaque(value)
    if isinstance(value, list):  # and its subclasses, such as those of the outside
        return [pack(item, depth + 1) for item in list.__iter__(value)]
    if isinstance(value, tuple):  # torch.Size and named tuples too
        return [_TUPLE_MARK, *[pack(item, depth + 1) for item in tuple(value)]]
    if isinstance(value, dict):
        if not all(type(key) is str and _encodable(key) for key in value):
            return _opaque(value)
        return {key: pack(item, depth + 1) for key, item in value.items()}
    if isinstance(value, Opaque):
        return msgspec.msgpack.Ext(_OPAQUE, _encoder.encode([value.type, value.text]))
    return _pack_number(value) if hasattr(value, "dtype") else _pack_subclass(value)


def _pack_subclass(value: Any) -> Any:
    # An enum of numbers or a subclass of float is sent as a plain number.
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, int):
        return pack(int.__int__(value))
    return pack(str.__str__(value)) if isinstance(value, str) else _opaque(value)


def _pack_number(value: Any) -> Any:
    """Returns a tensor as (dtype, shape, bytes), and a NumPy scalar as a number."""
    import torch

    if not isinstance(value, torch.Tensor):
        item = value.item() if getattr(value, "shape", None) == () else None
        return item if type(item) in (bool, int, float) else _opaque(value)
    dtype = str(value.dtype).removeprefix("torch.")
    plain_storage = value.layout == torch.strided and value.device.type != "meta" and not value.is_nested
    if dtype not in _DTYPES or not plain_storage or torch.nn.parameter.is_lazy(value):
        return _opaque(value)
    if value.numel() * value.element_size() > MAX_FRAME:
        raise WireError(f"a tensor of shape {tuple(value.shape)} is too large to be a result")
    plain = value.detach().as_subclass(torch.Tensor).resolve_conj().resolve_neg().cpu().contiguous()
    flat = plain.reshape(-1)
    if flat.numel() == 1:  # its stride may have any value, and `view` requires 1
        flat = flat.clone(memory_format=torch.contiguous_format)
    data = flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""
    return msgspec.msgpack.Ext(_TENSOR, _encoder.encode([dtype, list(plain.shape), data]))


def _opaque(value: Any) -> msgspec.msgpack.Ext:
    name = type(value).__name__
    try:
        text = f"<{value.layout} on {value.device}, {value.dtype}>" if name == "Tensor" else repr(value)
    except Exception as error:
        text = f"<its repr raises {type(error).__name__}>"
    return msgspec.msgpack.Ext(_OPAQUE, _encoder.encode([as_text(str(name)[:80]), as_text(str(text)[:200])]))


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # lone surrogates
        return False
    return True


def as_text(text: str) -> str:
    """Returns `text` with lone surrogates replaced, because UTF-8 cannot hold them."""
    return str.encode(text, "utf-8", "replace").decode()


def unpack(value: Any, depth: int = 0) -> Any:
    """Returns the value for what msgpack decoded. Raises `WireError` for anything that `pack` would not have written."""
    if depth > MAX_DEPTH:
        raise WireError(f"a message is nested more than {MAX_DEPTH} levels deep")
    kind = type(value)
    if kind in _PLAIN or kind is int or kind is str:
        return value
    if kind is list:
        is_tuple = bool(value) and value[0] == _TUPLE_MARK
        items = [unpack(item, depth + 1) for item in (value[1:] if is_tuple else value)]
        return tuple(items) if is_tuple else items
    if kind is dict:
        if not all(type(key) is str for key in value):
            raise WireError("a message holds a dict whose keys are not text")
        return {key: unpack(item, depth + 1) for key, item in value.items()}
    if kind is msgspec.msgpack.Ext:
        return _unpack_extension(value)
    raise WireError(f"a message holds a {kind.__name__}")


def _unpack_extension(value: msgspec.msgpack.Ext) -> Any:
    try:
        if value.code == _TENSOR:
            return _tensor(*_tensor_decoder.decode(value.data))
        if value.code == _OPAQUE:
            name, text = _opaque_decoder.decode(value.data)
            return Opaque(name[:80], text[:200])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WireError(f"a message is malformed: {error}") from None
    raise WireError("a message holds an extension that is not part of the protocol")


def _tensor(dtype: str, shape: list[int], data: bytes) -> Any:
    import torch

    if dtype not in _DTYPES:
        raise WireError("a message holds a tensor of a type that is not part of the protocol")
    if min(shape, default=0) < 0 or math.prod(max(size, 1) for size in shape) >= 2**48:
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
    """Returns the body of a frame from inside."""
    if isinstance(reply, Returned):
        reply = Returned(pack(reply.value), reply.number)
    return _encoder.encode(reply)


def encode_request(request: Request) -> bytes:
    """Returns the body of a frame from outside."""
    if isinstance(request, Call):
        request = msgspec.structs.replace(request, args=pack(request.args), kwargs=pack(request.kwargs))
    return _encoder.encode(request)


_reply_decoder = msgspec.msgpack.Decoder(Reply)
_request_decoder = msgspec.msgpack.Decoder(Request)
_zygote_decoder = msgspec.msgpack.Decoder(Fork | Clean)


def decode_reply(body: bytes | bytearray) -> Reply:
    """Returns the message in a frame from inside. Raises `WireError` for anything malformed."""
    _count(body)
    try:
        reply = _reply_decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, OverflowError) as error:
        raise WireError(f"the answer is malformed: {str(error)[:200]}") from None
    return Returned(unpack(reply.value), reply.number) if isinstance(reply, Returned) else reply


def encode_zygote(request: Fork | Clean) -> bytes:
    """Returns a message to a zygote, in one piece."""
    return _encoder.encode(request)


def decode_zygote(body: bytes) -> Fork | Clean:
    """Returns the message that a zygote has got."""
    request: Fork | Clean = _zygote_decoder.decode(body)
    return request


def decode_request(body: bytes | bytearray) -> Request:
    """Returns the message in a frame from outside."""
    request: Request = _request_decoder.decode(body)
    if isinstance(request, Call):
        return msgspec.structs.replace(request, args=unpack(request.args), kwargs=unpack(request.kwargs))
    return request


# msgpack's tags: the number of bytes after a fixed one, and the width of the length after a sized one.
_FIXED = {0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4}
_FIXED |= {0xD3: 8}
_BYTES = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
_EXTENSIONS = {0xC7: 1, 0xC8: 2, 0xC9: 4}
_FIXED_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}
_CONTAINERS = {0xDC: (2, 1), 0xDD: (4, 1), 0xDE: (2, 2), 0xDF: (4, 2)}


def _count(body: bytes | bytearray) -> None:
    """Raises `WireError` if `body` holds more than MAX_ITEMS, MAX_TENSORS and MAX_TEXT allow, or less than it claims.

    An empty list is one byte in a frame and fifty in memory, so this check runs before anything is built.
    """
    position, left, seen, tensors, text = 0, 1, 0, 0, 0  # `left` values are still to come
    while left:
        if left + seen > MAX_ITEMS:
            raise WireError(f"an answer holds more than {MAX_ITEMS:,} values")
        if position >= len(body):
            raise WireError("the answer is malformed: it is cut short")
        tag = body[position]
        position, left, seen = position + 1, left - 1, seen + 1
        if tag < 0x80 or tag >= 0xE0:
            continue
        if tag < 0xA0:
            left += (tag & 15) * (2 if tag < 0x90 else 1)
        elif tag < 0xC0:
            position += tag & 31
            text += tag & 31
        elif tag in _FIXED:
            position += _FIXED[tag]
        elif tag in _CONTAINERS:
            width, each = _CONTAINERS[tag]
            left += each * int.from_bytes(body[position : position + width])
            position += width
        else:
            width = _BYTES.get(tag) or _EXTENSIONS.get(tag, 0)
            size = _FIXED_EXTENSIONS.get(tag) or int.from_bytes(body[position : position + width])
            position += width
            is_tensor = tag not in _BYTES and body[position : position + 1] == _TENSOR_TAG
            tensors += is_tensor
            text += 0 if is_tensor else size
            position += size + (tag not in _BYTES)
        if tensors > MAX_TENSORS:
            raise WireError(f"an answer holds more than {MAX_TENSORS:,} tensors")
        if text > MAX_TEXT:
            raise WireError(f"an answer holds more than {MAX_TEXT // 1024:,} KB of text")


class Channel:
    """One end of the wire: frames over a connected stream socket."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, body: bytes, deadline: float | None = None) -> None:
        """Sends one frame by `deadline` (of the clock `time.monotonic`). Raises `Closed`, `DeadlineError` or `WireError`."""
        if len(body) > MAX_FRAME:
            raise WireError(f"a message of {len(body) / 2**20:.0f} MB is larger than {MAX_FRAME / 2**20:.0f} MB")
        try:
            head, rest = body[:_AT_ONCE], memoryview(body)[_AT_ONCE:]
            self.connection.settimeout(_remaining(deadline))
            self.connection.sendall(_LENGTH.pack(len(body)) + head)  # together: a short frame wakes the other side once
            if rest:
                self.connection.settimeout(_remaining(deadline))
                self.connection.sendall(rest)
        except TimeoutError:
            raise DeadlineError("the other side does not read") from None
        except OSError as error:
            raise Closed(f"the other side has gone ({error.strerror or error})") from None

    def receive(self, deadline: float | None = None, limit: int = MAX_FRAME) -> bytearray:
        """Returns the body of the next frame, of at most `limit` bytes. Raises `Closed`, `DeadlineError` or `WireError`."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, deadline))
        if length > limit:
            raise WireError(f"an answer of {length / 2**20:.0f} MB is larger than {limit / 2**20:.0f} MB")
        return self._exactly(length, deadline)

    def is_answered(self, deadline: float) -> bool:
        """Waits until the other side sends something or has gone. Returns False if neither happens by `deadline`."""
        try:
            self.connection.settimeout(_remaining(deadline))
            self.connection.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return False
        except OSError:
            pass  # the next `receive` will raise an error
        return True

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
