"""Data sets as plain arrays: found on this machine, checked, and downloaded only by `fetch`."""

from cnngrade.datasets.arrays import KINDS, Arrays, DatasetKind
from cnngrade.datasets.downloads import fetch
from cnngrade.datasets.sources import cache_folder, find, load_first, places

__all__ = ["KINDS", "Arrays", "DatasetKind", "cache_folder", "fetch", "find", "load_first", "places"]
