"""What a submission's code may reach: each expression's values, followed through names, calls, classes and containers.

Nothing is run. The values of a name are those of all its bindings, in whatever order they are made; a container is all that
is put into it; what comes back from outside of the submission is `DATA`. So what is found may be more than what is run, and
whatever is named in code that a task reaches is found.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from types import ModuleType

from cnngrade.judge.source import Binding, Class, Function, Import, Module, Scope, Source, absolute, arguments_of
from cnngrade.judge.ways import PLAIN, is_builtin

_STEPS = 1_000_000  # expressions looked at for one submission: some seconds; an honest one has a hundredth of it
_LONG = 200  # characters of a text that may be a name
_TEXTS = 24  # texts that an expression may be; more are "computed"
_APPENDING = {"append", "appendleft", "extend", "insert", "add", "setdefault", "update", "__setitem__"}
_CODE = {
    "__code__",
    "__globals__",
    "__closure__",
    "__defaults__",
    "__kwdefaults__",
    "__class__",
    "__bases__",
    "__dict__",
}
_LOOSE, _HOOKS, _ANYWHERE = "(containers)", "(hooks)", ""  # stored where it is not known
_REGISTERING = {"register_buffer", "register_parameter", "register_module", "add_module"}
_TEXT_METHODS = {name for name in dir(str) if not name.startswith("__")}


@dataclass(frozen=True)
class Outer:
    """Something outside of the submission, by its dotted path: `torch.nn.functional.conv2d`, `builtins.getattr`."""

    path: str


@dataclass(frozen=True)
class Text:
    """A string; `boxed` where it lies in a container."""

    text: str
    boxed: bool = False


@dataclass(frozen=True)
class Instance:
    """An object of one of the submission's classes."""

    of: Class


@dataclass(frozen=True)
class Bound:
    """A method and its object."""

    function: Function
    of: Instance | Class


@dataclass(frozen=True)
class Own:
    """A module of the submission: its file, or the folder of a package without one."""

    file: str


@dataclass(frozen=True)
class Special:
    """`DATA` (tensors, numbers, whatever came from outside), `COMPUTED` (a text that is not known)."""

    name: str


DATA, COMPUTED = Special("data"), Special("computed")
Value = Outer | Text | Instance | Bound | Own | Special | Function | Class
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

    def begins(self) -> None:
        """The flow goes over all that is reached, perhaps once more."""

    def names(self, path: str, at: Place) -> None:
        """Something outside of the submission is named."""

    def attribute(self, name: str, at: Place, known: str, called: bool) -> None:
        """An attribute of something whose type is not known is named; `known` says of which own thing it may be."""

    def computes_a_name(self, what: str, at: Place) -> None:
        """A name is computed that leads to an attribute or a module."""

    def replaces(self, what: str, at: Place) -> None:
        """Something is stored into a module, or into something outside of the submission."""

    def imports(self, module: str, at: Place) -> None:
        """A module that is not the submission's is imported."""

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


