"""Recipes: slow but correct ways to train, which a threshold has to let pass as well as the reference's.

A file `recipes/<id>.py` of a week is written as a known mistake is (`course.mistakes`), without a hint: the docstring is
its title, TASK the accuracy task whose training it changes, FILE the file of the reference in which its definitions
replace those of the same name. Recipes are for `calibrate` alone; no submission is compared with them.
"""

from __future__ import annotations

from pathlib import Path

from cnngrade.course.mistakes import Mistake, read_replacements
from cnngrade.errors import Problem


def read_recipes(folder: Path, tasks: list[str]) -> tuple[list[Mistake], list[Problem]]:
    """The recipes in `folder` by name, and all that is wrong with others; `tasks` are the ids that TASK may be."""
    recipes, problems = read_replacements(folder, ("TASK", "FILE"))
    problems += [
        Problem(recipe.source_path, 0, f"TASK is {recipe.task!r}, which trains nothing in this week")
        for recipe in recipes
        if recipe.task not in tasks
    ]
    return recipes, problems
