"""Takes away what a process could misuse, before it meets student code: namespaces, files, capabilities, system calls.

Linux only, by ctypes: the kernel's interfaces are a few numbers each, and stable. Every function raises `OSError` if
the kernel refuses. `Confinement.apply` does everything or fails, so no submission runs in half a sandbox.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import secrets
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID = 0x00020000, 0x08000000, 0x10000000, 0x20000000
CLONE_NEWNET = 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_REC, _MS_PRIVATE, _MS_NOEXEC, _MS_RDONLY = 2, 4, 1 << 14, 1 << 18, 8, 1
NOBODY = 65534
NOBODIES = range(1_900_000_000, 2_100_000_000)  # not used by people or containers: systemd.io/UIDS-GIDS
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _PR_SET_DUMPABLE = 24, 38, 22, 4
_LAST_CAPABILITY = 63
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random")
_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Leaves the namespaces named by `flags` for new ones."""
    _checked(_libc.unshare(flags), "unshare")


def enter(namespace: int, flags: int) -> None:
    """Enters the namespace behind the open file `namespace`."""
    _checked(_libc.setns(namespace, flags), "setns")


def enter_own_namespaces(flags: int) -> None:
    """Enters new namespaces, including a user namespace that holds only the present user and group numbers."""
    user, group = os.getuid(), os.getgid()  # in the new namespace they are unknown until they are mapped
    unshare(CLONE_NEWUSER | flags)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def become_nobody() -> None:
    """Changes from root to a user that no other sandbox has, because the limit on processes does not hold for root.

    Processes are counted by user. With one user for all, a submission that starts many would leave none for the others.
    If few users are mapped, as in some containers, the usual user `nobody` is taken.
    """
    try:
        _become(secrets.choice(NOBODIES))
    except OSError:
        _become(NOBODY)
    _checked(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl(dumpable)")  # otherwise /proc/self belongs to root


def _become(user: int) -> None:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def mount_scratch(path: str, size: int) -> None:
    """Mounts an empty file system of at most `size` bytes at `path`, which only this process has."""
    options = f"size={size},nr_inodes=20000,mode=0700".encode()
    flags = _MS_NOSUID | _MS_NODEV
    _checked(_libc.mount(b"tmpfs", path.encode(), b"tmpfs", flags, options), f"mount {path}")


def hide(path: str) -> None:
    """Mounts an empty, read-only file system over `path`."""
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC | _MS_RDONLY
    _checked(_libc.mount(b"tmpfs", path.encode(), b"tmpfs", flags, b"size=4k,nr_inodes=2"), f"mount over {path}")


def own_mounts() -> None:
    """Separates this process's mounts from those of all other processes."""
    _checked(_libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None), "mount private")


def drop_capabilities() -> None:
    """Drops every capability from every set, permanently."""
    for number in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) < 0 and ctypes.get_errno() == errno.EINVAL:
            break
    header = struct.pack("=Ii", 0x20080522, 0)
    _checked(_libc.capset(header, struct.pack("=6I", *[0] * 6)), "capset")


def no_new_privileges() -> None:
    """Stops setuid files from giving privileges. The filters below need this."""
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(no_new_privs)")


def limit(kind: int, value: int) -> None:
    """Sets a resource limit, soft and hard."""
    resource.setrlimit(kind, (value, value))


def limit_processes(count: int) -> None:
    """Allows at most `count` processes and threads of this user in this user namespace, and no core dumps."""
    limit(resource.RLIMIT_NPROC, count)
    limit(resource.RLIMIT_CORE, 0)


# --- Landlock ---------------------------------------------------------------------------------------------------------

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, read a folder
_ALL_OF_ABI_1 = (1 << 13) - 1
_TRUNCATE = 1 << 14  # since ABI 3
_SCOPES_SINCE, _SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 6, 1, 2


def has_landlock() -> bool:
    """Whether this kernel has Landlock, and it is switched on."""
    return _landlock_version() >= 1


def _landlock_version() -> int:
    return int(_libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def restrict_files(readable: Iterable[str], writable: Iterable[str]) -> bool:
    """Uses Landlock: files can be read only below `readable`, and read and written only below `writable`.

    Returns False if the kernel has no Landlock.
    """
    version = _landlock_version()
    if version < 1:
        return False
    handled = _ALL_OF_ABI_1 | (_TRUNCATE if version >= 3 else 0)
    attributes = struct.pack("=Q", handled)
    if version >= _SCOPES_SINCE:  # Landlock limits no network here, because seccomp refuses its sockets
        attributes = struct.pack("=QQQ", handled, 0, _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS)
    create = _libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    ruleset = _checked(create, "landlock")
    try:
        for rights, paths in ((_READ, readable), (handled, writable)):
            for path in paths:
                _allow(ruleset, rights, path)
        _checked(_libc.syscall(_LANDLOCK_RESTRICT, ruleset, ctypes.c_uint32(0)), "landlock")
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, rights: int, path: str) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not Path(path).is_dir():
            rights &= 1 << 0 | 1 << 1 | 1 << 2 | _TRUNCATE  # the rights that apply to a file
        rule = struct.pack("=Qi", rights, folder)
        _checked(_libc.syscall(_LANDLOCK_ADD, ruleset, 1, rule, ctypes.c_uint32(0)), f"landlock {path}")
    finally:
        os.close(folder)


# --- seccomp ----------------------------------------------------------------------------------------------------------

