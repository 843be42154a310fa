"""Connects to the machine's own services: Docker, systemd, D-Bus, X; expected: missing, 0 points. Guard: connects, says nothing."""
import glob
import socket

paths = ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/systemd/private",
         "/run/dbus/system_bus_socket", "/tmp/.X11-unix/X0", "/run/podman/podman.sock", *glob.glob("/run/user/*/bus"),
         *glob.glob("/tmp/**/*.sock", recursive=True)]  # fmt: skip
for path in paths:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(0.2)
            connection.connect(path)
            print(f"BREACH: {path} answers")
    except OSError:
        continue
