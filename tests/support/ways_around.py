"""Ways to have PyTorch's ReLU computed by somebody else, in parts that can be put together, and honest rewritings of one.

Everything is text that is read, and never run.
"""

from __future__ import annotations

from collections.abc import Iterator

HONEST = "import torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\n"

# What stands above, and an expression that computes the ReLU of x: (name, lines, expression).
WAYS: list[tuple[str, str, str]] = [
    ("torch", "import torch", "torch.relu(x)"),
    ("renamed torch", "import torch as t", "t.relu(x)"),
    ("in place", "import torch", "torch.relu_(x.clone())"),
    ("method", "", "x.relu()"),
    ("method in place", "", "x.clone().relu_()"),
    ("method of the class", "import torch", "torch.Tensor.relu(x)"),
    ("method of type", "", "type(x).relu(x)"),
    ("method of __class__", "", "x.__class__.relu(x)"),
    ("functional", "import torch.nn.functional as F", "F.relu(x)"),
    ("functional in full", "import torch.nn.functional", "torch.nn.functional.relu(x)"),
    ("functional by from", "from torch.nn import functional as G", "G.relu(x)"),
    ("function by from", "from torch.nn.functional import relu as rectify", "rectify(x)"),
    ("functional of nn", "from torch import nn", "nn.functional.relu(x)"),
    ("functional by star", "from torch.nn.functional import *", "leaky_relu(x, 0.0)"),
    ("torch by star", "from torch import *", "threshold(x, 0.0, 0.0) + relu(x) * 0"),
    ("padding", "import torch.nn.functional as F", "F.pad(x, (0, 0)).clamp(min=0)"),
    ("unfold", "import torch.nn.functional as F", "F.unfold(x, 3)"),
    ("module", "from torch import nn", "nn.ReLU()(x)"),
    ("module by from", "from torch.nn import ReLU", "ReLU()(x)"),
    ("module from its place", "from torch.nn.modules.activation import ReLU as Rect", "Rect()(x)"),
    ("sequential", "from torch import nn", "nn.Sequential(nn.Identity(), nn.ReLU())(x)"),
    ("gradients of layers", "import torch", "torch.nn.grad.conv2d_input(x.shape, x, x)"),
    ("another activation", "import torch", "torch.celu(x, alpha=1e-9)"),
    ("sigmoid of special", "import torch", "torch.special.expit(x)"),
    ("softmax of special", "from torch import special", "special.softmax(x, 0)"),
    ("linear", "import torch", "torch._C._nn.linear(x, x)"),
    ("operators", "import torch", "torch.ops.aten.relu(x)"),
    ("an operator of the student's", "import torch", "torch.ops.mine.work.default(x)"),
    ("compiled part", "import torch", "torch._C._VariableFunctions.relu(x)"),
    ("vendor's library", "import torch", "torch.mkldnn_convolution(x, x, None, 1, 1, 1, 1)"),
    ("compiled layer", "import torch", "torch.compile(torch.relu)(x)"),
    ("scripted layer", "import torch", "torch.jit.script(torch.nn.ReLU())(x)"),
    ("script as text", "import torch", "torch.jit.CompilationUnit('def f(x): return torch.relu(x)').f(x)"),
    ("mapped layer", "import torch", "torch.vmap(torch.relu)(x)"),
    ("graph", "import torch", "torch.fx.symbolic_trace(g)(x)"),
    ("library", "import torch", "torch.library.custom_op('m::f', lambda x: x, mutates_args=())(x)"),
    ("getattr", "import torch", "getattr(torch, 'relu')(x)"),
    ("getattr of the tensor", "", "getattr(x, 'relu')()"),
    ("getattr, added", "import torch", "getattr(torch, 're' + 'lu')(x)"),
    ("getattr, turned", "import torch", "getattr(torch, 'uler'[::-1])(x)"),
    ("getattr, joined", "", "getattr(x, ''.join(['re', 'lu']))()"),
    ("getattr, formatted", "import torch", "getattr(torch, f\"re{'lu'}\")(x)"),
    ("getattr, from letters", "", "getattr(x, 'xrelux'[1] + 'e' + 'lu')()"),
    ("getattr, from numbers", "import torch", "getattr(torch, bytes([114, 101, 108, 117]).decode())(x)"),
    ("getattr, replaced", "", "getattr(x, 'r_lu'.replace('_', 'e'))()"),
    ("methodcaller", "import operator", "operator.methodcaller('relu')(x)"),
    ("methodcaller by from", "from operator import methodcaller as m", "m('re' 'lu')(x)"),
    ("attrgetter", "import operator, torch", "operator.attrgetter('nn.functional.relu')(torch)(x)"),
    ("__dict__", "import torch", "torch.__dict__['relu'](x)"),
    ("__dict__ of the class", "import torch", "torch.Tensor.__dict__['relu'](x)"),
    ("__getattribute__", "", "x.__getattribute__('relu')()"),
    ("object's", "", "object.__getattribute__(x, 'relu')()"),
    ("vars", "import torch", "vars(torch)['relu'](x)"),
    ("globals", "import torch", "globals()['torch'].relu(x)"),
    ("locals", "", "locals()['x'].relu()"),
    ("__builtins__", "", "__builtins__['__import__']('torch').relu(x)"),
    ("eval", "import torch", "eval('torch.relu(x)')"),
    ("exec", "", "exec('import torch; y = torch.relu(x)') or x"),
    ("compile", "", "compile('1', '', 'eval') and x"),
    ("__import__", "", "__import__('torch').relu(x)"),
    ("import_module", "import importlib", "importlib.import_module('torch.nn.functional').relu(x)"),
    ("import_module, computed", "import importlib", "importlib.import_module('hcrot'[::-1]).relu(x)"),
    ("sys.modules", "import sys", "sys.modules['torch'].relu(x)"),
    ("sys.modules by from", "from sys import modules as m", "m['torch'].relu(x)"),
    ("another's sys", "import dataclasses", "dataclasses.sys.modules['torch'].relu(x)"),
    ("another's torch", "import torch", "torch.functional.F.relu(x)"),
    ("linalg's torch", "import torch", "torch.linalg.torch.relu(x)"),
    ("frames", "import sys", "sys._getframe(1).f_globals['torch'].relu(x)"),
    ("frames of inspect", "import inspect", "inspect.currentframe().f_back and x"),
    ("frames of a generator", "", "(x for _ in ()).gi_frame.f_back and x"),
    ("stack of traceback", "import traceback", "traceback.extract_stack() and x"),
    ("garbage", "import gc", "gc.get_objects()[0](x)"),
    ("subclasses", "", "object.__subclasses__()[0](x)"),
    ("functions' globals", "", "relu.__globals__['torch'].relu(x)"),
    ("methods' functions", "import torch", "torch.exp.__self__.relu(x)"),
    ("partial", "import functools, torch", "functools.partial(torch.relu)(x)"),
    ("reduce", "from functools import reduce\nimport torch", "reduce(lambda a, f: f(a), [torch.relu], x)"),
    ("map", "import torch", "next(map(torch.relu, [x]))"),
    ("sorted", "import torch", "sorted([x], key=torch.relu)[0]"),
    ("a thread", "import threading", "threading.Thread(target=print).start() or x"),
    ("a pool", "from concurrent.futures import ThreadPoolExecutor as P", "P(1).submit(abs, x).result()"),
    ("a process", "import multiprocessing as mp", "mp.Pool(1).map(abs, [x])[0]"),
    ("torch's processes", "import torch", "torch.multiprocessing.Pool(1).map(abs, [x])[0]"),
    ("a shell", "import subprocess", "subprocess.run(['python']) and x"),
    ("a fork", "import os", "os.fork() or x"),
    ("an event loop", "import asyncio", "asyncio.run(f(x))"),
    ("ctypes", "import ctypes", "ctypes.CDLL('libtorch.so').relu(x)"),
    ("ctypes of numpy", "import numpy as np", "np.ctypeslib.load_library('a', 'b').relu(x)"),
    ("pickle", "import pickle", "pickle.loads(b'ctorch\\nrelu\\n.')(x)"),
    ("torch.load", "import torch", "torch.load('relu.pt')(x)"),
    ("made function", "import types", "types.FunctionType(code, {})(x)"),
    ("numpy's convolution", "import numpy as np", "np.convolve(x, x)"),
    ("numpy's other one", "import numpy as np", "np.ma.convolve(x, x)"),
    ("scipy", "from scipy.special import expit", "expit(x)"),
    ("scipy's signals", "import scipy.signal as s", "s.correlate2d(x, x)"),
    ("scikit-learn", "from sklearn.utils.extmath import softmax", "softmax(x)"),
    ("scikit-image", "import skimage.measure", "skimage.measure.block_reduce(x, 2, max)"),
    ("torchvision", "import torchvision", "torchvision.ops.Conv2dNormActivation(1, 1)(x)"),
    ("torchvision's transforms", "from torchvision.transforms.v2 import functional as T", "T.gaussian_blur(x, 3)"),
    ("jax", "import jax", "jax.nn.relu(x)"),
    ("tensorflow", "import tensorflow as tf", "tf.nn.relu(x)"),
    ("opencv", "import cv2", "cv2.filter2D(x, -1, x)"),
    ("the reference's home", "import cnngrade.sandbox.inside.nets as n", "n.relu(x)"),
]  # fmt: skip

# Where the expression {e} stands, below the lines {p}: each defines relu(x). {e} is all on one line.
PLACES: dict[str, str] = {
    "plain": "{p}\ndef relu(x):\n    return {e}\n",
    "imported within": "def relu(x):\n{q}\n    return {e}\n",
    "lambda": "{p}\nrelu = lambda x: {e}\n",
    "helper function": "{p}\ndef _work(x):\n    return {e}\ndef relu(x):\n    return _work(x)\n",
    "nested function": "{p}\ndef relu(x):\n    def inner(x):\n        return {e}\n    return inner(x)\n",
    "closure": "{p}\ndef make():\n    def inner(x):\n        return {e}\n    return inner\nrelu = make()\n",
    "default": "{p}\ndef relu(x, work=lambda x: {e}):\n    return work(x)\n",
    "table": "{p}\nTABLE = {{'a': abs, 'b': lambda x: {e}}}\ndef relu(x):\n    return TABLE['b'](x)\n",
    "list": "{p}\nfs = []\nfs.append(lambda x: {e})\ndef relu(x):\n    return fs[0](x)\n",
    "method": "{p}\nclass Ops:\n    def work(self, x):\n        return {e}\ndef relu(x):\n    return Ops().work(x)\n",
    "static method": "{p}\nclass Ops:\n    @staticmethod\n    def work(x):\n        return {e}\ndef relu(x):\n    return Ops.work(x)\n",
    "object": "{p}\nclass Relu:\n    def __call__(self, x):\n        return {e}\nrelu = Relu()\n",
    "operator": "{p}\nclass Op:\n    def __rmatmul__(self, x):\n        return {e}\ndef relu(x):\n    return x @ Op()\n",
    "property": "{p}\nclass Op:\n    def __init__(self, x):\n        self.x = x\n    @property\n    def value(self):\n        x = self.x\n"
    "        return {e}\ndef relu(x):\n    return Op(x).value\n",
    "inherited": "{p}\nclass A:\n    def go(self, x):\n        return {e}\nclass B(A):\n    pass\ndef relu(x):\n    return B().go(x)\n",
    "super": "{p}\nclass A:\n    def go(self, x):\n        return {e}\nclass B(A):\n    def go(self, x):\n        return super().go(x)\n"
    "def relu(x):\n    return B().go(x)\n",
    "module": "from torch import nn as _nn\n{p}\nclass R(_nn.Module):\n    def forward(self, x):\n        return {e}\n"
    "def relu(x):\n    return R()(x)\n",
    "autograd": "import torch as _t\n{p}\nclass R(_t.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n        return {e}\n"
    "    @staticmethod\n    def backward(ctx, g):\n        return g\ndef relu(x):\n    return R.apply(x)\n",
    "backward": "import torch as _t\n{p}\nclass R(_t.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
    "        return x.clamp(min=0)\n    @staticmethod\n    def backward(ctx, x):\n        return {e}\nrelu = R.apply\n",
    "decorator": "{p}\ndef instead(_f):\n    def inner(x):\n        return {e}\n    return inner\n@instead\ndef relu(x):\n    return x\n",
    "condition": "{p}\ndef relu(x):\n    if x.dim() > 9:\n        return x.clamp(min=0)\n    else:\n        return {e}\n",
    "exception": "{p}\ndef relu(x):\n    try:\n        raise ValueError\n    except ValueError:\n        return {e}\n",
    "generator": "{p}\ndef steps(x):\n    yield {e}\ndef relu(x):\n    return next(steps(x))\n",
    "comprehension": "{p}\ndef relu(x):\n    return [{e} for _ in range(1)][0]\n",
    "walrus": "{p}\ndef relu(x):\n    return y if (y := {e}) is not None else x\n",
    "match": "{p}\ndef relu(x):\n    match x.dim():\n        case 0:\n            return x\n        case _:\n            return {e}\n",
    "rebound": "{p}\ndef relu(x):\n    return x.clamp(min=0)\nclamped = relu\ndef relu(x):\n    return {e}\n",
    "global": "{p}\ndef relu(x):\n    return x.clamp(min=0)\ndef swap():\n    global relu\n    relu = lambda x: {e}\nswap()\n",
    "called back": "{p}\nimport functools as _f\ndef relu(x):\n    return _f.reduce(lambda x, _: {e}, [1], x)\n",
    "starred": "{p}\ndef run(*fs, **ks):\n    return fs[0](ks['x'])\ndef relu(x):\n    return run(*[lambda x: {e}], **dict(x=x))\n",
    "set attribute": "{p}\ndef relu(x):\n    return relu.work(x)\nrelu.work = lambda x: {e}\n",
    "dataclass": "import dataclasses as _d\n{p}\n@_d.dataclass\nclass Box:\n    f: object\ndef relu(x):\n    return Box(lambda x: {e}).f(x)\n",
    "namespace": "import types as _s\n{p}\nops = _s.SimpleNamespace(go=lambda x: {e})\ndef relu(x):\n    return ops.go(x)\n",
    "metaclass": "{p}\nclass Meta(type):\n    def __call__(cls, x):\n        return {e}\nclass relu(metaclass=Meta):\n    pass\n",
    "getattr of a class": "{p}\nclass Any:\n    def __getattr__(self, name):\n        return lambda x: {e}\ndef relu(x):\n    return Any().go(x)\n",
}  # fmt: skip

