"""What a call does besides computing: it starts a process, writes a file of code, or leaves a callback behind."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator
from functools import lru_cache

from cnngrade.reading import ways
from cnngrade.reading.source import ClassSource, Function, Module, arguments_of
from cnngrade.reading.values import COMPUTED, Bound, Instance, KnownText, Outer, Value, Values

_PROCESSES = re.compile(
    r"subprocess\.(run|call|check_call|check_output|Popen|getoutput|getstatusoutput)$"
    r"|os\.(system|popen|startfile|fork|forkpty|exec\w+|spawn\w+|posix_spawnp?)$|(pty|_posixsubprocess)\.\w+$"
)
_PACKAGE = r"(?!\S*\.(zip|whl|egg|gz|bz2|xz|tgz|tar)\b)[\w=<>~.-]*\w"
_HARMLESS = re.compile(
    r"nvidia-smi[\w\s=,.-]*|clear|cls|ls|pwd|(python3? -m )?pip3? install( (-q|-qq|-U|--quiet|--upgrade|"
    + _PACKAGE
    + "))+|"
    r"-m|pip3?|install|-q|--quiet|-U|--upgrade|-L|-a|-h|-V|--version|--query-gpu=[\w.,]+|--format=[\w.,]+|nvcc|uname|lscpu|free|df|"
    r"git|rev-parse|HEAD|--short|utf-?8"
)
_WRITERS = re.compile(
    r"os\.(open|rename|renames|replace|link|symlink)$|shutil\.(copy\w*|move|unpack_archive)$|tempfile\.\w+$"
    r"|urllib\.request\.urlretrieve$|(io|codecs|gzip|bz2|lzma)\.open$|io\.FileIO$|py_compile\.compile$|fileinput\.\w+$"
    r"|logging\.(basicConfig|FileHandler|handlers\.\w+)$|(numpy|torch)\.(save\w*|memmap)$"
)
_MOVERS = re.compile(r"os\.(rename|renames|replace|link|symlink)$|shutil\.(copy\w*|move)$")
_UNPACKERS = re.compile(
    r"zipfile\.(ZipFile|PyZipFile)$|tarfile\.(open|TarFile(\.open)?)$|shutil\.(unpack|make)_archive$"
)
_NAMED_FIRST = re.compile(r"logging\.(FileHandler|handlers\.\w+)$|numpy\.(savetxt|memmap)$|os\.open$|torch\.from_file$")
LOADERS = ("torch.load", "torch.serialization.load")
# Methods by which a file comes to lie somewhere.
RENAMING = frozenset(["rename", "replace", "symlink_to", "hardlink_to", "link_to"])
PUTTING = RENAMING | {"write_text", "write_bytes", "tofile", "extract", "extractall"}
UNKNOWN_PATH = "pathlib.Path.(any)."
_RUN_TEXT = ("timeit.", "torch.utils.benchmark.", "numpy.testing.runstring", "numpy.testing.measure", "sympy.")
_CODE_FILES = (".py", ".pyw", ".pyc", ".pyo", ".so", ".pyd")
_CALLBACKS = re.compile(
    r"logging\.(.*\.)?(addHandler|addFilter|setFormatter|setLoggerClass|setLogRecordFactory|basicConfig)$"
    r"|sys\.path\.(append|insert|extend)$"
)


@lru_cache(maxsize=4096)
def starts_process(path: str) -> bool:
    """Whether calling this starts another process."""
    return bool(_PROCESSES.match(path))


def is_harmless_command(given: Values) -> bool:
    """Whether all that is run is known, and a command that notebooks have: `nvidia-smi`, `pip install torchinfo`."""
    texts = [value.text for value in given if isinstance(value, KnownText)]
    known = texts and COMPUTED not in given and not any(is_code(value) for value in given)
    pip = {"pip", "install"} <= set(texts) and not {"-c", "-r", "-e"} & set(texts)
    return bool(known) and all(
        _HARMLESS.fullmatch(text.strip()) or (pip and re.fullmatch(_PACKAGE, text)) for text in texts
    )


@lru_cache(maxsize=4096)
def writes(path: str) -> bool:
    """Whether calling this may write the files that it is given by name."""
    return bool(_WRITERS.match(path))


@lru_cache(maxsize=4096)
def moved_to(path: str) -> int | None:
    """Which argument of a call names the file that comes to lie somewhere, if it is one that writes whatever it is given."""
    if _MOVERS.match(path) or path == "urllib.request.urlretrieve":
        return 1
    return 0 if _NAMED_FIRST.match(path) else None


@lru_cache(maxsize=4096)
def moves(path: str) -> bool:
    """Whether calling this gives a file another place or name."""
    return bool(_MOVERS.match(path))


def sets_code(keys: Values, values: Values) -> bool:
    """Whether a setting in the environment names code that is run, or lets objects be loaded with theirs."""
    named = {value.text for value in keys if isinstance(value, KnownText)}
    told = (
        any(isinstance(value, KnownText) and value.text.startswith("module:") for value in values) or COMPUTED in values
    )
    return bool(named & {"PYTHONBREAKPOINT", "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"}) or (told and "MPLBACKEND" in named)


@lru_cache(maxsize=4096)
def unpacks(path: str) -> bool:
    """Whether calling this opens an archive: what lies in it may be put anywhere."""
    return bool(_UNPACKERS.match(path))


@lru_cache(maxsize=4096)
def puts(path: str) -> bool:
    """Whether it is a method, of something that is not known or of a class, by which a file comes to lie somewhere."""
    owner, _, name = path.rpartition(".")
    return name in PUTTING and owner.startswith(("pathlib.", "numpy.ndarray", "zipfile.", "tarfile."))


def runs_text(path: str) -> bool:
    """Whether calling this runs the texts that it is given."""
    return path.startswith(_RUN_TEXT) and path.rpartition(".")[2] not in (
        "symbols",
        "Symbol",
        "Function",
        "latex",
        "Dummy",
    )


def runs_annotation(function: Function) -> bool:
    """Whether looking up what a function's annotations mean calls anything."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return False
    stated = [*(each.annotation for each in arguments_of(node)), node.returns]
    parts = [part for each in stated if each for part in ast.walk(each)]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return any(isinstance(part, ast.Call) for part in parts) or any("(" in text for text in texts)


