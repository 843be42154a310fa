"""A package named like the grader; expected: not used, 0 points."""
print("BREACH: the submission's cnngrade was imported")