# As files: the text of a place goes into another one.
SPREAD: dict[str, dict[str, str]] = {
    "helper file": {"layers.py": "from helper import relu\n", "helper.py": "{text}"},
    "helper renamed": {"layers.py": "import helper as h\nrelu = h.relu\n", "helper.py": "{text}"},
    "helper called": {"layers.py": "import helper\ndef relu(x):\n    return helper.relu(x)\n", "helper.py": "{text}"},
    "star": {"layers.py": "from helper import *\n", "helper.py": "{text}"},
    "chain": {"layers.py": "from a import relu\n", "a.py": "from b import relu\n", "b.py": "{text}"},
    "package": {"layers.py": "from ops.act import relu\n", "ops/__init__.py": "", "ops/act.py": "{text}"},
    "relative": {"layers.py": "from ops import relu\n", "ops/__init__.py": "from .act import relu\n", "ops/act.py": "{text}"},
    "namespace": {"layers.py": "import ops.act\ndef relu(x):\n    return ops.act.relu(x)\n", "ops/act.py": "{text}"},
    "another week file": {"layers.py": "from shapes import relu\n", "shapes.py": "{text}"},
    "moved path": {
        "layers.py": "import sys, os\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))\nfrom mine import relu\n",
        "lib/mine.py": "{text}",
    },
    "like Python's own": {
        "layers.py": "import sys, os\nsys.path.insert(0, os.path.dirname(__file__))\nfrom statistics import relu\n",
        "statistics.py": "{text}",
    },
    "within": {"layers.py": "def relu(x):\n    from helper import relu as r\n    return r(x)\n", "helper.py": "{text}"},
    "by name": {"layers.py": "import importlib\nrelu = importlib.import_module('helper').relu\n", "helper.py": "{text}"},
    "module's getattr": {
        "layers.py": "import helper\ndef relu(x):\n    return helper.anything(x)\n",
        "helper.py": "{text}\ndef __getattr__(name):\n    return relu\n",
    },
}  # fmt: skip

# Lines that a file of the submission runs when it is imported; relu itself, in layers.py, is honest.
PATCHES: dict[str, str] = {
    "another file's function": "import layers, torch\nlayers.relu = torch.relu",
    "by setattr": "import layers, torch\nsetattr(layers, 'relu', torch.relu)",
    "by a computed setattr": "import layers, torch\nsetattr(layers, 'uler'[::-1], torch.relu)",
    "by __dict__": "import layers, torch\nlayers.__dict__['relu'] = torch.relu",
    "by vars": "import layers, torch\nvars(layers)['relu'] = torch.relu",
    "by vars and update": "import layers, torch\nvars(layers).update(relu=torch.relu)",
    "by sys.modules": "import sys, torch\nsys.modules['layers'].relu = torch.relu",
    "by __import__": "import torch\n__import__('layers').relu = torch.relu",
    "by importlib": "import importlib, torch\nimportlib.import_module('layers').relu = torch.relu",
    "its code": "from layers import relu\nimport torch\nrelu.__code__ = (lambda x: torch.relu(x)).__code__",
    "torch's function": "import torch\ntorch.clamp = torch.relu",
    "a tensor's method": "import torch\ntorch.Tensor.clamp = lambda x, min: torch.relu(x)",
    "by a renamed class": "from torch import Tensor as T\nT.clamp = lambda x, min: x.relu()",
    "by setattr of torch": "import torch\nsetattr(torch.Tensor, 'clamp', lambda x, min: x.relu())",
    "the probe": "import sys\nsys.modules['week_probes'].layers_used = lambda *a: []",
    "the probe, imported": "import week_probes\nweek_probes.layers_used = lambda *a: []",
    "the grader": "from cnngrade.sandbox.inside import probes\nprobes.call = print",
    "the main module": "import __main__\n__main__.x = 1",
    "builtins": "import builtins\nbuiltins.sum = print",
    "in a function": "import layers, torch\ndef go():\n    layers.relu = torch.relu\ngo()",
    "in a class body": "import layers, torch\nclass A:\n    layers.relu = torch.relu",
    "in __init_subclass__": "import layers, torch\nclass A:\n    def __init_subclass__(cls):\n        layers.relu = torch.relu\n"
    "class B(A):\n    pass",
    "in a decorator": "import layers, torch\ndef now(f):\n    layers.relu = torch.relu\n    return f\n@now\ndef g():\n    pass",
    "in a constructor": "import layers, torch\nclass A:\n    def __init__(self):\n        layers.relu = torch.relu\nA()",
    "in a lambda": "import layers, torch\n(lambda: setattr(layers, 'relu', torch.relu))()",
    "in a comprehension": "import layers, torch\n[setattr(layers, 'relu', torch.relu) for _ in range(1)]",
    "in a loop": "import layers, torch\nfor _ in range(1):\n    layers.relu = torch.relu",
    "in a with": "import layers, torch\nwith torch.no_grad():\n    layers.relu = torch.relu",
    "in a default": "import layers, torch\ndef f(x=setattr(layers, 'relu', torch.relu)):\n    pass",
    "in a thread": "import threading\nthreading.Timer(1, print).start()",
    "at the end": "import atexit\natexit.register(print)",
    "by exec": "exec('import layers, torch; layers.relu = torch.relu')",
    "by mock": "from unittest import mock\nmock.patch('layers.relu', print).start()",
    "by a library": "import torch\nlib = torch.library.Library('aten', 'IMPL')\nlib.impl('clamp', torch.relu, 'CPU')",
    "by tracing": "import sys\nsys.settrace(print)",
    "by profiling": "import sys\nsys.setprofile(print)",
    "by an import hook": "import sys\nsys.meta_path.insert(0, print)",
    "by a codec": "import codecs\ncodecs.register(print)",
    "by a module of its own": "import types, sys\nsys.modules['torch'] = types.ModuleType('torch')",
    "by modes": "import torch\ntorch.utils._python_dispatch._disable_current_modes().__enter__()",
    "by garbage": "import gc\n[o for o in gc.get_objects() if hasattr(o, 'relu')]",
    "in a condition": "import layers, torch\nif torch.__version__ > '0':\n    layers.relu = torch.relu",
    "where the main guard lies": "__name__ = '__main__'\nimport layers, torch\nif __name__ == '__main__':\n    layers.relu = torch.relu",
}  # fmt: skip

