"""A submission's source, parsed and never run: its modules, their scopes, and what each name is bound to.

Reading is bounded: a file that is too large, too deeply nested or no Python is `unreadable`, and says why in one line.
"""

from __future__ import annotations

import ast
import importlib.machinery
import io
import sys
import sysconfig
import tokenize
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

_BYTES = 200_000  # of one file; students' files of a week have a few thousand
_NODES = 100_000  # of all files together
_LAST = 10**9  # the order of what may be bound at any time
_DEPTH = 200  # of nested expressions and statements
_COMPILED = (".pyc", ".pyo", ".pyd", ".so", ".dll", ".dylib")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(eq=False)
class Scope:
    """Where names live: a module, a class or a function; `bound` are the bindings of each name, in order."""

    kind: Literal["module", "class", "function"]
    file: str
    outer: Scope | None
    bound: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[Binding] = field(default_factory=list)
    owner: ClassSource | None = None  # the class whose body, or whose method's body, this is

    @property
    def module(self) -> Scope:
        """The module's scope."""
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope


@dataclass(eq=False)
class Function:
    """A function or lambda of the submission."""

    node: FunctionNode
    scope: Scope  # its own
    owner: ClassSource | None  # the class that it is a method of

    @property
    def name(self) -> str:
        """Its name; a lambda has none."""
        return getattr(self.node, "name", "a lambda")


@dataclass(eq=False)
class ClassSource:
    """A class of the submission."""

    node: ast.ClassDef
    scope: Scope


@dataclass(eq=False)
class Binding:
    """What a name is bound to.

    `how` says what `of` is: an expression, an expression whose elements are meant, a definition, an imported name, a
    parameter's function. A `final` binding of a module is always made, and replaces those before it.
    """

    how: Literal["value", "element", "made", "import", "star", "parameter", "raised"]
    of: object
    scope: Scope  # where the expression is evaluated
    final: bool = False
    order: int = 0


@dataclass(frozen=True)
class Import:
    """`module` and, where it was imported from there, the `name` in it."""

    module: str
    name: str = ""


@dataclass
class Module:
    """A file of the submission that can be imported."""

    file: str
    tree: ast.Module
    scope: Scope
    functions: dict[ast.AST, Function] = field(default_factory=dict)
    classes: dict[ast.AST, ClassSource] = field(default_factory=dict)
    runs: list[ast.stmt] = field(default_factory=list)  # what importing it runs


