"""AF_VSOCK, which no network namespace contains, and other odd families; expected: missing, 0 points, no BREACH."""
import socket

for name, family, kind in (
    ("AF_VSOCK", 40, socket.SOCK_STREAM), ("AF_PACKET", 17, socket.SOCK_RAW), ("AF_ALG", 38, socket.SOCK_SEQPACKET),
    ("AF_BLUETOOTH", 31, socket.SOCK_RAW), ("AF_TIPC", 30, socket.SOCK_RDM), ("AF_XDP", 44, socket.SOCK_RAW),
    ("AF_KEY", 15, socket.SOCK_RAW), ("AF_RDS", 21, socket.SOCK_SEQPACKET), ("raw IP", 2, socket.SOCK_RAW),
):  # fmt: skip
    try:
        socket.socket(family, kind, 1 if name == "raw IP" else 0).close()
        print(f"BREACH: {name} sockets are allowed")
    except (OSError, ValueError):
        continue