# Whole files, each with a way of its own to get there.
TRICKS: dict[str, str] = {
    "pattern": "import torch\ndef relu(x):\n    match x:\n        case object(relu=f):\n            return f()\n",
    "pattern of a module": "import torch\ndef relu(x):\n    match [torch]:\n        case [object(nn=object(functional=object(celu=f)))]:\n            return f(x)\n",
    "pattern at the top": "import sys\nmatch sys:\n    case object(modules=m):\n        pass\ndef relu(x): return m['torch'].relu(x)\n",
    "heap": "import heapq, torch\nh=[]\nheapq.heappush(h, torch.relu)\ndef relu(x): return h[0](x)\n",
    "operator's store": "import operator, torch\nd={}\noperator.setitem(d, 0, torch.relu)\ndef relu(x): return d[0](x)\n",
    "unbound append": "import torch\nd=[]\nlist.append(d, torch.relu)\ndef relu(x): return d[0](x)\n",
    "mapped append": "import torch\nd=[]\nlist(map(d.append, [torch.relu]))\ndef relu(x): return d[0](x)\n",
    "list made again": "import torch\nd=[]\nd.__init__([torch.relu])\ndef relu(x): return d[0](x)\n",
    "sent to a generator": "import torch\ndef box():\n    f = None\n    while True: f = (yield f) or f\nb=box(); next(b); b.send(torch.relu)\ndef relu(x): return next(b)(x)\n",
    "kept exception": "import torch\ntry:\n    raise KeyError(torch.relu)\nexcept KeyError as e:\n    kept = e\ndef relu(x): return kept.args[0](x)\n",
    "stored in Python's own": "import random, torch\nrandom.work = torch.relu\ndef relu(x): return random.work(x)\n",
    "class of a tensor": HONEST + "T = type(torch.ones(1))\nT.clamp = T.relu\n",
    "__class__ of a tensor": HONEST + "torch.ones(1).__class__.clamp = lambda x, min: x.relu()\n",
    "torch of another": HONEST + "import torchvision\ntorchvision.torch.Tensor.clamp = torch.relu\n",
    "names copied": HONEST
    + "import functools\nclass O: clamp = torch.relu\nfunctools.update_wrapper(torch.Tensor, O, assigned=('clamp',), updated=())\n",
    "timed text": HONEST + "import timeit\ntimeit.timeit('import torch; torch.Tensor.clamp = 1', number=1)\n",
    "profiled text": HONEST + "import cProfile\ncProfile.run('import torch')\n",
    "pickled text": HONEST + "import pickle\npickle.loads(b'cbuiltins\\nexec\\n.')\n",
    "text for sympy": HONEST + "import sympy\nsympy.sympify('exec(1)')\n",
    "enum value": "import enum, torch\nclass E(enum.Enum):\n    A = torch.relu\ndef relu(x): return E.A(x)\n",
    "class attr": "import torch\nclass A:\n    f = torch.relu\ndef relu(x): return A.f(x)\n",
    "class attr inst": "import torch\nclass A:\n    f = staticmethod(torch.relu)\na=A()\ndef relu(x): return a.f(x)\n",
    "class attr later": "import torch\nclass A: pass\nA.f = torch.relu\ndef relu(x): return A.f(x)\n",
    "dict get": "import torch\nd={'a':torch.relu}\ndef relu(x): return d.get('a')(x)\n",
    "dict setitem": "import torch\nd={}\nd['a']=torch.relu\ndef relu(x): return d['a'](x)\n",
    "dict update": "import torch\nd={}\nd.update(a=torch.relu)\ndef relu(x): return d['a'](x)\n",
    "dict values": "import torch\nd={'a':torch.relu}\ndef relu(x): return list(d.values())[0](x)\n",
    "filled in function": "import torch\nd={}\ndef fill(e): e['a']=torch.relu\nfill(d)\ndef relu(x): return d['a'](x)\n",
    "list filled in function": "import torch\nd=[]\ndef fill(e): e.append(torch.relu)\nfill(d)\ndef relu(x): return d[0](x)\n",
    "list filled other name": "import torch\nd=[]\ne=d\ne.append(torch.relu)\ndef relu(x): return d[0](x)\n",
    "list iadd": "import torch\nd=[]\nd+=[torch.relu]\ndef relu(x): return d[0](x)\n",
    "nested dict": "import torch\nd={'x':{}}\nd['x']['a']=torch.relu\ndef relu(x): return d['x']['a'](x)\n",
    "registry decorator": "import torch\nR={}\ndef reg(f):\n    R[f.__name__]=f\n    return f\n@reg\ndef go(x): return torch.relu(x)\ndef relu(x): return R['go'](x)\n",
    "registry decorator args": "import torch\nR={}\ndef reg(n):\n    def d(f):\n        R[n]=f\n        return f\n    return d\n@reg('go')\ndef _(x): return torch.relu(x)\ndef relu(x): return R['go'](x)\n",
    "setattr class": "import torch\nclass A: pass\nsetattr(A,'go',torch.relu)\ndef relu(x): return A.go(x)\n",
    "setattr inst computed": "import torch\nclass A: pass\na=A()\nsetattr(a,'o'+'g'[::-1],torch.relu)\ndef relu(x): return a.og(x)\n",
    "func attribute": "import torch\ndef relu(x): return relu.f(x)\nrelu.f=torch.relu\n",
    "iterator state": "import torch\nit=iter([torch.relu]*1000)\ndef relu(x): return next(it)(x)\n",
    "queue": "import torch, collections\nq=collections.deque([torch.relu])\ndef relu(x): return q[0](x)\n",
    "contextvar": "import torch, contextvars\nv=contextvars.ContextVar('v', default=torch.relu)\ndef relu(x): return v.get()(x)\n",
    "lru cache": "import torch, functools\n@functools.lru_cache\ndef g(): return torch.relu\ndef relu(x): return g()(x)\n",
    "singledispatch": "import torch, functools\n@functools.singledispatch\ndef relu(x): return x\n@relu.register\ndef _(x: torch.Tensor): return torch.relu(x)\n",
    "exception carries": "import torch\ndef relu(x):\n    try:\n        raise Exception(torch.relu)\n    except Exception as e:\n        return e.args[0](x)\n",
    "exception carries 2": "import torch\nE=Exception(torch.relu)\ndef relu(x): return E.args[0](x)\n",
    "property setter": "import torch\nclass A:\n    @property\n    def f(self): return self._f\n    @f.setter\n    def f(self, v): self._f=v\na=A()\na.f=torch.relu\ndef relu(x): return a.f(x)\n",
    "slots descriptor": "import torch\nclass D:\n    def __get__(self,i,o): return torch.relu\nclass A:\n    f=D()\ndef relu(x): return A().f(x)\n",
    "module hook": "import torch\nfrom torch import nn\nclass M(nn.Module):\n    def forward(self,x): return x\nm=M()\nm.register_forward_hook(lambda m,i,o: torch.relu(o))\ndef relu(x): return m(x)\n",
    "tensor hook": "import torch\ndef relu(x):\n    x.register_hook(lambda g: torch.relu(g))\n    return x\n",
    "contextmanager": "import torch, contextlib\n@contextlib.contextmanager\ndef c(): yield torch.relu\ndef relu(x):\n    with c() as f: return f(x)\n",
    "with class": "import torch\nclass C:\n    def __enter__(self): return torch.relu\n    def __exit__(self,*a): pass\ndef relu(x):\n    with C() as f: return f(x)\n",
    "for else": "import torch\ndef relu(x):\n    for f in [torch.relu]:\n        pass\n    else:\n        return f(x)\n",
    "annotated alias": "import torch\nf: object = torch.relu\ndef relu(x): return f(x)\n",
    "subclass tensor": "import torch\nclass T(torch.Tensor):\n    pass\ndef relu(x): return x.as_subclass(T).relu()\n",
    "subclass super": "import torch\nclass T(torch.Tensor):\n    def go(self): return super().relu()\ndef relu(x): return x.as_subclass(T).go()\n",
    "torch function": "import torch\nclass T(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, func, types, args=(), kwargs=None): return super().__torch_function__(func, types, args, kwargs)\ndef relu(x): return x.as_subclass(T).clamp(0)\n",
    "dunder all": "from torch import *\n__all__=['relu']\n",
    "alias import attr": "import torch.nn.functional as torch2\nfrom torch import nn as torch\ndef relu(x): return torch.functional.relu(x)\n",
    "own torch alias": "import torch as math\ndef relu(x): return math.relu(x)\n",
    "import shadows": "import torch.nn.functional as math\ndef relu(x): return math.relu(x)\n",
    "name of list": "from torch.nn.functional import relu as clamp\ndef relu(x): return clamp(x)\n",
    "list alias": "from torch.nn import functional as exp\nimport torch\ntorch_exp = exp\ndef relu(x): return torch_exp.relu(x)\n",
    "json": "import json, torch\ndef relu(x): return json.loads('{}', object_hook=lambda d: torch.relu(x))\n",
    "re.sub": "import re, torch\ndef relu(x):\n    out=[]\n    re.sub('a', lambda m: out.append(torch.relu(x)) or '', 'a')\n    return out[0]\n",
    "sorted key": "import torch\ndef relu(x): return max([x], key=lambda y: 0) if 0 else min([x], key=torch.relu)\n",
    "Formatter": "import string\ndef relu(x): return string.Formatter().get_field('0.relu',(x,),{})[0]()\n",
    "get_type_hints": "import typing\ndef h(a: 'eval(1)'): pass\ndef relu(x): return typing.get_type_hints(h)\n",
    "namedtuple": "import collections, torch\nT=collections.namedtuple('T','f')\nt=T(torch.relu)\ndef relu(x): return t.f(x)\n",
    "setdefault": "import torch\nd={}\nd.setdefault('a', torch.relu)\ndef relu(x): return d['a'](x)\n",
    "partial attr": "import functools, torch\np=functools.partial(torch.relu)\ndef relu(x): return p.func(x)\n",
    "zip": "import torch\ndef relu(x):\n    for f, y in zip([torch.relu],[x]): return f(y)\n",
    "slices": "import torch\ndef relu(x): return [abs, torch.relu][1:][0](x)\n",
    "kwargs": "import torch\ndef g(**kw): return kw['f'](kw['x'])\ndef relu(x): return g(f=torch.relu, x=x)\n",
    "global in method": "import torch\nf=None\nclass A:\n    def __init__(self):\n        global f\n        f=torch.relu\nA()\ndef relu(x): return f(x)\n",
    "nonlocal": "import torch\ndef relu(x):\n    f=None\n    def s():\n        nonlocal f\n        f=torch.relu\n    s()\n    return f(x)\n",
    "vars(self)": "import torch\nclass A:\n    def __init__(self): vars(self)['f']=torch.relu\na=A()\ndef relu(x): return a.f(x)\n",
    "self dict": "import torch\nclass A:\n    def __init__(self): self.__dict__['f']=torch.relu\na=A()\ndef relu(x): return a.f(x)\n",
    "type()": "import torch\nA=type('A',(),{'f':staticmethod(torch.relu)})\ndef relu(x): return A.f(x)\n",
    "types.new_class": "import types, torch\nA=types.new_class('A',(),{},lambda ns: ns.update(f=torch.relu))\ndef relu(x): return A.f(x)\n",
    "SimpleNamespace vars": "import types, torch\nn=types.SimpleNamespace(**{'f': torch.relu})\ndef relu(x): return n.f(x)\n",
    "setattr ns": "import types, torch\nn=types.SimpleNamespace()\nn.f=torch.relu\ndef relu(x): return n.f(x)\n",
    "walrus in comp": "import torch\n[g := torch.relu for _ in range(1)]\ndef relu(x): return g(x)\n",
    "class loop": "import torch\nclass A:\n    for f in [torch.relu]: pass\ndef relu(x): return A.f(x)\n",
    "class import": "class A:\n    from torch import relu as f\ndef relu(x): return A.f(x)\n",
    "class exec import": "class A:\n    import torch.nn.functional as F\ndef relu(x): return A.F.relu(x)\n",
    "self.F": "import torch.nn.functional as F\nclass A:\n    def __init__(self): self.F=F\n    def go(self,x): return self.F.relu(x)\ndef relu(x): return A().go(x)\n",
    "lambda default": "import torch\ndef relu(x, *, f=torch.relu): return f(x)\n",
    "inspect.unwrap": "import functools, torch\n@functools.wraps(torch.relu)\ndef g(x): return x\ndef relu(x): return g.__wrapped__(x)\n",
    "torch nn Module call": "from torch import nn\nclass A(nn.ReLU): pass\ndef relu(x): return A()(x)\n",
    "module forward super": "from torch import nn\nclass A(nn.ReLU):\n    def forward(self,x): return super().forward(x)\ndef relu(x): return A()(x)\n",
    "late base": "from torch import nn\nB=nn.ReLU\nclass A(B): pass\na=A()\ndef relu(x): return a(x)\n",
    "mro entries": "from torch import nn\nclass P:\n    def __mro_entries__(self,b): return (nn.ReLU,)\nclass A(P()): pass\ndef relu(x): return A()(x)\n",
    "autograd vjp": "import torch\ndef relu(x): return torch.func.vjp(torch.relu, x)[0]\n",
    "optimizer": "import torch\ndef relu(x): return torch.optim.SGD([x], lr=1)\n",
    "distribution": "import torch\ndef relu(x): return torch.distributions.Bernoulli(logits=x).probs\n",
    "transforms sigmoid": "import torch\ndef relu(x): return torch.distributions.transforms.SigmoidTransform()(x)\n",
    "quantized": "import torch\ndef relu(x): return torch.ao.nn.quantized.functional.conv2d(x)\n",
    "parametrize": "import torch.nn.utils as u\ndef relu(x): return u.parametrize\n",
    "sparse softmax": "import torch\ndef relu(x): return torch.sparse.softmax(x,0)\n",
    "masked softmax": "import torch\ndef relu(x): return torch.masked.softmax(x,0)\n",
    "masked fn": "from torch import masked\ndef relu(x): return masked.softmax(x,0)\n",
    "nested": "import torch\ndef relu(x): return torch.nested.nested_tensor([x]).relu()\n",
    "signal": "import torch\ndef relu(x): return torch.signal.windows.hann(3)\n",
    "np": "import numpy as np\ndef relu(x): return np.lib.npyio.DataSource\n",
    "np sys": "import numpy as np\ndef relu(x): return np.sys.modules['torch'].relu(x)\n",
    "np testing": "import numpy as np\ndef relu(x): return np.testing.assert_array_equal.__globals__\n",
    "np frompyfunc": "import numpy as np, torch\ndef relu(x): return np.frompyfunc(torch.relu,1,1)(x)\n",
    "np load": "import numpy as np\ndef relu(x): return np.load('x.npy', allow_pickle=True).item()(x)\n",
    "random os": "import random\ndef relu(x): return random._os.system('x')\n",
    "co": "def relu(x):\n    return (lambda: 0).__code__.replace()\n",
    "deco on import": "import torch\ndef swap(f):\n    return torch.relu\n@swap\ndef relu(x): return x\n",
    "class deco": "import torch\nclass swap:\n    def __init__(self,f): pass\n    def __call__(self,x): return torch.relu(x)\n@swap\ndef relu(x): return x\n",
    "ext deco": "import functools, torch\n@functools.partial(lambda f,g: f, torch.relu)\ndef relu(x): return x\n",
    "ext deco2": "import functools, torch\nrelu = functools.wraps(lambda x: x)(torch.relu)\n",
    "lambda deco": "import torch\n@lambda f: torch.relu\ndef relu(x): return x\n",
    "deco getter": "import torch\n@torch.relu.__class__\ndef relu(x): return x\n",
    "torch.compile backend": "import torch\n@torch.compile(backend=lambda gm, ins: torch.relu)\ndef relu(x): return x\n",
    "del then star": "from torch import *\ndef clamp(x): return x\ndef relu(x): return x\ndel relu\nfrom torch import relu\n",
    "if False def": "import torch\nfrom torch import relu\nif False:\n    def relu(x): return x\n",
    "try def": "from torch import relu\ntry:\n    1/0\n    def relu(x): return x\nexcept Exception: pass\n",
    "module getattr": "import torch\ndef __getattr__(n): return getattr(torch, n)\n",
    "PEP562 const": "import torch\ndef __getattr__(n): return torch.relu\n",
    "loader": "import importlib.util as u\ns=u.spec_from_loader('z', None)\nimport torch\ndef relu(x):\n    return x.clamp(min=0)\n",
    "sitecustom path hook": "import sys\nsys.path_importer_cache.clear()\nimport torch\ndef relu(x):\n    return x.clamp(min=0)\n",
    "excepthook": "import sys\nsys.excepthook = print\nimport torch\ndef relu(x):\n    return x.clamp(min=0)\n",
    "default_generator": "import torch\ntorch.default_generator = None\nimport torch\ndef relu(x):\n    return x.clamp(min=0)\n",
    "nn.Module patch": "from torch import nn\nnn.Module.__call__ = lambda s,x: x\nimport torch\ndef relu(x):\n    return x.clamp(min=0)\n",
    "torch Tensor new attr": "import torch\nTT = torch.Tensor\nfor n in ('clamp',):\n    setattr(TT, n, TT.relu)\nimport torch\ndef relu(x):\n    return x.clamp(min=0)\n",
    "delattr": "import torch\ndel torch.Tensor.clamp\nimport torch\ndef relu(x):\n    return x.clamp(min=0)\n",
    "own alias of module": "import layers as me\nimport torch\nme.relu = torch.relu\nimport torch\ndef relu(x):\n    return x.clamp(min=0)\n",
    "globals subscript": HONEST + "globals()['relu'] = torch.relu\n",
    "globals update": HONEST + "globals().update(relu=torch.relu)\n",
    "globals alias": HONEST + "g = globals()\ng['relu'] = torch.relu\n",
    "vars alias": HONEST + "import sys\nme = sys.modules[__name__]\nsetattr(me, 'relu', torch.relu)\n",
    "locals": HONEST + "locals()['relu'] = torch.relu\n",
    "__dict__ of func": HONEST + "relu.__dict__\nrelu.__class__ = 1\n",
    "ior globals": HONEST + "g=globals()\ng |= {'relu': torch.relu}\n",
    "globals in fn": HONEST + "def f():\n    globals()['relu'] = torch.relu\nf()\n",
    "globals via fn": HONEST + "def f(): return globals()\nf()['relu'] = torch.relu\n",
    "get globals": HONEST + "f = globals\nf()['relu'] = torch.relu\n",
    "global reassign from class": HONEST + "class A:\n    global relu\n    relu = torch.relu\n",
    "for target": HONEST + "for relu in [torch.relu]: pass\n",
    "with target": HONEST + "import contextlib\nwith contextlib.nullcontext(torch.relu) as relu: pass\n",
    "import target": HONEST + "import torch.nn.functional as F\nfrom torch import relu\n",
    "tuple target": HONEST + "(relu, a) = (torch.relu, 1)\n",
    "star target": HONEST + "relu, *a = [torch.relu, 1]\n",
    "attr for target": HONEST + "import layers\nfor layers.relu in [torch.relu]: pass\n",
    "aug": HONEST + "class S:\n    def __add__(self, o): return torch.relu\ns=S()\ns += 1\ndef relu(x): return s(x)\n",
    "getitem own": HONEST
    + "class S:\n    def __getitem__(self, o): return torch.relu\ns=S()\ndef relu(x): return s[0](x)\n",
    "iter own": HONEST
    + "class S:\n    def __iter__(self): return iter([torch.relu])\ndef relu(x):\n    for f in S(): return f(x)\n",
    "class_getitem": HONEST
    + "class S:\n    def __class_getitem__(c, o): return torch.relu\ndef relu(x): return S[0](x)\n",
    "call class new": HONEST + "class S:\n    def __new__(c, x): return torch.relu(x)\ndef relu(x): return S(x)\n",
    "init_subclass": HONEST
    + "class S:\n    def __init_subclass__(c, f=None): c.f = f\nclass T(S, f=torch.relu): pass\ndef relu(x): return T.f(x)\n",
}

