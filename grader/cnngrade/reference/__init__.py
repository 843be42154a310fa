"""The staff's own code of a week, to judge with: the reference, known mistakes, what trained networks are kept."""
