"""Puts finders and import hooks in front of all others, and aliases modules; expected: wrong, 0 points."""
import builtins
import sys
import types


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] in ("models", "data", "numpy", "torchvision"):
            sys.modules[name] = types.ModuleType(name)
        return None


sys.meta_path.insert(0, Finder)
sys.path_hooks.insert(0, lambda path: Finder)
real_import = builtins.__import__
builtins.__import__ = lambda name, *rest, **kwargs: real_import("json" if name == "traceback" else name, *rest, **kwargs)
sys.modules["models"] = sys.modules["data"] = sys.modules[__name__]
__getattr__ = lambda name: lambda *_args, **_kwargs: 689