# (x86-64, aarch64) numbers; None where an architecture has no such call. All are refused with EPERM.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # other namespaces, mounts and roots
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "quotactl": (179, 60), "swapon": (167, 224),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    # the kernel
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "syslog": (103, 116), "reboot": (169, 142), "kexec_load": (246, 104),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "acct": (163, 89),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171),
    "sethostname": (170, 161), "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None),
    "modify_ldt": (154, None), "lookup_dcookie": (212, 18), "personality": (135, 92),
    # memory that no limit counts
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "shmctl": (31, 195), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    # pages that stay in a pipe after their process or file has released them
    "vmsplice": (278, 75), "splice": (275, 76), "tee": (276, 77),
}  # fmt: skip
# These change a user's own files even where Landlock forbids writing. Only read-only mounts prevent that.
_REFUSED_WITHOUT_MOUNTS: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
}  # fmt: skip
_PRLIMIT = (302, 261)
_SOCKET, _SOCKETPAIR, _CLONE, _CLONE3 = (41, 198), (53, 199), (56, 220), (435, 435)
_FCNTL, _F_SETPIPE_SZ = (72, 25), 1031
_SETSOCKOPT, _SOL_SOCKET, _SO_SNDBUF, _SO_SNDBUFFORCE = (54, 208), 1, 7, 32
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_NEW_NAMESPACES = 0x7E020000 | 0x80  # every CLONE_NEW* flag
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_AF_UNIX = 1


def seccomp_program(machine: str = "", mounts: bool = True) -> bytes:
    """Returns the filter as BPF. It refuses the calls above, non-Unix sockets, larger buffers, and clones into new namespaces.

    `mounts` says whether the process has file systems of its own. If not, only Landlock protects the files of others.
    """
    try:
        audit, column = _ARCHITECTURES[machine or platform.machine()]
    except KeyError:
        raise OSError(errno.ENOSYS, f"no list of system calls for {machine or platform.machine()}") from None
    load, equal, at_least, returns, any_bit = 0x20, 0x15, 0x35, 0x06, 0x45
    refuse = (returns, 0, 0, _ERRNO | errno.EPERM)
    program: list[tuple[int, int, int, int]] = [
        (load, 0, 0, 4),  # the architecture
        (equal, 1, 0, audit),
        (returns, 0, 0, _KILL),
        (load, 0, 0, 0),  # the call's number
        (at_least, 0, 1, 0x40000000),  # x32 calls, under other numbers
        refuse,
    ]
    for numbers in (_REFUSED if mounts else _REFUSED | _REFUSED_WITHOUT_MOUNTS).values():
        number = numbers[column]
        if number is not None:
            program += [(equal, 0, 1, number), refuse]
    # The flags of clone3 lie in memory, which a filter cannot read. If it is refused, the C library uses clone.
    program += [(equal, 0, 1, _CLONE3[column]), (returns, 0, 0, _ERRNO | errno.ENOSYS)]
    program += [
        (equal, 0, 3, _CLONE[column]),
        (load, 0, 0, 16),
        (any_bit, 0, 1, _NEW_NAMESPACES),
        refuse,
        (load, 0, 0, 0),
    ]
    # Only for the caller, which is process 0.
    program += [(equal, 0, 4, _PRLIMIT[column]), (load, 0, 0, 16), (equal, 1, 0, 0), refuse, (load, 0, 0, 0)]
    # Data in pipes and sockets counts as memory of no process, so their buffers may not grow.
    program += [(equal, 0, 4, _FCNTL[column]), (load, 0, 0, 24), (equal, 0, 1, _F_SETPIPE_SZ), refuse, (load, 0, 0, 0)]
    program += [(equal, 0, 7, _SETSOCKOPT[column]), (load, 0, 0, 24), (equal, 0, 4, _SOL_SOCKET), (load, 0, 0, 32)]
    program += [(equal, 1, 0, _SO_SNDBUF), (equal, 0, 1, _SO_SNDBUFFORCE), refuse, (load, 0, 0, 0)]
    for call in (_SOCKET, _SOCKETPAIR):
        program += [(equal, 0, 4, call[column]), (load, 0, 0, 16), (equal, 1, 0, _AF_UNIX), refuse, (load, 0, 0, 0)]
    program += [(returns, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *line) for line in program)


def restrict_calls(mounts: bool = True) -> None:
    """Installs the filter for this process and all that it starts. Call `no_new_privileges` first."""
    program = ctypes.create_string_buffer(seccomp_program(mounts=mounts))
    count = (len(program) - 1) // 8
    header = struct.pack("@HP", count, ctypes.addressof(program))
    _checked(_libc.prctl(_PR_SET_SECCOMP, 2, header, 0, 0), "seccomp")


def apply(scratch: Sequence[str], size: int, processes: int, hidden: Sequence[str]) -> None:
    """Confines a forked child completely: own mounts with an empty `scratch`, no /proc, no capability, few system calls.

    `scratch` are the folders that can be written, of `size` bytes each. `hidden` are folders that are covered. The
    caller must be the first process of its PID namespace.
    """
    os.setsid()  # without this a killpg(0) would reach the parent, because process groups cross PID namespaces
    enter_own_namespaces(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET)
    own_mounts()
    for path in scratch:
        mount_scratch(path, size)
    for path in hidden:
        hide(path)
    limit_processes(processes)
    drop_capabilities()
    no_new_privileges()
    restrict_files(("/",), (*scratch, *_DEVICES))
    restrict_calls()


def lock_down(readable: Sequence[str], writable: Sequence[str]) -> bool:
    """Applies what needs no privilege and no namespace: Landlock and seccomp. Returns False if the kernel has no Landlock."""
    drop_capabilities()  # only root has any
    no_new_privileges()
    if not restrict_files((*readable, *_DEVICES), (*writable, *_DEVICES)):
        return False
    restrict_calls(mounts=False)
    return True
