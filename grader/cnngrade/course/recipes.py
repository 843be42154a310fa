"""Recipes: slow but correct ways to train, which a threshold must let pass like the reference.

A file `recipes/<id>.py` of a week has the format of a known mistake (`course.mistakes`), but no hint. The docstring is
its title. TASK is the accuracy task whose training it changes. FILE is the file of the reference in which its
definitions replace those of the same name. Only `calibrate` uses recipes. No submission is compared with them.
"""

from __future__ import annotations

from pathlib import Path

from cnngrade.course.mistakes import Mistake, read_replacements
from cnngrade.errors import Problem


def read_recipes(folder: Path, tasks: list[str]) -> tuple[list[Mistake], list[Problem]]:
    """Reads the recipes in `folder`, by name. Returns the good ones, and all that is wrong with the others.

    `tasks` are the ids that TASK may be.
    """
    recipes, problems = read_replacements(folder, ("TASK", "FILE"))
    problems += [
        Problem(recipe.source_path, 0, f"TASK is {recipe.task!r}, which trains nothing in this week")
        for recipe in recipes
        if recipe.task not in tasks
    ]
    return recipes, problems
