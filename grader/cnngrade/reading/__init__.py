"""Reads a submission's source as a person would, outside: nothing of it is ever run, imported or compiled to run."""
