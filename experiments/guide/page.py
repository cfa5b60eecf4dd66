"""The guide as a page: every number in it from the table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def rounded(found: pd.DataFrame) -> pd.DataFrame:
    """With as many digits as chance leaves."""
    return found.round(4)


def lay(path: Path) -> None:
    """Write the package's table and the page again."""