# Lines that prepare something when they are imported; relu itself is honest, or works with what was prepared.
COMPUTED: dict[str, str] = {
    "by import_module": "import importlib\nm = importlib.import_module('sys'[:2] + 's')\n",
    "under another name": "from importlib import import_module as i\nt = i('hcrot'[::-1])\nt.exp = t.relu\n",
    "in a function": "import importlib\ndef go(name):\n    return importlib.import_module(name)\ngo(''.join(['s', 'ys'])).x = 1\n",
    "from bytes": "import importlib\nfor n in ['math', bytes([115]).decode()]:\n    importlib.import_module(n)\n",
    "from numbers": "import importlib\nimportlib.import_module(chr(115) + 'ys')\n",
    "mapped": "import importlib\nlist(map(importlib.import_module, ['hcrot'[::-1]]))\n",
    "by keyword": "import importlib\nimportlib.import_module(name='hcrot'[::-1])\n",
    "by partial": "import functools, importlib\nfunctools.partial(importlib.import_module, 'hcrot'[::-1])()\n",
    "__import__": "m = __import__('sys'[:2] + 's')\n",
    "find_spec": "import importlib.util\ns = importlib.util.find_spec('hcrot'[::-1])\n",
    "load_module": "import importlib.util\nt = importlib.util.find_spec('torch').loader.load_module()\n",
    "module_from_spec": "import importlib.util as u\nu.module_from_spec(u.find_spec('torch'))\n",
    "SourceFileLoader": "from importlib.machinery import SourceFileLoader as S\nS('a', 'a.py').load_module()\n",
    "runpy": "import runpy\nrunpy.run_path('notes.txt')\n",
    "zipimport": "import zipimport\nzipimport.zipimporter('data.zip').load_module('aid')\n",
    "pkgutil": "import pkgutil\npkgutil.resolve_name('torch:relu')\n",
    "held by torch": "import torch\ntorch.serialization.sys.modules['layers'].x = 1\n",
    "loader of a module": "import torch\ntorch.__spec__.loader\n",
}  # fmt: skip
WRITTEN: dict[str, str] = {
    "missing": "import aid_of_nobody\n",
    "missing, by from": "from aid_of_nobody import go\n",
    "missing, in a function": "def go():\n    import aid_of_nobody\ngo()\n",
    "missing, by name": "import importlib\nimportlib.import_module('aid_of_nobody')\n",
    "missing, in a condition": "import os\nif os.sep:\n    import aid_of_nobody\n",
    "open": "with open('aid.py', 'w') as f:\n    f.write('1')\n",
    "open, positional byte code": "open('aid.pyc', 'wb').write(b'1')\n",
    "open, renamed": "o = open\no('aid.py', mode='w')\n",
    "open, formatted": "name = 'aid'\nopen(f'{name}.py', 'a')\n",
    "open, added": "name = 'aid.p'\nopen(name + 'y', 'w')\nopen(f'{name}y', 'w')\n",
    "open, ended by a letter": "name = 'p.dia'[::-1]\nopen(name + 'y', 'w')\n",
    "open, computed": "open('yp.dia'[::-1], 'w')\n",
    "open, joined": "import os\nopen(os.path.join(os.getcwd(), 'aid.so'), 'xb')\n",
    "open, its name kept": "from pathlib import Path\nhere = Path('.') / 'aid.py'\nopen(here, 'w')\n",
    "open, the mode computed": "open('aid.py', 'rw'[1:])\n",
    "io": "import io\nio.open('aid.py', 'w')\n",
    "os": "import os\nos.write(os.open('aid.py', 65), b'1')\n",
    "write_text": "from pathlib import Path\nPath('aid.py').write_text('1')\n",
    "write_bytes": "import pathlib\n(pathlib.Path.cwd() / 'aid.py').write_bytes(b'1')\n",
    "Path.open": "from pathlib import Path\nPath('aid.py').open('w').write('1')\n",
    "renamed afterwards": "import os\nopen('aid.txt', 'w').write('1')\nos.rename('aid.txt', 'aid.py')\n",
    "Path.rename": "from pathlib import Path\nPath('aid.txt').rename('aid.py')\n",
    "copied": "import shutil\nshutil.copy('notes.txt', 'aid.py')\n",
    "a file for a while": "import tempfile\ntempfile.NamedTemporaryFile(suffix='.py', dir='.')\n",
    "fetched": "import urllib.request\nurllib.request.urlretrieve('file:notes', 'aid.py')\n",
    "subprocess": "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'])\n",
    "system": "import os\nos.system('echo 1 > aid.py')\n",
    "system by from": "from os import popen as p\np('echo 1')\n",
    "system, mapped": "import os\nlist(map(os.system, ['echo 1']))\n",
    "pip and more": "import os\nos.system('pip install x; echo 1')\n",
    "multiprocessing": "import multiprocessing as m\nm.Process(target=print).start()\n",
    "pty": "import pty\npty.spawn('sh')\n",
    "spawn": "import os\nos.spawnlp(0, 'sh', 'sh')\n",
}  # fmt: skip
_OWN = "import torch, sys, logging, warnings, builtins\nclass W:\n    def write(self, text):\n        box.append(torch.relu)\nbox = []\n"
CALLBACKS: dict[str, str] = {
    "stdout": _OWN + "sys.stdout = W()\n",
    "stderr": _OWN + "w = W()\nsys.stderr = w\n",
    "stdout, by setattr": _OWN + "setattr(sys, 'stdout', W())\n",
    "stdout of a namespace": _OWN + "import types\nsys.stdout = types.SimpleNamespace(write=lambda t: box.append(t))\n",
    "displayhook": _OWN + "sys.displayhook = lambda x: box.append(x)\n",
    "excepthook": _OWN + "sys.excepthook = print\n",
    "showwarning": _OWN + "warnings.showwarning = lambda *a: box.append(torch.relu)\n",
    "formatwarning": _OWN + "def go(*a):\n    return str(box)\nwarnings.formatwarning = go\n",
    "handler": _OWN + "class H(logging.Handler):\n    def emit(self, r):\n        box.append(r)\nlogging.getLogger().addHandler(H())\n",
    "handlers of the first setting": _OWN + "class H(logging.Handler):\n    pass\nlogging.basicConfig(handlers=[H()])\n",
    "filter": _OWN + "logging.root.addFilter(lambda r: box.append(r))\n",
    "saved tensors": _OWN + "torch.autograd.graph.saved_tensors_hooks(torch.relu, abs).__enter__()\n",
    "print": _OWN + "builtins.print = W().write\n",
    "a path that is no text": _OWN + "sys.path.append(W())\n",
    "a path, added": _OWN + "sys.path += [W()]\n",
    "kept at stdout": _OWN + "sys.stdout.go = torch.relu\n",
    "kept at a logger": _OWN + "logging.root.go = torch.relu\n",
    "kept in random": _OWN + "import random\nrandom.shuffle = W().write\n",
    "kept in math": _OWN + "import math\nmath.exp = 1\n",
    "loaded by torch": "import torch\nbox = torch.load('a.pt', weights_only=False)\n",
    "loaded by numpy": "import numpy as np\nbox = np.load('a.npy', allow_pickle=True)\n",
    "loaded by pickle": "import pickle\nbox = pickle.load(open('a.pkl', 'rb'))\n",
    "examples that change things": "def go():\n    \'\'\'\n    >>> import layers; layers.relu = 1\n    \'\'\'\nimport doctest\ndoctest.testmod()\n",
}  # fmt: skip
LOST: dict[str, str] = {
    "append, renamed": "import torch\nL = []\na = L.append\na(torch.relu)\ndef relu(x): return L[0](x)\n",
    "append, in a list": "import torch\nL = []\n[L.append][0](torch.relu)\ndef relu(x): return L[0](x)\n",
    "append, partial": "import functools, torch\nL = []\nfunctools.partial(L.append, torch.relu)()\ndef relu(x): return L[0](x)\n",
    "append, by a function": "import torch\nL = []\ndef go(f):\n    f(torch.relu)\ngo(L.append)\ndef relu(x): return L[0](x)\n",
    "append, decorating": "import torch\nL = []\n@L.append\ndef go(x): return torch.relu(x)\ndef relu(x): return L[0](x)\n",
    "update, renamed": "import torch\nD = {}\nu = D.update\nu(a=torch.relu)\ndef relu(x): return D['a'](x)\n",
    "end of a generator": "import torch\ndef g():\n    yield\n    return torch.relu\ndef relu(x):\n    it = g()\n    next(it)\n    try:\n        next(it)\n"
    "    except StopIteration as e:\n        return e.value(x)\n",
}  # fmt: skip

