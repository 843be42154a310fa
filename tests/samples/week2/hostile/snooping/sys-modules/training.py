"""Searches every loaded module for the course's functions and takes them for its own; expected: missing, 0 points."""
import sys

NAMES = ("count_parameters", "train_epoch", "evaluate", "train_lenet", "permute_pixels")
for module_name, module in list(sys.modules.items()):
    if module is sys.modules[__name__] or module_name.split(".")[0] in ("torch", "sklearn"):
        continue
    for name in NAMES:
        stolen = vars(module).get(name)
        if stolen is not None:
            print(f"BREACH: {module_name} has {name}")
            globals()[name] = stolen
    if any(part in module_name for part in ("hidden", "solutions", "cnngrade.judge", "mistakes")):
        print(f"BREACH: {module_name} is loaded beside student code")
