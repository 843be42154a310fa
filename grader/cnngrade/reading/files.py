"""Which files a call writes or loads: what is written where code is looked for may be run afterwards, unread."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from cnngrade.reading import deeds
from cnngrade.reading.calls import Calls, only_write
from cnngrade.reading.source import Import, Scope
from cnngrade.reading.values import COMPUTED, DATA, NOTHING, KnownText, Outer, Place, Values

_QUIET = ast.Name | ast.Attribute | ast.Constant | ast.BinOp | ast.operator | ast.expr_context


class Files(Calls):
    """Calls, and the files that they touch."""

    def _files(
        self, node: ast.Call, made: Values, arguments: list[Values], named: dict[str, Values], scope: Scope
    ) -> None:
        """Tells of files that a call writes where they may be code, and of objects that are loaded with theirs."""
        at, name = self._at(node, scope), node.func.attr if isinstance(node.func, ast.Attribute) else ""
        paths = {value.path for value in made if isinstance(value, Outer)}
        mode: ast.expr | None = None
        if written := paths & {"builtins.open", "io.open", "codecs.open", "pathlib.Path.open"}:
            target = next((each.value for each in node.keywords if each.arg == "file"), next(iter(node.args), None))
            mode = next((each.value for each in node.keywords if each.arg == "mode"), next(iter(node.args[1:2]), None))
        elif name in ("write_text", "write_bytes", "tofile"):
            written, target = {name}, node.args[0] if name == "tofile" and node.args else node.func.value  # type: ignore[attr-defined]
        elif name == "open" and not paths and node.args:
            written, target, mode = {name}, node.func.value, node.args[0]  # type: ignore[attr-defined]
        if written and self._writes(written, mode, scope):
            self._writes_to(target, sorted(written)[0].removeprefix("builtins."), scope, at)
        if name in deeds.RENAMING and not paths and len(node.args) == 1:
            self._writes_to(node.args[0], name, scope, at)
        elif name in ("extract", "extractall") and not paths:
            self.listener.may_write(name, at)
        for path in sorted(paths):
            self._writes_by(path, node, scope, at)
            if deeds.loads_code(path, node):
                self.listener.does(path, at)
            elif path in deeds.LOADERS and "weights_only" not in {each.arg for each in node.keywords}:
                self.listener.does(path, at, harmless=True)
        given: Values = frozenset().union(*arguments, *named.values())
        spread = any(isinstance(each, ast.Starred) for each in node.args) or any(not each.arg for each in node.keywords)
        if spread and paths & {"builtins.open", "io.open", "codecs.open"}:
            self._opens(given, at)
        given = given if not paths else NOTHING
        if deeds.registers(f"logging.{name}") and any(deeds.is_code(value) for value in given):
            self.listener.does(f"what .{name} is given", at, harmless=only_write(given))

    def _writes_by(self, path: str, node: ast.Call, scope: Scope, at: Place) -> None:
        """Tells of a file that a call of somebody else's function writes, moves or unpacks."""
        place = deeds.moved_to(path)
        if place is not None and not any(isinstance(each, ast.Starred) for each in node.args):
            keywords = {each.arg: each.value for each in node.keywords}
            stated = next((keywords[name] for name in ("dst", "filename", "fname") if name in keywords), None)
            target = node.args[place] if len(node.args) > place else stated
            self._writes_to(target, path, scope, at, unless=not deeds.moves(path))
        elif deeds.unpacks(path):
            self.listener.may_write(path, at)

    def _annotations(self, stated: Sequence[ast.expr | None], scope: Scope) -> None:
        """Follows annotations that call something, where Python evaluates them."""
        later = scope.module.bound.get("annotations", [])
        if any(each.of == Import("__future__", "annotations") for each in later):
            return
        for each in stated:
            if each and not (self.listener.judged and all(isinstance(part, _QUIET) for part in ast.walk(each))):
                self.eval(each, scope, bare=True)

    def _writes_to(self, target: ast.expr | None, how: str, scope: Scope, at: Place, unless: bool = False) -> None:
        """Tells of a file that is written and may be code; where nothing is known of its name, it only might be.

        A name that is computed costs nothing where that is usual (`unless`).
        """
        values = self.eval(target, scope) if target is not None else NOTHING
        texts = {value.text for value in values if isinstance(value, KnownText)}
        ends = self._endings(target, scope) if target is not None else set()
        if deeds.names_code(frozenset(KnownText(text) for text in texts | ends)):
            self.listener.does(f"{how} of a file of code", at)
        elif not ends and (COMPUTED in values or DATA in values or not texts):
            if COMPUTED in values and not unless:
                self.listener.does(f"{how} of a file whose name is computed", at)
            else:
                self.listener.may_write(how, at)

    def _writes(self, written: set[str], mode: ast.expr | None, scope: Scope) -> bool:
        if mode is None:
            return written & {"write_text", "write_bytes", "tofile"} != set()
        modes = [value for value in self.eval(mode, scope) if isinstance(value, KnownText)]
        return not modes or any(set(value.text) & set("wax+") for value in modes)

    def _endings(self, node: ast.expr, scope: Scope, depth: int = 0) -> set[str]:
        """How the name of a file may end; nothing where that is not known."""
        match node:
            case ast.Constant():
                return {str(node.value)}
            case ast.JoinedStr(values=[*_, ast.Constant() as last]):
                return {str(last.value)} if "." in str(last.value) else set()
            case ast.BinOp(op=ast.Div()):
                return self._endings(node.right, scope, depth + 1)
            case ast.BinOp(op=ast.Add()):
                ends = self._endings(node.right, scope, depth + 1)
                return ends if all("." in end for end in ends) else set()
            case ast.BinOp(op=ast.Mod(), left=left):
                return {end for end in self._endings(left, scope, depth + 1) if not end.endswith(("s", "r"))}
            case ast.Call(func=ast.Attribute(attr="with_suffix" | "with_name"), args=[one]):
                return self._endings(one, scope, depth + 1)
            case ast.Call(func=ast.Attribute(attr="strftime"), args=[*_, ast.Constant(value=str(text))]):
                return {text} if "." in text and "%" not in text.rpartition(".")[2] else set()
            case ast.Call(func=ast.Attribute(attr="format" | "resolve" | "absolute", value=inner)):
                return {end for end in self._endings(inner, scope, depth + 1) if not end.endswith("}")}
            case ast.Call(args=[*_, last]) if not isinstance(last, ast.Starred):
                outer = [each.path for each in self.eval(node.func, scope, bare=True) if isinstance(each, Outer)]
                plain = outer and all(each.endswith(("path.join", "Path", "abspath", "builtins.str")) for each in outer)
                return self._endings(last, scope, depth + 1) if plain else set()
            case ast.Attribute() if {value.path for value in self.eval(node, scope) if isinstance(value, Outer)} == {
                "os.devnull"
            }:
                return {"null"}
            case ast.Name() if depth < 10:
                here: Scope | None = scope
                while here is not None and node.id not in here.bound:
                    here = here.outer
                bound = here.bound[node.id] if here else []
                if bound and all(each.how == "value" for each in bound):
                    found = [self._endings(each.of, each.scope, depth + 1) for each in bound]  # type: ignore[arg-type]
                    return set().union(*found) if all(found) else set()
        values = self.eval(node, scope)
        return set() if COMPUTED in values else {value.text for value in values if isinstance(value, KnownText)}
