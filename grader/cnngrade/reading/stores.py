"""Where code stores things: into attributes, modules and containers, whatever those are called elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from cnngrade.reading import deeds
from cnngrade.reading.names import Names
from cnngrade.reading.source import ClassSource, Function, Scope, own_nodes
from cnngrade.reading.values import LOOSE, Bound, Instance, KnownText, Outer, Own, Place, Values, boxed, element, shown

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
_NAMED = ast.Name | ast.Attribute | ast.Subscript | ast.Call
_DEEP = 8  # calls and names that a container is followed through


class Stores(Names):
    """Follows stores; following calls is left to `Calls`."""

    def _pattern(self, pattern: ast.pattern, values: Values, scope: Scope) -> None:
        """Follows what a pattern takes of the values: `case object(relu=f)` names an attribute as well as `.relu` does."""
        match pattern:
            case ast.MatchClass():
                at = self._at(pattern, scope)
                for name, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
                    self._pattern(inner, self._attributes_of(values, name, at, bare=False), scope)
                inside: Sequence[ast.pattern] = pattern.patterns
                for value in values if inside else ():
                    for text in self._members(value.of, "__match_args__") if isinstance(value, Instance) else ():
                        if isinstance(text, KnownText):
                            values |= self._attributes_of(values, text.text, self._at(pattern, scope), bare=False)
            case ast.MatchAs() | ast.MatchOr():
                one = [pattern.pattern] if isinstance(pattern, ast.MatchAs) and pattern.pattern else []
                for inner in pattern.patterns if isinstance(pattern, ast.MatchOr) else one:
                    self._pattern(inner, values, scope)
                if isinstance(pattern, ast.MatchAs) and pattern.name:
                    where = scope if pattern.name in scope.bound else scope.module
                    self.state.extra(where, pattern.name, values)
                return
            case _:
                inside = getattr(pattern, "patterns", [])
        for inner in inside:
            self._pattern(inner, values | element(values), scope)

    def _store(self, target: ast.expr, values: Values, scope: Scope) -> None:
        at = self._at(target, scope)
        match target:
            case ast.Attribute():
                self._store_attribute(self.eval(target.value, scope, bare=True), target.attr, values, at)
            case ast.Subscript():
                keys = self.eval(target.slice, scope)
                of = self.eval(target.value, scope, bare=True)
                for value in of:
                    if isinstance(value, Outer | Own):
                        self.listener.replaces(f"{shown(value)}[...]", at, values)
                    if value == Outer("os.environ") and deeds.sets_code(keys, values):
                        self.listener.does("os.environ", at)
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
                self.listener.replaces(f"{value.path}.{name}" if name else value.path, at, values)
            elif isinstance(value, Own):
                self._store_own(value, name, values, at)
        if not all(isinstance(value, Outer | Own) for value in of) or not of:
            self.state.field(name, values)

    def _store_own(self, module: Own, name: str, values: Values, at: Place) -> None:
        parsed = self.source.module(module.file) if module.file.endswith(".py") else None
        made = parsed is None or any(each.how in ("made", "import") for each in parsed.scope.bound.get(name, []))
        if made or not name or any(isinstance(value, Outer | Function | ClassSource | Bound) for value in values):
            self.listener.replaces(f"{module.file}: {name}", at)
        if parsed:
            self.state.extra(parsed.scope, name, values)

    def _put(self, container: ast.expr, values: Values, scope: Scope, depth: int = 0) -> None:
        """Adds to what a container holds, where it has a name, or is one that has."""
        parts: Sequence[ast.expr] = ()
        match container:
            case ast.Name():
                here: Scope | None = scope
                while here is not None:
                    if container.id in here.bound:
                        self._put_into(here, container.id, values, depth)
                        return
                    here = here.outer
            case ast.Attribute():
                self.state.field(container.attr, boxed(values))
            case ast.Subscript():
                self._put(container.value, values, scope, depth)
            case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
                pass
            case ast.NamedExpr():
                parts = [container.target]
            case ast.IfExp():
                parts = [container.body, container.orelse]
            case ast.Call():
                self._put_given_out(container, values, scope, depth)
        for part in parts if depth < _DEEP and any(deeds.is_code(value) for value in values) else ():
            self._put(part, values, scope, depth + 1)

    def _put_given_out(self, call: ast.Call, values: Values, scope: Scope, depth: int) -> None:
        """Adds to a container that a call gives out: a function of the submission, or one that hands on what it was given."""
        if depth >= _DEEP or not any(deeds.is_code(value) for value in values):
            return
        for made in self.eval(call.func, scope, bare=True):
            if isinstance(made, Function) and not isinstance(made.node, ast.Lambda):
                for node in own_nodes(made.node):
                    if isinstance(node, ast.Return) and node.value:
                        self._put(node.value, values, made.scope, depth + 1)
            elif isinstance(made, Outer):
                for argument in call.args:
                    if isinstance(argument, ast.Name):
                        self._put(argument, values, scope, depth + 1)

    def _put_into(self, scope: Scope, name: str, values: Values, depth: int) -> None:
        """Adds to the container that a name is bound to, and to what it is called elsewhere."""
        if (scope, name) in self.state.extras and boxed(values) <= self.state.extras[scope, name]:
            return
        self.state.extra(scope, name, boxed(values))
        for binding in scope.bound[name]:
            if binding.how == "parameter":  # whose it is only the callers know
                self.state.field(LOOSE, boxed(values))
            elif isinstance(binding.of, _NAMED if binding.how == "value" else ast.Tuple | ast.List):
                self._put(binding.of, values, binding.scope, depth)