class Flow:
    """Follows code through a submission's source, and tells a `Listener`."""

    def __init__(self, source: Source, listener: Listener, state: State | None = None) -> None:
        self.source, self.listener, self.state = source, listener, State(state)
        self.round = 0
        self.reached: dict[Function, None] = {}
        self.classes: dict[Class, None] = {}
        self.imported: dict[str, None] = {}
        self._parameters: dict[tuple[Function, str], Values] = {}
        self._returns: dict[Function, Values] = {}
        self._function_of: dict[Scope, Function] = {}
        self._names: dict[tuple[Scope, str], tuple[int, Values]] = {}
        self._asked: set[str] = set()  # attributes that are named anywhere
        self._calls = {
            "getattr": self._getattr, "setattr": self._setattr, "delattr": self._setattr, "super": self._super,
            "type": self._type, "__import__": self._import_by_name,
        }  # fmt: skip

    # --- from the outside -------------------------------------------------------------------------------------------------

    def run_modules(self, files: Iterable[str]) -> None:
        """Follows what importing these files runs."""
        for file in files:
            self.imported[file] = None
        self._settle(self._visit_modules)

    def call(self, file: str, name: str) -> bool:
        """Follows a call of the file's function or class from outside; returns whether there is one of that name."""
        module = self.source.module(file)
        if module is None or not self._has(module, name):
            return False

        def start() -> None:
            made = self._module_name(module, name)
            self._check(made, Place(file, _line_of(module, name)))
            for value in made:
                self._apply(value, [ANY], {}, Place(file, _line_of(module, name)), outside=True)

        self._settle(start)
        return True

    def _settle(self, start: Callable[[], None]) -> None:
        """Goes over all that is reached until nothing new comes of it."""
        while True:
            self.round += 1
            self.state.changed = False
            self.listener.begins()
            start()
            for function in list(self.reached):
                self._body(function)
            for made in list(self.classes):
                self._class_body(made)
            if not self.state.changed:
                return

    def _visit_modules(self) -> None:
        for file in list(self.imported):
            module = self.source.module(file)
            if module is None:
                continue
            for statement in module.runs:
                self._run(statement, module.scope)

    # --- statements -------------------------------------------------------------------------------------------------------

    def _run(self, node: ast.AST, scope: Scope) -> None:
        """Follows a statement, or any part of one that is no expression."""
        self._step()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._definition(node, scope)
            case ast.Import() | ast.ImportFrom():
                self._imports(node, scope)
            case ast.Return():
                if node.value:
                    self._give(scope, self.eval(node.value, scope))
            case ast.Assign():
                values = self.eval(node.value, scope)
                for target in node.targets:
                    self._store(target, values, scope)
            case ast.AnnAssign():
                if node.value:
                    self._store(node.target, self.eval(node.value, scope), scope)
            case ast.AugAssign():
                values = self.eval(node.value, scope)
                self._store(node.target, values, scope)
                if isinstance(node.target, ast.Name):
                    for value in self._lookup(node.target.id, scope):
                        if isinstance(value, Own):
                            self.listener.replaces(value.file, self._at(node, scope))
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                self._store(node.target, element(self.eval(node.iter, scope)), scope)
                self._children(node, scope, but=(node.target, node.iter))
            case ast.withitem():
                values = self.eval(node.context_expr, scope)
                if node.optional_vars:
                    self._store(node.optional_vars, values, scope)
            case ast.Delete():
                for target in node.targets:
                    self._store(target, NOTHING, scope)
            case ast.expr():
                self.eval(node, scope)
            case _:
                self._children(node, scope)

    def _children(self, node: ast.AST, scope: Scope, but: Sequence[ast.AST] = ()) -> None:
        for child in ast.iter_child_nodes(node):
            if child not in but:
                self._run(child, scope)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope) -> None:
        """Runs what defining runs: decorators, defaults, a class's bases and body."""
        for binding in scope.bound.get(node.name, []) + scope.module.bound.get(node.name, []):
            made = binding.of
            if isinstance(made, Function | Class) and made.node is node:
                self._decorated(made, scope)

    def _decorated(self, made: Function | Class, scope: Scope) -> Values:
        """What a definition binds its name to: itself, and whatever its decorators make of it."""
        values: Values = frozenset([made])
        node = made.node
        if isinstance(made, Class):
            self._class_statements(made)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for default in [*node.args.defaults, *(each for each in node.args.kw_defaults if each)]:
                self.eval(default, scope)
        for decorator in reversed(getattr(node, "decorator_list", [])):
            if isinstance(decorator, ast.Attribute) and decorator.attr == "register":
                for value in self.eval(decorator.value, scope, bare=True):
                    self._dispatches(value, [values])
            ours = frozenset(each for each in self.eval(decorator, scope) if not isinstance(each, Outer | Special))
            if ours:
                values |= self._apply_all(ours, [values], {}, self._at(decorator, scope))
        return values

    def _class_statements(self, made: Class) -> None:
        outer = made.scope.outer
        assert outer is not None
        for base in [*made.node.bases, *(keyword.value for keyword in made.node.keywords)]:
            for value in self.eval(base, outer):
                if isinstance(value, Class):
                    self._reach_class(value)
        for statement in made.node.body:
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self._run(statement, made.scope)
            elif statement.name in ("__torch_function__", "__torch_dispatch__"):
                self.listener.overrides(statement.name, self._at(statement, made.scope))

    def _imports(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        at = self._at(node, scope)
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._import(alias.name, at)
            return
        module = absolute(node, scope.file)
        self._import(module, at)
        for alias in node.names:
            if self.source.find(module) and self.source.find(f"{module}.{alias.name}"):
                self._import(f"{module}.{alias.name}", at)

    def _import(self, dotted: str, at: Place) -> Values:
        """Imports a module: one of the submission runs, and so do the packages that it lies in."""
        parts = dotted.split(".")
        for length in range(1, min(len(parts), 20) + 1):
            for file in self.source.find(".".join(parts[:length])):
                if file.endswith(".py"):
                    self._import_file(file, at)
        found = self._modules(dotted)
        if Outer(dotted) in found:
            self.listener.imports(dotted, at)
            if compiled := self.source.compiled(dotted):
                self.listener.unreadable(compiled, "is compiled code", at)
        return found

    def _modules(self, dotted: str) -> Values:
        """What a dotted name may be: the submission's, or something from outside."""
        files = self.source.find(dotted)
        own: Values = frozenset(Own(file) for file in files)
        return own if own and not self.source.is_shadowed(dotted) else own | frozenset([Outer(dotted)])

    def _import_file(self, file: str, at: Place) -> None:
        if self.source.module(file) is None:
            self.listener.unreadable(file, self.source.unreadable.get(file, "cannot be read"), at)
        elif file not in self.imported:
            self.imported[file] = None
            self.state.changed = True

    def _give(self, scope: Scope, values: Values) -> None:
        """Adds to what the function of `scope` returns."""
        function = self._function_of.get(scope)
        if function is None:
            return
        known = self._returns.get(function, NOTHING)
        if not values <= known:
            self._returns[function] = known | values
            self.state.changed = True

    # --- functions and classes --------------------------------------------------------------------------------------------

    def _body(self, function: Function) -> None:
        node = function.node
        if isinstance(node, ast.Lambda):
            self._give(function.scope, self.eval(node.body, function.scope))
        else:
            for statement in node.body:
                self._run(statement, function.scope)

    def _class_body(self, made: Class) -> None:
        """Reaches the methods that Python or PyTorch call by themselves, and those that are named somewhere."""
        self._class_statements(made)
        for name, bindings in made.scope.bound.items():
            called = name.startswith("__") and name.endswith("__")
            called = called or name in ("forward", "backward", "setup_context", "jvp", "vmap") or name in self._asked
            for binding in bindings:
                if called and isinstance(binding.of, Function):
                    self._call_method(made, name, binding.of)

    def _call_method(self, made: Class, name: str, function: Function) -> None:
        """Follows a method as if somebody called it with anything."""
        with_context = name in ("forward", "backward", "setup_context", "jvp", "vmap")
        for value in self._decorated(function, made.scope):
            if with_context or not _is_decorated(value, "staticmethod"):
                value = _bind(value, Instance(made))
            self._apply(value, [ANY], {}, self._at(function.node, made.scope), outside=True)

    def _reach(self, function: Function) -> None:
        if function not in self.reached:
            self.reached[function] = None
            self._function_of[function.scope] = function
            self.state.changed = True

    def _reach_class(self, made: Class) -> None:
        if made not in self.classes:
            self.classes[made] = None
            self.state.changed = True

    def _pass(self, function: Function, arguments: list[Values], named: dict[str, Values], outside: bool) -> Values:
        """Binds what is given to the parameters, reaches the function, and returns what it is known to return."""
        if function not in self.reached:
            self._reach(function)
        for version in self.state.fields.get(f"(versions of {function.name})", NOTHING) - {function}:
            if not isinstance(version, Function) or version not in self.reached:
                self._apply(version, [ANY], {}, Place(function.scope.file, function.node.lineno), outside=True)
        node = function.node
        places = [each.arg for each in [*node.args.posonlyargs, *node.args.args]]
        stars = [each.arg for each in (node.args.vararg, node.args.kwarg) if each]
        outer = function.scope.outer
        assert outer is not None
        defaults = dict(zip(reversed(places), reversed(node.args.defaults), strict=False))
        defaults |= {
            arg.arg: value for arg, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value
        }
        for name, default in defaults.items():
            self._parameter(function, name, self.eval(default, outer))
        if outside:
            for index, parameter in enumerate(arguments_of(node)):
                given = arguments[index] if index < len(arguments) - 1 else arguments[-1]
                self._parameter(function, parameter.arg, given)
        for index, values in enumerate(arguments):
            if index < len(places):
                self._parameter(function, places[index], values)
            for star in stars:
                self._parameter(function, star, boxed(values))
        for name, values in named.items():
            for each in [name] if name in {arg.arg for arg in arguments_of(node)} else stars:
                self._parameter(function, each, values)
        return self._returns.get(function, NOTHING) or ANY

    def _parameter(self, function: Function, name: str, values: Values) -> None:
        known = self._parameters.get((function, name), NOTHING)
        if not values <= known:
            self._parameters[function, name] = known | values
            self.state.changed = True

    def _apply_all(self, made: Values, arguments: list[Values], named: dict[str, Values], at: Place) -> Values:
        found: Values = NOTHING
        for value in made or ANY:
            found |= self._apply(value, arguments, named, at)
        return found

    def _apply(
        self, value: Value, arguments: list[Values], named: dict[str, Values], at: Place, outside: bool = False
    ) -> Values:
        """What comes of calling `value`; from `outside`, all parameters get what the last argument is."""
        self._step()
        match value:
            case Function():
                return self._pass(value, arguments, named, outside)
            case Bound():
                return self._pass(value.function, [frozenset([value.of]), *arguments], named, outside)
            case Class():
                self._reach_class(value)
                for name in _annotated(value):  # a dataclass, or a named tuple
                    self.state.field(name, frozenset().union(*arguments, *named.values()))
                for method in self._members(value, "__init__") | self._members(value, "__new__"):
                    self._apply(_bind(method, Instance(value)), arguments, named, at, outside)
                return frozenset([Instance(value)])
            case Instance():
                self._reach_class(value.of)
                found: Values = NOTHING
                for method in self._members(value.of, "__call__") or self._members(value.of, "forward"):
                    found |= self._apply(_bind(method, value), arguments, named, at, outside)
                for hook in self.state.fields.get(_HOOKS, NOTHING):
                    if isinstance(hook, Function | Bound | Outer):
                        self._check(frozenset([hook]), at)
                        self._apply(hook, [ANY], {}, at, outside=True)
                return found or ANY
            case Outer():
                return self._call_outer(value, arguments, named, at)
            case _:
                return self._handed_out(arguments, named, at)

    def _call_outer(self, value: Outer, arguments: list[Values], named: dict[str, Values], at: Place) -> Values:
        module, _, name = value.path.rpartition(".")
        if module == "builtins" and name in self._calls:
            return self._calls[name](arguments, named, at)
        if module == "builtins" and name in ("globals", "locals", "vars") and not arguments:
            return frozenset([Own(at.file)])
        if value.path in ("builtins.object.__setattr__", "builtins.type.__setattr__"):
            return self._setattr(arguments, named, at)
        if value.path == "importlib.import_module":
            return self._import_by_name(arguments, named, at)
        if value.path in ("operator.methodcaller", "operator.attrgetter"):
            self._names_of(arguments[:1] if name == "methodcaller" else arguments, at)
        if value.path in ("functools.partial", "functools.partialmethod") and arguments:
            self._apply_all(arguments[0], [*arguments[1:], ANY], named, at)
        for key, values in named.items():
            self.state.field(key, values)
        return self._handed_out(arguments, named, at)

    def _handed_out(self, arguments: list[Values], named: dict[str, Values], at: Place) -> Values:
        """Gives functions to somebody unknown, who may call them with anything given along; that comes back too."""
        given: Values = frozenset().union(*arguments, *named.values()) if arguments or named else NOTHING
        data = ANY | frozenset(
            value for value in given if not isinstance(value, Text | Special | Function | Class | Outer)
        )
        found = ANY | frozenset(value for value in given if not isinstance(value, Special))
        for value in given:
            if isinstance(value, Function | Bound | Class | Instance):
                found |= self._apply(value, [data], {}, at, outside=True)
        return found

    def _getattr(self, arguments: list[Values], _named: dict[str, Values], at: Place) -> Values:
        if len(arguments) < 2:
            return ANY
        texts = [value.text for value in arguments[1] if isinstance(value, Text)]
        if not texts or COMPUTED in arguments[1]:
            self.listener.computes_a_name("getattr with a name that is computed", at)
        found: Values = frozenset().union(*arguments[2:])
        for text in islice(sorted(texts), _TEXTS):
            found |= self._attribute(arguments[0], text, at, called=True)
        return found

    def _setattr(self, arguments: list[Values], _named: dict[str, Values], at: Place) -> Values:
        if len(arguments) < 2:
            return ANY
        values = arguments[2] if len(arguments) > 2 else NOTHING
        texts = [value.text for value in arguments[1] if isinstance(value, Text)] or [""]
        for text in texts:
            self._store_attribute(arguments[0], text, values, at)
        return ANY

    def _names_of(self, arguments: list[Values], at: Place) -> None:
        for values in arguments:
            texts = [value.text for value in values if isinstance(value, Text)]
            if not texts or COMPUTED in values:
                self.listener.computes_a_name("a method whose name is computed", at)
            for name in [name for text in texts for name in text.split(".")]:
                self._attribute(ANY, name, at, called=True)

    def _import_by_name(self, arguments: list[Values], _named: dict[str, Values], at: Place) -> Values:
        texts = [value.text for value in arguments[0] if isinstance(value, Text)] if arguments else []
        if not texts or COMPUTED in arguments[0]:
            self.listener.computes_a_name("an import whose name is computed", at)
        return frozenset().union(*(self._import(text, at) for text in texts)) or ANY

    def _super(self, _arguments: list[Values], _named: dict[str, Values], _at: Place) -> Values:
        return ANY  # with no class at hand; see `_call`

    def _type(self, arguments: list[Values], _named: dict[str, Values], at: Place) -> Values:
        found: Values = (
            frozenset(value.of for value in arguments[0] if isinstance(value, Instance)) if arguments else NOTHING
        )
        if len(arguments) > 2:  # a class made by a call: its methods are those given
            self._handed_out(arguments[1:], {}, at)
        return found | ANY

    # --- names ------------------------------------------------------------------------------------------------------------

    def _has(self, module: Module, name: str) -> bool:
        stars = (self._star(each, name) for each in module.scope.stars)
        return name in module.scope.bound or (module.scope, name) in self.state.extras or any(stars)

    def _star(self, binding: Binding, name: str) -> Values:
        """What `from module import *` binds `name` to."""
        wanted = binding.of
        assert isinstance(wanted, Import)
        found: Values = NOTHING
        for each in self._modules(wanted.module):
            module = self.source.module(each.file) if isinstance(each, Own) and each.file.endswith(".py") else None
            if isinstance(each, Outer) and (exported := _exported(each.path, name)):
                found |= frozenset([Outer(exported)])
            elif module and module.scope is not binding.scope and not name.startswith("_"):
                found |= self._module_name(module, name)
        return found

    def _module_name(self, module: Module, name: str) -> Values:
        return self._name(module.scope, name)

    def _lookup(self, name: str, scope: Scope) -> Values:
        here: Scope | None = scope
        while here is not None:
            if name in here.bound and (here is scope or here.kind != "class"):
                return self._name(here, name)
            if here.outer is None:
                break
            here = here.outer
        found = self._name(scope.module, name) if scope.module.stars or self.state.extras else NOTHING
        if not found and is_builtin(name):
            return frozenset([Outer(f"builtins.{name}")])
        return found

    def _name(self, scope: Scope, name: str) -> Values:
        """The values of a name in its own scope, looked up once in each round."""
        known = self._names.get((scope, name))
        if known and known[0] == self.round:
            return known[1]
        self._names[scope, name] = self.round, known[1] if known else NOTHING  # while it is being found out
        values = self.state.extras.get((scope, name), NOTHING)
        for binding in self._live(scope, name):
            values |= self._star(binding, name) if binding.how == "star" else self._of_binding(binding, name)
        if known is None or not values <= known[1]:
            self.state.changed = True
        self._step(len(values))
        self._names[scope, name] = self.round, values | (known[1] if known else NOTHING)
        return self._names[scope, name][1]

    def _live(self, scope: Scope, name: str) -> list[Binding]:
        """The bindings that count: of a module, from the last one on that is always made."""
        bindings = sorted([*scope.bound.get(name, []), *scope.stars], key=lambda binding: binding.order)
        if scope.kind != "module":
            return bindings
        final = [n for n, each in enumerate(bindings) if each.final and (each.how != "star" or self._star(each, name))]
        return bindings[final[-1] :] if final else bindings

    def _of_binding(self, binding: Binding, name: str) -> Values:
        match binding.how, binding.of:
            case "value", ast.expr() as node:
                return self.eval(node, binding.scope)
            case "element", ast.expr() as node:
                return element(self.eval(node, binding.scope))
            case "made", Function() | Class() as made:
                return self._decorated(made, binding.scope)
            case "import", Import() as wanted:
                return self._imported(wanted)
            case "raised", ast.expr() as node:
                return (
                    frozenset(Instance(value) for value in self.eval(node, binding.scope) if isinstance(value, Class))
                    | ANY
                )
            case "parameter", Function() as function:
                return self._parameters.get((function, name), NOTHING)
            case _:
                return ANY

    def _imported(self, wanted: Import) -> Values:
        found: Values = NOTHING
        for module in self._modules(wanted.module):
            if not wanted.name:
                found |= frozenset([module])
            elif isinstance(module, Own):
                found |= self._of_own(module, wanted.name)
            elif isinstance(module, Outer):
                found |= frozenset([Outer(f"{module.path}.{wanted.name}")])
        return found

    def _of_own(self, module: Own, name: str) -> Values:
        """What a module of the submission has under a name: what it binds, a module in it, or what it answers."""
        parsed = self.source.module(module.file) if module.file.endswith(".py") else None
        if parsed and self._has(parsed, name):
            return self._module_name(parsed, name)
        dotted = module.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        files = self.source.find(f"{dotted}.{name}")
        if not files and parsed and "__getattr__" in parsed.scope.bound:
            asked = self._module_name(parsed, "__getattr__")
            return self._apply_all(asked, [frozenset([Text(name)])], {}, Place(module.file, 0))
        return frozenset(Own(file) for file in files)

    # --- attributes -------------------------------------------------------------------------------------------------------

    def _attribute(self, of: Values, name: str, at: Place, called: bool = False) -> Values:
        """The values of an attribute, wherever it may be one of."""
        if name not in self._asked:
            self._asked.add(name)
            self.state.changed = True
        found: Values = NOTHING
        for value in of or ANY:
            match value:
                case Outer():
                    found |= frozenset([Outer(f"{value.path}.{name}")])
                case Own():
                    inner = self._of_own(value, name)
                    found |= inner or self._of_unknown(name, at, called, False)
                case Class() | Instance():
                    found |= self._of_class(value, name, at, called)
                case Text():
                    found |= frozenset([COMPUTED])
                case _:
                    found |= self._of_unknown(name, at, called, any(isinstance(each, Instance) for each in of))
        self._check(frozenset(value for value in found if value not in of), at)
        return found

    def _of_class(self, value: Class | Instance, name: str, at: Place, called: bool) -> Values:
        made = value if isinstance(value, Class) else value.of
        if name == "__class__":
            return frozenset([made])
        members = self._members(made, name)
        if name == "apply" and isinstance(value, Class) and not members:  # torch.autograd.Function's
            forward = self._members(made, "forward")
            plain = bool(self._members(made, "setup_context"))  # then forward gets no context
            self._reach_class(made)
            return frozenset(each if plain else _bind(each, Instance(made)) for each in forward) or ANY
        fields = self.state.fields.get(name, NOTHING)
        if not members and name not in self.state.fields and _ANYWHERE not in self.state.fields:
            asked = self._members(made, "__getattr__") | self._members(made, "__getattribute__")
            if not asked or isinstance(value, Class):
                return self._of_unknown(name, at, called, False)
            ours = frozenset(_bind(each, value) for each in asked)
            return self._apply_all(ours, [frozenset([Text(name)])], {}, at)
        fields |= self.state.fields.get(_ANYWHERE, NOTHING)
        found = fields
        for member in members:
            if _is_decorated(member, "property", "cached_property"):
                found |= self._apply(_bind(member, Instance(made)), [], {}, at)
            elif _is_decorated(member, "classmethod"):
                found |= frozenset([Bound(member, made) if isinstance(member, Function) else member])
            elif isinstance(value, Class) or _is_decorated(member, "staticmethod"):
                found |= frozenset([member])
            else:
                found |= frozenset([_bind(member, value)])
        return found

    def _of_unknown(self, name: str, at: Place, called: bool, mixed: bool) -> Values:
        own = "field" if name in self.state.fields else ""
        found = self.state.fields.get(name, NOTHING)
        for made in list(self.classes):
            for member in self._members(made, name):
                found |= frozenset([_bind(member, Instance(made))])
                own = own or "method"
        self.listener.attribute(name, at, "mixed" if own and mixed else own, called)
        return found | ANY

    def _members(self, made: Class, name: str) -> Values:
        """What the class, or a class of the submission that it inherits from, has under that name."""
        self._step()
        found: Values = NOTHING
        for each in self._ancestors(made):
            if name in each.scope.bound:
                found |= self._name(each.scope, name)
        return found

    def _ancestors(self, made: Class) -> list[Class]:
        found: list[Class] = []
        waiting = [made]
        while waiting and len(found) < 50:
            each = waiting.pop()
            if each in found:
                continue
            found.append(each)
            outer = each.scope.outer
            assert outer is not None
            for base in each.node.bases:
                waiting += [value for value in self.eval(base, outer) if isinstance(value, Class)]
        return found

    # --- stores -----------------------------------------------------------------------------------------------------------

    def _store(self, target: ast.expr, values: Values, scope: Scope) -> None:
        at = self._at(target, scope)
        match target:
            case ast.Attribute():
                self._store_attribute(self.eval(target.value, scope, bare=True), target.attr, values, at)
            case ast.Subscript():
                self.eval(target.slice, scope)
                of = self.eval(target.value, scope, bare=True)
                for value in of:
                    if isinstance(value, Outer | Own):
                        self.listener.replaces(f"{_shown(value)}[...]", at)
                self._put(target.value, values, scope)
            case ast.Tuple() | ast.List():
                for each in target.elts:
                    self._store(each, element(values), scope)
            case ast.Starred():
                self._store(target.value, values, scope)

    def _store_attribute(self, of: Values, name: str, values: Values, at: Place) -> None:
        if name in _CODE:
            self.listener.replaces(f"an object's {name}", at)
        for value in of:
            if isinstance(value, Outer):
                self.listener.replaces(f"{value.path}.{name}" if name else value.path, at)
            elif isinstance(value, Own):
                self._store_own(value, name, values, at)
        if not all(isinstance(value, Outer | Own) for value in of) or not of:
            self.state.field(name, values)

    def _store_own(self, module: Own, name: str, values: Values, at: Place) -> None:
        parsed = self.source.module(module.file) if module.file.endswith(".py") else None
        made = parsed is None or any(each.how in ("made", "import") for each in parsed.scope.bound.get(name, []))
        if made or not name or any(isinstance(value, Outer | Function | Class | Bound) for value in values):
            self.listener.replaces(f"{module.file}: {name}", at)
        if parsed:
            self.state.extra(parsed.scope, name, values)

    def _put(self, container: ast.expr, values: Values, scope: Scope) -> None:
        """Adds to what a container holds, where it has a name."""
        match container:
            case ast.Name():
                here: Scope | None = scope
                while here is not None:
                    if container.id in here.bound:
                        self._put_into(here, container.id, values)
                        return
                    here = here.outer
            case ast.Attribute():
                self.state.field(container.attr, boxed(values))
            case ast.Subscript():
                self._put(container.value, values, scope)

    def _put_into(self, scope: Scope, name: str, values: Values) -> None:
        """Adds to the container that a name is bound to, and to what it is called elsewhere."""
        if (scope, name) in self.state.extras and boxed(values) <= self.state.extras[scope, name]:
            return
        self.state.extra(scope, name, boxed(values))
        for binding in scope.bound[name]:
            if binding.how == "parameter":  # whose it is only the callers know
                self.state.field(_LOOSE, boxed(values))
            elif binding.how == "value" and isinstance(binding.of, ast.Name | ast.Attribute | ast.Subscript):
                self._put(binding.of, values, binding.scope)

    # --- expressions ------------------------------------------------------------------------------------------------------

    def eval(self, node: ast.expr, scope: Scope, bare: bool = False) -> Values:
        """The values that an expression may have; with `bare`, what it names itself is not told."""
        self._step()
        match node:
            case ast.Constant():
                return frozenset([Text(node.value[: 2 * _LONG])]) if isinstance(node.value, str) else NOTHING
            case ast.Name():
                found = self._lookup(node.id, scope)
                if not bare:
                    self._check(found, self._at(node, scope))
                return found
            case ast.Attribute():
                of = self.eval(node.value, scope, bare=True)
                return self._attributes_of(of, node.attr, self._at(node, scope), bare)
            case ast.Call():
                return self._call(node, scope)
            case ast.Lambda():
                module = self.source.module(scope.file)
                function = module.functions.get(node) if module else None
                if function is None:
                    return ANY
                self._decorated(function, scope)
                return frozenset([function])
            case ast.BinOp():
                return _added(self.eval(node.left, scope), self.eval(node.right, scope), isinstance(node.op, ast.Add))
            case ast.JoinedStr():
                return self._joined(node, scope)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.Compare():
                return self._compare(node, scope)
            case ast.IfExp():
                self.eval(node.test, scope)
                return self.eval(node.body, scope) | self.eval(node.orelse, scope)
            case ast.BoolOp():
                return frozenset().union(*(self.eval(each, scope) for each in node.values))
            case ast.NamedExpr():
                return self.eval(node.value, scope)
            case ast.Starred():
                return self.eval(node.value, scope)
            case ast.List() | ast.Tuple() | ast.Set():
                return boxed(frozenset().union(*(self.eval(each, scope) for each in node.elts)))
            case ast.Dict():
                parts = [*(key for key in node.keys if key), *node.values]
                return boxed(frozenset().union(*(self.eval(each, scope) for each in parts)))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node, scope)
            case ast.Yield() | ast.YieldFrom() | ast.Await():
                values = self.eval(node.value, scope) if node.value else NOTHING
                self._give(scope, boxed(values))
                return values
            case _:
                self._children(node, scope)
                return ANY

    def _attributes_of(self, of: Values, name: str, at: Place, bare: bool) -> Values:
        found: Values = NOTHING
        outer = frozenset(value for value in of if isinstance(value, Outer))
        if outer:
            found |= frozenset(Outer(f"{value.path}.{name}") for value in outer if isinstance(value, Outer))
            if not bare:
                self._check(found, at)
        if of - outer or not of:
            found |= self._attribute(of - outer, name, at, called=not bare)
        return found

    def _call(self, node: ast.Call, scope: Scope) -> Values:
        at = self._at(node, scope)
        arguments: list[Values] = []
        for each in node.args:
            values = self.eval(each, scope)
            arguments.append(element(values) if isinstance(each, ast.Starred) else values)
        if any(isinstance(each, ast.Starred) for each in node.args):  # whatever is in it may come anywhere
            arguments = [frozenset().union(*arguments)] * 12
        named = {keyword.arg or "**": self.eval(keyword.value, scope) for keyword in node.keywords}
        if "**" in named:
            named |= {name: named["**"] | named.get(name, NOTHING) for name in list(self._parameter_names(node, scope))}
        match node.func:
            case ast.Attribute(attr=name) if name in _APPENDING:
                for value in self.eval(node.func.value, scope, bare=True):
                    if isinstance(value, Own) and not self._of_own(value, name):
                        self.listener.replaces(value.file, at)
                self._put(node.func.value, frozenset().union(*arguments, *named.values()), scope)
            case ast.Attribute(attr="register"):
                for value in self.eval(node.func.value, scope, bare=True):
                    self._dispatches(value, arguments)
            case ast.Attribute(attr=name) if name.startswith("register_") and name.endswith("_hook"):
                self.state.field(_HOOKS, frozenset().union(*arguments))
            case ast.Attribute(attr="__setattr__"):
                self._setattr([self.eval(node.func.value, scope, bare=True), *arguments], named, at)
            case ast.Attribute(attr=name) if name in _REGISTERING and len(arguments) > 1:
                for text in [value.text for value in arguments[0] if isinstance(value, Text)]:
                    self.state.field(text, arguments[1])
            case ast.Name(id="super") if scope.owner:
                return self._bases(scope.owner) or ANY
        made = self.eval(node.func, scope)
        if COMPUTED in made and isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS:
            return frozenset([COMPUTED]) | self._apply_all(made - {COMPUTED}, arguments, named, at)
        return self._apply_all(made, arguments, named, at)

    def _dispatches(self, value: Value, arguments: list[Values]) -> None:
        """Of a function with several versions, by the types of what it is called with (functools.singledispatch), one more."""
        if isinstance(value, Function) and arguments:
            self.state.field(f"(versions of {value.name})", arguments[-1])

    def _parameter_names(self, node: ast.Call, scope: Scope) -> set[str]:
        functions = [value for value in self.eval(node.func, scope, bare=True) if isinstance(value, Function)]
        return {each.arg for function in functions for each in arguments_of(function.node)}

    def _bases(self, owner: Class) -> Values:
        outer = owner.scope.outer
        assert outer is not None
        values = frozenset().union(*(self.eval(base, outer) for base in owner.node.bases))
        return frozenset(Instance(value) for value in values if isinstance(value, Class))

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> Values:
        values: Values = frozenset([Text("")])
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                inner = self.eval(part.value, scope)
                known = bool(inner) and all(isinstance(each, Text) for each in inner) and not part.format_spec
                values = _added(values, inner if known else frozenset([COMPUTED]), True)
            else:
                values = _added(values, self.eval(part, scope), True)
        return values - {DATA}

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Values:
        values = self.eval(node.value, scope)
        self.eval(node.slice, scope)
        if isinstance(node.slice, ast.Slice):
            return frozenset(COMPUTED if isinstance(each, Text) and not each.boxed else each for each in values)
        if DATA not in values:
            values |= self.state.fields.get(_LOOSE, NOTHING)
            self._check(values, self._at(node, scope))
        return element(values) or ANY

    def _compare(self, node: ast.Compare, scope: Scope) -> Values:
        """`"google.colab" in sys.modules` only looks whether it is there."""
        self.eval(node.left, scope)
        for operator, side in zip(node.ops, node.comparators, strict=True):
            self.eval(side, scope, bare=isinstance(operator, ast.In | ast.NotIn))
        return ANY

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
    ) -> Values:
        for generator in node.generators:
            self._run(generator, scope)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return boxed(frozenset().union(*(self.eval(part, scope) for part in parts)))

    # --- the rest ---------------------------------------------------------------------------------------------------------

    def _check(self, values: Values, at: Place) -> None:
        for value in values:
            if isinstance(value, Outer):
                self.listener.names(value.path, at)
            elif isinstance(value, Class):
                self._reach_class(value)

    def _at(self, node: ast.AST, scope: Scope) -> Place:
        return Place(scope.file, getattr(node, "lineno", 0))

    def _step(self, values: int = 0) -> None:
        self.source.steps += 1 + values // 16
        if self.source.steps > _STEPS:
            raise TangledError


