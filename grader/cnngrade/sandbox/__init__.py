"""Runs student code: `inside` is all of this package that the code can see, and `outside` watches it."""
