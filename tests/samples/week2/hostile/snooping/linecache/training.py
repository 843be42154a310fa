"""Looks for the suite's source in linecache, the probes' globals and code constants; expected: wrong, 0 points."""
import gc
import linecache
import sys
import types

NEEDLES = ("same_net", "same_structure", "contest.reach")
for file, entry in list(linecache.cache.items()):
    if "test_" in file and "hidden" in file:
        print(f"BREACH: the source of {file} is cached")
for thing in gc.get_objects():
    if isinstance(thing, types.CodeType) and any(name in thing.co_names for name in NEEDLES):
        print(f"BREACH: code of a test is here: {thing.co_name}")
constants = [
    constant
    for function in vars(sys.modules.get("week_probes", types)).values() if isinstance(function, types.FunctionType)
    for constant in function.__code__.co_consts if isinstance(constant, int | float)
]  # fmt: skip


def count_parameters(model):
    return int(max(constants, default=0))
