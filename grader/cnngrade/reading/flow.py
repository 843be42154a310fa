"""What a submission's code may reach: each expression's values, followed through names, calls, classes and containers.

Nothing is run. The values of a name are those of all its bindings, in whatever order they are made; a container is all that
is put into it; what comes back from outside of the submission is `DATA`. So what is found may be more than what is run, and
whatever is named in code that a task reaches is found.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from cnngrade.reading import deeds
from cnngrade.reading.files import Files
from cnngrade.reading.source import ClassSource, Function, Scope, absolute, arguments_of, line_of, own_nodes
from cnngrade.reading.values import (
    ANY,
    COMPUTED,
    DATA,
    HOOKS,
    LONG,
    LOOSE,
    NOTHING,
    RAISED,
    Adder,
    Bound,
    Instance,
    KnownText,
    Outer,
    Own,
    Place,
    Special,
    Value,
    Values,
    added,
    boxed,
    element,
)

_APPENDING = {"append", "appendleft", "extend", "insert", "add", "setdefault", "update", "__setitem__"}
_REGISTERING = {"register_buffer", "register_parameter", "register_module", "add_module"}
_CONTAINERS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Attribute)
_HOLDERS = frozenset(
    ["list", "dict", "set", "deque", "defaultdict", "OrderedDict", "ChainMap", "UserDict", "UserList", "array", "iter"]
)
_TEXT_METHODS = {name for name in dir(str) if not name.startswith("__")} | {"decode", "hex", "read_text"}
_TAKING_OUT = {"items", "keys", "values"}


class Flow(Files):
    """Follows code through a submission's source, and tells a `Listener`."""

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
            self._check(made, Place(file, line_of(module, name)))
            for value in made:
                self._apply(value, [ANY], {}, Place(file, line_of(module, name)), outside=True)

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
            for name in {
                "__package__",
                "__path__",
                "__spec__",
                "__loader__",
                "__builtins__",
            } & module.scope.bound.keys():
                self.listener.replaces(f"{file}: {name}", Place(file, line_of(module, name)))
            for name in ("__getattr__", "__dir__"):  # whoever looks for something in it calls these
                if name in module.scope.bound:
                    self._apply_all(self._module_name(module, name), [ANY], {}, Place(file, 0))

    # --- statements -------------------------------------------------------------------------------------------------------

    _optional = 0  # of statements around the one at hand that expect a module to be missing

    def _run(self, node: ast.AST, scope: Scope) -> None:
        """Follows a statement, or any part of one that is no expression."""
        self._step()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._definition(node, scope)
            case ast.Import() | ast.ImportFrom():
                self._imports(node, scope)
            case ast.Try() | ast.If() | ast.With() if deeds.expects_none(node):
                self._optional += 1
                self._children(node, scope)
                self._optional -= 1
            case ast.Return():
                if node.value:
                    values = self.eval(node.value, scope)
                    self._give(scope, values)
                    self._end(scope, values)
            case ast.Raise():
                for part in (node.exc, node.cause):
                    self.state.field(RAISED, boxed(self.eval(part, scope)) if part else NOTHING)
            case ast.Match():
                values = self.eval(node.subject, scope, bare=True)
                for case in node.cases:
                    self._pattern(case.pattern, values, scope)
                self._children(node, scope)
            case ast.Assign():
                values = self.eval(node.value, scope)
                for target in node.targets:
                    self._store(target, values, scope)
            case ast.AnnAssign():
                self._annotations([node.annotation] if scope.kind != "function" else [], scope)
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

    def _end(self, scope: Scope, values: Values) -> None:
        """What a generator returns is the `value` of the StopIteration that ends it."""
        function = self._function_of.get(scope)
        code = frozenset(value for value in values if isinstance(value, Outer | Function | Bound | ClassSource))
        if function and code and any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function.node)):
            self.state.field("value", code)
            self.state.field("args", code)

    def _children(self, node: ast.AST, scope: Scope, but: Sequence[ast.AST] = ()) -> None:
        for child in ast.iter_child_nodes(node):
            if child not in but:
                self._run(child, scope)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope) -> None:
        """Runs what defining runs: annotations, decorators, defaults, a class's bases and body."""
        if not isinstance(node, ast.ClassDef):
            self._annotations([*(each.annotation for each in arguments_of(node)), node.returns], scope)
        for binding in scope.bound.get(node.name, []) + scope.module.bound.get(node.name, []):
            made = binding.of
            if isinstance(made, Function | ClassSource) and made.node is node:
                self._decorated(made, scope)

    def _decorated(self, made: Function | ClassSource, scope: Scope) -> Values:
        """What a definition binds its name to: itself, and whatever its decorators make of it."""
        values: Values = frozenset([made])
        node = made.node
        if isinstance(made, ClassSource):
            self._class_statements(made)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for default in [*node.args.defaults, *(each for each in node.args.kw_defaults if each)]:
                self.eval(default, scope)
        for decorator in reversed(getattr(node, "decorator_list", [])):
            if isinstance(decorator, ast.Attribute) and decorator.attr == "register":
                for value in self.eval(decorator.value, scope, bare=True):
                    self._dispatches(value, [values])
            made_by = self.eval(decorator, scope)
            for each in made_by:
                if isinstance(each, Outer):
                    self._deeds(each.path, [values], {}, self._at(decorator, scope))
            ours = frozenset(each for each in made_by if not isinstance(each, Outer | Special))
            if ours:
                values |= self._apply_all(ours, [values], {}, self._at(decorator, scope))
        return values

    def _class_statements(self, made: ClassSource) -> None:
        outer = made.scope.outer
        assert outer is not None
        if "_generate_next_value_" in made.scope.bound:  # called while an enum is made
            self._reach_class(made)
        for base in [*made.node.bases, *(keyword.value for keyword in made.node.keywords)]:
            for value in self.eval(base, outer):
                if isinstance(value, ClassSource):
                    self._reach_class(value)
        for statement in made.node.body:
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self._run(statement, made.scope)
                continue
            if statement.name in ("__torch_function__", "__torch_dispatch__"):
                self.listener.overrides(statement.name, self._at(statement, made.scope))
            elif not self.listener.judged:
                self._definition(statement, made.scope)

    def _imports(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        at = self._at(node, scope)
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._import(alias.name, at)
            return
        module = absolute(node, scope.file)
        if module:
            self._import(module, at)
        for alias in node.names:
            if not module:  # `from . import aid`, where there is no package
                self._import(alias.name, at)
            elif self.source.find(module) and self.source.find(f"{module}.{alias.name}"):
                self._import(f"{module}.{alias.name}", at)
            elif self._is_missing(module, alias.name):
                self.listener.imports(f"{module}.{alias.name}", at, bool(self._optional))

    def _is_missing(self, package: str, name: str) -> bool:
        """Whether a package of the submission has nothing of that name: a file may come to lie there."""
        files = self.source.find(package)
        if not files or name == "*" or self.source.is_shadowed(package):
            return False
        parsed = [self.source.module(file) for file in files if file.endswith(".py")]
        if any(not file.endswith("/__init__.py") for file in files if file.endswith(".py")) or None in parsed:
            return False
        return not any(each and (self._has(each, name) or "__getattr__" in each.scope.bound) for each in parsed)

    def _import(self, dotted: str, at: Place, optional: bool = False) -> Values:
        """Imports a module: one of the submission runs, and so do the packages that it lies in."""
        parts = dotted.split(".")
        for length in range(1, min(len(parts), 20) + 1):
            for file in self.source.find(".".join(parts[:length])):
                if file.endswith(".py"):
                    self._import_file(file, at)
        found = self._modules(dotted)
        if Outer(dotted) in found:
            if compiled := self.source.compiled(dotted):
                self.listener.unreadable(compiled, "is compiled code", at)
            else:
                self.listener.imports(dotted, at, optional or bool(self._optional))
        return found

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

    # --- expressions ------------------------------------------------------------------------------------------------------

    def eval(self, node: ast.expr, scope: Scope, bare: bool = False) -> Values:
        """The values that an expression may have; with `bare`, what it names itself is not told."""
        self._step()
        match node:
            case ast.Constant():
                return frozenset([KnownText(node.value[: 2 * LONG])]) if isinstance(node.value, str) else NOTHING
            case ast.Name():
                found = self._lookup(node.id, scope)
                if not bare:
                    self._check(found, self._at(node, scope))
                return found
            case ast.Attribute():
                of = self.eval(node.value, scope, bare=True)
                found = self._attributes_of(of, node.attr, self._at(node, scope), bare)
                return found | frozenset([Adder(node.value, scope)]) if node.attr in _APPENDING else found
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
                return added(self.eval(node.left, scope), self.eval(node.right, scope), isinstance(node.op, ast.Add))
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
            case ast.Attribute(attr=name) if name in _TAKING_OUT and not arguments:
                inside = self.eval(node.func.value, scope)
                if any(isinstance(each, KnownText) and each.boxed for each in inside):
                    return inside
            case ast.Attribute(attr=name) if name in _APPENDING:
                for value in self.eval(node.func.value, scope, bare=True):
                    if isinstance(value, Own) and not self._of_own(value, name):
                        self.listener.replaces(value.file, at)
                self._put(node.func.value, frozenset().union(*arguments, *named.values()), scope)
            case ast.Attribute(attr="register"):
                for value in self.eval(node.func.value, scope, bare=True):
                    self._dispatches(value, arguments)
            case ast.Attribute(attr=name) if name.startswith("register_") and name.endswith("_hook"):
                self.state.field(HOOKS, frozenset().union(*arguments))
            case ast.Attribute(attr="__setattr__"):
                self._setattr([self.eval(node.func.value, scope, bare=True), *arguments][-3:], named, at)
            case ast.Attribute(attr="__getattribute__") if len(arguments) == 1:
                return self._getattr([self.eval(node.func.value, scope, bare=True), *arguments], named, at)
            case ast.Attribute(attr=name) if name in _REGISTERING and len(arguments) > 1:
                for text in [value.text for value in arguments[0] if isinstance(value, KnownText)]:
                    self.state.field(text, arguments[1])
            case ast.Name(id="super") if scope.owner:
                return self._bases(scope.owner) or ANY
        made = self.eval(node.func, scope)
        if isinstance(node.func, ast.Attribute):  # `_files` tells of these
            made -= frozenset([Outer(f"{deeds.UNKNOWN_PATH}{node.func.attr}")])
        self._files(node, made, arguments, named, scope)
        if not any(isinstance(value, Function | Bound | ClassSource) for value in made):
            self._kept(node, frozenset().union(*arguments, *named.values()), scope)
        if COMPUTED in made and isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS:
            return frozenset([COMPUTED]) | self._apply_all(made - {COMPUTED}, arguments, named, at)
        return self._apply_all(made, arguments, named, at)

    def _kept(self, node: ast.Call, given: Values, scope: Scope) -> None:
        """What others are given, they may put into the containers at hand: `list.append(a, f)`, `a.__init__([f])`."""
        code = frozenset(value for value in given if isinstance(value, Outer | Function | Bound | ClassSource))
        # An attribute of what is in there may be given again: it would grow without end.
        code -= frozenset(value for value in code if isinstance(value, Outer) and value.path.count(".") > 6)
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        for each in (receiver, *node.args) if code else ():
            if isinstance(each, ast.Attribute):
                each = each.value
            if isinstance(each, ast.Name) and self._is_container(each.id, scope):
                self._put(each, code, scope)

    def _is_container(self, name: str, scope: Scope) -> bool:
        """Whether a name is bound to something that holds others: a list, a dict, a generator, or a method of one."""
        here: Scope | None = scope
        while here is not None and name not in here.bound:
            here = here.outer
        return here is not None and any(
            isinstance(binding.of, _CONTAINERS)
            or (isinstance(binding.of, ast.Call) and self._makes_container(binding.of, binding.scope))
            for binding in here.bound[name]
            if binding.how == "value"
        )

    def _makes_container(self, node: ast.Call, scope: Scope) -> bool:
        made = self.eval(node.func, scope, bare=True)
        return any(
            isinstance(value, Function) or (isinstance(value, Outer) and value.path.rpartition(".")[2] in _HOLDERS)
            for value in made
        )

    def _dispatches(self, value: Value, arguments: list[Values]) -> None:
        """Of a function with several versions, by the types of what it is called with (functools.singledispatch), one more."""
        for each in arguments[-1] if arguments and not isinstance(value, Instance | ClassSource) else ():
            if isinstance(each, Function) and deeds.runs_annotation(each):
                self.listener.does("an annotation that is run", Place(each.scope.file, each.node.lineno))
        if isinstance(value, Function) and arguments:
            self.state.field(f"(versions of {value.name})", arguments[-1])

    def _parameter_names(self, node: ast.Call, scope: Scope) -> set[str]:
        functions = [value for value in self.eval(node.func, scope, bare=True) if isinstance(value, Function)]
        return {each.arg for function in functions for each in arguments_of(function.node)}

    def _bases(self, owner: ClassSource) -> Values:
        outer = owner.scope.outer
        assert outer is not None
        values = frozenset().union(*(self.eval(base, outer) for base in owner.node.bases))
        return frozenset(Instance(value) for value in values if isinstance(value, ClassSource))

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> Values:
        values: Values = frozenset([KnownText("")])
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                inner = self.eval(part.value, scope)
                _ = self.eval(part.format_spec, scope) if part.format_spec else NOTHING
                known = bool(inner) and all(isinstance(each, KnownText) for each in inner) and not part.format_spec
                values = added(values, inner if known else frozenset([COMPUTED]), True)
            else:
                values = added(values, self.eval(part, scope), True)
        return values - {DATA}

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Values:
        values = self.eval(node.value, scope)
        self.eval(node.slice, scope)
        if isinstance(node.slice, ast.Slice):
            return frozenset(COMPUTED if isinstance(each, KnownText) and not each.boxed else each for each in values)
        if DATA not in values:
            values |= self.state.fields.get(LOOSE, NOTHING)
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
