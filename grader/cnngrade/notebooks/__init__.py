"""Notebooks: their cells, writing the notebook of a week, and reading notebooks of students."""
