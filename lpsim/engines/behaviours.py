"""Behaviours of one's own: classes that stand in for the model's, and what of the state is observed besides.

A class is given as such, or by its place (``"module:Class"``). A digest of its source says what it was.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import math
import pickle
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast

from lpsim.engines.base import AGENTS
from lpsim.errors import InputError, in_words
from lpsim.scenario.keys import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpsim.model.state import State
    from lpsim.scenario import Scenario

_NOT_OWN = ("lpsim", "mesa", "builtins", "abc")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_ARGUMENTS = (
    *("staff_member", "practice", "service", "observe"),
    *("engine", "threads", "seed", "seeds", "steps", "measures", "at", "path", "on_step", "on_progress"),
)
"""What of one's own functions take, and besides that; for a hint."""


class Agents(TypedDict, total=False):
    """Classes of one's own that stand in for the model's.

    ``staff_member``, ``practice``, ``service``: subclasses of `lpsim.StaffMember`, `lpsim.Practice` and
    `lpsim.HealthService`, or where they are (``"module:Class"``).
    """

    staff_member: type[Any] | str | None
    practice: type[Any] | str | None
    service: type[Any] | str | None


class Behaviours(Agents, total=False):
    """What `simulate` and its like take of one's own.

    `Agents`, and ``observe``: by the name of their column in the series, functions of the state
    (`lpsim.model.state.State`) that give a number, or where they are.
    """

    observe: Mapping[str, Callable[[State], float] | str] | None


@dataclass(frozen=True)
class Own:
    """Behaviours and functions of one's own, found; and what they were.

    Attributes
    ----------
    agents : dict of type
        By what they stand in for.
    functions : dict of callable
        By the names of what they observe.
    said : dict
        Of each its place (``module:name``) and the SHA-256 of its source, as plain values: by ``agents`` and
        ``observe``, each by its name. Also of what was read and has not been found again.
    """

    agents: dict[str, type[Any]] = field(default_factory=dict)
    functions: dict[str, Callable[[State], float]] = field(default_factory=dict)
    said: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        *,
        staff_member: type[Any] | str | None = None,
        practice: type[Any] | str | None = None,
        service: type[Any] | str | None = None,
        observe: Mapping[str, Callable[[State], float] | str] | None = None,
        **others: object,
    ) -> Own:
        """What was given, found.

        Raises
        ------
        InputError
            A place leads nowhere, or what is there is no class or function; a name is none.
        TypeError
            There are `others`: functions hand on what they do not know themselves.
        """
        for name in others:
            raise TypeError(f"there is no argument {name!r}; {nearest(name, _ARGUMENTS)}")
        _see_that_it_is_by_name(observe)
        given = zip(AGENTS, (staff_member, practice, service), strict=True)
        agents = {agent: class_of(agent, own) for agent, own in given if own is not None}
        functions = {name: _function(name, own) for name, own in (observe or {}).items()}
        said = {
            "agents": {agent: _said(own) for agent, own in agents.items()},
            "observe": {name: _said(own) for name, own in functions.items()},
        }
        return cls(agents, functions, {what: those for what, those in said.items() if those})

    @property
    def given(self) -> Behaviours:
        """The same as `simulate` takes them.

        Raises
        ------
        InputError
            It was read, and has not been found again.
        """
        missing = {*self.said.get("agents", {}), *self.observed} - {*self.agents, *self.functions}
        if missing:
            raise InputError(
                f"{sorted(missing)[0]}: is of one's own, and was only read; give it again ({self.places[0]})."
            )
        given: dict[str, Any] = {**self.agents, **({"observe": self.functions} if self.functions else {})}
        return cast("Behaviours", given)

    @property
    def places(self) -> list[str]:
        """Where all of it is."""
        return [one["place"] for those in self.said.values() for one in those.values()]

    @property
    def observed(self) -> tuple[str, ...]:
        """The names of what is observed."""
        return tuple(self.said.get("observe", {}))

    @property
    def agent_places(self) -> dict[str, str]:
        """Where the classes are that runs are made with, by what they stand in for."""
        return {agent: one["place"] for agent, one in self.said.get("agents", {}).items()}

    def digest_of(self, digest: str) -> str:
        """The digest of a scenario whose runs are made with these: its own where there are none."""
        if not self.said:
            return digest
        return hashlib.sha256(json.dumps([digest, self.said], sort_keys=True).encode()).hexdigest()

    def values(self, state: State) -> dict[str, float]:
        """What is observed of a state.

        Raises
        ------
        InputError
            A function gives no number.
        """
        return {name: _number(name, function(state)) for name, function in self.functions.items()}


NOTHING = Own()


def agent_places(provenance: Mapping[str, Any]) -> dict[str, str]:
    """Where the classes are that a run was made with, by what they stand in for."""
    return Own(said=provenance.get("own", {})).agent_places


