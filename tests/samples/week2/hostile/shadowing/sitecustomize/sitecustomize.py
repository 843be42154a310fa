"""Would run at the start of every Python that has this folder on its path; expected: not used, 0 points."""
print("BREACH: the submission's sitecustomize.py was imported")
