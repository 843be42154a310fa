"""What names and attributes stand for: bindings, imports, members of classes, and whatever was stored under a name."""

from __future__ import annotations

import ast
import importlib
import sys
from types import ModuleType

from cnngrade.reading import deeds
from cnngrade.reading.source import Binding, ClassSource, Function, Import, Module, Scope, Source
from cnngrade.reading.values import (
    ANY,
    ANYWHERE,
    COMPUTED,
    NOTHING,
    RAISED,
    Bound,
    Instance,
    KnownText,
    Listener,
    Outer,
    Own,
    Place,
    State,
    TangledError,
    Value,
    Values,
    bind,
    element,
    is_decorated,
)
from cnngrade.reading.ways import PLAIN, is_builtin

_STEPS = 1_000_000  # expressions looked at for one submission: some seconds; an honest one has a hundredth of it


class Names:
    """Looks up names and attributes; following expressions and calls is left to `Flow`."""

    def __init__(self, source: Source, listener: Listener, state: State | None = None) -> None:
        self.source, self.listener, self.state = source, listener, State(state)
        self.round = 0
        self.reached: dict[Function, None] = {}
        self.classes: dict[ClassSource, None] = {}
        self.imported: dict[str, None] = {}
        self._parameters: dict[tuple[Function, str], Values] = {}
        self._returns: dict[Function, Values] = {}
        self._function_of: dict[Scope, Function] = {}
        self._names: dict[tuple[Scope, str], tuple[int, Values]] = {}
        self._asked: set[str] = set()  # attributes that are named anywhere

    def eval(self, node: ast.expr, scope: Scope, bare: bool = False) -> Values:
        """The values that an expression may have."""
        raise NotImplementedError

    def _apply(
        self, value: Value, arguments: list[Values], named: dict[str, Values], at: Place, outside: bool = False
    ) -> Values:
        raise NotImplementedError

    def _decorated(self, made: Function | ClassSource, scope: Scope) -> Values:
        raise NotImplementedError

    def _apply_all(self, made: Values, arguments: list[Values], named: dict[str, Values], at: Place) -> Values:
        found: Values = NOTHING
        for value in made or ANY:
            found |= self._apply(value, arguments, named, at)
        return found

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

    def _modules(self, dotted: str) -> Values:
        """What a dotted name may be: the submission's, or something from outside."""
        files = self.source.find(dotted)
        own: Values = frozenset(Own(file) for file in files)
        return own if own and not self.source.is_shadowed(dotted) else own | frozenset([Outer(dotted)])

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
            case "made", Function() | ClassSource() as made:
                return self._decorated(made, binding.scope)
            case "import", Import() as wanted:
                return self._imported(wanted)
            case "raised", ast.expr() as node:
                return (
                    frozenset(
                        Instance(value) for value in self.eval(node, binding.scope) if isinstance(value, ClassSource)
                    )
                    | frozenset(
                        value for value in self.state.fields.get(RAISED, NOTHING) if isinstance(value, Outer | Function)
                    )
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
            return self._apply_all(asked, [frozenset([KnownText(name)])], {}, Place(module.file, 0))
        return frozenset(Own(file) for file in files)

    # --- attributes -------------------------------------------------------------------------------------------------------

    def _attributes_of(self, of: Values, name: str, at: Place, bare: bool) -> Values:
        found: Values = frozenset([COMPUTED]) if name in ("decode", "read_text", "hex") else NOTHING
        outer = frozenset(value for value in of if isinstance(value, Outer))
        if outer:
            found |= frozenset(Outer(f"{value.path}.{name}") for value in outer if isinstance(value, Outer))
            if not bare:
                self._check(found, at)
        if of - outer or not of:
            found |= self._attribute(of - outer, name, at, called=not bare)
        return found

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
                case ClassSource() | Instance():
                    found |= self._of_class(value, name, at, called)
                case KnownText():
                    found |= frozenset([COMPUTED])
                case _ if name == "__class__":  # perhaps a tensor's, which is everybody's
                    found |= frozenset([Outer("torch.Tensor")]) | ANY
                case _:
                    found |= self._of_unknown(name, at, called, any(isinstance(each, Instance) for each in of))
                    if name in deeds.PUTTING:
                        found |= frozenset([Outer(f"{deeds.UNKNOWN_PATH}{name}")])
        self._check(frozenset(value for value in found if value not in of), at)
        return found

    def _of_class(self, value: ClassSource | Instance, name: str, at: Place, called: bool) -> Values:
        made = value if isinstance(value, ClassSource) else value.of
        if name == "__class__":
            return frozenset([made])
        members = self._members(made, name)
        if name == "apply" and isinstance(value, ClassSource) and not members:  # torch.autograd.Function's
            forward = self._members(made, "forward")
            plain = bool(self._members(made, "setup_context"))  # then forward gets no context
            self._reach_class(made)
            return frozenset(each if plain else bind(each, Instance(made)) for each in forward) or ANY
        fields = self.state.fields.get(name, NOTHING)
        if not members and name not in self.state.fields and ANYWHERE not in self.state.fields:
            asked = self._members(made, "__getattr__") | self._members(made, "__getattribute__")
            if not asked or isinstance(value, ClassSource):
                return self._of_unknown(name, at, called, False)
            ours = frozenset(bind(each, value) for each in asked)
            return self._apply_all(ours, [frozenset([KnownText(name)])], {}, at)
        fields |= self.state.fields.get(ANYWHERE, NOTHING)
        found = fields
        for member in members:
            if is_decorated(member, "property", "cached_property"):
                found |= self._apply(bind(member, Instance(made)), [], {}, at)
            elif is_decorated(member, "classmethod"):
                found |= frozenset([Bound(member, made) if isinstance(member, Function) else member])
            elif isinstance(value, ClassSource) or is_decorated(member, "staticmethod"):
                found |= frozenset([member])
            else:
                found |= frozenset([bind(member, value)])
        return found

    def _of_unknown(self, name: str, at: Place, called: bool, mixed: bool) -> Values:
        own = "field" if name in self.state.fields else ""
        found = self.state.fields.get(name, NOTHING)
        for made in list(self.classes):
            for member in self._members(made, name):
                found |= frozenset([bind(member, Instance(made))])
                own = own or "method"
        self.listener.attribute(name, at, "mixed" if own and mixed else own, called)
        return found | ANY

    def _members(self, made: ClassSource, name: str) -> Values:
        """What the class, or a class of the submission that it inherits from, has under that name."""
        self._step()
        found: Values = NOTHING
        for each in self._ancestors(made):
            if name in each.scope.bound:
                found |= self._name(each.scope, name)
        return found

    def _ancestors(self, made: ClassSource) -> list[ClassSource]:
        found: list[ClassSource] = []
        waiting = [made]
        while waiting and len(found) < 50:
            each = waiting.pop()
            if each in found:
                continue
            found.append(each)
            outer = each.scope.outer
            assert outer is not None
            for base in each.node.bases:
                waiting += [value for value in self.eval(base, outer) if isinstance(value, ClassSource)]
        return found

    # --- the rest ---------------------------------------------------------------------------------------------------------

    def _check(self, values: Values, at: Place) -> None:
        for value in values:
            if isinstance(value, Outer):
                self.listener.names(value.path, at)
            elif isinstance(value, ClassSource):
                self._reach_class(value)

    def _at(self, node: ast.AST, scope: Scope) -> Place:
        return Place(scope.file, getattr(node, "lineno", 0))

    def _step(self, values: int = 0) -> None:
        self.source.steps += 1 + values // 16
        if self.source.steps > _STEPS:
            raise TangledError

    def _reach_class(self, made: ClassSource) -> None:
        if made not in self.classes:
            self.classes[made] = None
            self.state.changed = True


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
