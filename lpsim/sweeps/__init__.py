"""Sweeps: what is varied and run, how it is run, and what is kept."""

from lpsim.sweeps.design import Design, DesignError
from lpsim.sweeps.tables import Distribution, Factor, Keep, Point

__all__ = ["Design", "DesignError", "Distribution", "Factor", "Keep", "Point"]