class Source:
    """The modules among `files`, each parsed when it is first asked for."""

    def __init__(self, files: Mapping[str, bytes], week_files: Sequence[str]) -> None:
        self._files, self._week = files, frozenset(name.removesuffix(".py") for name in week_files)
        self.week_files = [name for name in week_files if name in files]
        self._modules: dict[str, Module | None] = {}
        self._nodes = 0
        self.steps = 0  # what reading it has cost so far
        self.unreadable: dict[str, str] = {}
        self.broken: set[str] = set()  # of these, the files that Python cannot import either
        self._folders = {part for name in files for part in _folders_of(name)}
        # Where files look for modules elsewhere, a name may mean any file that is called so.
        self._moves = any(b"sys" in content and b"path" in content for content in files.values())
        # An archive can be imported from, whatever it is called.
        self.has_archive = self._moves and any(b"PK\5\6" in each and b".py" in each for each in files.values())

    def module(self, file: str) -> Module | None:
        """The module that `file` holds, or None where it cannot be read; `unreadable` then says why."""
        if file not in self._modules:
            self._modules[file] = self._read(file)
        return self._modules[file]

    def code(self) -> list[str]:
        """The files that can be imported."""
        return [file for file in self._files if file.endswith(".py")]

    def content(self, file: str) -> bytes:
        """What a file of the submission holds."""
        return self._files.get(file, b"")

    def find(self, dotted: str) -> list[str]:
        """The files that `import dotted` may read, or a folder's name for a namespace; none where it is not the submission's.

        Python's own modules and installed ones go first as a rule, but not where files change where modules are looked for.
        """
        top, _, rest = dotted.partition(".")
        if top in self._week:
            return [f"{top}.py"] if not rest and f"{top}.py" in self._files else []
        path = dotted.replace(".", "/")
        choices = (f"{path}/__init__.py", f"{path}.py")
        found = [choice for choice in choices if choice in self._files] or ([path] if path in self._folders else [])
        if (found and not self._moves) or is_installed(top):
            return found
        return found + [name for name in self._files if name.endswith(tuple(f"/{each}" for each in choices))]

    def is_shadowed(self, dotted: str) -> bool:
        """Whether something from outside of the submission may be meant all the same."""
        top = dotted.partition(".")[0]
        return top not in self._week and is_installed(top)

    def compiled(self, dotted: str) -> str | None:
        """The file with machine code or byte code that `import dotted` would run instead of source."""
        path = dotted.replace(".", "/")
        stems = (path, f"{path}/__init__")
        return next(
            (
                name
                for name in self._files
                if name.endswith(_COMPILED) and name.startswith(stems) and _stem(name) in stems
            ),
            None,
        )

    def _read(self, file: str) -> Module | None:
        content = self._files.get(file)
        if content is None:
            return None
        try:
            tree = self._parse(content)
        except _Unreadable as error:
            self.unreadable[file] = str(error)
            if error.broken:
                self.broken.add(file)
            return None
        module = Module(file, tree, Scope("module", file, None))
        _Binder(module, b"global" in content or b"nonlocal" in content).module_body()
        return module

    def _parse(self, content: bytes) -> ast.Module:
        if len(content) > _BYTES:
            raise _Unreadable(f"has {len(content):,} bytes, and no more than {_BYTES:,} are read")
        try:
            if any(b"coding" in line for line in content.split(b"\n", 2)[:2]) and not _is_plain(content):
                raise _Unreadable("is written in an encoding that hides what it says")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(content)
        except (SyntaxError, ValueError, LookupError) as error:
            line = getattr(error, "lineno", None)
            where = f"line {line}: " if line else ""
            text = str(getattr(error, "msg", "") or error)[:100]
            raise _Unreadable(f"{where}{text}", broken=bool(line) or "null bytes" in text) from None
        except (RecursionError, MemoryError):
            raise _Unreadable("is nested too deeply to be read") from None
        self._nodes += _measured(tree)
        if self._nodes > _NODES:
            raise _Unreadable("is too long to be read")
        return tree


class _Unreadable(Exception):
    """Why a file cannot be read; `broken` where Python cannot import it either."""

    def __init__(self, why: str, broken: bool = False) -> None:
        super().__init__(why)
        self.broken = broken


def _is_plain(content: bytes) -> bool:
    """Whether the encoding that a file states keeps letters as they are: UTF-8 or GBK does, UTF-7 does not."""
    encoding = tokenize.detect_encoding(io.BytesIO(content).readline)[0]
    told = rb"sys.path __path__ \u0067 \x67 +AGc- # type: (f)"
    return told.decode(encoding) == told.decode("ascii")


def _measured(tree: ast.AST) -> int:
    """How many nodes a tree has; raises `_Unreadable` where it is nested too deeply."""
    count, level = 0, [tree]
    for _ in range(_DEPTH):
        if not level:
            return count
        count += len(level)
        if count > _NODES:
            raise _Unreadable("is too long to be read")
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    raise _Unreadable("is nested too deeply to be read")


def _folders_of(name: str) -> Iterator[str]:
    parts = name.split("/")
    for length in range(1, min(len(parts), 20)):
        yield "/".join(parts[:length])


def _stem(name: str) -> str:
    folder, slash, last = name.rpartition("/")
    return folder + slash + last.partition(".")[0]


@cache
def is_installed(top: str) -> bool:
    """Whether a module of that name is Python's own or a package of this environment: it goes before a student's file."""
    if top in sys.stdlib_module_names:
        return True
    paths = sysconfig.get_paths()
    try:
        spec = importlib.machinery.PathFinder.find_spec(top, [paths["purelib"], paths["platlib"]])
    except (ImportError, ValueError, OSError):
        return False
    return spec is not None and spec.origin is not None


