"""Where student code runs: `inside`, which is all that it sees of us, and `outside`, which watches it."""