def idle_parameters(scenario: Scenario, own: Own) -> Iterator[str]:
    """A sentence, without its full stop, for each parameter of one's own that nobody reads."""
    if not own.agents:
        for name, value in scenario.own.items():
            given = f"own.{name} = {json.dumps(value, ensure_ascii=False)}"
            why = "no behaviour of one's own is there to read it"
            yield f"{given} changes nothing: {why}; give one (staff_member, --staff-member)"


def see_that_it_can_be_sent(own: Own) -> None:
    """See that other processes can find what is of one's own: by its name, in a file.

    Raises
    ------
    InputError
        It is defined in a function or in a notebook, or has no name.
    """
    everything = {**own.agents, **{f"observe.{name}": one for name, one in own.functions.items()}}
    typed_in = getattr(sys.modules["__main__"], "__file__", None) is None
    for what, one in everything.items():
        try:
            pickle.dumps(one)
            lost = typed_in and one.__module__ == "__main__"
        except (pickle.PicklingError, AttributeError, TypeError):
            lost = True
        if lost:
            raise InputError(
                f"{what}: other processes cannot find {one!r}; define it at the top of a file of its own and "
                'give where it is ("module:name"), or leave out the executor.'
            )


def class_of(agent: str, given: type[Any] | str) -> type[Any]:
    """A class that was given as such, or by its place (``"module:Class"``).

    Raises
    ------
    InputError
        The place leads nowhere, or what is there is no class.
    """
    found = _at(agent, given) if isinstance(given, str) else given
    if not isinstance(found, type):
        raise InputError(f'{agent}: found {found!r}; allowed is a class, or where it is ("module:Class").')
    return found


def _see_that_it_is_by_name(observe: Any) -> None:
    """Raises `InputError` where what is to be observed is not given by the names of its columns."""
    if observe is not None and not isinstance(observe, Mapping):
        raise InputError(
            f'observe: found {observe!r}; give functions by the names of their columns ({{"views": views}}).'
        )


def _function(name: str, given: Callable[[State], float] | str) -> Callable[[State], float]:
    place = f"observe.{name}"
    if not _NAME.fullmatch(str(name)):
        raise InputError(f"{place}: found {name!r}; allowed is a name of letters, digits and underscores.")
    found = _at(place, given) if isinstance(given, str) else given
    if not callable(found):
        raise InputError(
            f'{place}: found {found!r}; allowed is a function, or where it is ("module:function").'
        )
    if not _takes_one(found):
        raise InputError(
            f"{place}: {found.__name__} is called with the state alone; let it take one argument."
        )
    return found


def _at(what: str, place: str) -> Any:
    """What is at a place (``module:name``)."""
    module, colon, name = place.partition(":")
    if not (module and colon and name):
        raise InputError(f'{what}: found {place!r}; write it as "module:Name".')
    try:
        found = importlib.import_module(module)
    except Exception as error:
        raise InputError(
            f"{what}: module {module} cannot be imported ({in_words(error)}); put it on Python's path."
        ) from None
    for part in name.split("."):
        if not hasattr(found, part):
            hint = nearest(part, [one for one in dir(found) if not one.startswith("_")])
            raise InputError(f"{what}: {module} has no {name}; {hint}{'' if hint.endswith('?') else '.'}")
        found = getattr(found, part)
    return found


def _takes_one(function: Callable[..., Any]) -> bool:
    """Whether a function can be called with the state alone; of some that are built in nobody knows."""
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.inf
    except OverflowError:  # of a whole number, perhaps with more digits than Python writes
        number = value = math.inf
    if math.isinf(number):
        raise InputError(
            f"observe.{name}: gave {value!r:.80}; allowed is a finite number ({math.nan} for none)."
        )
    return number


# --- what they were -------------------------------------------------------------------------------


def _said(own: Any) -> dict[str, str]:
    name = getattr(own, "__qualname__", type(own).__qualname__)
    module = getattr(own, "__module__", None) or type(own).__module__
    return {"place": f"{module}:{name}", "sha256": source_digest(own)}


def source_digest(own: Any) -> str:
    """The SHA-256, in hex, of the files that a class (with those it extends) or a function is defined in.

    Whole files, as what is called stands beside it. Of what is in no file (a notebook, a console) it is that
    of the source of each method, or where there is none, of its code.
    """
    kinds = own.__mro__ if isinstance(own, type) else [own]
    whole = hashlib.sha256()
    for kind in kinds:
        module = getattr(kind, "__module__", None) or ""
        if module.partition(".")[0] not in _NOT_OWN:
            whole.update(_source(kind, module))
    return whole.hexdigest()


def _source(own: Any, module: str) -> bytes:
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is not None and Path(file).suffix == ".py" and Path(file).exists():
        return Path(file).read_bytes()
    parts = vars(own).values() if isinstance(own, type) else [own]
    return "\n".join(_text(part) for part in parts if inspect.isfunction(part)).encode()


def _text(function: Any) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        code = function.__code__
        consts = [const for const in code.co_consts if not inspect.iscode(const)]
        return f"{function.__name__} {code.co_code.hex()} {consts} {code.co_names}"
