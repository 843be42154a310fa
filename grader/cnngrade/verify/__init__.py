"""The proof that a week's suites are right, before a student sees them.

`bench` judges many file sets in processes side by side; `dependence` says which definitions a task depends on; `week` judges
what a week has (reference, starter, samples, known mistakes), `claims` says what does not hold of it; `mutants` makes
mechanical mistakes, and `mutation` judges these.
"""