def only_writes(made: ClassSource) -> bool:
    """Whether the methods of a class do no more than write, as in `def emit(self, record): self.lines.append(record)`."""
    methods = [each for each in made.node.body if isinstance(each, ast.FunctionDef)]
    nodes = [part for each in methods for statement in each.body for part in ast.walk(statement)]
    known = {"self", "super", "print", "str", "len", "Exception", "tqdm", "sys", "logging", "time"}
    known |= {argument.arg for each in methods for argument in arguments_of(each)}
    fields = set()
    for node in nodes:
        match node:
            case ast.Name(ctx=ast.Store()):
                known.add(node.id)
            case ast.Attribute(ctx=ast.Store(), value=ast.Name(id="self")):
                fields.add(node.attr)
            case (
                ast.Attribute(ctx=ast.Store())
                | ast.Subscript(ctx=ast.Store())
                | ast.Global()
                | ast.Nonlocal()
                | ast.BinOp()
            ):
                return False
            case ast.Import() | ast.ImportFrom() | ast.Yield() | ast.YieldFrom() | ast.Lambda() | ast.Delete():
                return False
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return bool(methods) and names <= known and attributes <= fields | ways.WRITING


def runs_comments(path: str, content: bytes) -> bool:
    """Whether scripting runs a comment of the file as code: `# type: (f(1)) -> int`."""
    return path.startswith("torch.jit.") and bool(re.search(rb"#\s*type:(?!\s*ignore)[^\n]*[\w\])]\s*\(", content))


def expects_none(node: ast.Try | ast.If | ast.With) -> bool:
    """Whether a statement expects that what is imported in it may be missing."""
    if isinstance(node, ast.If):
        return any(word in ast.unparse(node.test) for word in (*_PLACES, "COLAB", "KAGGLE"))
    if isinstance(node, ast.With):
        used = [ast.unparse(item.context_expr) for item in node.items]
        return any("suppress" in text and any(name in text for name in _WHAT_FAILS) for text in used)
    caught = [ast.unparse(handler.type) if handler.type else "Exception" for handler in node.handlers]
    return any(name in text for text in caught for name in _WHAT_FAILS)


_WHAT_FAILS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_PLACES = ("TYPE_CHECKING", "find_spec", "colab", "kaggle", "sys.modules")  # a condition that tells where code runs


def names_code(given: Values) -> bool:
    """Whether one of the texts is the name of a file that Python would import."""
    return any(isinstance(value, KnownText) and value.text.endswith(_CODE_FILES) for value in given)


@lru_cache(maxsize=4096)
def registers(path: str) -> bool:
    """Whether calling this leaves something behind that others call."""
    return bool(_CALLBACKS.match(path))


def is_code(value: Value) -> bool:
    """Whether it is something that can be called, other than a function that calls nothing and stores nothing itself."""
    if isinstance(value, Function):
        return not is_idle(value)
    kept = ("sys.std", "sys.__std", "sys.path", "sys.executable", "os.", "pathlib.", "logging.", "math.pi", "math.tau")
    return isinstance(value, Bound | Instance | ClassSource) or (
        isinstance(value, Outer) and not value.path.startswith(kept)
    )


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
        case "torch.load" | "torch.serialization.load":  # data alone is what it expects, if nothing is said
            return bool(keywords & {"weights_only", "pickle_module", None}) and stated.get("weights_only") is not True
        case _:
            return path in (
                "torch.utils.model_zoo.load_url",
                "torch.jit.load",
                "torch.export.load",
                "joblib.load",
                "pandas.read_pickle",
            )