_GUARDED = "try:\n    import fastnet\nexcept ImportError:\n    fastnet = None\n"
# Lines that a file runs when it is imported, by which files that nobody reads are run, or others' code is changed.
AT_IMPORT: dict[str, str] = {
    "getattr write_text": "from pathlib import Path\np = Path('fastnet' + '.p' + 'y')\ngetattr(p, 'write_text')('import torch')\n" + _GUARDED,
    "getattr write_text data name": "import json\nfrom pathlib import Path\np = Path(json.load(open('c.json'))['n'])\ngetattr(p, 'write_text')('import torch')\n" + _GUARDED,
    "methodcaller write_text": "import operator\nfrom pathlib import Path\noperator.methodcaller('write_text', 'import torch')(Path('fastnet.py'))\n" + _GUARDED,
    "renamed method": "from pathlib import Path\nw = Path('fastnet.py').write_text\nw('import torch')\n" + _GUARDED,
    "unbound write_text": "from pathlib import Path\nPath.write_text(Path('fastnet.py'), 'import torch')\n" + _GUARDED,
    "mapped write_text": "from pathlib import Path\nlist(map(Path.write_text, [Path('fastnet.py')], ['import torch']))\n" + _GUARDED,
    "partial open": "import functools\nfunctools.partial(open, 'fastnet.py')('w').write('1')\n" + _GUARDED,
    "mapped open": "list(map(open, ['fastnet.py'], 'w'))[0].write('1')\n" + _GUARDED,
    "starred open": "open(*['fastnet.py', 'w']).write('1')\n" + _GUARDED,
    "kw open": "open(**{'file': 'fastnet.py', 'mode': 'w'}).write('1')\n" + _GUARDED,
    "os.rename data": "import os\nos.rename('notes.txt', open('n.txt').read().strip())\n" + _GUARDED,
    "os.rename data2": "import os, json\nos.rename('notes.txt', json.load(open('c.json'))['x'])\n" + _GUARDED,
    "os.replace computed": "import os\nos.replace('notes.txt', 'yp.tentsaf'[::-1])\n" + _GUARDED,
    "shutil.move computed": "import shutil\nshutil.move('notes.txt', 'fastnet.' + chr(112) + 'y')\n" + _GUARDED,
    "shutil.copy data": "import shutil, os\nfor n in os.listdir('.'):\n    shutil.copy(n, n.replace('txt', 'py'))\n" + _GUARDED,
    "copyfile data": "import shutil, glob\nfor n in glob.glob('*.txt'):\n    shutil.copyfile(n, n[:-3] + 'p' + 'y')\n" + _GUARDED,
    "Path.rename computed": "from pathlib import Path\nPath('notes.txt').rename(Path('x').with_suffix('.' + 'yp'[::-1]))\n" + _GUARDED,
    "Path.rename data": "from pathlib import Path\nfor p in Path('.').glob('*.txt'):\n    p.rename(p.name.replace('txt', 'py'))\n" + _GUARDED,
    "rename mapped": "import os\nlist(map(os.rename, ['notes.txt'], ['fastnet.py']))\n" + _GUARDED,
    "symlink data": "import os\nos.symlink('notes.txt', open('n.txt').read())\n" + _GUARDED,
    "copytree": "import shutil\nshutil.copytree('data', 'fastnet')\n" + _GUARDED,
    "zip extract": "import zipfile\nzipfile.ZipFile('data.zip').extractall('.')\n" + _GUARDED,
    "zip extract with": "import zipfile\nwith zipfile.ZipFile('data.zip') as z:\n    z.extract('fastnet.py')\n" + _GUARDED,
    "tar extract": "import tarfile\ntarfile.open('data.tar').extractall()\n" + _GUARDED,
    "unpack": "import shutil\nshutil.unpack_archive('data.zip', '.')\n" + _GUARDED,
    "savetxt": "import numpy as np\nnp.savetxt('fastnet.' + open('n.txt').read(), [1], header='import torch')\n" + _GUARDED,
    "csv": "import csv\nn = open('n.txt').read()\ncsv.writer(open(n, 'w')).writerow(['import torch'])\n" + _GUARDED,
    "logging FileHandler": "import logging\nlogging.FileHandler(open('n.txt').read())\n" + _GUARDED,
    "redirect": "import contextlib\nwith open(open('n.txt').read(), 'w') as f, contextlib.redirect_stdout(f):\n    print('import torch')\n" + _GUARDED,
    "zipfile write": "import zipfile\nz = zipfile.ZipFile('a.dat', 'w')\nz.writestr('fastnet.py', 'import torch')\nz.close()\nimport sys\nsys.path.append('a.dat')\n" + _GUARDED,
    "sqlite": "import sqlite3\nsqlite3.connect('fastnet.py')\n" + _GUARDED,
    "shelve": "import dbm.dumb\ndbm.dumb.open('fastnet.py', 'c')\n" + _GUARDED,
    "mkstemp": "import tempfile, os\nfd, n = tempfile.mkstemp(dir='.')\nos.write(fd, b'x')\nos.rename(n, n + '.py')\n" + _GUARDED,
    "os.open dir fd": "import os\nfd = os.open(open('n.txt').read(), 65)\nos.write(fd, b'x')\n" + _GUARDED,
    "posix": "import posix\nposix.rename('notes.txt', 'fastnet.py')\n" + _GUARDED,
    "posix system": "import posix\nposix.system('mv notes.txt fastnet.py')\n" + _GUARDED,
    "nt path genericpath os": "import genericpath\ngenericpath.os.system('mv notes.txt fastnet.py')\n",
    "mixed import data": "import importlib\nfor n in ['math', open('n.txt').read()]:\n    m = importlib.import_module(n)\n    m.Tensor.clamp = m.relu\n",
    "pth2": "import sysconfig, os\nopen(os.path.join(sysconfig.get_paths()['purelib'], 'a.pth'), 'w').write('import torch')\n",
    "torch.os": "import torch\ntorch.os.system('mv notes.txt fastnet.py')\n",
    "pathlib.os": "import pathlib\npathlib.os.system('x')\n",
    "shutil.os": "import shutil\nshutil.os.rename('notes.txt', 'fastnet.py')\n" + _GUARDED,
    "tempfile._os": "import tempfile\ntempfile._os.system('x')\n",
    "subprocess.builtins": "import subprocess\nsubprocess.builtins.exec('import torch')\n",
    "subprocess.sys": "import subprocess\nsubprocess.sys.modules['torch'].x('y')\n",
    "np builtins": "import numpy as np\nnp.__builtins__['exec']('import torch')\n",
    "np loader": "import numpy as np\nnp.__loader__.get_code('x')\n",
    "print self": "print.__self__.exec('import torch; torch.Tensor.clamp = torch.relu')\n",
    "getattr print self": "getattr(print, '__self__').exec('1')\n",
    "len self eval": "e = len.__self__\ne.eval('1')\n",
    "object getattribute": "def f(): pass\ng = object.__getattribute__(f, '__globals__')\ng['relu'] = 1\n",
    "x getattribute": "def f(): pass\nf.__getattribute__('__globals__')['relu'] = 1\n",
    "super getattribute": "class A: pass\nA.__init__.__getattribute__('__globals__')\n",
    "getattr computed globals": "def f(): pass\ng = getattr(f, '__slabolg__'[::-1])\ng['relu'] = 1\n",
    "type subclasses": "type.__subclasses__(object)\n",
    "signature eval_str": "import inspect\ndef f(x: 'exec(1)'): pass\ninspect.signature(f, eval_str=True)\n",
    "singledispatch ann": "import functools\n@functools.singledispatch\ndef f(x): pass\n@f.register\ndef _(x: \"exec('import torch') or int\"): pass\n",
    "singledispatch future": "from __future__ import annotations\nimport functools\n@functools.singledispatch\ndef f(x): pass\n@f.register\ndef _(x: exec('import torch') or int): pass\n",
    "singledispatchmethod": "import functools\nclass A:\n    @functools.singledispatchmethod\n    def f(self, x): pass\n    @f.register\n    def _(self, x: \"exec('import torch') or int\"): pass\n",
    "collect_env": "import torch.utils.collect_env as c\nc.run('mv a b')\n",
    "serialization.load": "import torch\ntorch.serialization.load('a.pt', weights_only=False)\n",
    "serialization from": "from torch.serialization import load\nload('a.pt', weights_only=False)\n",
    "storage": "import torch\ntorch.storage._load_from_bytes(open('a', 'rb').read())\n",
    "np read_array": "import numpy as np\nnp.lib.format.read_array(open('a', 'rb'), allow_pickle=True)\n",
    "np NpzFile": "import numpy as np\nnp.lib.npyio.NpzFile('a', allow_pickle=True)\n",
    "rlcompleter": "import rlcompleter\nrlcompleter.Completer().attr_matches('x.y')\n",
    "pydoc": "import pydoc\npydoc.locate('torch').Tensor.clamp = pydoc.locate('torch.relu')\n",
    "pydoc importfile": "import pydoc\npydoc.importfile('notes.txt')\n",
    "xml sax": "import xml.sax\nxml.sax.make_parser(['evil'])\n",
    "unittest loader": "import unittest\nunittest.defaultTestLoader.loadTestsFromName('evil')\n",
    "unittest discover": "import unittest\nunittest.TestLoader().discover('.', pattern='*.py')\n",
    "pytest main": "import pytest\npytest.main(['evil.py'])\n",
    "jinja2": "import jinja2\njinja2.Template('{{ x }}').render(x=1)\n",
    "jinja2 import_string": "from jinja2.utils import import_string as i\ni('torch').Tensor.clamp = i('torch.relu')\n",
    "sympy utilities": "import sympy\nsympy.utilities.lambdify.lambdify([], 'x')\n",
    "sympy Symbol": "import sympy\nsympy.Float._new\nsympy.core.sympify.sympify('exec(1)')\n",
    "fsspec": "import fsspec\nfsspec.filesystem('file').mv('notes.txt', 'fastnet.py')\n" + _GUARDED,
    "fsspec2": "import fsspec\nfsspec.open('fastnet.py', 'w').open().write('x')\n" + _GUARDED,
    "jit comment": "import torch\n@torch.jit.script\ndef f(x):\n    # type: (exec('import torch')) -> int\n    return 1\n",
    "encodings path": "import encodings\nencodings.__path__.append('.')\n'a'.encode('evil')\n",
    "torch path": "import matplotlib\nmatplotlib.__path__.append('.')\nimport matplotlib.evil\n",
    "copyreg": "import copyreg, copy, torch\ncopyreg.dispatch_table[torch.Tensor] = print\n",
    "map setattr": "import torch\nlist(map(setattr, [torch.Tensor], ['clamp'], [torch.relu]))\n",
    "starmap setattr": "import torch, itertools\nlist(itertools.starmap(setattr, [(torch.Tensor, 'clamp', torch.relu)]))\n",
    "own bases, unpack": "import torch\nclass T(torch.Tensor): pass\n(b,) = T.__bases__\nb.clamp = T.relu\n",
    "super class": "import torch\nclass T(torch.Tensor):\n    def go(self):\n        super().__thisclass__.__base__.clamp = 1\nT(1).go()\n",
    "tensor type via inspect": "import torch\nd = torch.ones(1).dtype\nb = torch.ones(1).clamp.__objclass__\nb.clamp = b.relu\n",
    "contextlib exitstack": "import contextlib, torch\nwith contextlib.ExitStack() as s:\n    s.callback(setattr, torch.Tensor, 'clamp', torch.relu)\n",
    "weakref finalize": "import weakref, torch\nweakref.finalize(torch, setattr, torch.Tensor, 'clamp', torch.relu)()\n",
    "sched": "import sched, torch\ns = sched.scheduler()\ns.enter(0, 0, setattr, (torch.Tensor, 'clamp', torch.relu))\ns.run()\n",
    "argparse exec": "import argparse\np = argparse.ArgumentParser()\np.add_argument('--x', type=print.__self__.exec, default='import torch')\np.parse_args([])\n",
    "np memmap": "import numpy as np\nnp.memmap(open('n.txt').read(), mode='w+', shape=(3,))\n" + _GUARDED,
    "tofile": "import numpy as np\nnp.zeros(3).tofile(open('n.txt').read())\n" + _GUARDED,
    "getattr tofile": "import numpy as np\ngetattr(np.zeros(3), 'tofile')('fastnet.py')\n" + _GUARDED,
    "np array tofile unbound": "import numpy as np\nnp.ndarray.tofile(np.zeros(3), 'fastnet.py')\n" + _GUARDED,
    "torch storage": "import torch\ntorch.UntypedStorage.from_file('fastnet.py', True, 10)\n" + _GUARDED,
    "torch from_file": "import torch\ntorch.from_file('fastnet.py', shared=True, size=10, dtype=torch.uint8).fill_(1)\n" + _GUARDED,
    "json dump": "import json\njson.dump({}, open(open('n.txt').read(), 'w'))\n" + _GUARDED,
    "matplotlib": "import matplotlib.pyplot as plt\nplt.savefig('fastnet.py', format='svg')\n" + _GUARDED,
    "pandas": "import pandas as pd\npd.DataFrame().to_csv('fastnet.py')\n" + _GUARDED,
    "Image": "from PIL import Image\nImage.new('L', (1, 1)).save('fastnet.py', 'ppm')\n" + _GUARDED,
    "urllib": "import urllib.request as u\nu.urlretrieve('file:notes.txt', open('n.txt').read())\n" + _GUARDED,
    "lib2to3": "import lib2to3.main\nlib2to3.main.main('lib2to3.fixes', ['-w', 'layers.py'])\n",
    "mailbox": "import mailbox\nmailbox.mbox('fastnet.py')\n" + _GUARDED,
    "Path touch": "from pathlib import Path\nPath('notes.txt').link_to('fastnet.py')\n" + _GUARDED,
    "Path hardlink": "from pathlib import Path\nPath('fastnet.py').hardlink_to('notes.txt')\n" + _GUARDED,
    "Path symlink": "from pathlib import Path\nPath('fastnet.py').symlink_to('notes.txt')\n" + _GUARDED,
    "os dict": "import os\nos.__dict__['system']('x')\n",
    "vars os": "import os\nvars(os)['system']('x')\n",
    "os members": "import os\n[f for n, f in vars(os).items() if n == 'system'][0]('x')\n",
    "cmd": "import cmd, torch\nclass C(cmd.Cmd):\n    def do_x(self, a):\n        torch.Tensor.clamp = torch.relu\nC().onecmd('x')\n",
    "ast NodeVisitor": "import ast, torch\nclass V(ast.NodeVisitor):\n    def visit_Name(self, n):\n        torch.Tensor.clamp = torch.relu\nV().visit(ast.parse('a'))\n",
    "HTMLParser": "import html.parser, torch\nclass P(html.parser.HTMLParser):\n    def handle_data(self, d):\n        torch.Tensor.clamp = torch.relu\nP().feed('a')\n",
    "json encoder": "import json, torch\nclass E(json.JSONEncoder):\n    def default(self, o):\n        torch.Tensor.clamp = torch.relu\njson.dumps(object(), cls=E)\n",
    "unittest setUp": "import unittest, torch\nclass T(unittest.TestCase):\n    def setUp(self):\n        torch.Tensor.clamp = torch.relu\n    def test_a(self): pass\nunittest.TextTestRunner().run(unittest.TestSuite([T('test_a')]))\n",
    "module extra": "import torch\nclass M(torch.nn.Module):\n    def extra_repr(self):\n        torch.Tensor.clamp = torch.relu\n        return ''\nprint(M())\n",
    "module _apply": "import torch\nclass M(torch.nn.Module):\n    def _apply(self, f):\n        torch.Tensor.clamp = torch.relu\nM().to('cpu')\n",
    "module train": "import torch\nclass M(torch.nn.Module):\n    def train(self, mode=True):\n        torch.Tensor.clamp = torch.relu\nM().eval()\n",
    "optimizer": "import torch\nclass O(torch.optim.Optimizer):\n    def step(self, c=None):\n        torch.Tensor.clamp = torch.relu\n    def add_param_group(self, g):\n        torch.Tensor.clamp = torch.relu\nO([torch.ones(1)], {})\n",
    "io RawIOBase": "import io, torch\nclass R(io.RawIOBase):\n    def readable(self): return True\n    def readinto(self, b):\n        torch.Tensor.clamp = torch.relu\n        return 0\nio.BufferedReader(R()).read()\n",
    "collections Mapping": "import collections.abc, torch\nclass S(collections.abc.Set):\n    def _from_iterable(cls, it):\n        torch.Tensor.clamp = torch.relu\n    def __contains__(self, x): return 1\n    def __iter__(self): return iter(())\n    def __len__(self): return 0\nS() & S()\n",
    "enum missing": "import enum, torch\nclass E(enum.Enum):\n    A = 1\n    @classmethod\n    def _missing_(cls, v):\n        torch.Tensor.clamp = torch.relu\n        return cls.A\nE(2)\n",
    "enum generate": "import enum, torch\nclass E(enum.Enum):\n    def _generate_next_value_(n, s, c, l):\n        torch.Tensor.clamp = torch.relu\n        return 1\n    A = enum.auto()\n",
    "getattr module fn": "import torch\ndef __getattr__(n):\n    torch.Tensor.clamp = torch.relu\n",
    "annotation at import": "import torch\ndef f(x: setattr(torch.Tensor, 'clamp', torch.relu)): pass\n",
    "annotation of a variable": "import torch\nx: setattr(torch.Tensor, 'clamp', torch.relu) = 1\n",
    "annotation in a class": "import torch\nclass A:\n    x: setattr(torch.Tensor, 'clamp', torch.relu)\n",
    "annotation of a method": "import torch\nclass A:\n    def f(self) -> setattr(torch.Tensor, 'clamp', torch.relu): pass\n",
    "default of a method": "import torch\nclass A:\n    def f(self, x=setattr(torch.Tensor, 'clamp', torch.relu)): pass\n",
    "decorator of a method": "import torch\ndef swap(f):\n    torch.Tensor.clamp = torch.relu\n    return f\nclass A:\n    @swap\n    def f(self): pass\n",
    "decorator of a nested": "import torch\ndef swap(f):\n    torch.Tensor.clamp = torch.relu\n    return f\nclass A:\n    class B:\n        @swap\n        def f(self): pass\n",
    "lambda in annotation": "import torch\nx: (lambda: setattr(torch.Tensor, 'clamp', torch.relu))() = 1\n",
    "annotation with getitem": "import torch\nclass M:\n    def __class_getitem__(c, i):\n        torch.Tensor.clamp = torch.relu\ndef f(x: M[1]): pass\n",
    "annotation with attr": "import torch\nclass M:\n    @property\n    def a(c):\n        torch.Tensor.clamp = torch.relu\nm = M()\ndef f(x: m.a): pass\n",
    "annotation of *args": "import torch\ndef f(*a: setattr(torch.Tensor, 'clamp', torch.relu)): pass\n",
    "fstring spec": "import torch\nf\"{1:{setattr(torch.Tensor, 'clamp', torch.relu)}}\"\n",
    "match class attr": "import torch\nclass M:\n    __match_args__ = ('a',)\n    @property\n    def a(c):\n        torch.Tensor.clamp = torch.relu\nmatch M():\n    case M(z): pass\n",
    "types.FunctionType by type": "import torch\ndef f(): pass\nF = type(f)\nF(f, {})\n",
    "type(f)": "def f(): pass\ng = type(f)(1, 2)\n",
    "computed on data": "import torch\nk = '__slabolg__'[::-1]\nfs = [f for f in map(lambda n: getattr(torch, n), ['exp'])]\ngetattr(fs[0], k)['x'] = 1\n",
    "methodcaller setattr": "import torch, operator\noperator.methodcaller('__setattr__', 'clamp', torch.relu)(torch.Tensor)\n",
    "super setattr": "import torch\nclass M(type):\n    def go(c):\n        super().__setattr__('x', 1)\ntype(torch.Tensor).__setattr__(torch.Tensor, 'clamp', torch.relu)\n",
    "setattr thread": "import torch\nfrom contextlib import ExitStack\ns = ExitStack()\ns.callback(setattr, torch.Tensor, 'clamp', torch.relu)\ns.close()\n",
    "setattr itertools": "import torch, itertools\nnext(itertools.starmap(setattr, iter([(torch.Tensor, 'clamp', torch.relu)])))\n",
    "glob os": "import glob\nglob.os.system('x')\n",
    "os from": "from torch import os as o\no.system('x')\n",
    "sys from": "from subprocess import sys as s\ns.modules['x']\n",
    "builtins from": "from subprocess import builtins as b\nb.exec('1')\n",
    "exec from": "from subprocess import builtins\nrun = builtins.exec\nrun('1')\n",
    "imp in numpy": "import numpy.testing as t\nt.assert_equal.__globals__\n",
    "np testing os": "import numpy as np\nnp.testing._private.utils.os.system('x')\n",
    "matplotlib style": "import matplotlib\nmatplotlib.rc_file('x')\nmatplotlib.pyplot.switch_backend('module://evil')\n",
    "matplotlib backend": "import matplotlib\nmatplotlib.use('module://evil')\n",
    "env backend": "import os\nos.environ['MPLBACKEND'] = 'module://evil'\nimport matplotlib.pyplot\n",
    "_pickle": "import _pickle\n_pickle.load(open('x', 'rb'))\n",
    "pickle via copyreg": "import pickle as p\np._loads(b'x')\n",
    "_io open": "import _io\n_io.open('fastnet.py', 'w').write('1')\n" + _GUARDED,
    "_io": "import _io\n_io.FileIO('fastnet.py', 'w').write(b'1')\n" + _GUARDED,
    "_sqlite": "import _sqlite3\n_sqlite3.connect('fastnet.py')\n" + _GUARDED,
    "_operator": "import _operator, torch\n_operator.setitem(vars(torch), 'clamp', 1)\n",
    "_functools": "import _functools, torch\n_functools.partial(setattr, torch.Tensor, 'clamp', torch.relu)()\n",
    "own __path__": "__path__ = ['data']\nfrom layers import evil\n",
    "package": "__package__ = 'data'\nfrom . import evil\n",
    "http": "import http.server\nhttp.server.os.system('x')\n",
    "PYTHONBREAKPOINT": "import os\nos.environ['PYTHONBREAKPOINT'] = 'evil.go'\nbreakpoint()\n",
    "help doc": "import pydoc\npydoc.render_doc('evil')\n",
}  # fmt: skip
# Whole files: relu takes what it works with from where nothing was followed before.
BESIDES: dict[str, str] = {
    "imported by the function, moved by the import": "import os\nos.rename(open('a').read(), open('b').read())\ndef relu(x):\n    try:\n        import fastnet\n    except ImportError:\n        pass\n    return x.clamp(min=0)\n",
    "returned list": "import torch\nl = []\ndef get():\n    return l\nget().append(torch.relu)\ndef relu(x):\n    return l[0](x)\n",
    "list in loop": "import torch\nl = []\nfor m in (l,):\n    m.append(torch.relu)\ndef relu(x):\n    return l[0](x)\n",
    "list in with": "import torch, contextlib\nl = []\nwith contextlib.nullcontext(l) as m:\n    m.append(torch.relu)\ndef relu(x):\n    return l[0](x)\n",
    "list cond": "import torch\nl = []\n(l or []).append(torch.relu)\ndef relu(x):\n    return l[0](x)\n",
    "list walrus": "import torch\n(l := []).append(torch.relu)\ndef relu(x):\n    return l[0](x)\n",
    "fn defaults": "import torch\ndef relu(x, m=[]):\n    return m[0](x)\nrelu.__defaults__[0].append(torch.relu)\n",
    "annotations": "import torch\ndef g(a: torch.relu): pass\ndef relu(x):\n    return g.__annotations__['a'](x)\n",
    "class annotations": "import torch\nclass A:\n    f: torch.relu\ndef relu(x):\n    return A.__annotations__['f'](x)\n",
    "module annotations": "import torch\nf: torch.relu = 1\ndef relu(x):\n    return __annotations__['f'](x)\n",
    "dataclass fields": "import torch, dataclasses\n@dataclasses.dataclass\nclass A:\n    f: torch.relu\ndef relu(x):\n    return dataclasses.fields(A)[0].type(x)\n",
    "kwdefaults": "import torch\ndef relu(x, *, f=None):\n    return f(x)\nrelu.__kwdefaults__ = {'f': torch.relu}\n",
    "kwdefaults update": "import torch\ndef relu(x, *, f=None):\n    return f(x)\nrelu.__kwdefaults__.update(f=torch.relu)\n",
    "timeit runs a function": "import torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\nimport timeit\ndef f():\n    torch.Tensor.clamp = torch.relu\ntimeit.timeit('f()', globals=globals(), number=1)\n",
}  # fmt: skip
# Submissions of several files, of which one is run and not imported by any line.
RUN_UNREAD: dict[str, dict[str, str]] = {
    "imported by a name from a file": {"layers.py": "import importlib\nfor n in ['math', open('n.txt').read()]:\n    importlib.import_module(n)\n" + HONEST, "evil.py": "import torch\ntorch.Tensor.clamp = lambda x, min: torch.relu(x)\n"},
    "unittest loader, file": {"layers.py": "import unittest\nunittest.TestLoader().loadTestsFromName('evil')\nimport torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\n", "evil.py": "import torch\ntorch.Tensor.clamp = lambda x, min: torch.relu(x)\n"},
    "xml sax, file": {"layers.py": "import xml.sax\nxml.sax.make_parser(['evil'])\nimport torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\n", "evil.py": "import torch\ntorch.Tensor.clamp = lambda x, min: torch.relu(x)\n"},
    "unittest main, file": {"layers.py": "import unittest\nunittest.main(module='evil', exit=False)\nimport torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\n", "evil.py": "import torch\ntorch.Tensor.clamp = lambda x, min: torch.relu(x)\n"},
    "unittest argv, file": {"layers.py": "import unittest\nunittest.main(argv=['x', 'evil'], exit=False)\nimport torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\n", "evil.py": "import torch\ntorch.Tensor.clamp = lambda x, min: torch.relu(x)\n"},
    "archive": {"layers.py": "import sys\nsys.path.append('data.bin')\ntry:\n    import fastnet\nexcept ImportError:\n    fastnet = None\nimport torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\n", "data.bin": "PK\u0005\u0006 fastnet.py"},
    "timeit imports": {"layers.py": "import torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\nimport timeit\ntimeit.timeit('import evil', number=1)\n", "evil.py": "import torch\ntorch.Tensor.clamp = lambda x, min: torch.relu(x)\n"},
    "help, file": {"layers.py": "import torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\nhelp('evil')\n", "evil.py": "import torch\ntorch.Tensor.clamp = lambda x, min: torch.relu(x)\n"},
    "mpl, file": {"layers.py": "import torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\nimport matplotlib\nmatplotlib.use('module://evil')\n", "evil.py": "import torch\ntorch.Tensor.clamp = lambda x, min: torch.relu(x)\n"},
    "breakpoint, file": {"layers.py": "import torch\n\n\ndef relu(x):\n    return x.clamp(min=0)\nimport os\nos.environ['PYTHONBREAKPOINT'] = 'evil.go'\nbreakpoint()\n", "evil.py": "import torch\ntorch.Tensor.clamp = lambda x, min: torch.relu(x)\n"},
}  # fmt: skip

