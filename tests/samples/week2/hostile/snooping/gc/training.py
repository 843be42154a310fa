"""Searches all objects that gc knows for solutions, tests and expected values; expected: wrong, 0 points, no BREACH."""
import gc
import types

# Other libraries have an `evaluate`, too: only functions with the course's arguments are of any use.
FIRST = {"permute_pixels": "images", "train_lenet": "train_loader"}


def functions(name):
    return [
        thing for thing in gc.get_objects()
        if isinstance(thing, types.FunctionType) and thing.__name__ == name and thing.__module__ != __name__
        and thing.__code__.co_filename != __file__ and thing.__code__.co_varnames[:1] == (FIRST.get(name, "model"),)
    ]  # fmt: skip


def steal(name):
    def stolen(*args, **kwargs):
        for function in functions(name):
            print(f"BREACH: found {function.__module__}.{name}")
            return function(*args, **kwargs)
        tests = [each for each in gc.get_objects() if isinstance(each, dict) and f"test_{name}" in each]
        if tests:
            print(f"BREACH: found test_{name}")
        return None

    return stolen


count_parameters, permute_pixels = steal("count_parameters"), steal("permute_pixels")
train_epoch, evaluate, train_lenet = steal("train_epoch"), steal("evaluate"), steal("train_lenet")
