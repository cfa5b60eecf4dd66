"""The versions of what can change numbers."""

from __future__ import annotations

from functools import lru_cache
from importlib import metadata

DEPENDENCIES = ("mesa", "numpy", "numba", "llvmlite", "networkx", "pandas", "pyarrow", "pydantic")
"""What can change numbers, or how they are kept."""


@lru_cache
def version_of(package: str) -> str:
    """The installed version of a package."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"
