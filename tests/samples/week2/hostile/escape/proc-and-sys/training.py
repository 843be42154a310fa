"""Climbs out by /proc/1/root, /proc/*/cwd, and opens /proc/sys, /sys and cgroups for writing; expected: missing, 0 points."""
import glob
import os

if os.getpid() <= 5:  # only in a sandbox of its own
    for path in ("/proc/1/root", "/proc/self/root", *glob.glob("/proc/[0-9]*/cwd"), *glob.glob("/proc/[0-9]*/root")):
        for inside in ("assignments", "solutions", "home"):
            try:
                if os.listdir(os.path.join(path, inside)):
                    print(f"BREACH: {path}/{inside} can be listed")
            except OSError:
                continue
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory", "/proc/sysrq-trigger", "/proc/kcore",
                 "/sys/kernel/uevent_helper", "/sys/fs/cgroup/cgroup.procs", "/proc/sys/user/max_user_namespaces",
                 *glob.glob("/proc/[0-9]*/oom_score_adj")):  # fmt: skip
        try:
            descriptor = os.open(path, os.O_WRONLY)  # opened and closed, not a byte written
            os.close(descriptor)
            if not path.endswith("oom_score_adj") or path.split("/")[2] != str(os.getpid()):
                print(f"BREACH: {path} can be written")
        except OSError:
            continue
