"""setuid(0), capabilities, set-uid programs and device files; expected: missing, 0 points, no BREACH. Guard: pid <= 5."""
import ctypes
import os
import stat
import tempfile

libc = ctypes.CDLL(None, use_errno=True)
if os.getpid() <= 5:
    status = open("/proc/self/status").read() if os.path.exists("/proc/self/status") else ""
    for line in status.splitlines():
        name, _, value = line.partition(":\t")
        if name in ("CapPrm", "CapEff", "CapBnd", "CapAmb", "CapInh") and int(value, 16):
            print(f"BREACH: {name} is {value}")
        if (name, value) in {("NoNewPrivs", "0"), ("Seccomp", "0")}:
            print(f"BREACH: {name} is off")
    if os.getuid() and libc.setresuid(0, 0, 0) == 0:
        print("BREACH: setresuid(0) succeeds")
    libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE
    folder = tempfile.mkdtemp()
    for name, kind, device in (("null", stat.S_IFCHR, (1, 3)), ("disk", stat.S_IFBLK, (8, 0)), ("mem", stat.S_IFCHR, (1, 1))):
        try:
            os.mknod(os.path.join(folder, name), kind | 0o600, os.makedev(*device))
            print(f"BREACH: a device file for {name} can be made")
        except OSError:
            continue
    for device in ("/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/fuse", "/dev/kvm", "/dev/net/tun"):
        try:
            os.close(os.open(device, os.O_RDONLY))
            print(f"BREACH: {device} can be opened")
        except OSError:
            continue
