"""The same under its other name; expected: not used, 0 points."""
print("BREACH: the submission's usercustomize.py was imported")
