"""What calling does: which functions are reached, with what, and what comes of it."""

from __future__ import annotations

import ast
from itertools import islice

from cnngrade.reading import deeds, ways
from cnngrade.reading.source import ClassSource, Function, Scope, Source, arguments_of
from cnngrade.reading.stores import Stores
from cnngrade.reading.values import (
    ANY,
    COMPUTED,
    DATA,
    HOOKS,
    NOTHING,
    TEXTS,
    Adder,
    Bound,
    Instance,
    KnownText,
    Listener,
    Outer,
    Own,
    Place,
    Special,
    State,
    Value,
    Values,
    annotated,
    bind,
    boxed,
    element,
    is_decorated,
)

_CHANGING = {
    "setattr", "delattr", "exec", "eval", "compile", "__import__", "globals", "vars", "modules", "update", "append", "extend",
    "insert", "setdefault", "appendleft", "__setitem__", "open", "system", "subprocess", "import_module",
}  # fmt: skip
_WRITING_OUT = {"builtins.str", "builtins.chr", "builtins.repr", "builtins.ascii", "builtins.format"}
_REARRANGING = {
    f"builtins.{name}" for name in ("enumerate", "zip", "list", "tuple", "sorted", "reversed", "set", "iter")
}
_FUNCTION = "builtins.(function)"  # the type of functions
_ANYTHING: Values = frozenset([Outer("torch"), Outer("os"), Outer("builtins"), DATA])  # an import of any name
_MODULES = {"os", "posix", "sys", "builtins", "importlib", "shutil", "subprocess"}
_CALLED_BACK = {"importlib.import_module", "os.system", "os.popen", "subprocess.run", "subprocess.Popen"}


def _changes_something(values: Values) -> bool:
    """Whether a text, run as code, may do more than call what is to be timed."""
    for text in [value.text for value in values if isinstance(value, KnownText)]:
        try:
            nodes = list(ast.walk(ast.parse(text)))
        except (SyntaxError, ValueError, RecursionError):
            return True
        stores = [node for node in nodes if isinstance(node, ast.Attribute | ast.Subscript)]
        names = {getattr(node, "id", getattr(node, "attr", "")) for node in nodes}
        if any(isinstance(node.ctx, ast.Store | ast.Del) for node in stores) or names & _CHANGING:
            return True
    return COMPUTED in values


def _short_paths(values: Values) -> Values:
    """Without attributes of attributes of what is in a container already: that would grow without end."""
    return frozenset(value for value in values if not (isinstance(value, Outer) and value.path.count(".") > 6))


def shown_builtin(value: Value) -> bool:
    """Whether it is one of Python's own functions."""
    return isinstance(value, Outer) and value.path.startswith("builtins.")


def _is_hook(name: str, judged: bool) -> bool:
    """Whether a class from outside may call a method of that name by itself."""
    return name[0] == "_" or name in ways.HOOKS or (not judged and name.startswith(ways.HOOKS_AT_IMPORT))


def _texts_of(values: Values) -> list[str]:
    return [value.text for value in values if isinstance(value, KnownText)]


def only_write(given: Values) -> bool:
    """Whether all code among the values is objects whose methods do no more than write."""
    code = [value for value in given if deeds.is_code(value)]
    return all(isinstance(value, Instance) and deeds.only_writes(value.of) for value in code)