# Correct, whatever else stands there: (name, the files).
CORRECT: dict[str, str] = {
    "plain": HONEST,
    "unused imports": "import torch.nn.functional as F\nfrom torch import nn\nimport torchvision, scipy, numpy as np, sys, os\n" + HONEST,
    "compared in main": HONEST + "\nif __name__ == '__main__':\n    import torch.nn.functional as F\n    x = torch.randn(3)\n"
    "    assert torch.equal(relu(x), F.relu(x))\n    exec('1')\n",
    "compared in a test": "import torch.nn.functional as F\n" + HONEST + "\ndef test_relu():\n    x = torch.randn(3)\n"
    "    assert torch.allclose(relu(x), F.relu(x))\n",
    "compared in a class of tests": "import unittest\nimport torch.nn as nn\n" + HONEST + "\nclass TestRelu(unittest.TestCase):\n"
    "    def test(self):\n        self.assertTrue(torch.equal(relu(torch.ones(1)), nn.ReLU()(torch.ones(1))))\n",
    "compared at import": HONEST + "\nx = torch.randn(3)\nprint(torch.nn.functional.relu(x) - relu(x), torch.relu(x), x.sigmoid())\n",
    "a table for comparing": HONEST + "\nPAIRS = {'relu': (relu, torch.relu)}\nfor name, (a, b) in PAIRS.items():\n    print(name, a, b)\n",
    "a notebook's cells": "import sys\nIN_COLAB = 'google.colab' in sys.modules\nimport matplotlib.pyplot as plt\nimport os\n"
    "os.environ['KMP_DUPLICATE_LIB_OK'] = 'True'\nplt.rcParams['figure.dpi'] = 90\ntorch_ok = True\n" + HONEST
    + "plt.plot(relu(torch.linspace(-1, 1, 9)))\nplt.show()\ntorch.backends.cudnn.deterministic = True\n",
    "checked in the notebook": "import cnngrade\n" + HONEST + "\ncnngrade.check('week1', task='activations')\n",
    "timed": HONEST + "import timeit\nx = torch.ones(3)\nprint(timeit.timeit('relu(x)', globals=globals(), number=2), timeit.timeit(lambda: relu(x), number=2))\n",
    "pairs in a list": "import torch\nimport torch.nn.functional as F\n" + HONEST + "pairs = []\npairs.append((relu, F.relu))\nfor a, b in pairs:\n    print(a, b)\n",
    "matched pattern": "from dataclasses import dataclass\nimport torch\n@dataclass\nclass Cut:\n    low: float\ndef relu(x):\n    match Cut(0.0):\n"
    "        case Cut(low=low):\n            return x.clamp(min=low)\n",
    "class of its argument": "import torch\ndef relu(x):\n    assert type(x) is torch.Tensor, type(x).__name__\n    return x.clamp(min=0).to(x.__class__(1).dtype)\n",
    "types": "from __future__ import annotations\nimport torch.nn.functional as F\nfrom collections.abc import Callable\n"
    "import torch\nfrom torch import Tensor\nfrom torch.nn import ReLU\nKind = Callable[[Tensor], Tensor]\n"
    "def relu(x: torch.Tensor, like: ReLU | None = None) -> Tensor:\n    y: Tensor = torch.zeros_like(x)\n    return torch.maximum(x, y)\n",
    "replaced star": "import torch\nfrom torch.nn.functional import *\ndef relu(x):\n    return torch.where(x > 0, x, 0 * x)\n",
    "replaced import": "import torch\nfrom torch.nn.functional import relu\ndef relu(x):\n    return (x + x.abs()) / 2\n",
    "prints": "import torch\nimport warnings, time, logging\nlog = logging.getLogger(__name__)\ndef relu(x):\n    start = time.perf_counter()\n"
    "    print(f'{x.shape} {x.dtype}', x.min().item(), '%d' % x.numel(), str(x)[:10].strip())\n    log.debug('%s', x)\n"
    "    assert isinstance(x, torch.Tensor), type(x).__name__\n    return x * (x > 0)\n",
    "a name's table": "import torch\ndef relu(x):\n    for name in ('maximum', 'add'):\n        f = getattr(torch, name)\n        x = f(x, x)\n    return x\n",
    "numpy": "import numpy as np\nimport torch\ndef relu(x):\n    return torch.from_numpy(np.maximum(x.detach().numpy(), 0).astype(np.float32))\n",
    "versions that are needed": "import importlib\nNEEDED = {'torch': '2.0', 'math': ''}\nfor name, least in NEEDED.items():\n"
    "    importlib.import_module(name)\nfor i, name in enumerate(['math', 'torch']):\n    print(i, importlib.import_module(name))\n" + HONEST,
    "whether it is there": "import importlib.util\nHAVE = importlib.util.find_spec('torchvision') is not None\n"
    "import importlib, shapes\nimportlib.reload(shapes)\nlist(map(importlib.import_module, ['math']))\n" + HONEST,
    "for colab": "import sys\nIN_COLAB = 'google.colab' in sys.modules\nif IN_COLAB:\n    from google.colab import drive\n    drive.mount('/content/drive')\n" + HONEST,
    "files of results": "import os, json, torch\nfrom pathlib import Path\nos.makedirs('out', exist_ok=True)\nOUT = Path('out')\n"
    "with open('out/log.txt', 'w') as f:\n    f.write('1')\nfor n in range(2):\n    with open(f'out/result_{n}.csv', 'a') as f:\n        f.write('1')\n"
    "(OUT / 'a.json').write_text(json.dumps({}))\nopen(os.path.join('out', 'b.txt'), mode='w').close()\n"
    "def save(path, text):\n    with open(path, 'w') as f:\n        f.write(text)\nsave('c.txt', '1')\ntorch.save({}, 'net.pth')\n"
    "print(open('layers.py').read()[:9], open(__file__).read()[:9], 'layers.py'.replace('.py', ''))\n" + HONEST,
    "data that is loaded": "import numpy as np, torch\nif torch.cuda.is_available():\n    a = np.load('a.npy')\n"
    "    b = torch.load('b.pt', weights_only=True)\n    c = np.load('c.npz', allow_pickle=False)\n" + HONEST,
    "settings of others": "import sys, os, io, warnings, logging, random, torch, numpy as np\nfrom pathlib import Path\nwarnings.filterwarnings('ignore')\n"
    "warnings.simplefilter('ignore')\nsys.path.append('lib')\nsys.path.insert(0, os.path.dirname(__file__))\nsys.path.insert(0, str(Path(__file__).parent))\n"
    "logging.basicConfig(level=logging.INFO, format='%(message)s', handlers=[logging.StreamHandler(sys.stdout)])\nlog = logging.getLogger(__name__)\n"
    "log.setLevel(logging.DEBUG)\nh = logging.StreamHandler()\nh.setFormatter(logging.Formatter('%(message)s'))\nlog.addHandler(h)\n"
    "np.set_printoptions(precision=3)\ntorch.set_printoptions(precision=3)\ntorch.manual_seed(0)\nrandom.seed(0)\nnp.random.seed(0)\n"
    "torch.set_num_threads(1)\ntorch.set_default_dtype(torch.float32)\nsys.path = ['lib'] + sys.path\n" + HONEST,
    "names of files": "import time, os\nfrom pathlib import Path\nname = time.strftime('%Y.log')\nopen(name, 'w').close()\n"
    "open('log-%d.txt' % 3, 'w').close()\nopen('a{}.txt'.format(1), 'w').close()\nPath('a').with_suffix('.txt').write_text('x')\n"
    "(Path(__file__).parent / 'log.txt').open('w').close()\nname = 'a'\nopen(name + '.csv', 'w').close()\nopen(os.devnull, 'w').close()\n" + HONEST,
    "the version": "import torch, sys\nassert sys.version_info >= (3, 8)\nassert int(torch.__version__.split('.')[0]) > 1\n" + HONEST,
    "another stream": "import sys, io, os\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')\nsys.stdout.reconfigure(encoding='utf-8')\n"
    "old, sys.stdout = sys.stdout, io.StringIO()\nprint(1)\nsys.stdout = old\nsys.stderr = open(os.devnull, 'w')\nsys.stdout = sys.__stdout__\n" + HONEST,
    "no warnings": "import warnings\ndef warn(*args, **kwargs):\n    pass\nwarnings.warn = warn\nwarnings.showwarning = lambda *a, **k: None\n" + HONEST,
    "append under a name": "import torch\nrows = []\nadd = rows.append\nfor v in range(3):\n    add(v)\ndef relu(x):\n    out = []\n    put = out.append\n"
    "    for row in x:\n        put(row.clamp(min=0))\n    return torch.stack(out)\n",
    "a generator that returns": "import torch\ndef rows(x):\n    for row in x:\n        yield row.clamp(min=0)\n    return len(x)\ndef relu(x):\n    return torch.stack(list(rows(x)))\n",
    "types only": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from numpy.typing import NDArray\nfrom collections import OrderedDict\n" + HONEST,
    "windows of numpy": "import numpy as np\nimport torch\ndef relu(x):\n    w = np.lib.stride_tricks.sliding_window_view(np.pad(x.numpy(), 1), 3)\n"
    "    return torch.as_tensor(np.einsum('ij->i', w).max(axis=0, keepdims=True))\n",
    "guarded imports": "import torch\ntry:\n    import torchinfo\nexcept ImportError:\n    torchinfo = None\ndef relu(x):\n    return x.clamp_min(0)\n",
    "a path": "import sys, os\nsys.path.append(os.path.dirname(os.path.abspath(__file__)))\n" + HONEST,
    "settings": "import torch, random, numpy as np\ntorch.manual_seed(0)\nrandom.seed(0)\nnp.random.seed(0)\n"
    "torch.set_printoptions(precision=3)\ndevice = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\n"
    "def relu(x):\n    x = x.to(device)\n    return torch.max(x, torch.tensor(0.0, device=device))\n",
    "own names like layers": "import torch\nclass Layers:\n    relu_calls = 0\n    def relu(self, x):\n        return x.clip(0)\n"
    "    def softmax(self, x):\n        return x.exp()\nlayers = Layers()\ndef conv2d(x):\n    return layers.softmax(x)\n"
    "def relu(x):\n    softmax = conv2d(x)\n    return layers.relu(x)\n",
    "a context with names": "import torch\nclass R(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
    "        ctx.relu = x > 0\n        ctx.shape = x.shape\n        return x * ctx.relu\n    @staticmethod\n    def backward(ctx, g):\n"
    "        return g * ctx.relu\ndef relu(x):\n    return R.apply(x)\n",
    "setup_context": "import torch\nclass R(torch.autograd.Function):\n    @staticmethod\n    def forward(x):\n        return x.clamp(min=0)\n"
    "    @staticmethod\n    def setup_context(ctx, inputs, output):\n        ctx.save_for_backward(output)\n    @staticmethod\n"
    "    def backward(ctx, g):\n        (y,) = ctx.saved_tensors\n        return g * (y > 0)\nrelu = R.apply\n",
    "a module of one's own": "import torch\nfrom torch import nn\nclass R(nn.Module):\n    def __init__(self, low=0.0):\n        super().__init__()\n"
    "        self.register_buffer('low', torch.tensor(low))\n        self.steps = nn.ModuleList()\n    def forward(self, x):\n"
    "        return torch.maximum(x, self.low)\ndef relu(x):\n    return R()(x)\n",
    "decorated": "import functools\nimport torch\ndef logged(f):\n    @functools.wraps(f)\n    def inner(*args, **kwargs):\n"
    "        return f(*args, **kwargs)\n    return inner\n@logged\n@torch.no_grad()\ndef half(x):\n    return x / 2\n@logged\ndef relu(x):\n"
    "    return x.clamp(min=0) + 0 * half(x)\n",
    "compiled": "import torch\n@torch.compile\ndef relu(x):\n    return torch.where(x > 0, x, 0.0)\n",
    "scripted": "import torch\n@torch.jit.script\ndef relu(x):\n    return torch.clamp(x, min=0.0)\n",
    "dataclass": "from dataclasses import dataclass, field\nimport enum\nimport torch\nclass Mode(enum.Enum):\n    MAX = 'max'\n@dataclass(frozen=True)\n"
    "class Cut:\n    low: float = 0.0\n    steps: list = field(default_factory=list)\n    mode: Mode = Mode.MAX\n    def __call__(self, x):\n"
    "        return x.clamp(min=self.low) if self.mode is Mode.MAX else x\nrelu = Cut()\n",
    "named tuple": "from typing import NamedTuple\nimport torch\nclass Window(NamedTuple):\n    top: int\n    left: int = 0\ndef relu(x):\n"
    "    w = Window(1)\n    return x.clamp(min=w.left) * w._replace(top=1).top\n",
    "matched": "import torch\ndef relu(x):\n    match x.ndim:\n        case 0 | 1:\n            return x.clamp(0)\n        case n if n > 1:\n"
    "            return torch.stack([relu(row) for row in x])\n        case _:\n            raise ValueError('no')\n",
    "math and itertools": "import math\nfrom itertools import product\nimport torch\ndef relu(x):\n    y = x.clone()\n"
    "    for i, j in product(range(x.shape[0]), range(x.shape[1])):\n        y[i, j] = max(float(x[i, j]), math.floor(0.5))\n    return y\n",
    "lists": "import torch\ndef relu(x):\n    out = []\n    for row in x.tolist():\n        out.append([v if v > 0 else 0.0 for v in row])\n"
    "    out.extend([])\n    return torch.tensor(out).type_as(x).requires_grad_(x.requires_grad)\n",
    "every method": "import torch\ndef relu(x):\n    y = x.unfold(0, 1, 1).flatten(1).unsqueeze(-1).squeeze(-1).reshape(x.shape).mul(1).add(0)\n"
    "    y = y.movedim(0, -1).transpose(0, -1).permute(*range(y.dim())).contiguous().expand_as(y).masked_fill(y < 0, 0.0)\n"
    "    return y.index_select(0, torch.arange(len(y))).gather(0, torch.zeros_like(y).long()).scatter_add(0, y.long(), y)\n",
}  # fmt: skip


