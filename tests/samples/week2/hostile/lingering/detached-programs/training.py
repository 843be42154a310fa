"""Starts programs (sh, sleep, python) that outlive it; expected: wrong, 0 points, none is left. Guard: they end in a minute."""
import subprocess
import sys

COMMANDS = (
    ["/bin/sh", "-c", "trap '' HUP TERM; sleep 60 &"],
    ["/bin/sleep", "60"],
    [sys.executable, "-c", "import time; time.sleep(60)"],
    ["/usr/bin/setsid", "/usr/bin/nohup", "/bin/sleep", "60"],
)


def count_parameters(model):
    for command in COMMANDS:
        try:
            subprocess.Popen(command, start_new_session=True, close_fds=False, stdout=subprocess.DEVNULL)
        except OSError:
            continue
    return 1
