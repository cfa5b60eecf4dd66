"""A run's tables, made or read when they are asked for: most who run or load need few of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class Tables(Mapping[str, "pd.DataFrame"]):
    """Tables by name, each made when it is first asked for.

    Parameters
    ----------
    makers : mapping
        By name, what makes a table; let go of (with all it holds) once it has.
    made : mapping, optional
        Tables that are there already.
    """

    def __init__(
        self,
        makers: Mapping[str, Callable[[], pd.DataFrame]],
        made: Mapping[str, pd.DataFrame] | None = None,
    ) -> None:
        self._makers, self._made = dict(makers), dict(made or {})
        self._names = tuple({**self._makers, **self._made})

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = self._makers[name]()
            del self._makers[name]
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
