"""Types into the grader's terminal by TIOCSTI and opens /dev/tty; expected: missing, 0 points. Guard: types a blank, pid <= 5."""
import fcntl
import os
import termios

if os.getpid() <= 5:
    for path in ("/dev/tty", "/dev/console", "/dev/pts/0", "/dev/stdin", "/proc/self/fd/0"):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
        except OSError:
            continue
        if os.isatty(descriptor):
            print(f"BREACH: {path} is a terminal")
            try:
                fcntl.ioctl(descriptor, getattr(termios, "TIOCSTI", 0x5412), b" ")
                print("BREACH: TIOCSTI types into it")
            except OSError:
                pass
        os.close(descriptor)
