"""A traceback.py for whoever describes an exception late; expected: not used, 0 points."""
print("BREACH: the submission's traceback.py was imported")
