"""TCP, UDP and DNS to loopback and TEST-NET addresses, in 0.2 s each; expected: missing, 0 points, no BREACH."""
import socket

for host, port in (("127.0.0.1", 22), ("127.0.0.1", 80), ("127.0.0.1", 631), ("192.0.2.1", 80), ("198.51.100.7", 443),
                   ("::1", 22), ("2001:db8::1", 80)):  # fmt: skip
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind) as connection:
                connection.settimeout(0.2)
                connection.connect((host, port))
                if kind == socket.SOCK_STREAM or not host.startswith(("127.", "::1")):
                    print(f"BREACH: {host} port {port} can be reached ({kind.name})")
        except OSError:
            continue
try:
    interfaces = [name for _, name in socket.if_nameindex() if name != "lo"]
except OSError:
    interfaces = []
if interfaces:
    print(f"BREACH: network interfaces are in sight: {interfaces}")
