"""Mechanical mistakes: small changes to a piece of Python, each of which a right suite should notice.

The usual operators of mutation testing (Jia & Harman, "An analysis and survey of the development of mutation testing",
2011), and those that matter in code that calls a library: keyword arguments dropped, arguments swapped, a call taken away
from around its argument, a function replaced by its sibling (max-pool by average-pool).

Written with `ast`: mutmut and cosmic-ray know no way to mutate but to run a test command once for every mutant, with a
database or a whole terminal interface around it; their operators are no public interface, and neither drops a statement
or takes away a call. Here a mutant is a text, and judging it takes milliseconds.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

_Node = TypeVar("_Node", bound=ast.AST)
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_SIBLINGS = [
    ("relu", "tanh"), ("tanh", "relu"), ("sigmoid", "tanh"), ("ReLU", "Tanh"), ("Tanh", "ReLU"),
    ("MaxPool2d", "AvgPool2d"), ("AvgPool2d", "MaxPool2d"), ("max_pool2d", "avg_pool2d"), ("avg_pool2d", "max_pool2d"),
    ("AdaptiveAvgPool2d", "AdaptiveMaxPool2d"), ("log_softmax", "softmax"), ("softmax", "log_softmax"),
    ("max", "min"), ("min", "max"), ("amax", "amin"), ("argmax", "argmin"), ("sum", "mean"), ("mean", "sum"),
    ("floor", "ceil"), ("ceil", "floor"), ("zeros", "ones"), ("ones", "zeros"), ("train", "eval"), ("eval", "train"),
    ("exp", "log"), ("log", "exp"), ("sqrt", "square"), ("all", "any"), ("any", "all"), ("append", "extend"),
]  # fmt: skip
_SIBLING = dict(_SIBLINGS)


@dataclass(frozen=True)
class Mutant:
    """A changed file; `id` names the definition and the statement, before and after, whatever line they are on."""

    id: str
    file: str
    definition: str  # the top-level name in which the change is
    content: bytes


def mutants(file: str, source: str) -> list[Mutant]:
    """All mutants of the functions and classes of one file, each text once, in the order of the file."""
    tree = ast.parse(source)
    found: dict[str, Mutant] = {}
    original = ast.unparse(tree)
    count: Counter[str] = Counter()
    for index, node in enumerate(tree.body):
        if not isinstance(node, _Definition):
            continue
        for changed, where, before, after in _of_definition(node):
            module = copy.copy(tree)
            module.body = [*tree.body[:index], changed, *tree.body[index + 1 :]]
            text = ast.unparse(ast.fix_missing_locations(module))
            if text == original or text in found:
                continue
            name = f"{file}:{where}: {before} -> {after}"
            count[name] += 1
            if count[name] > 1:  # the same statement once more in this function
                name = f"{name} (no. {count[name]})"
            found[text] = Mutant(name, file, node.name, text.encode())
    return list(found.values())


Path = tuple[tuple[str, int | None], ...]
"""The way from a definition to a node in it: fields, and places in lists."""


def _of_definition(definition: _Definition) -> Iterator[tuple[ast.stmt, str, str, str]]:
    """(the definition changed, qualified name, the statement before, and after) for every mutant."""
    for path, node, inside in _nodes(definition, (), definition.name):
        for replacement in _replacements(node):
            changed = copy.deepcopy(definition)
            before, after = _put(changed, path, replacement)
            yield changed, inside, before, after


def _nodes(node: ast.AST, path: Path, inside: str) -> Iterator[tuple[Path, ast.AST, str]]:
    """Every node below `node` that may be changed, with the qualified name of the definition around it."""
    for field, value in ast.iter_fields(node):
        # What is for readers is left alone: annotations, and the words of an exception.
        if field in ("annotation", "returns", "type_params") or isinstance(node, ast.Raise | ast.Assert):
            continue
        items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for place, item in items:
            if not isinstance(item, ast.AST) or isinstance(item, ast.expr_context) or _is_docstring(item):
                continue
            below = (*path, (field, place))
            name = f"{inside}.{item.name}" if isinstance(item, _Definition) else inside
            if not isinstance(item, _Definition):
                yield below, item, inside
            if not isinstance(item, ast.JoinedStr):
                yield from _nodes(item, below, name)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _put(definition: ast.AST, path: Path, replacement: ast.AST | list[ast.stmt] | None) -> tuple[str, str]:
    """Puts `replacement` in place of the node at `path`; the innermost statement around it, before and after."""
    node: ast.AST = definition
    statement: ast.AST = definition
    for field, place in path[:-1]:
        child = getattr(node, field)
        node = child if place is None else child[place]
        if isinstance(node, ast.stmt):
            statement = node
    field, place = path[-1]
    old = getattr(node, field) if place is None else getattr(node, field)[place]
    if isinstance(old, ast.stmt):
        before = _shown(old)
        new = replacement if isinstance(replacement, list) else [replacement] if replacement is not None else []
        after = "; ".join(_shown(each) for each in new) or "(gone)"
        body: list[ast.AST] = getattr(node, field)
        assert place is not None
        body[place : place + 1] = new
        if not body and field == "body":
            body.append(ast.Pass())
        return before, after
    before = _shown(statement)
    if place is None:
        setattr(node, field, replacement)
    elif replacement is None:
        del getattr(node, field)[place]
    else:
        getattr(node, field)[place] = replacement
    return before, _shown(ast.fix_missing_locations(statement))


def _shown(node: ast.AST) -> str:
    """A statement on one line; of a compound one its head."""
    if isinstance(node, ast.stmt) and hasattr(node, "body"):
        stops = " ... break" if isinstance(node.body[-1], ast.Break) else ""
        node = copy.deepcopy(node)
        node.body = [ast.Pass()]
        for field in ("orelse", "finalbody", "handlers", "decorator_list"):
            if getattr(node, field, None):
                setattr(node, field, [])
        return " ".join(ast.unparse(ast.fix_missing_locations(node)).removesuffix("pass").split()) + stops
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())


def _replacements(node: ast.AST) -> Iterator[ast.AST | list[ast.stmt] | None]:
    """What a node can be replaced by; None drops it from the list that it is in, a list of statements takes its place."""
    match node:
        case ast.stmt():
            yield from _statements(node)
        case ast.Call():
            yield from _calls(node)
        case ast.Constant():
            yield from (ast.Constant(value) for value in _constants(node.value))
        case ast.BinOp(op=op):
            yield from (_with(node, op=other()) for other in _OPERATORS.get(type(op), ()))
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield operand
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.Compare(ops=[op]):
            yield from (_with(node, ops=[other()]) for other in _COMPARISONS.get(type(op), ()))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.comprehension(ifs=[_, *_]):
            yield _with(node, ifs=[])
        case ast.Slice():
            yield from (_with(node, **{end: None}) for end in ("lower", "upper", "step") if getattr(node, end))
        case ast.Tuple(elts=elements, ctx=ast.Load()) | ast.List(elts=elements, ctx=ast.Load()) if len(elements) > 1:
            yield from (_with(node, elts=elements[:i] + elements[i + 1 :]) for i in range(len(elements)))
            yield from (
                _with(node, elts=[*elements[:i], elements[i + 1], elements[i], *elements[i + 2 :]])
                for i in range(len(elements) - 1)
            )
        case ast.Attribute(attr=name, ctx=ast.Load()) if name in _SIBLING:
            yield _with(node, attr=_SIBLING[name])
        case ast.Name(id=name, ctx=ast.Load()) if name in _SIBLING:
            yield _with(node, id=_SIBLING[name])


def _statements(node: ast.stmt) -> Iterator[ast.AST | list[ast.stmt] | None]:
    match node:
        case ast.Pass() | ast.Global() | ast.Nonlocal() | ast.Import() | ast.ImportFrom():
            return
        case ast.Return(value=value):
            if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
                yield ast.Return(ast.Constant(None))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.With(body=body):
            yield body
        case ast.If(test=test, body=body, orelse=orelse):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))
            yield [*body]
            yield [*orelse]
        case ast.For(body=body) | ast.While(body=body):
            yield None
            yield [_with(node, body=[*body, ast.Break()])]
        case ast.Raise(exc=ast.Call() as call):
            yield None
            yield _with(node, exc=_with(call, func=ast.Name("RuntimeError", ast.Load())))
        case ast.AugAssign(target=target, op=op, value=value):
            yield None
            yield ast.Assign([target], value, lineno=node.lineno)
            yield from (_with(node, op=other()) for other in _OPERATORS.get(type(op), ()))
        case ast.AnnAssign(value=None):
            return
        case _:
            yield None


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    arguments, keywords = node.args, node.keywords
    is_super = isinstance(node.func, ast.Name) and node.func.id == "super"
    if is_super:
        return
    if arguments and not isinstance(arguments[0], ast.Starred):
        yield arguments[0]  # relu(x) -> x
    if isinstance(node.func, ast.Attribute):
        yield node.func.value  # x.flatten(1) -> x
    for i in range(len(keywords)):
        yield _with(node, keywords=keywords[:i] + keywords[i + 1 :])
    for i in range(len(arguments)):
        yield _with(node, args=arguments[:i] + arguments[i + 1 :])
        if i + 1 < len(arguments):
            yield _with(node, args=[*arguments[:i], arguments[i + 1], arguments[i], *arguments[i + 2 :]])


def _constants(value: object) -> Iterator[bool | int | float | str]:
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
            if value > 0:
                yield value - 1
        case float():
            yield value * 2 if value else 1.0
            if value:
                yield 0.0
        case str():
            yield f"{value}_"


def _with(node: _Node, **fields: object) -> _Node:
    """A copy of `node` with some fields changed."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed
