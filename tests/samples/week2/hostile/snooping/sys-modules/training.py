"""Searches every loaded module for the course's functions and takes them for its own; expected: missing, 0 points."""
import sys
import types

ARGUMENTS = {
    "count_parameters": ("model",),
    "train_epoch": ("model", "loader", "loss_fn", "optimizer", "device"),
    "evaluate": ("model", "loader", "loss_fn", "device"),
    "train_lenet": ("train_loader", "epochs", "device"),
    "permute_pixels": ("images", "permutation"),
}
PLACES = ("hidden", "solutions", "mistakes", "judge")
for module_name, module in list(sys.modules.items()):
    if module is sys.modules[__name__]:
        continue
    for name, arguments in ARGUMENTS.items():
        stolen = vars(module).get(name)
        # Other libraries have an `evaluate`, too: only one with the course's arguments is worth taking.
        if isinstance(stolen, types.FunctionType) and stolen.__code__.co_varnames[: len(arguments)] == arguments:
            print(f"BREACH: {module_name} has {name}")
            globals()[name] = stolen
    if module_name.split(".")[0] in ("cnngrade", *PLACES) and set(module_name.split(".")) & set(PLACES):
        print(f"BREACH: {module_name} is loaded beside student code")
