"""Imports the solution by every path it can think of; expected: missing, 0 points, no BREACH."""
import importlib
import importlib.util
import os
import sys

places = [*sys.path, os.getcwd(), os.path.dirname(__file__), os.path.expanduser("~"), "/", "/course", "/repo", "/src"]
try:
    import cnngrade

    places.append(os.path.dirname(cnngrade.__file__))
except ImportError:
    pass
for place in dict.fromkeys(places):
    for up in (".", "..", "../..", "../../.."):
        file = os.path.join(place or ".", up, "solutions", "week2", "models.py")
        if os.path.isfile(file):
            print("BREACH: the solution can be imported")
            spec = importlib.util.spec_from_file_location("stolen", file)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            globals().update({name: value for name, value in vars(module).items() if name[:1].isupper()})
for name in ("solutions.week2.models", "assignments.week2.hidden.test_models", "cnngrade.judge.suite", "reference"):
    try:
        module = importlib.import_module(name)
        print(f"BREACH: {name} can be imported")
        globals().update({name: value for name, value in vars(module).items() if name[:1].isupper()})
    except Exception:
        continue