def element(values: Values) -> Values:
    """What one gets of a container, or of a text: a part of it."""
    return frozenset(
        (Text(each.text) if each.boxed else COMPUTED) if isinstance(each, Text) else each for each in values
    )


def boxed(values: Values) -> Values:
    """The values, in a container."""
    return frozenset(Text(each.text, boxed=True) if isinstance(each, Text) else each for each in values)


def _added(left: Values, right: Values, plus: bool) -> Values:
    """What an operator makes of two sides: texts, a list of both, or a tensor."""
    ours, theirs = ([each for each in side if isinstance(each, Text) and not each.boxed] for side in (left, right))
    rest = frozenset(each for each in left | right if not isinstance(each, Text) or each.boxed)
    if not ours and not theirs:
        return rest | ANY
    if plus and ours and theirs and len(ours) * len(theirs) <= _TEXTS:
        texts = [one.text + other.text for one in ours for other in theirs]
        if all(len(text) <= _LONG for text in texts):
            return rest | frozenset(Text(text) for text in texts)
    return rest | frozenset([COMPUTED])


def _bind(value: Value, to: Instance) -> Value:
    return Bound(value, to) if isinstance(value, Function) else value


def _is_decorated(value: Value, *names: str) -> bool:
    decorators = getattr(getattr(value, "node", None), "decorator_list", [])
    return any(ast.unparse(each).rpartition(".")[2] in names for each in decorators)


