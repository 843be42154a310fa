"""The outside: pytest runs a week's suites, asks the inside for raw data, and decides every verdict."""
