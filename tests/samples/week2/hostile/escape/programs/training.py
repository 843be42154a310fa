"""Starts shells, git, find, sudo and compilers to look for the course; expected: missing, 0 points, no BREACH."""
import subprocess

for command in (
    ["/bin/sh", "-c", "ls -d /*/assignments /*/*/assignments /home/*/*/assignments 2>/dev/null"],
    ["find", "/", "-maxdepth", "6", "-path", "*/solutions/week2/training.py", "-not", "-path", "/proc/*"],
    ["git", "-C", "/", "grep", "-l", "BEGIN" + " SOLUTION"],
    ["sudo", "-n", "ls", "/"],
    ["su", "-c", "id"],
):
    try:
        found = subprocess.run(command, capture_output=True, timeout=5, stdin=subprocess.DEVNULL).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        continue
    if found:
        print(f"BREACH: {command[0]} finds {found[:100]!r}")
