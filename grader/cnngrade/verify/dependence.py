"""Which definitions of the reference a task depends on: guessed from names, then proven by doing without all others.

A week has up to a hundred and fifty known mistakes, each of which changes one definition; to judge all of them on all tasks
takes hours, nearly all of it spent on finding that LeNet does not depend on VGG. So the others are knocked out, all at
once: in their place stands something that cannot be called, subclassed or looked into. A task that passes all its tests and
gives the reference's answers to every question without them does not depend on them, and a change in them cannot change its
verdict. A task that does not is judged on every mistake.

What this cannot see: a probe that reads the text of code which it does not run, or code that tampers with PyTorch itself
while another task is judged. `verify --thorough` judges everything on everything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cnngrade.course.assignment import Task
from cnngrade.course.mistakes import Mistake

Symbol = tuple[str, str]
"""A file and the name of a definition at its top level."""

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_GONE = """class _Gone_{name}:
    def _refuse(self, *args, **kwargs):
        raise RuntimeError("{name} is knocked out")
    __call__ = __getattr__ = __mro_entries__ = __instancecheck__ = __subclasscheck__ = _refuse
{name} = _Gone_{name}()
"""


@dataclass(frozen=True)
class Dependence:
    """What each task depends on; None for a task that may depend on everything."""

    of: Mapping[str, frozenset[Symbol] | None]

    def may_change(self, task: str, changed: Iterable[Symbol]) -> bool:
        """Whether a change in these definitions can change the task's verdict."""
        known = self.of.get(task)
        return known is None or not known.isdisjoint(changed)


def definitions(files: Mapping[str, bytes]) -> dict[Symbol, _Definition]:
    """The functions and classes at the top level of the files."""
    return {
        (file, node.name): node
        for file, content in files.items()
        for node in ast.parse(content).body
        if isinstance(node, _Definition)
    }


def guess(task: Task, files: Mapping[str, bytes]) -> frozenset[Symbol]:
    """The definitions whose name occurs in what the task judges, in what that uses, and so on, or outside of definitions."""
    known = definitions(files)
    found = {symbol for symbol in known if ":".join(symbol) in task.symbols}
    waiting: list[ast.AST] = [known[symbol] for symbol in found]
    waiting += [
        node
        for content in files.values()
        for node in ast.parse(content).body
        if not isinstance(node, _Definition | ast.Import | ast.ImportFrom)
    ]
    while waiting:
        names = _names(waiting.pop())
        new = {symbol for symbol in known if symbol[1] in names} - found
        found |= new
        waiting += [known[symbol] for symbol in new]
    return frozenset(found)


def _names(tree: ast.AST) -> set[str]:
    """Every identifier in a piece of code, and every string that could be one."""
    names = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                names.add(name)
    return names


def without(files: Mapping[str, bytes], kept: frozenset[Symbol]) -> dict[str, bytes]:
    """The files with every definition knocked out that is not in `kept`."""
    changed = {}
    for file, content in files.items():
        tree = ast.parse(content)
        body: list[ast.stmt] = []
        for node in tree.body:
            if isinstance(node, _Definition) and (file, node.name) not in kept:
                body += ast.parse(_GONE.format(name=node.name)).body
            else:
                body.append(node)
        tree.body = body
        changed[file] = ast.unparse(tree).encode()
    return changed


def changed_by(mistake: Mistake, files: Mapping[str, bytes]) -> frozenset[Symbol] | None:
    """The definitions that a mistake replaces; None where what it adds has a name that the reference's code uses.

    An import or a function beside the wrong definition changes nothing elsewhere, unless it takes the place of a name.
    """
    wrong, right = ast.parse(mistake.source_path.read_bytes()), ast.parse(files[mistake.file])
    known, imported = definitions(files), _imported(right)
    names = {node.name for node in wrong.body if isinstance(node, _Definition)}
    replaced = {name for name in names if (mistake.file, name) in known}
    added = names - replaced | {name for name, what in _imported(wrong).items() if imported.get(name) != what}
    if added & _names(right):
        return None
    return frozenset((mistake.file, name) for name in replaced)


def _imported(tree: ast.Module) -> dict[str, str]:
    """Name -> what it is, for every import at the top level."""
    names: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            # `import a.b` binds a, and `import a.b as c` binds a.b to c.
            names |= {each.asname or each.name.partition(".")[0]: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {each.asname or each.name: f"{node.module}:{each.name}" for each in node.names}
    return names