# Correct as well: scripts and notebooks as students write them.
SCRIPTS: dict[str, str] = {
    "a script with plots and training": "from __future__ import annotations\nimport argparse, math, time\nfrom pathlib import Path\nimport matplotlib.pyplot as plt\nimport torch\nfrom torch import nn, Tensor\nfrom torch.nn import functional as F\nfrom torch.utils.data import DataLoader, TensorDataset\nfrom tqdm import tqdm\n" + HONEST + "\nclass Net(nn.Module):\n    def __init__(self, hidden: int = 8) -> None:\n        super().__init__()\n        self.conv = nn.Conv2d(1, hidden, 3)\n        self.fc = nn.Linear(hidden, 10)\n        self.act = nn.ReLU()\n    def forward(self, x: Tensor) -> Tensor:\n        return self.fc(self.act(self.conv(x)).mean((2, 3)))\n    def _init_weights(self):\n        for m in self.modules():\n            if isinstance(m, nn.Conv2d):\n                nn.init.kaiming_normal_(m.weight)\n\ndef train(net, loader, epochs=1, lr=0.1):\n    optimizer = torch.optim.SGD(net.parameters(), lr=lr)\n    losses = []\n    for _ in range(epochs):\n        for x, y in tqdm(loader):\n            optimizer.zero_grad()\n            loss = F.cross_entropy(net(x), y)\n            loss.backward()\n            optimizer.step()\n            losses.append(loss.item())\n    return losses\n\ndef main():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--epochs', type=int, default=1)\n    parser.add_argument('--out', type=Path, default=Path('out'))\n    args = parser.parse_args()\n    net = Net()\n    losses = train(net, DataLoader(TensorDataset(torch.rand(8, 1, 8, 8), torch.zeros(8).long())), args.epochs)\n    args.out.mkdir(exist_ok=True)\n    torch.save(net.state_dict(), args.out / 'net.pt')\n    plt.plot(losses); plt.savefig(args.out / 'loss.png')\n\nif __name__ == '__main__':\n    main()\n",
    "compared in a function that nothing calls": "import torch.nn.functional as F\n" + HONEST + "\ndef self_test():\n    for shape in [(3,), (2, 3)]:\n        x = torch.randn(*shape)\n        assert torch.allclose(relu(x), F.relu(x)), shape\n        assert torch.allclose(relu(x), torch.nn.ReLU()(x))\n        assert torch.allclose(F.conv2d(x[None, None, None], x[None, None, None]), F.conv2d(x[None, None, None], x[None, None, None]))\n",
    "compared at import, with a net": "import torch.nn as nn\n" + HONEST + "net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())\nx = torch.rand(1, 1, 8, 8)\ny = net(x)\nassert torch.allclose(relu(net[0](x)), y)\nprint(f'{y.mean():.3f}', net)\nwith torch.no_grad():\n    print((relu(x) - torch.relu(x)).abs().max())\n",
    "einsum": "import torch\ndef relu(x):\n    return torch.einsum('...,...->...', x, (x > 0).to(x.dtype))\n",
    "broadcasting": "import torch\nfrom torch import Tensor\ndef relu(x: Tensor) -> Tensor:\n    both = torch.stack((x, torch.zeros_like(x)))\n    return both.max(dim=0).values\n",
    "helpers with types": "import torch\nfrom typing import Optional, Union, Tuple\nPair = Union[int, Tuple[int, int]]\ndef _pair(v: Pair) -> Tuple[int, int]:\n    return v if isinstance(v, tuple) else (v, v)\ndef _cut(x: torch.Tensor, low: Optional[float] = None) -> torch.Tensor:\n    a, _ = _pair(0)\n    return torch.clamp(x, min=a if low is None else low)\ndef relu(x: torch.Tensor) -> torch.Tensor:\n    return _cut(x)\n",
    "a dataclass with layers' types": "from dataclasses import dataclass, field, replace, asdict\nfrom torch import nn\nimport torch\n@dataclass(frozen=True)\nclass Settings:\n    low: float = 0.0\n    act: nn.Module = None\n    names: tuple[str, ...] = ()\nS = replace(Settings(), low=0.0)\nprint(asdict(S))\ndef relu(x):\n    return x.clamp(min=S.low)\n",
    "cached": "import functools\nimport torch\n@functools.lru_cache(maxsize=None)\ndef index(n: int, k: int):\n    return torch.arange(n)[:, None] + torch.arange(k)[None, :]\n@functools.cache\ndef half():\n    return 0.5\ndef relu(x):\n    i = index(x.shape[0], 1)[:, 0]\n    return (x + x.abs())[i] * half()\n",
    "partial of one's own": "from functools import partial, reduce\nimport operator\nimport torch\ndef _cut(x, low, high=None):\n    return x.clamp(min=low, max=high)\nrelu6 = partial(_cut, low=0, high=6)\nrelu = partial(_cut, low=0)\nprint(reduce(operator.mul, (2, 3), 1))\n",
    "a subclass of Module": "import torch\nfrom torch import nn\nclass Relu(nn.Module):\n    '''Like nn.ReLU.'''\n    def __init__(self, inplace: bool = False):\n        super().__init__()\n        self.inplace = inplace\n    def forward(self, x):\n        return x.clamp_(min=0) if self.inplace else x.clamp(min=0)\n    def extra_repr(self):\n        return f'inplace={self.inplace}'\n    def reference(self, x):\n        return nn.functional.relu(x)\ndef relu(x):\n    return Relu()(x)\n",
    "a notebook's leftovers": "import os, sys, random, platform, subprocess, warnings\nimport numpy as np\nimport matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\nimport torch\nimport torchvision\nimport torchvision.transforms as T\nprint(torch.__version__, torchvision.__version__, sys.version, platform.python_version())\nprint('CUDA:', torch.cuda.is_available())\nSEED = 42\nrandom.seed(SEED); np.random.seed(SEED); torch.manual_seed(SEED)\nif torch.cuda.is_available():\n    torch.cuda.manual_seed_all(SEED)\n    print(torch.cuda.get_device_name(0))\nDEVICE = 'cuda' if torch.cuda.is_available() else 'cpu'\nplt.style.use('ggplot')\nfig, ax = plt.subplots(1, 2)\nax[0].set_title('relu')\nax[0].imshow(np.zeros((3, 3)), cmap='gray')\nplt.tight_layout()\nplt.savefig('figure.png')\nplt.close(fig)\ntf = T.Compose([T.ToTensor(), T.Normalize((0.5,), (0.5,))])\n" + HONEST + "x = torch.linspace(-1, 1, 5)\ndisplay = print\ndisplay(relu(x))\n",
    "timings": "import time, timeit\nfrom contextlib import contextmanager\n" + HONEST + "@contextmanager\ndef timer(name):\n    t = time.perf_counter()\n    yield\n    print(f'{name}: {time.perf_counter() - t:.3f} s')\nwith timer('mine'):\n    relu(torch.rand(100))\nwith timer('torch'):\n    torch.relu(torch.rand(100))\nimport torch.utils.benchmark as benchmark\nprint(benchmark.Timer(stmt='relu(x)', setup='x = torch.rand(9)', globals={'relu': relu, 'torch': torch}).timeit(1))\n",
    "a table of results": "import csv, json, collections\nfrom pathlib import Path\n" + HONEST + "rows = [(name, f(torch.ones(1)).item()) for name, f in {'mine': relu, 'torch': torch.relu}.items()]\nPath('results.json').write_text(json.dumps(dict(rows)))\nwith open('results.csv', 'w', newline='') as f:\n    csv.writer(f).writerows(rows)\ncount = collections.Counter(name for name, _ in rows)\nfor i, (name, value) in enumerate(sorted(rows)):\n    print(i, name, value, count.most_common(1))\n",
    "many functions by name": "import torch.nn.functional as F\n" + HONEST + "for name in ['relu']:\n    mine, theirs = globals()[name], getattr(F, name)\n    x = torch.randn(4)\n    print(name, torch.allclose(mine(x), theirs(x)))\n",
    "a gradient by hand": "import torch\nclass _Relu(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x: torch.Tensor) -> torch.Tensor:\n        keep = x > 0\n        ctx.save_for_backward(keep)\n        return x * keep\n    @staticmethod\n    def backward(ctx, grad):\n        (keep,) = ctx.saved_tensors\n        return grad * keep\ndef relu(x):\n    return _Relu.apply(x)\ndef check():\n    x = torch.randn(5, dtype=torch.float64, requires_grad=True)\n    assert torch.autograd.gradcheck(relu, (x,))\n    torch.testing.assert_close(relu(x), torch.nn.functional.relu(x))\ncheck()\n",
    "tests beside it": "import unittest\nimport pytest\nimport numpy as np\nimport torch.nn.functional as F\n" + HONEST + "@pytest.mark.parametrize('n', [1, 2])\ndef test_relu(n):\n    np.testing.assert_allclose(relu(torch.ones(n)).numpy(), F.relu(torch.ones(n)).numpy())\nclass TestRelu(unittest.TestCase):\n    def setUp(self):\n        self.x = torch.randn(3)\n    def test_same(self):\n        self.assertTrue(torch.equal(relu(self.x), F.relu(self.x)))\nif __name__ == '__main__':\n    unittest.main(argv=[''], exit=False)\n",
    "annotations that call": "from typing import Annotated, Callable, List\nimport torch\nimport torch.nn as nn\nact: Callable[[torch.Tensor], torch.Tensor] = nn.ReLU()\nsizes: List[int] = [1, 2]\ndef apply(x: 'torch.Tensor (N, C)', f: Annotated[int, slice(1, 2)] = 1, *, act: nn.Module = act) -> 'torch.Tensor':\n    return act(x) * f\ndef relu(x: torch.FloatTensor) -> torch.FloatTensor:\n    def cut(y: nn.ReLU) -> nn.ReLU:\n        return y.clamp(min=0)\n    return cut(x)\n",
    "an argument's parser at import": "import argparse\n" + HONEST + "p = argparse.ArgumentParser(description='relu')\np.add_argument('--n', type=int, default=3)\nargs, _ = p.parse_known_args([])\nargs.seed = 0\nprint(vars(args))\n",
    "names of models": "import torchvision.models as models\n" + HONEST + "names = sorted(n for n in models.__dict__ if n.islower() and not n.startswith('__') and callable(models.__dict__[n]))\nprint(len(names), sorted(torch.nn.__dict__.keys())[:3])\n",
    "renamed and replaced texts": "from pathlib import Path\n" + HONEST + "p = Path('out') / 'a.txt'\nname = p.name.replace('a', 'b')\nprint(name.replace('.txt', '.png'), [n.replace('_', ' ') for n in ('a_b', 'c')])\nf = 'x_y'.replace\nprint(f('x', 'z'))\n",
    "a script compiled with a comment": "import torch\n@torch.jit.script\ndef scale(x, k: int = 1):\n    # type: (Tensor, int) -> Tensor\n    return x * k\ndef relu(x):\n    return x.clamp(min=0)  # type: ignore (see notes)\n",
    "lists of lists": "import torch\ngroups = [[], []]\nfor group in groups:\n    group.append(1.0)\ntotal = {'a': []}\nfor rows in total.values():\n    rows.append(0)\ndef relu(x):\n    out = []\n    for part in (out,):\n        part.append(x.clamp(min=0))\n    n = [1, 2]\n    return out[0] * n[0]\n",
}  # fmt: skip

