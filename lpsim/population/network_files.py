"""Network files: who is tied to whom, as other programs write it down.

The suffix says the format, and what is inside has to agree. networkx has the parsers of GraphML, GEXF and
GML; what nodes are called, and what of a file the model has no use for, is decided here and told.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import iterparse

import numpy as np

from lpsim.errors import InputError
from lpsim.population import tie_lists
from lpsim.population.pajek import pajek
from lpsim.population.tie_lists import Found
from lpsim.storage.readers import NETWORK, as_path, read_unpacked, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

LISTS = {
    ".csv": "an edge list",
    ".tsv": "an edge list",
    ".tab": "an edge list",
    ".txt": "an edge list",
    ".el": "an edge list",
    ".edges": "an edge list",
    ".edgelist": "an edge list",
    ".ncol": "an edge list",
    ".adjlist": "an adjacency list",
    ".adj": "an adjacency list",
}
GRAPHS = {".graphml": "GraphML", ".gexf": "GEXF", ".gml": "GML", ".net": "Pajek"}
_NAMED_BY = ("label", "name")
"""Attributes of a node that say what it is called, before its id does."""
_MOST_SHOWN = 3


@dataclass(frozen=True)
class NetworkFile:
    """What a network file holds: its nodes, and the ties between them as they stand there.

    Attributes
    ----------
    path : Path
    format : str
    names : mapping of str to tuple of str, (nodes,)
        What the nodes are called, by what says so (their "label", "name" or "id"): the first goes before.
    ends : int64, (ties, 2)
        Nodes by their place.
    dropped : mapping of str to int
        How many ties have, or are, what the model has no use for: ``directions`` (one way alone),
        ``weights`` (where they differ), ``weights_not_positive``, ``to_themselves``, ``doubled``; and
        ``remarks``, lines that were passed over.
    unused : tuple of str
        Columns and attributes of ties that were not read.
    doubtful_heading : str or None
        The first line of an edge list where it may as well be a heading.
    """

    path: Path
    format: str
    names: Mapping[str, tuple[str, ...]]
    ends: NDArray[np.int64]
    dropped: Mapping[str, int]
    unused: tuple[str, ...]
    doubtful_heading: str | None = None

    def practices(self) -> tuple[str, ...]:
        """The names of its nodes, where these are all the practices there are.

        Raises
        ------
        InputError
            Two nodes have one name, or it cannot be told names from a heading.
        """
        if self.doubtful_heading is not None:
            raise InputError(
                f"{shown(self.path)}: {self.doubtful_heading} may be a heading or two practices; put a line "
                "with the headings source and target above, or call them so."
            )
        names = next((names for names in self.names.values() if len(set(names)) == len(names)), None)
        if names is None:
            raise InputError(f"{shown(self.path)}: {self._same_name()}; give every node a name of its own.")
        return names

    def ties(
        self, known: Sequence[str], who: str, *, cure: str = ""
    ) -> tuple[NDArray[np.int64], dict[str, Any]]:
        """The ties among practices or people by their names, and the facts for the provenance.

        Parameters
        ----------
        known : sequence of str
            The names there are.
        who : str
            What has them, as messages call it.
        cure : str
            What else could be done about a name that is not known.

        Returns
        -------
        pairs : int64, (ties, 2)
            Places in `known`; each tie once, none to oneself.
        facts : dict

        Raises
        ------
        InputError
            A node is none of them, or two nodes are the same.
        """
        index = {name: place for place, name in enumerate(known)}
        fits = {by: sum(name in index for name in names) for by, names in self.names.items()}
        named_by = max(fits, key=lambda by: fits[by])  # the first of several
        names = self.names[named_by]
        unknown = next((name for name in names if name not in index), None)
        if unknown is not None:
            raise InputError(
                f"{shown(self.path)}: node {unknown!r} (its {named_by}) is no {who}; name every node as a "
                f"{who} (as in {', '.join(map(repr, known[:_MOST_SHOWN]))}), or remove it{cure}."
            )
        if len(set(names)) < len(names):
            raise InputError(f"{shown(self.path)}: {self._same_name()}; make one of them, or rename one.")
        places = np.array([index[name] for name in names], dtype=np.int64)
        pairs = _once(places[self.ends].reshape(-1, 2))
        return pairs, self._facts(named_by, len(pairs), len(known) - len(names))

    def _same_name(self) -> str:
        seen: set[str] = set()
        for name in next(iter(self.names.values())):
            if name in seen:
                return f"two nodes are called {name!r}"
            seen.add(name)
        raise AssertionError

    def _facts(self, named_by: str, ties: int, without: int) -> dict[str, Any]:
        nodes = len(self.names[named_by])
        facts = {"file": self.path.name, "format": self.format, "nodes": nodes, "named_by": named_by}
        dropped = {what: number for what, number in self.dropped.items() if number}
        return {**facts, "ties": ties, "without": without, "dropped": dropped, "unused": list(self.unused)}


def read_network(path: Path) -> NetworkFile:
    """Read a network file; its suffix, before a .gz, says the format.

    Raises
    ------
    InputError
        It cannot be read, its suffix names no format or another one than it holds, or it holds no nodes;
        or, of a list, a line is no tie.
    """
    content = read_unpacked(path, NETWORK)
    suffix = _suffix(path)
    _see_that_it_is(path, suffix, content)
    found = _parsed(path, suffix, content)
    if not found.names or not len(next(iter(found.names.values()))):
        raise InputError(f"{shown(path)}: holds no ties; give a file that does.")
    return NetworkFile(
        path=path,
        format=found.format,
        names={by: tuple(names) for by, names in found.names.items()},
        ends=found.ends,
        dropped=_dropped(found),
        unused=tuple(found.unused),
        doubtful_heading=found.doubtful_heading,
    )


def save_network(graph: Any, path: str | Path) -> Path:
    """Save a networkx graph as a network file, GraphML, which ``network.file`` takes; gives its path.

    Nodes are called what they are in the graph; of ties the weights are kept and no other attributes.

    Raises
    ------
    InputError
        Two nodes have one name in words (as 1 and "1" do), or the file cannot be written.
    """
    import networkx as nx  # noqa: PLC0415

    if not hasattr(graph, "edges"):
        raise InputError(f"graph: found {graph!r:.80}; give a graph of networkx.")
    path = as_path(path, "path", "the path of the file to write")
    if path.suffix.lower() != ".graphml":
        raise InputError(f"{shown(path)}: the suffix of a network that is saved is .graphml.")
    if len({str(node) for node in graph}) < len(graph):
        raise InputError("save_network: two nodes have one name in words; rename one.")
    plain = graph.__class__()
    plain.add_nodes_from(str(node) for node in graph)
    for one, other, about in graph.edges(data=True):
        weight = {"weight": float(about["weight"])} if "weight" in about else {}
        plain.add_edge(str(one), str(other), **weight)
    content = BytesIO()
    nx.write_graphml_xml(plain, content)
    try:
        path.write_bytes(content.getvalue())
    except (OSError, ValueError) as error:  # ValueError: a null character
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{shown(path)}: cannot be written ({why}); name another file.") from None
    return path


# --- which format ---------------------------------------------------------------------------------


def _suffix(path: Path) -> str:
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return name.suffix.lower()


def _see_that_it_is(path: Path, suffix: str, content: bytes) -> None:
    """Refuse a suffix that is not known, or that says something else than what is inside."""
    holds = _looks_like(content)
    ours = next((known for known, name in GRAPHS.items() if name == holds), None)
    if holds is not None and ours is None:
        raise InputError(
            f"{shown(path)}: holds {holds}, which is not read; save it as GraphML, GEXF, GML, Pajek (.net) "
            "or an edge list (.csv)."
        )
    if holds is not None and suffix != ours:
        raise InputError(f"{shown(path)}: holds {holds}; let its name end in {ours}.")
    if suffix not in LISTS | GRAPHS:
        named = f"the suffix {suffix}" if suffix else "a name without a suffix"
        raise InputError(
            f"{shown(path)}: {named} does not tell the format; let the name end in .csv, .tsv, .txt or "
            ".edgelist (edge list), .adjlist (adjacency list), .graphml, .gexf, .gml or .net (Pajek)."
        )


_LOOKS: tuple[tuple[str, str], ...] = (
    (r"\s*<(?s:.{0,4000}?)<graphml\b|\s*<graphml\b", "GraphML"),
    (r"\s*<(?s:.{0,4000}?)<gexf\b|\s*<gexf\b", "GEXF"),
    (r"\s*<", "XML of another kind"),
    (r"(?:[^\n]*\n){0,40}?\s*graph\s*\[", "GML"),
    (r"(?i)(?:\s*%[^\n]*\n)*\s*\*(?:network|vertices|arcs|edges)", "Pajek"),
    (r"(?i)\s*dl\s+n", "UCINET DL"),
    (r"\s*[{\[]", "JSON"),
    (r"PK\x03\x04", "a ZIP archive"),
    (r"\x1f\x8b", "what gzip packs, without .gz in its name"),
)


def _looks_like(content: bytes) -> str | None:
    """What a file holds by the look of its beginning; None where it may be a list."""
    beginning = content[:10_000].decode("utf-8-sig", errors="replace")
    if content[:2] == b"\x1f\x8b":
        return _LOOKS[-1][1]
    return next((name for look, name in _LOOKS if re.match(look, beginning)), None)


def _parsed(path: Path, suffix: str, content: bytes) -> Found:
    """What a file holds, by its format's parser."""
    if suffix in (".graphml", ".gexf"):
        return _graph(path, suffix, content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{shown(path)}: not a text file in UTF-8; save it as UTF-8.") from None
    if suffix == ".gml":
        return _graph(path, suffix, text)
    try:
        if suffix == ".net":
            return pajek(text)
        adjacency = LISTS[suffix] == "an adjacency list"
        return tie_lists.adjacency(text) if adjacency else tie_lists.edges(text, suffix)
    except ValueError as error:
        raise InputError(f"{shown(path)}: {error}.") from None


# --- what networkx reads --------------------------------------------------------------------------


def _graph(path: Path, suffix: str, content: Any) -> Found:
    """A graph by a parser of networkx, which raise whatever they stumble on."""
    parse: Mapping[str, Callable[[Any], Any]] = {".graphml": _graphml, ".gexf": _gexf, ".gml": _gml}
    try:
        with warnings.catch_warnings(action="ignore"):  # of attributes that are not read anyway
            graph = parse[suffix](content)
    except Exception as error:
        told = "".join(sign if sign.isprintable() or sign.isspace() else "?" for sign in str(error))
        words = " ".join(told.split())[:200] or type(error).__name__
        raise InputError(
            f"{shown(path)}: cannot be read as {GRAPHS[suffix]} ({words}); mend it, or save it as an edge "
            "list (.csv)."
        ) from None
    if suffix != ".gml":
        read = graph.number_of_edges()
        there = sum(tag.tag.rpartition("}")[2] == "edge" for _, tag in iterparse(BytesIO(content)))
        if there != read:
            raise InputError(
                f"{shown(path)}: has {there} ties, {read} of them in its first graph; save one graph alone, "
                "without graphs in it."
            )
    return _found(graph, GRAPHS[suffix])


def _graphml(content: bytes) -> Any:
    import networkx as nx  # noqa: PLC0415

    return nx.read_graphml(BytesIO(content))


def _gexf(content: bytes) -> Any:
    import networkx as nx  # noqa: PLC0415

    return nx.read_gexf(BytesIO(content))


def _gml(text: str) -> Any:
    """GML by its nodes' ids, as not all have labels; ties that repeat need a word that few write."""
    import networkx as nx  # noqa: PLC0415

    if not re.search(r"\bmultigraph\s+1\b", text):
        text = re.sub(r"(?m)^([^\S\n]*graph\s*\[)", r"\1 multigraph 1 ", text, count=1)
    return nx.parse_gml(text, label=None)  # type: ignore[call-overload]


def _found(graph: Any, form: str) -> Found:
    place = {node: number for number, node in enumerate(graph)}
    ids = [_word(node) for node in graph]
    names: dict[str, list[str]] = {}
    for attribute in _NAMED_BY:
        said = [_attribute(about, attribute) for about in graph.nodes.values()]
        if any(said):
            names[attribute] = [name or node for name, node in zip(said, ids, strict=True)]
    names["id"] = ids
    ends = [(place[one], place[other]) for one, other in graph.edges()]
    about = [data for _, _, data in graph.edges(data=True)]
    keys = dict.fromkeys(key for data in about for key in data)
    weight = next((key for key in keys if tie_lists.is_weight(key)), None)
    return Found(
        format=form,
        names=names,
        ends=np.array(ends, dtype=np.int64).reshape(-1, 2),
        directed=np.full(len(ends), graph.is_directed()),
        weights=_weights(data.get(weight) for data in about),
        unused=[key for key in keys if key not in (weight, "id", "key", "networkx_key")],
    )


def _word(value: Any) -> str:
    """A name as it is written, also where a parser took it for a number."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _attribute(about: Mapping[str, Any], attribute: str) -> str:
    return next((_word(value) for key, value in about.items() if key.lower() == attribute), "")


def _weights(values: Iterable[Any]) -> NDArray[np.float64]:
    numbers = [value if isinstance(value, int | float) else np.nan for value in values]
    return np.array(numbers, dtype=np.float64)


# --- what is dropped ------------------------------------------------------------------------------


def _once(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs without direction, each once, in order; none of somebody with themselves."""
    low, high = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1).T
    size = int(pairs.max(initial=0)) + 1
    return np.column_stack(np.divmod(np.unique(low * size + high), size))


def _dropped(found: Found) -> dict[str, int]:
    """How many ties have or are what is not used; see `NetworkFile`."""
    one, other = found.ends.T
    apart = one != other
    low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    # 0: both ways; 1: upwards; 2: downwards.
    way = np.where(found.directed, np.where(one < other, 1, 2), 0)[apart]
    size = int(found.ends.max(initial=0)) + 1
    pairs, pair = np.unique(low * size + high, return_inverse=True)
    ways = np.zeros((len(pairs), 3), dtype=bool)
    ways[pair, way] = True
    both = ways[:, 1] & ways[:, 2]
    known = found.weights[~np.isnan(found.weights)]
    differ = len(np.unique(known)) > 1
    return {
        "directions": int(((ways[:, 1] ^ ways[:, 2]) & ~ways[:, 0]).sum()) if found.directions_count else 0,
        "weights": len(known) if differ else 0,
        "weights_not_positive": int((known <= 0).sum()),
        "to_themselves": int((~apart).sum()),
        "doubled": int(apart.sum()) - len(pairs) - int(both.sum()),
        "remarks": found.remarks,
    }
