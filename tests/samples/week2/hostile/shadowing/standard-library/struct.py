"""A struct.py for whoever imports struct late; expected: not used, 0 points."""
print("BREACH: the submission's struct.py was imported")