@cache
def is_there(top: str) -> bool:
    """Whether importing a module of that name may succeed without a file of the submission."""
    if is_installed(top):
        return True
    folders = [each for each in sys.path if each.endswith(("site-packages", "dist-packages"))]
    try:
        return importlib.machinery.PathFinder.find_spec(top, folders) is not None
    except (ImportError, ValueError, OSError):
        return False


# --- scopes ---------------------------------------------------------------------------------------------------------------


class _Binder:
    """Fills the scopes of one module."""

    def __init__(self, module: Module, declares: bool) -> None:
        self.module, self.declares = module, declares
        self.scope = module.scope
        self.elsewhere: dict[str, Scope] = {}  # what `global` and `nonlocal` say
        self.depth = 0  # of statements that may or may not run
        self.count = 0

    def module_body(self) -> None:
        """Binds all that the module binds, but for what runs only in a main program."""
        guarded = any(_is_main_guard(statement) for statement in self.module.tree.body)
        own_name = guarded and any(isinstance(node, ast.Name) and node.id == "__name__" and isinstance(node.ctx, ast.Store)
                       for node in ast.walk(self.module.tree))  # fmt: skip
        for statement in self.module.tree.body:
            if not own_name and _is_main_guard(statement):
                assert isinstance(statement, ast.If)
                self.module.runs += statement.orelse
                self._conditional(statement.orelse)
            else:
                self.module.runs.append(statement)
                self._statement(statement)

    def _body(self, statements: Sequence[ast.AST]) -> None:
        for statement in statements:
            self._statement(statement)

    def _conditional(self, statements: Sequence[ast.AST]) -> None:
        self.depth += 1
        self._body(statements)
        self.depth -= 1

    def _statement(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node)
            case ast.Lambda():
                self._function(node)
            case ast.ClassDef():
                self._class(node)
            case ast.Import():
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self._bind(name, "import", Import(alias.name if alias.asname else name))
            case ast.ImportFrom():
                self._import_from(node)
            case ast.Assign():
                for target in node.targets:
                    self._target(target, node.value, "value")
                self._inner(node)
            case ast.AnnAssign():
                if node.value:
                    self._target(node.target, node.value, "value")
                self._inner(node)
            case ast.AugAssign() | ast.NamedExpr():
                self.depth += 1  # it does not replace what was there
                self._target(node.target, node.value, "value")
                self.depth -= 1
                self._inner(node)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                self._target(node.target, node.iter, "element")
                self._inner(node)
            case ast.withitem():
                if node.optional_vars:
                    self._target(node.optional_vars, node.context_expr, "value")
                self._inner(node)
            case ast.Match():
                self._patterns(node)
                self._inner(node)
            case ast.ExceptHandler():
                if node.name:
                    self._bind(node.name, "raised", node.type)
                self._inner(node)
            case _:
                self._inner(node)

    def _inner(self, node: ast.AST) -> None:
        self._conditional(list(ast.iter_child_nodes(node)))

    def _patterns(self, node: ast.Match) -> None:
        for pattern in ast.walk(node):
            name = getattr(pattern, "rest", None) or getattr(pattern, "name", None)
            if isinstance(pattern, ast.MatchAs | ast.MatchStar | ast.MatchMapping) and name:
                self._bind(name, "element", node.subject)
                self._bind(name, "value", node.subject)

    def _target(self, target: ast.expr, value: ast.expr, how: Literal["value", "element"]) -> None:
        match target:
            case ast.Name():
                self._bind(target.id, how, value)
            case ast.Starred():
                self._target(target.value, value, how)
            case ast.Tuple() | ast.List():
                fits = (
                    how == "value" and isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
                )
                if fits and not any(isinstance(each, ast.Starred) for each in (*target.elts, *value.elts)):  # type: ignore[attr-defined]
                    for one, other in zip(target.elts, value.elts, strict=True):  # type: ignore[attr-defined]
                        self._target(one, other, "value")
                else:
                    for one in target.elts:
                        self._target(one, value, "element")

    def _bind(self, name: str, how: str, of: object) -> None:
        scope = self.elsewhere.get(name, self.scope)
        final = self.depth == 0 and scope is self.scope and scope.kind == "module"
        self.count += 1
        order = self.count if scope is self.scope else _LAST  # whenever the function is called
        scope.bound.setdefault(name, []).append(Binding(how, of, self.scope, final, order))  # type: ignore[arg-type]

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = absolute(node, self.module.file)
        for alias in node.names:
            if alias.name == "*":
                self.count += 1
                final = self.depth == 0
                self.scope.stars.append(Binding("star", Import(module), self.scope, final, self.count))
            else:
                self._bind(alias.asname or alias.name, "import", Import(module, alias.name))

    def _function(self, node: FunctionNode) -> None:
        owner = self.scope.owner if self.scope.kind == "class" else None
        scope = Scope("function", self.module.file, self.scope, owner=owner or self.scope.owner)
        function = Function(node, scope, owner)
        self.module.functions[node] = function
        if not isinstance(node, ast.Lambda):
            self._bind(node.name, "made", function)
            self._body(node.decorator_list)
        self._body([*node.args.defaults, *(each for each in node.args.kw_defaults if each)])
        body = node.body if isinstance(node.body, list) else [node.body]
        with _Within(self, scope, _elsewhere(node, self.module.scope, self.scope) if self.declares else {}):
            for argument in arguments_of(node):
                self._bind(argument.arg, "parameter", function)
            self._body(body)

    def _class(self, node: ast.ClassDef) -> None:
        scope = Scope("class", self.module.file, self.scope)
        scope.owner = made = ClassSource(node, scope)
        self.module.classes[node] = made
        self._bind(node.name, "made", made)
        self._body([*node.decorator_list, *node.bases, *node.keywords])
        stated = [inner for inner in node.body if isinstance(inner, ast.Global)]
        with _Within(self, scope, {name: self.module.scope for inner in stated for name in inner.names}):
            self._body(node.body)


