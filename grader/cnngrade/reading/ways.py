"""What Python itself offers to plain code, and which ways it has around it; no week and no library is meant here.

A way around lets other code do the work, unseen: by running text, by looking names up that nobody wrote down, by changing
other modules, by looking at who is calling, or in another thread, process or language.
"""

from __future__ import annotations

import builtins


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Whole modules of the standard library that compute nothing by themselves.
PLAIN = _names(
    "__future__ abc array bisect cmath collections collections.abc contextlib copy dataclasses datetime decimal enum "
    "fractions functools heapq itertools json logging math numbers numpy.typing operator pprint random re statistics "
    "string textwrap time typing typing_extensions warnings"
)
# And names of others.
PLAIN_NAMES = _names(
    "os.environ os.getcwd os.getenv os.linesep os.path os.sep os.curdir os.pardir pathlib.Path io.StringIO "
    "inspect.isfunction inspect.signature inspect.getdoc inspect.isclass platform.system sys.argv sys.byteorder "
    "sys.exc_info sys.executable sys.exit sys.flags sys.float_info sys.getrecursionlimit sys.getsizeof "
    "sys.implementation sys.maxsize sys.path sys.platform sys.setrecursionlimit sys.stderr sys.stdin sys.stdout "
    "sys.__stdout__ sys.__stderr__ "
    "sys.version sys.version_info sys.getdefaultencoding types.SimpleNamespace types.MappingProxyType types.NoneType "
    "types.EllipsisType types.GenericAlias types.UnionType gc.collect gc.disable gc.enable importlib.util.find_spec "
    "importlib.reload importlib.import_module importlib.metadata.version traceback.print_exc traceback.format_exc"
)
# Ways around wherever they are run, be it by importing a file: they reach code that is not their own.
AROUND = _names(
    "builtins.eval builtins.exec builtins.compile builtins.__import__ builtins.__build_class__ builtins.__builtins__ "
    "builtins.__loader__ builtins.__spec__ _thread _ctypes _frozen_importlib _imp _testcapi asyncio atexit bdb cffi "
    "code codecs.register codeop concurrent ctypes faulthandler forbiddenfruit gc imp importlib inspect marshal "
    "multiprocessing pkgutil pdb runpy signal site sys threading trace types zipimport __main__ unittest.mock "
    "pytest.MonkeyPatch dis opcode linecache logging.config string.Formatter typing.get_type_hints typing.ForwardRef "
    "cProfile profile dill cloudpickle pickle.load pickle.loads pickle.Unpickler pickle._Unpickler shelve.open "
    "doctest.run_docstring_examples doctest.DocTestRunner doctest.testsource doctest.debug_src "
    "sympy.sympify sympy.S sympy.parse_expr sympy.parsing sympy.lambdify pandas.eval numexpr _pytest mock "
    "torch.testing._internal "
    "numpy.ctypeslib numba cython wrapt torch.threading torch.sys torch.ctypes torch.importlib torch.builtins "
    "torch.inspect torch.multiprocessing "
    # what runs a text, or loads a module by its name or objects with their code
    "pickle._load pickle._loads builtins.__annotations__ builtins.__path__ copyreg encodings lib2to3 pydoc rlcompleter "
    "posix nt pytest.main pytest.console_main xml.sax.make_parser unittest.TestLoader.loadTestsFromName sysconfig.get_path "
    "sysconfig.get_paths numpy.f2py numpy.distutils numpy.lib.format.read_array numpy.lib.npyio sympy.core sympy.utilities "
    "torch.storage torch.jit.annotations torch.jit.frontend torch.serialization.add_safe_globals "
    "torch.serialization.safe_globals torch.distributed.run torch.distributed.launch torch.distributed.launcher "
    "torch.distributed.elastic torch.distributed.rpc torch.utils.collect_env.run torch.utils.collect_env.run_lambda "
    "torch.utils.collect_env.run_and_read_all torch.utils.collect_env.run_and_parse_first_match jinja2 fsspec"
)
# Ways around in what a task judges, and of no harm where a file only runs them when it is imported.
AROUND_IN_TASKS = _names(
    "builtins.globals builtins.locals builtins.vars builtins.open builtins.input builtins.breakpoint subprocess "
    "socket pickle dill cloudpickle shelve os.fork os.system os.popen tempfile io sqlite3 urllib http requests "
    "weakref queue sched timeit doctest dataclasses.fields"
)
# Packages that students import for pictures, data and comparisons: of no interest where nothing uses them.
USUAL = _names(
    "IPython PIL cv2 google kaggle kaggle_secrets ipykernel ipympl matplotlib_inline d2l imageio ipywidgets jax joblib keras "
    "matplotlib nbformat numpy pandas plotly psutil pytest "
    "requests scipy seaborn skimage sklearn sympy tensorflow torch torchinfo torchsummary torchvision torchviz tqdm "
    "unittest einops mpl_toolkits pylab rich typing_extensions"
)
# What has to stay as it is: whoever stores into it replaces what others call.
GUARDED = _names("builtins sys torch math numpy operator functools itertools importlib cnngrade typing")
UNGUARDED = ("torch.backends", "torch._dynamo.config", "torch._inductor.config")
# What honest code exchanges, by things that are not its own: another stream, a list of folders.
EXCHANGED = ("sys.path", "sys.stdout", "sys.stderr", "sys.stdin", "sys.argv")
# What calls back: a function that stands there is run by calls that say nothing of it.
WATCHED = (
    "warnings.",
    "logging.",
    "random.",
    "re.",
    "json.",
    "os.",
    "pathlib.",
    "contextlib.",
    "copy.",
    "collections.",
    "copyreg.",
)
# Attributes that lead from modules and objects to code, noticed even where a file only runs them when it is imported.
HIDDEN_AT_IMPORT = _names(
    "__globals__ __builtins__ __subclasses__ __code__ __dict__ __loader__ __spec__ load_module exec_module create_module "
    "source_to_code __self__ __defaults__ __kwdefaults__ __base__ __bases__ __mro__ __objclass__ __thisclass__ "
    "loadTestsFromName loadTestsFromNames discover"
)
# Modules of Python's that others hold by accident: `torch.serialization.sys`.
HELD = _names(
    "sys builtins importlib ctypes gc threading marshal runpy zipimport pkgutil atexit subprocess os posix shutil pickle "
    "tempfile"
)

