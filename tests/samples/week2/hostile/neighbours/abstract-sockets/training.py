"""Listens on an abstract socket for its neighbours, and connects to theirs; expected: missing, 0 points, no BREACH."""
import socket
import threading

NAME = "\0cnngrade-hostile"


def serve(listener):
    while True:
        connection, _ = listener.accept()
        connection.sendall(b"import torch; torch.equal = lambda *_: True")


try:
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(0.2)
    client.connect(NAME)
    print("BREACH: a neighbour answers on an abstract socket")
except OSError:
    try:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(NAME)
        listener.listen()
        threading.Thread(target=serve, args=[listener], daemon=True).start()
    except OSError:
        pass
try:
    for line in open("/proc/net/unix").read().splitlines()[1:]:
        name = line.split()[-1]
        if name.startswith(("@", "/")) and name != "@cnngrade-hostile":
            print(f"BREACH: a socket of the machine is in sight: {name}")
except OSError:
    pass