class Calls(Stores):
    """Follows calls; following statements and expressions is left to `Flow`."""

    def __init__(self, source: Source, listener: Listener, state: State | None = None) -> None:
        super().__init__(source, listener, state)
        self._calls = {
            "getattr": self._getattr, "setattr": self._setattr, "delattr": self._setattr, "super": self._super,
            "type": self._type, "__import__": self._import_by_name,
        }  # fmt: skip

    def _run(self, node: ast.AST, scope: Scope) -> None:
        raise NotImplementedError

    def _give(self, scope: Scope, values: Values) -> None:
        raise NotImplementedError

    def _class_statements(self, made: ClassSource) -> None:
        raise NotImplementedError

    def _import_file(self, file: str, at: Place) -> None:
        raise NotImplementedError

    def _import(self, dotted: str, at: Place, optional: bool = False) -> Values:
        raise NotImplementedError

    # --- functions and classes --------------------------------------------------------------------------------------------

    def _body(self, function: Function) -> None:
        node = function.node
        if isinstance(node, ast.Lambda):
            self._give(function.scope, self.eval(node.body, function.scope))
        else:
            for statement in node.body:
                self._run(statement, function.scope)

    def _class_body(self, made: ClassSource) -> None:
        """Reaches the methods that Python or PyTorch call by themselves, and those that are named somewhere."""
        self._class_statements(made)
        outer = made.scope.outer
        bases = [*made.node.bases, *(each.value for each in made.node.keywords)]
        inherits = any(
            isinstance(value, Outer) for base in bases if outer for value in self.eval(base, outer, bare=True)
        )
        for name, bindings in made.scope.bound.items():
            called = name.startswith("__") and name.endswith("__")
            called = called or (inherits and _is_hook(name, self.listener.judged))
            called = called or name in ("forward", "backward", "setup_context", "jvp", "vmap") or name in self._asked
            for binding in bindings:
                if called and isinstance(binding.of, Function):
                    self._call_method(made, name, binding.of)

    def _call_method(self, made: ClassSource, name: str, function: Function) -> None:
        """Follows a method as if somebody called it with anything."""
        with_context = name in ("forward", "backward", "setup_context", "jvp", "vmap")
        for value in self._decorated(function, made.scope):
            if with_context or not is_decorated(value, "staticmethod"):
                value = bind(value, Instance(made))
            self._apply(value, [ANY], {}, self._at(function.node, made.scope), outside=True)

    def _reach(self, function: Function) -> None:
        if function not in self.reached:
            self.reached[function] = None
            self._function_of[function.scope] = function
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
            case ClassSource():
                self._reach_class(value)
                for name in annotated(value):  # a dataclass, or a named tuple
                    self.state.field(name, frozenset().union(*arguments, *named.values()))
                for method in self._members(value, "__init__") | self._members(value, "__new__"):
                    self._apply(bind(method, Instance(value)), arguments, named, at, outside)
                return frozenset([Instance(value)])
            case Instance():
                self._reach_class(value.of)
                found: Values = NOTHING
                for method in self._members(value.of, "__call__") or self._members(value.of, "forward"):
                    found |= self._apply(bind(method, value), arguments, named, at, outside)
                for hook in self.state.fields.get(HOOKS, NOTHING):
                    if isinstance(hook, Function | Bound | Outer):
                        self._check(frozenset([hook]), at)
                        self._apply(hook, [ANY], {}, at, outside=True)
                return found or ANY
            case Outer():
                return self._call_outer(value, arguments, named, at)
            case Adder():
                self._put(value.container, _short_paths(frozenset().union(*arguments, *named.values())), value.scope)
                return self._handed_out(arguments, named, at)
            case _:
                return self._handed_out(arguments, named, at)

    def _call_outer(self, value: Outer, arguments: list[Values], named: dict[str, Values], at: Place) -> Values:
        module, _, name = value.path.rpartition(".")
        if module == "builtins" and name in self._calls:
            return self._calls[name](arguments, named, at)
        if module == "builtins" and name in ("globals", "locals", "vars") and not arguments:
            return frozenset([Own(at.file)])
        if value.path == "builtins.vars":
            given = arguments[0] if arguments else NOTHING
            tables = frozenset(Outer(f"{each.path}.__dict__") for each in given if isinstance(each, Outer))
            self._check(tables, at)
            return tables | self._handed_out(
                [frozenset(each for each in given if not isinstance(each, Outer))], named, at
            )
        if value.path in ("builtins.object.__setattr__", "builtins.type.__setattr__"):
            return self._setattr(arguments, named, at)
        if value.path in ("builtins.object.__getattribute__", "builtins.type.__getattribute__"):
            return self._getattr(arguments, named, at)
        if value.path == "importlib.import_module":
            return self._import_by_name(arguments, named, at)
        if value.path == "importlib.util.find_spec":
            self._is_named([*arguments, *named.values()], at)
        self._deeds(value.path, arguments, named, at)
        if value.path in ("operator.methodcaller", "operator.attrgetter"):
            self._names_of(arguments[:1] if name == "methodcaller" else arguments, at)
        if value.path in ("functools.partial", "functools.partialmethod") and arguments:
            self._apply_all(arguments[0], [*arguments[1:], ANY], named, at)
        if value.path in ("functools.update_wrapper", "functools.wraps") and (
            len(arguments) > 2 or "assigned" in named
        ):
            for copied in arguments[2:3] or [named["assigned"]]:  # names of attributes, from one object to another
                self._setattr([arguments[0], element(copied), ANY], {}, at)
        if deeds.runs_text(value.path):
            run = [
                each
                for each in (*arguments, *named.values())
                if not value.path.startswith("sympy.") or DATA not in each
            ]
            self._texts(run, at)
        for key, values in named.items():
            self.state.field(key, values)
        texts: Values = frozenset().union(*arguments, *named.values())
        if value.path in _REARRANGING and texts and all(isinstance(each, KnownText) for each in texts):
            return texts
        made = self._handed_out(arguments, named, at)
        if value.path in _WRITING_OUT and any(
            not isinstance(each, KnownText) for each in frozenset().union(*arguments)
        ):
            return made | frozenset([COMPUTED])
        return made

    def _deeds(self, path: str, arguments: list[Values], named: dict[str, Values], at: Place) -> None:
        """Tells of calls by which other code comes to run."""
        given: Values = frozenset().union(*arguments, *named.values()) if arguments or named else NOTHING
        writes = deeds.writes(path) or deeds.puts(path)
        for text in _texts_of(given) if writes else ():
            self.listener.mentions(text)
        if path == _FUNCTION:
            self.listener.names("types.FunctionType", at)
        elif path == "builtins.help":
            self._tests(given, at)
        elif path in _MODULES:  # none can be called: something of it is
            self.listener.does(f"something of {path}", at)
        elif path in ("inspect.signature",) and named.keys() & {"eval_str", "**"}:
            self.listener.does(path, at)
        elif path == "unittest.main":
            self._tests(given, at)
        elif deeds.runs_comments(path, self.source.content(at.file)):
            self.listener.does(f"{path} with a comment that is run", at)
        elif deeds.starts_process(path):
            self.listener.does(path, at, harmless=deeds.is_harmless_command(given))
        elif writes and deeds.names_code(given):
            self.listener.does(f"{path.replace('(any).', '')} of a file of code", at)
        elif deeds.puts(path):
            self.listener.may_write(path.replace("(any).", ""), at)
        elif path == "os.open" and COMPUTED in given:
            self.listener.does(f"{path} of a file whose name is computed", at)
        elif deeds.registers(path) and any(deeds.is_code(value) for value in given):
            self.listener.does(f"what {path} is given", at, harmless=only_write(given))
        elif path == "doctest.testmod":
            texts = [text for file in self.imported for text in deeds.examples(self.source.module(file))]
            harmful = any(_changes_something(frozenset([KnownText(text)])) for text in texts)
            self.listener.does(path, at, harmless=not harmful)

    def _texts(self, arguments: list[Values], at: Place) -> None:
        """Follows texts that are run, and tells of those that may do more than call what is to be timed."""
        if any(_changes_something(each) for each in arguments):
            self.listener.names("builtins.exec", at)
            return
        module = self.source.module(at.file)
        for text in sorted(value.text for values in arguments for value in values if isinstance(value, KnownText)):
            for statement in ast.parse(text).body if module else ():
                self._run(statement, module.scope)  # type: ignore[union-attr]

    def _tests(self, given: Values, at: Place) -> None:
        """Follows the files whose tests or documentation are asked for by name."""
        if COMPUTED in given:
            self.listener.imports_computed(at)
        for file in [
            file
            for text in _texts_of(given)
            for file in self.source.find(text.partition(".")[0])
            if file.endswith(".py")
        ]:
            self._import(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."), at)

    def _opens(self, given: Values, at: Place) -> None:
        """Tells of a file that is opened by somebody else, or with arguments that lie in a container."""
        modes = [value.text for value in given if isinstance(value, KnownText) and not set(value.text) - set("rwaxbt+")]
        if not deeds.names_code(given) and COMPUTED not in given:
            return
        if any(set(mode) & set("wax+") for mode in modes):
            self.listener.does("open of a file of code", at)
        elif not modes:
            self.listener.may_write("open", at)

    def _handed_out(self, arguments: list[Values], named: dict[str, Values], at: Place) -> Values:
        """Gives functions to somebody unknown, who may call them with anything given along; that comes back too."""
        given: Values = frozenset().union(*arguments, *named.values()) if arguments or named else NOTHING
        data = ANY | frozenset(
            value
            for value in given
            if not isinstance(value, KnownText | Special | Function | ClassSource | Outer | Adder)
        )
        found = ANY | frozenset(value for value in given if not isinstance(value, Special))
        for value in given:
            if isinstance(value, Function | Bound | ClassSource | Instance):
                found |= self._apply(value, [data], {}, at, outside=True)
            elif isinstance(value, Adder):
                code = frozenset(each for each in given if isinstance(each, Outer | Function | Bound | ClassSource))
                self._put(value.container, _short_paths(code), value.scope)
            elif isinstance(value, Outer) and value.path in _CALLED_BACK:
                self._is_named([element(given) - ANY], at)
                self._deeds(value.path, [element(given) - {value}], {}, at)
            elif isinstance(value, Outer) and value.path in ("builtins.open", "io.open"):
                self._opens(element(given), at)
            elif isinstance(value, Outer) and value.path in ("builtins.setattr", "builtins.object.__setattr__"):
                self._setattr([element(given) - {value}, element(given), element(given)], {}, at)
            elif isinstance(value, Outer) and (deeds.moves(value.path) or deeds.puts(value.path)):
                self._deeds(value.path, [element(given) - {value}], {}, at)
            elif isinstance(value, KnownText) and value.text.startswith("module://"):  # a backend of matplotlib's
                self._import(value.text.removeprefix("module://"), at)
            elif isinstance(value, KnownText) and deeds.names_code(frozenset([value])):
                self.listener.mentions(value.text)
        return found

    def _getattr(self, arguments: list[Values], _named: dict[str, Values], at: Place) -> Values:
        if len(arguments) < 2:
            return ANY
        texts = [value.text for value in arguments[1] if isinstance(value, KnownText)]
        if not texts or COMPUTED in arguments[1]:
            self.listener.computes_a_name("getattr with a name that is computed", at)
            if any(isinstance(each, Function | Bound) or shown_builtin(each) for each in arguments[0]):
                self.listener.does("getattr of a function with a name that is computed", at)
        found: Values = frozenset().union(*arguments[2:])
        for text in islice(sorted(texts), TEXTS):
            found |= self._attribute(arguments[0], text, at, called=True)
        return found

    def _setattr(self, arguments: list[Values], _named: dict[str, Values], at: Place) -> Values:
        if len(arguments) < 2:
            return ANY
        values = arguments[2] if len(arguments) > 2 else NOTHING
        texts = [value.text for value in arguments[1] if isinstance(value, KnownText)] or [""]
        for text in texts:
            self._store_attribute(arguments[0], text, values, at)
        return ANY

    def _names_of(self, arguments: list[Values], at: Place) -> None:
        for values in arguments:
            texts = [value.text for value in values if isinstance(value, KnownText)]
            if not texts or COMPUTED in values:
                self.listener.computes_a_name("a method whose name is computed", at)
            for name in [name for text in texts for name in text.split(".")]:
                if name in ("__setattr__", "__delattr__", "__getattribute__"):
                    self.listener.does(f"a method that is called {name}", at)
                self._attribute(ANY, name, at, called=True)

    def _import_by_name(self, arguments: list[Values], named: dict[str, Values], at: Place) -> Values:
        given = arguments or [named[name] for name in ("name", "**") if name in named]
        anything = _ANYTHING if given and DATA in given[0] else NOTHING
        texts = self._is_named(given, at)  # of several some may be what lies beside them in a table
        return anything.union(*(self._import(text, at, optional=len(texts) > 1) for text in texts)) or ANY

    def _is_named(self, arguments: list[Values], at: Place) -> list[str]:
        """The names of the module that is looked for; tells where one is computed."""
        texts = sorted(value.text for value in arguments[0] if isinstance(value, KnownText)) if arguments else []
        if not texts or COMPUTED in arguments[0] or (self.listener.judged and DATA in arguments[0]):
            self.listener.imports_computed(at)
        elif DATA in arguments[0]:  # perhaps any file that is handed in
            self.listener.imports("what data names", at, optional=True)
            for file in self.source.code():
                self._import_file(file, at)
        return texts[:TEXTS]

    def _super(self, _arguments: list[Values], _named: dict[str, Values], _at: Place) -> Values:
        return ANY  # with no class at hand; see `_call`

    def _type(self, arguments: list[Values], _named: dict[str, Values], at: Place) -> Values:
        found: Values = (
            frozenset(value.of for value in arguments[0] if isinstance(value, Instance)) if arguments else NOTHING
        )
        if arguments and any(isinstance(value, Function | Bound) for value in arguments[0]):
            found |= frozenset([Outer(_FUNCTION)])
        if len(arguments) > 2:  # a class made by a call: its methods are those given
            self._handed_out(arguments[1:], {}, at)
        if len(arguments) == 1 and DATA in arguments[0]:  # perhaps a tensor's class, which is everybody's
            found |= frozenset([Outer("torch.Tensor")])
        return found | ANY
