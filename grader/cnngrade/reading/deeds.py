"""What a call does besides computing: it starts a process, writes a file of code, or leaves a callback behind."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator

from cnngrade.reading.source import Class, Function, Module
from cnngrade.reading.values import COMPUTED, Bound, Instance, Outer, Text, Value, Values

_PROCESSES = re.compile(
    r"subprocess\.(run|call|check_call|check_output|Popen|getoutput|getstatusoutput)$"
    r"|os\.(system|popen|startfile|fork|forkpty|exec\w+|spawn\w+|posix_spawnp?)$|(pty|_posixsubprocess)\.\w+$"
)
_HARMLESS = re.compile(
    r"nvidia-smi[\w\s=,.-]*|clear|cls|ls|pwd|(python3? -m )?pip3? install( (-q|-qq|-U|--quiet|--upgrade|[\w=<>~.-]*\w))+|"
    r"-m|pip3?|install|-q|--quiet|-U|--upgrade"
)
_WRITERS = re.compile(
    r"os\.(open|rename|renames|replace|link|symlink)$|shutil\.(copy\w*|move|unpack_archive)$|tempfile\.\w+$"
    r"|urllib\.request\.urlretrieve$|(io|codecs|gzip|bz2|lzma)\.open$|io\.FileIO$|py_compile\.compile$|fileinput\.\w+$"
    r"|logging\.(basicConfig|FileHandler|handlers\.\w+)$|(numpy|torch)\.(save\w*|memmap)$"
)
_CODE_FILES = (".py", ".pyw", ".pyc", ".pyo", ".so", ".pyd")
_CALLBACKS = re.compile(
    r"logging\.(.*\.)?(addHandler|addFilter|setFormatter|setLoggerClass|setLogRecordFactory|basicConfig)$"
    r"|sys\.path\.(append|insert|extend)$"
)


def starts_process(path: str) -> bool:
    """Whether calling this starts another process."""
    return bool(_PROCESSES.match(path))


def is_harmless_command(given: Values) -> bool:
    """Whether all that is run is known, and a command that notebooks have: `nvidia-smi`, `pip install torchinfo`."""
    texts = [value.text for value in given if isinstance(value, Text)]
    known = texts and COMPUTED not in given and not any(is_code(value) for value in given)
    return bool(known) and all(_HARMLESS.fullmatch(text.strip()) for text in texts)


def writes(path: str) -> bool:
    """Whether calling this may write the files that it is given by name."""
    return bool(_WRITERS.match(path))


def names_code(given: Values) -> bool:
    """Whether one of the texts is the name of a file that Python would import."""
    return any(isinstance(value, Text) and value.text.endswith(_CODE_FILES) for value in given)


def registers(path: str) -> bool:
    """Whether calling this leaves something behind that others call."""
    return bool(_CALLBACKS.match(path))


def is_code(value: Value) -> bool:
    """Whether it is something that can be called, other than a function that calls nothing and stores nothing itself."""
    if isinstance(value, Function):
        return not is_idle(value)
    kept = ("sys.std", "sys.__std", "sys.path", "sys.executable", "os.", "pathlib.", "logging.", "math.pi", "math.tau")
    return isinstance(value, Bound | Instance | Class) or (isinstance(value, Outer) and not value.path.startswith(kept))


def is_idle(function: Function) -> bool:
    """Whether a function neither calls nor stores anything: `def warn(*args, **kwargs): pass`."""
    body = function.node.body if isinstance(function.node.body, list) else [function.node.body]
    busy = (ast.Call, ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.With, ast.Import, ast.ImportFrom)
    return not getattr(function.node, "decorator_list", []) and not any(
        isinstance(node, busy) or isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
        for statement in body
        for node in ast.walk(statement)
    )


def examples(module: Module | None) -> Iterator[str]:
    """The examples in a module's texts, as doctest would run them."""
    parser = doctest.DocTestParser()
    for node in ast.walk(module.tree) if module else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ">>>" in node.value:
            try:
                yield from (example.source for example in parser.get_examples(node.value))
            except ValueError:
                continue
        elif getattr(node, "attr", getattr(node, "id", "")) in ("__doc__", "__test__"):
            yield "exec"  # who knows what is an example then


def loads_code(path: str, node: ast.Call) -> bool:
    """Whether a call loads objects that bring code along; data alone is `np.load(file)`, or `weights_only=True`."""
    stated = {each.arg: each.value.value for each in node.keywords if isinstance(each.value, ast.Constant)}
    keywords = {each.arg for each in node.keywords}
    match path:
        case "numpy.load":
            asked = bool(keywords & {"allow_pickle", None}) and stated.get("allow_pickle") is not False
            return asked or len(node.args) > 2 or any(isinstance(each, ast.Starred) for each in node.args)
        case "torch.load":
            return stated.get("weights_only") is not True
        case _:
            return path in ("torch.jit.load", "torch.export.load", "joblib.load", "pandas.read_pickle")
