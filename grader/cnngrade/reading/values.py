"""What an expression of a submission's code may be, and who hears of it while the code is followed (`flow.py`)."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from cnngrade.reading.source import ClassSource, Function, Scope

LONG = 200  # characters of a text that may be a name
TEXTS = 24  # texts that an expression may be; more are "computed"
LOOSE, HOOKS, RAISED, ANYWHERE = "(containers)", "(hooks)", "(raised)", ""  # stored where it is not known


@dataclass(frozen=True)
class Outer:
    """Something outside of the submission, by its dotted path: `torch.nn.functional.conv2d`, `builtins.getattr`."""

    path: str


@dataclass(frozen=True)
class KnownText:
    """A string; `boxed` where it lies in a container."""

    text: str
    boxed: bool = False


@dataclass(frozen=True)
class Instance:
    """An object of one of the submission's classes."""

    of: ClassSource


@dataclass(frozen=True)
class Bound:
    """A method and its object."""

    function: Function
    of: Instance | ClassSource


@dataclass(frozen=True)
class Adder:
    """The method of a container that adds to it, wherever it is called from: `keep = pairs.append`."""

    container: ast.expr
    scope: Scope


@dataclass(frozen=True)
class Own:
    """A module of the submission: its file, or the folder of a package without one."""

    file: str


@dataclass(frozen=True)
class Special:
    """`DATA` (tensors, numbers, whatever came from outside), `COMPUTED` (a text that is not known)."""

    name: str


DATA, COMPUTED = Special("data"), Special("computed")
Value = Outer | KnownText | Instance | Bound | Adder | Own | Special | Function | ClassSource
Values = frozenset[Value]
NOTHING: Values = frozenset()
ANY: Values = frozenset([DATA])


class TangledError(Exception):
    """The code takes too long to be read."""


@dataclass(frozen=True)
class Place:
    """Where something stands."""

    file: str
    line: int


class Listener:
    """Hears what a `Flow` comes across; what it has heard before the last beginning was not yet complete."""

    judged = False  # whether it is a task's code, and not what an import runs

    def begins(self) -> None:
        """The flow goes over all that is reached, perhaps once more."""

    def names(self, path: str, at: Place) -> None:
        """Something outside of the submission is named."""

    def attribute(self, name: str, at: Place, known: str, called: bool) -> None:
        """An attribute of something whose type is not known is named; `known` says of which own thing it may be."""

    def computes_a_name(self, what: str, at: Place) -> None:
        """A name is computed that leads to an attribute or a module."""

    def imports_computed(self, at: Place) -> None:
        """A module is imported whose name is computed."""

    def replaces(self, what: str, at: Place, values: Values = NOTHING) -> None:
        """Something is stored into a module, or into something outside of the submission."""

    def imports(self, module: str, at: Place, optional: bool) -> None:
        """A module that is not the submission's is imported; an `optional` one may well be missing."""

    def does(self, what: str, at: Place, harmless: bool = False) -> None:
        """Something is done that leads to other code: a process, a file of code, a callback, objects that are loaded."""

    def may_write(self, what: str, at: Place) -> None:
        """Perhaps a file of code is written, or put elsewhere: nothing is known of its name."""

    def mentions(self, text: str) -> None:
        """A file or folder is named by that text."""

    def unreadable(self, file: str, why: str, at: Place) -> None:
        """A file of the submission is imported that cannot be read."""

    def overrides(self, method: str, at: Place) -> None:
        """A method is defined that PyTorch calls in place of its functions."""


class State:
    """What code has stored, by whomever it was run: into attributes, by their names, and into names from elsewhere."""

    def __init__(self, other: State | None = None) -> None:
        self.fields: dict[str, Values] = dict(other.fields) if other else {}
        self.extras: dict[tuple[Scope, str], Values] = dict(other.extras) if other else {}
        self.changed = False

    def field(self, name: str, values: Values) -> None:
        """Stores into the attribute of that name, of whatever object."""
        known = self.fields.get(name, NOTHING)
        if not values <= known or name not in self.fields:
            self.fields[name] = known | values
            self.changed = True

    def extra(self, scope: Scope, name: str, values: Values) -> None:
        """Adds to what the name is bound to."""
        known = self.extras.get((scope, name), NOTHING)
        if not values <= known:
            self.extras[scope, name] = known | values
            self.changed = True


def element(values: Values) -> Values:
    """What one gets of a container, or of a text: a part of it."""
    return frozenset(
        (KnownText(each.text) if each.boxed else COMPUTED) if isinstance(each, KnownText) else each for each in values
    )


def boxed(values: Values) -> Values:
    """The values, in a container."""
    return frozenset(KnownText(each.text, boxed=True) if isinstance(each, KnownText) else each for each in values)


def added(left: Values, right: Values, plus: bool) -> Values:
    """What an operator makes of two sides: texts, a list of both, or a tensor."""
    ours, theirs = ([each for each in side if isinstance(each, KnownText) and not each.boxed] for side in (left, right))
    rest = frozenset(each for each in left | right if not isinstance(each, KnownText) or each.boxed)
    if not ours and not theirs:
        lists = left and right and all(isinstance(each, KnownText) for each in rest)
        return rest if lists else rest | ANY
    if plus and ours and theirs and len(ours) * len(theirs) <= TEXTS:
        texts = [one.text + other.text for one in ours for other in theirs]
        if all(len(text) <= LONG for text in texts):
            return rest | frozenset(KnownText(text) for text in texts)
    return rest | frozenset([COMPUTED])


def bind(value: Value, to: Instance) -> Value:
    """Binds a function to its object; anything else stays what it is."""
    return Bound(value, to) if isinstance(value, Function) else value


def is_decorated(value: Value, *names: str) -> bool:
    """Whether a function of the submission has a decorator with one of these names."""
    decorators = getattr(getattr(value, "node", None), "decorator_list", [])
    return any(ast.unparse(each).rpartition(".")[2] in names for each in decorators)


def annotated(made: ClassSource) -> list[str]:
    """The fields of a dataclass or a named tuple, in order."""
    return [
        each.target.id
        for each in made.node.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]


def shown(value: Outer | Own) -> str:
    """A module or a name from outside, in a message."""
    return value.path if isinstance(value, Outer) else value.file