def _annotated(made: Class) -> list[str]:
    return [
        each.target.id
        for each in made.node.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]


def _line_of(module: Module, name: str) -> int:
    bindings = module.scope.bound.get(name, [])
    nodes = [getattr(each.of, "node", each.of) for each in bindings]
    return next((node.lineno for node in reversed(nodes) if isinstance(node, ast.stmt | ast.expr)), 1)


def _exported(module: str, name: str) -> str:
    """The path that `from module import *` gives a name, or ""; nothing but Python's own and torch's modules is asked."""
    top = module.partition(".")[0]
    if top == "torch":
        import torch.nn.functional  # noqa: F401  (the judge has it; it is only asked what it exports)
    loaded = sys.modules.get(module)
    if loaded is None and module in PLAIN and top in sys.stdlib_module_names:
        loaded = importlib.import_module(module)
    path = f"{module}.{name}"
    if loaded is None or (top not in ("torch", "numpy") and top not in sys.stdlib_module_names):
        return "" if is_builtin(name) else path
    exported = getattr(loaded, "__all__", None)
    if name not in exported if exported is not None else name.startswith("_") or not hasattr(loaded, name):
        return ""
    found = getattr(loaded, name, None)
    return found.__name__ if isinstance(found, ModuleType) else path


def _shown(value: Outer | Own) -> str:
    return value.path if isinstance(value, Outer) else value.file