class _Within:
    """Binds into another scope for a while."""

    def __init__(self, binder: _Binder, scope: Scope, elsewhere: dict[str, Scope]) -> None:
        self.binder, self.state = binder, (scope, elsewhere)

    def _swap(self) -> None:
        before = self.binder.scope, self.binder.elsewhere
        self.binder.scope, self.binder.elsewhere = self.state
        self.state = before

    def __enter__(self) -> None:
        self._swap()

    def __exit__(self, *_: object) -> None:
        self._swap()


def _elsewhere(node: FunctionNode, module: Scope, outer: Scope) -> dict[str, Scope]:
    """Where the names that a function states to be `global` or `nonlocal` live."""
    found: dict[str, Scope] = {}
    for inner in own_nodes(node):
        if isinstance(inner, ast.Global):
            found |= dict.fromkeys(inner.names, module)
        elif isinstance(inner, ast.Nonlocal):
            found |= dict.fromkeys(inner.names, outer)
    return found


def own_nodes(node: FunctionNode) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of functions and classes within it."""
    waiting: list[ast.AST] = list(node.body) if isinstance(node.body, list) else [node.body]
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, FunctionNode | ast.ClassDef):
            waiting += ast.iter_child_nodes(inner)


def arguments_of(node: FunctionNode) -> list[ast.arg]:
    """All parameters of a function, in order; the starred ones last."""
    stated = node.args
    stars = [each for each in (stated.vararg, stated.kwarg) if each]
    return [*stated.posonlyargs, *stated.args, *stated.kwonlyargs, *stars]


def absolute(node: ast.ImportFrom, file: str) -> str:
    """The dotted name of the module that `from ... import` in `file` names."""
    if not node.level:
        return node.module or ""
    folders = file.split("/")[:-1]
    kept = folders[: max(len(folders) - node.level + 1, 0)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _is_main_guard(node: ast.AST) -> bool:
    """Whether it is `if __name__ == "__main__":`, which importing the file passes by."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    return (
        len(sides) == 2
        and isinstance(node.test.ops[0], ast.Eq)
        and any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
        and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    )


def line_of(module: Module, name: str) -> int:
    """The line in which a module binds a name, for the last time."""
    bindings = module.scope.bound.get(name, [])
    nodes = [getattr(each.of, "node", each.of) for each in bindings]
    return next((node.lineno for node in reversed(nodes) if isinstance(node, ast.stmt | ast.expr)), 1)
