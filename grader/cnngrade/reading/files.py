"""Which files a call writes or loads: what is written where code is looked for may be run afterwards, unread."""

from __future__ import annotations

import ast

from cnngrade.reading import deeds
from cnngrade.reading.calls import Calls
from cnngrade.reading.source import Scope
from cnngrade.reading.values import COMPUTED, NOTHING, Outer, Place, Text, Values


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
        moves = name in ("rename", "replace", "symlink_to", "hardlink_to") and not paths and len(node.args) == 1
        if moves and deeds.names_code(self.eval(node.args[0], scope)):
            self.listener.does(f"{name} to a file of code", at)
        for path in sorted(paths):
            if deeds.loads_code(path, node):
                self.listener.does(path, at)
        given = frozenset().union(*arguments, *named.values()) if not paths else NOTHING
        if deeds.registers(f"logging.{name}") and any(deeds.is_code(value) for value in given):
            self.listener.does(f"what .{name} is given", at)

    def _writes_to(self, target: ast.expr | None, how: str, scope: Scope, at: Place) -> None:
        """Tells of a file that is written and may be code; where nothing is known of its name, it only might be."""
        values = self.eval(target, scope) if target is not None else NOTHING
        texts = {value.text for value in values if isinstance(value, Text)}
        ends = self._endings(target, scope) if target is not None else set()
        if deeds.names_code(frozenset(Text(text) for text in texts | ends)):
            self.listener.does(f"{how} of a file of code", at)
        elif not ends and (COMPUTED in values or not texts):
            self.listener.does(f"{how} of a file whose name is computed", at, harmless=COMPUTED not in values)

    def _writes(self, written: set[str], mode: ast.expr | None, scope: Scope) -> bool:
        if mode is None:
            return written & {"write_text", "write_bytes", "tofile"} != set()
        modes = [value for value in self.eval(mode, scope) if isinstance(value, Text)]
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
        return set() if COMPUTED in values else {value.text for value in values if isinstance(value, Text)}