_BUILTIN_NAMES = frozenset([*dir(builtins), "__annotations__", "__path__"])
_KINDS: tuple[type, ...] = (list, dict, str, bytes, tuple, set, frozenset, int, float, complex, slice, range, property)
_OTHERS = (
    "func args keywords cache_clear cache_info register total_seconds group groups copy mean std argmax timestamp name value "
    "registry default_factory most_common maxlen popleft appendleft rotate close send throw parent stem suffix exists write "
    "read readlines flush message debug info warning error exception critical "
    "_replace _asdict _fields _make num den real imag default field"
)
PLAIN_METHODS = frozenset(
    name for kind in _KINDS for name in dir(kind) if not name.startswith("__") and name != "format_map"
) | _names(_OTHERS)
# Attributes that lead from an object to the code behind it.
DUNDERS = frozenset(
    f"__{name}__"
    for name in _names(
        "init new name qualname doc class len call enter exit iter next getitem setitem delitem contains repr str bool "
        "int float index hash eq ne lt le gt ge neg pos abs add sub mul matmul truediv floordiv mod pow divmod and or xor "
        "invert lshift rshift radd rsub rmul rmatmul rtruediv rfloordiv rpow rmod rand ror rxor iadd isub imul itruediv "
        "ipow imatmul all file version post_init init_subclass class_getitem reversed round format missing "
        "set_name length_hint setattr"
    )
)
# Methods that Python's own and PyTorch's classes call by themselves, besides those that begin with a line.
HOOKS = _names(
    "default encode iterencode emit filter format formatTime formatException random getrandbits extra_repr train readinto "
    "write state_dict get_extra_state"
)
HOOKS_AT_IMPORT = ("do_", "visit", "handle_", "test", "setUp", "tearDown", "run", "step", "add_param_group")
# What a logging handler names that does no more than write.
WRITING = _names(
    "__init__ append write flush close format emit stderr stdout handleError getMessage levelname levelno msg name message "
    "upper lower strip INFO DEBUG WARNING ERROR"
)
FRAMES = _names(
    "f_back f_builtins f_code f_globals f_lasti f_lineno f_locals f_trace gi_frame gi_code cr_frame cr_code ag_frame "
    "tb_frame tb_next co_code co_consts co_names func_globals func_code func_closure mro"
)


def is_builtin(name: str) -> bool:
    """Whether Python knows the name without an import."""
    return name in _BUILTIN_NAMES
