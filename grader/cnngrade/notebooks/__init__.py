"""Notebooks: their cells, how those of a week are written, how handed-in ones are read."""
