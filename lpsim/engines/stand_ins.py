"""Whether a class of one's own can stand in for one of the model's: what it overrides, and in which form."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from lpsim.errors import InputError
from lpsim.model.schedule import SCHEDULE, Level
from lpsim.scenario.keys import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OF_THE_WORLD = {process.name for process in SCHEDULE if Level.WORLD in process.who}


def see_that_it_stands_in(agent: str, own: type[Any], models: Mapping[str, type[Any]]) -> None:
    """See that a class can stand in for the model's, and that all its methods take the place of one.

    ``models`` are the model's classes, by what they are called there (``agent``: "staff_member").

    Raises
    ------
    InputError
        It is no subclass; or a method that is not private overrides nothing, or cannot be called as the
        model calls it.
    """
    base = models[agent]
    if not issubclass(own, base):
        raise InputError(f"{agent}: found {own.__name__}; allowed is a subclass of lpsim.{base.__name__}.")
    for kind in own.__mro__:
        for name, value in vars(kind).items() if kind not in base.__mro__ else ():
            if problem := _problem(name, value, base, models):
                raise InputError(f"{agent}: {kind.__name__}.{name} {problem}")


def _problem(name: str, value: Any, base: type[Any], models: Mapping[str, type[Any]]) -> str | None:
    """What is wrong with an attribute of a class of one's own, or None."""
    overridden = _methods(base).get(name)
    if name.startswith("_") and name != "__init__":
        return None
    if overridden is not None:
        return _unlike(value, overridden)
    if not _is_method(value):
        return None
    hint = _hint(name, base, models)
    own_use = f"(What is for its own use begins with an underscore: _{name}.)"
    return f"overrides nothing; {hint}{'' if hint.endswith('?') else '.'} {own_use}"


def _methods(base: type[Any]) -> dict[str, Any]:
    """The methods that lpsim gives a class, and not Mesa."""
    kinds = [kind for kind in reversed(base.__mro__) if kind.__module__.partition(".")[0] == "lpsim"]
    return {name: value for kind in kinds for name, value in vars(kind).items() if _is_method(value)}


def _is_method(value: Any) -> bool:
    return inspect.isfunction(value) or isinstance(value, property | classmethod | staticmethod)


def _hint(name: str, base: type[Any], models: Mapping[str, type[Any]]) -> str:
    """Where a method of that name is, or the one most like it."""
    elsewhere = [model.__name__ for model in models.values() if name in _methods(model)]
    if elsewhere:
        return f"it is a method of {' and of '.join(elsewhere)}"
    if name in _OF_THE_WORLD:
        return "it is a process of the world, which is no agent"
    if hasattr(base, name):
        return "it is Mesa's, and no process of the model calls it"
    return nearest(name, [one for one in _methods(base) if not one.startswith("_")])


def _unlike(value: Any, overridden: Any) -> str | None:
    """Why what overrides a method cannot be used as the model uses that, or None."""
    if isinstance(overridden, property):
        return (
            "is no method of the model but a property; write @property."
            if inspect.isfunction(value)
            else None
        )
    if not callable(value):
        return f"stands in for a method; found {value!r}, allowed is a method."
    if not inspect.isfunction(value):
        return None
    if inspect.iscoroutinefunction(value) or inspect.isgeneratorfunction(value):
        return "would never begin, as it awaits or yields; write a plain method."
    if not _takes_the_same(value, overridden):
        return f"takes {_parameters(value)}; the model calls it with {_parameters(overridden)}."
    return None


def _takes_the_same(value: Callable[..., Any], overridden: Callable[..., Any]) -> bool:
    parameters = inspect.signature(overridden).parameters.values()
    by_name = {one.name: None for one in parameters if one.kind is one.KEYWORD_ONLY}
    try:
        inspect.signature(value).bind(*[None] * (len(parameters) - len(by_name)), **by_name)
    except TypeError:
        return False
    return True


def _parameters(function: Callable[..., Any]) -> str:
    return f"({', '.join(inspect.signature(function).parameters)})"