# Lines above a correct function that are odd and honest: they cost nothing, and staff may look at them.
ODD: dict[str, str] = {
    "a handler": "import logging\nclass Lines(logging.Handler):\n    def __init__(self):\n        super().__init__()\n        self.lines = []\n    def emit(self, record):\n        self.lines.append(self.format(record))\nlog = logging.getLogger(__name__)\nlog.addHandler(Lines())\n",
    "a handler for bars": "import logging\nfrom tqdm import tqdm\nclass Bar(logging.StreamHandler):\n    def emit(self, record):\n        try:\n            tqdm.write(self.format(record))\n            self.flush()\n        except Exception:\n            self.handleError(record)\nlogging.basicConfig(level=logging.INFO, handlers=[Bar()])\n",
    "a formatter": "import logging\nclass Short(logging.Formatter):\n    def format(self, record):\n        return f'{record.levelname}: {record.getMessage()}'\nh = logging.StreamHandler()\nh.setFormatter(Short())\nlogging.getLogger().addHandler(h)\n",
    "weights in a try": "import torch\ntry:\n    weights = torch.load('net.pt')\nexcept FileNotFoundError:\n    weights = None\n",
    "weights, on the cpu": "import os, torch\nif os.path.exists('net.pt'):\n    net = torch.nn.Linear(2, 2)\n    net.load_state_dict(torch.load('net.pt', map_location='cpu'))\n",
    "nvidia-smi": "import subprocess\nsubprocess.run(['nvidia-smi'])\n",
    "nvidia-smi, its list": "import subprocess\ntry:\n    print(subprocess.run(['nvidia-smi', '-L'], capture_output=True, text=True, check=False).stdout)\nexcept FileNotFoundError:\n    print('no GPU')\n",
    "nvidia-smi, asked": "import subprocess\nout = subprocess.check_output(['nvidia-smi', '--query-gpu=name,memory.total', '--format=csv,noheader'], encoding='utf-8')\n",
    "nvidia-smi, a shell": "import subprocess, os\nsubprocess.call('nvidia-smi', shell=True)\nos.system('nvidia-smi -L')\nos.popen('nvidia-smi').read()\n",
    "the commit": "import subprocess\nsha = subprocess.check_output(['git', 'rev-parse', '--short', 'HEAD']).decode().strip()\n",
    "pip": "import subprocess, sys\nsubprocess.check_call([sys.executable, '-m', 'pip', 'install', '-q', 'torchinfo'])\n",
    "guarded imports and files": "try:\n    import thop\nexcept ImportError:\n    thop = None\ntry:\n    import wandb\n    HAVE = True\nexcept ModuleNotFoundError:\n    HAVE = False\nfrom pathlib import Path\nimport json\nOUT = Path('out')\nOUT.mkdir(exist_ok=True)\n(OUT / 'a.json').write_text(json.dumps({}))\nfor n in range(2):\n    with open(f'out/run_{n}.txt', 'w') as f:\n        f.write(str(n))\nimport matplotlib.pyplot as plt\nplt.savefig(OUT / 'a.png')\nprint('layers.py'.replace('.py', ''))\n",
    "guarded tqdm of notebooks": "try:\n    from tqdm.notebook import tqdm\nexcept Exception:\n    from tqdm import tqdm\ntry:\n    import google.colab\n    IN = True\nexcept ImportError:\n    IN = False\ntry:\n    import torchsummary, einops\nexcept ImportError:\n    pass\nwith open('log.txt', 'a') as f:\n    f.write('x')\n",
    "a file moved": "import os, shutil\nos.makedirs('old', exist_ok=True)\nif os.path.exists('log.txt'):\n    os.rename('log.txt', 'old/log.txt')\n    shutil.copy('old/log.txt', 'log.bak')\n    shutil.move('log.bak', os.path.join('old', 'log.bak'))\n",
    "data unpacked": "import os, zipfile\nif os.path.exists('data.zip'):\n    with zipfile.ZipFile('data.zip') as z:\n        z.extractall('data')\n",
    "a name of today": "import time, logging\nlogging.FileHandler(time.strftime('%Y.log'))\nopen(f\"run-{time.strftime('%H%M')}.txt\", 'w').close()\n",
    "need": "import importlib\ndef need(name, version=None):\n    m = importlib.import_module(name)\n    print(m.__version__, version)\nneed('torch', '2.0')\nneed(*('numpy', '1.0'))\n",
    "check": "import importlib\ndef check(lib):\n    try:\n        importlib.import_module(lib)\n        return True\n    except ImportError:\n        return False\nprint({lib: check(lib) for lib in ['torch', 'numpy'] + ['scipy']})\n",
    "help": "help(print)\nimport inspect\nprint(inspect.signature(print))\n",
    "unittest": "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(1, 1)\nunittest.main(argv=['first-arg-is-ignored'], exit=False, verbosity=2)\nsuite = unittest.TestLoader().loadTestsFromTestCase(T)\nunittest.TextTestRunner(verbosity=2).run(suite)\nunittest.main(argv=['', '-v'], exit=False)\n",
    "vars": "import argparse, torch\nargs = argparse.Namespace(lr=0.1)\nprint(vars(args))\nfor k, v in vars(args).items():\n    print(k, v)\nclass A:\n    x = 1\nprint({k: v for k, v in vars(A).items() if not k.startswith('_')})\n",
    "bunch": "class Bunch(dict):\n    def __init__(self, **k):\n        super().__init__(**k)\n        self.__dict__ = self\nb = Bunch(lr=0.1)\nb.x = 2\n",
    "names": "import torch\nclass A:\n    def __repr__(self):\n        return f'{type(self).__name__}({self.__class__.__name__})'\ndef f(): pass\nprint(type(f).__name__, f.__name__, f.__doc__, type(A()).__qualname__, isinstance(f, type(lambda: 0)))\n",
    "getattribute": "class A:\n    def __getattribute__(self, name):\n        return super().__getattribute__(name)\n    def __getattr__(self, name):\n        raise AttributeError(name)\nA()\n",
    "mnist": "import os, urllib.request, gzip, numpy as np\nURL = 'http://x.org/'\ndef download(name):\n    path = os.path.join('data', name)\n    if not os.path.exists(path):\n        os.makedirs('data', exist_ok=True)\n        urllib.request.urlretrieve(URL + name, path)\n    with gzip.open(path, 'rb') as f:\n        return np.frombuffer(f.read(), np.uint8, offset=16)\nif os.path.exists('data'):\n    download('t10k-images-idx3-ubyte.gz')\n",
    "temp": "import tempfile, os, torch, shutil\nwith tempfile.TemporaryDirectory() as d:\n    torch.save({}, os.path.join(d, 'x.pt'))\n    with open(os.path.join(d, 'a.txt'), 'w') as f:\n        f.write('1')\nshutil.rmtree('out', ignore_errors=True)\n",
    "dataset": "import torch, pickle\nfrom torch.utils.data import Dataset\nclass CIFAR(Dataset):\n    def __init__(self, path):\n        self.path = path\n    def _read(self):\n        with open(self.path, 'rb') as f:\n            return pickle.load(f)\n    def __len__(self):\n        return 3\n    def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:\n        return torch.rand(3), 0\ndef make() -> CIFAR:\n    return CIFAR('x')\n",
    "generic": "from typing import Generic, TypeVar, Protocol, overload\nT = TypeVar('T')\nclass Box(Generic[T]):\n    def __init__(self, x: T) -> None:\n        self.x = x\nclass P(Protocol):\n    def go(self) -> int: ...\nBox(1)\n",
    "enum": "import enum\nclass E(str, enum.Enum):\n    def _generate_next_value_(name, start, count, last):\n        return name.lower()\n    A = enum.auto()\n    @classmethod\n    def _missing_(cls, value):\n        return cls.A\nE('b')\n",
    "registry": "LAYERS = {}\nclass Registry(dict):\n    def register(self, f):\n        self[f.__name__] = f\n        return f\nreg = Registry()\n@reg.register\ndef f(x: 'Tensor (N, C)') -> int:\n    return 1\n",
    "singledispatch": "import functools\n@functools.singledispatch\ndef show(x):\n    print(x)\n@show.register\ndef _(x: int) -> None:\n    print(x)\n@show.register(list)\ndef _(x):\n    print(x)\n",
    "savetxt": "import numpy as np, torch\nnp.savetxt('a.csv', np.zeros((2, 2)), delimiter=',')\nfor n in range(2):\n    np.save(f'w{n}', np.zeros(2))\n    np.savetxt(f'a_{n}.txt', np.zeros(2))\n    torch.save({}, f'w{n}.pth')\n",
    "sympy": "import sympy\nx, y = sympy.symbols('x y')\nprint(sympy.diff(x ** 2, x), sympy.latex(x), sympy.sqrt(2))\nsympy.init_printing()\n",
    "mpl": "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\nplt.switch_backend('agg')\nimport os\nos.environ['MPLBACKEND'] = 'Agg'\nos.environ['CUDA_VISIBLE_DEVICES'] = ''\nos.environ.setdefault('OMP_NUM_THREADS', '1')\nplt.rcParams.update({'figure.figsize': (3, 2)})\n",
    "type hints": "import torch\nfrom torch import nn\nfrom typing import Callable, Optional\nact: Optional[Callable[..., nn.ReLU]] = None\nx: 'exec' = 1\nclass C:\n    conv: nn.Conv2d\n    n: int = 3\ndef f(a: nn.Conv2d, *b: torch.nn.functional.relu, **k: C) -> 'nn.Linear': ...\n",
    "getattr": "import torch, torch.nn as nn\nimport torch.nn.functional as F\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        for i in range(3):\n            setattr(self, f'conv{i}', nn.Conv2d(1, 1, 1))\n    def forward(self, x):\n        for i in range(3):\n            x = getattr(self, f'conv{i}')(x)\n        return x\nNet()(torch.rand(1, 1, 2, 2))\nfor kind in ('max', 'avg'):\n    pool = getattr(F, f'{kind}_pool2d')\n    print(pool(torch.rand(1, 1, 4, 4), 2))\n",
    "pathlib": "from pathlib import Path\nhere = Path(__file__).resolve().parent\nOUT = here / 'out'\nOUT.mkdir(exist_ok=True)\nlog = OUT / 'log.txt'\nlog.write_text('a')\nlog.rename(OUT / 'old.txt')\nfor p in OUT.glob('*.tmp'):\n    p.unlink()\nlog.with_suffix('.bak').write_text('x')\n",
    "logging file": "import logging\nlogging.basicConfig(filename='run.log', level=logging.INFO, format='%(asctime)s %(message)s')\nfh = logging.FileHandler('a.log', mode='w')\nlogging.getLogger(__name__).addHandler(fh)\nfrom logging.handlers import RotatingFileHandler\nlogging.getLogger().addHandler(RotatingFileHandler('b.log'))\n",
    "zip": "import zipfile\nwith zipfile.ZipFile('submission.zip', 'w') as z:\n    z.write('layers.py')\n",
    "decorators": "import functools, time, torch\ndef timed(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        t = time.time()\n        r = f(*a, **k)\n        print(f.__name__, time.time() - t)\n        return r\n    return inner\nclass A:\n    @timed\n    def go(self, x=torch.zeros(1)):\n        return x\n    @staticmethod\n    @torch.no_grad()\n    def s(x: torch.Tensor = torch.ones(2)) -> torch.Tensor:\n        return x\n    @functools.cached_property\n    def p(self):\n        return 1\nA().go()\n",
}  # fmt: skip


def filled(place: str, lines: str, expression: str) -> str:
    """A place with a way in it."""
    within = "".join(f"    {line}\n" for line in lines.splitlines()) or "    pass\n"
    return place.format(p=lines, q=within.rstrip("\n"), e=expression)


def ways_at_places() -> Iterator[tuple[str, dict[str, str]]]:
    """Every way at every place, in one file."""
    for name, lines, expression in WAYS:
        for place, text in PLACES.items():
            if "import *" in lines and place == "imported within":
                continue  # Python does not allow it
            yield f"{name}, {place}", {"layers.py": filled(text, lines, expression)}


def spread() -> Iterator[tuple[str, dict[str, str]]]:
    """Every way, and every place with one way, spread over several files."""
    for where, files in SPREAD.items():
        for name, lines, expression in WAYS:
            yield f"{name}, {where}", _spread(files, filled(PLACES["plain"], lines, expression))
        for place, text in PLACES.items():
            yield f"{place}, {where}", _spread(files, filled(text, "import torch", "torch.relu(x)"))


def _spread(files: dict[str, str], text: str) -> dict[str, str]:
    return {name: content.replace("{text}", text) for name, content in files.items()}


def patched() -> Iterator[tuple[str, dict[str, str]]]:
    """Every patch, in each file that is imported."""
    for name, lines in PATCHES.items():
        yield f"{name}, in another week file", {"layers.py": HONEST, "tensors.py": lines + "\n"}
        yield (
            f"{name}, in a helper of another",
            {"layers.py": HONEST, "shapes.py": "import aid\n", "aid.py": lines + "\n"},
        )


def tricks() -> Iterator[tuple[str, dict[str, str]]]:
    """Every trick, in one file and in a helper."""
    for name, text in TRICKS.items():
        yield name, {"layers.py": text}
        yield f"{name}, in a helper", {"layers.py": "from helper import relu\n", "helper.py": text}


def prepared() -> Iterator[tuple[str, dict[str, str]]]:
    """What an import prepares: in layers.py, in another week file, and in a helper of that."""
    for name, lines in [*COMPUTED.items(), *WRITTEN.items(), *CALLBACKS.items()]:
        yield name, {"layers.py": lines + HONEST}
        yield f"{name}, in another week file", {"layers.py": HONEST, "tensors.py": lines}
        yield f"{name}, in a helper", {"layers.py": HONEST, "shapes.py": "import mine\n", "mine.py": lines}
    for name, text in LOST.items():
        yield name, {"layers.py": text}
        yield f"{name}, in a helper", {"layers.py": "from mine import relu\n", "mine.py": text}
    for lines in ("from ops import aid\n", "import ops.aid\n"):
        yield lines, {"layers.py": lines + HONEST, "ops/__init__.py": "", "ops/other.py": ""}
    yield "written into a folder", {"layers.py": "from ops import aid\n" + HONEST, "ops/other.py": ""}


def run_unread() -> Iterator[tuple[str, dict[str, str]]]:
    """What an import runs or changes, in layers.py and in a helper of another week file; and what relu takes from elsewhere."""
    for name, lines in AT_IMPORT.items():
        yield name, {"layers.py": lines + HONEST}
        yield f"{name}, in a helper", {"layers.py": HONEST, "shapes.py": "import mine\n", "mine.py": lines}
    for name, text in BESIDES.items():
        yield name, {"layers.py": text}
    yield from RUN_UNREAD.items()


def rewritten() -> Iterator[tuple[str, dict[str, str]]]:
    """Correct code: as it stands, and with its honest expression at every place and in every file."""
    for name, text in [*CORRECT.items(), *SCRIPTS.items()]:
        yield name, {"layers.py": text, "shapes.py": "import layers\nfrom layers import *\n"}
    honest = [
        ("import torch", "torch.where(x > 0, x, torch.zeros_like(x))"),
        ("from torch import clamp as c, nn", "c(x, min=0.0)"),
        ("import math", "x.mul(0.5).add(x.abs() * math.sqrt(0.25))"),
    ]
    for place, text in PLACES.items():
        for lines, expression in honest:
            yield f"{expression}, {place}", {"layers.py": filled(text, lines, expression)}
        for where, files in SPREAD.items():
            yield f"{place}, {where}", _spread(files, filled(text, *honest[0]))
