"""A package _pytest beside it; expected: not used, 0 points."""
print("BREACH: the submission's _pytest was imported")
