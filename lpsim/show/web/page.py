"""A page in one file: scripts, styles and data inlined, under a policy that lets nothing else run.

The policy (CSP) names each script and style by its hash, so that a string that gets past the escaping could
still not run. It needs no server: the file opens from a stick.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lpsim.show.web.texts import shown, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpsim.show.text.table import Table

WEB = Path(__file__).parent
STATIC = WEB / "static"
D3 = "d3.v7.min.js"
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "([./\w]+)";$', re.MULTILINE)
_REEXPORT = re.compile(r'^export \* from "([./\w]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|function) (\w+))", re.MULTILINE)


def render(template: str, *, main: str, styles: Sequence[str], data: Any, **values: Any) -> str:
    """A page in one file.

    Parameters
    ----------
    template : str
        In ``templates/``; everything that is put into it is escaped.
    main : str
        The module that draws, by its path in ``static/``; what it imports comes with it.
    styles : sequence of str
        Paths in ``static/``.
    data : object
        What the module finds in the element with the id "data".
    **values
        What else the template shows.
    """
    style = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in styles)
    scripts = [(STATIC / D3).read_text(encoding="utf-8"), bundled(main)]
    return (
        _environment()
        .get_template(template)
        .render(
            policy=policy(scripts, style),
            style=Markup(style),
            scripts=[Markup(script) for script in scripts],
            data=Markup(as_json(data)),
            **values,
        )
    )


def policy(scripts: Sequence[str], style: str) -> str:
    """The content security policy of a page with these scripts and this style, and nothing else."""
    allowed = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; base-uri 'none'; "
        "form-action 'none'"
    )


def as_json(data: Any) -> str:
    """JSON that can stand in a script element: nothing in it ends that, begins a comment, or is obeyed."""
    text = json.dumps(shown(data), separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def bundled(main: str) -> str:
    """A module and those it imports, as one script: each a function that gives what it exports.

    Imports stand on one line each, and bring names; no module imports one that imports it.
    """
    found: dict[str, str] = {}
    _gather(main, found)
    parts = [f"modules[{json.dumps(name)}] = (() => {{\n{text}\n}})();" for name, text in found.items()]
    return '"use strict";\n(() => {\nconst modules = {};\n' + "\n".join(parts) + "\n})();\n"


def _gather(name: str, found: dict[str, str]) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")

    def other(path: str) -> str:
        return (STATIC / name).parent.joinpath(path).resolve().relative_to(STATIC.resolve()).as_posix()

    handed = [other(path) for path in _REEXPORT.findall(text)]
    for needed in [*(other(path) for _, path in _IMPORT.findall(text)), *handed]:
        if needed not in found:
            _gather(needed, found)
    names = _EXPORT.findall(text)
    text = _IMPORT.sub(lambda match: f"const {match[1]} = modules[{json.dumps(other(match[2]))}];", text)
    text = _EXPORT.sub("", _REEXPORT.sub("", text))
    exported = [*(f"...modules[{json.dumps(one)}]" for one in handed), *names]
    found[name] = f"{text}\nreturn {{ {', '.join(exported)} }};"


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        finalize=lambda value: value if isinstance(value, Markup) else shown(value),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        newline_sequence="\n",
    )


def table(found: Table) -> Markup:
    """A table, which escapes for itself."""
    return Markup(together(found.html()))
