"""The command `explore`: a page in the browser in which levers move, for one person or for a class."""
# ruff: noqa: PLC0415 (nothing heavy is imported before it is needed, so that --help is fast)

from __future__ import annotations

import contextlib
import socket
import threading
import webbrowser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lpsim.cli.app import app
from lpsim.cli.hints import meant_as
from lpsim.cli.interrupts import Interrupted
from lpsim.cli.options import Settings, load, told
from lpsim.cli.streams import echo
from lpsim.cli.wording import Worded
from lpsim.errors import InputError, installing, say
from lpsim.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import uvicorn

    from lpsim.show.web.app.question import Offer
    from lpsim.show.web.app.teaching import Lesson

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="SCENARIO …",
        help="Scenario files (TOML), or names of those that ship. [default: one_practice]",
        show_default=False,
    ),
]
Port = Annotated[
    int, typer.Option(metavar="PORT", help="The port to listen on; 0: any that is free.", min=0, max=65535)
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open the page, only say where it is.")]
Class = Annotated[
    bool,
    typer.Option(
        "--class", help="Let others on the local network open the page, too: they move levers, nothing else."
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", help="With --class: this machine's address on that network, if it has several."
    ),
]
LESSONS = "nine_people_and_a_coin, there_and_back, three_loops and who_knows"
LessonName = Annotated[
    str | None,
    typer.Option(
        "--lesson", metavar="NAME", help=f"Lead through a lesson: predict, then run. Known are {LESSONS}."
    ),
]
Own = Annotated[str | None, typer.Option("--staff-member", "--practice", "--service", hidden=True)]
HERE = "127.0.0.1"


@app.command("explore", cls=Worded)
def _explore(
    scenarios: Files = None,
    settings: Settings = None,
    lesson: LessonName = None,
    with_class: Class = False,
    address: Address = None,
    port: Port = 8765,
    no_browser: NoBrowser = False,
    own: Own = None,
) -> None:
    """Move levers in the browser, and see what follows; Ctrl-C ends it."""
    with told("page", kept="the page is closed"):
        if own is not None:
            raise InputError(
                f"{one_line(own)}: the page moves levers of the model, without behaviours of one's own; use "
                "lpsim report, compare or run, which take them."
            )
        if address is not None and not with_class:
            raise InputError(f"--address {one_line(address)}: is of the class's network; give --class, too.")
        plan = _plan(lesson)
        offers = _of_plan(plan, settings) if plan else {}
        if scenarios or not plan:
            offers |= _offers(scenarios, settings)
        _see_that_it_can_serve()  # after what needs no server to be wrong
        from lpsim.show.web.app.server import Setting, application

        host = _address(address) if with_class else None
        sockets = listen(HERE, port, host)
        port = sockets[0].getsockname()[1]
        here, there = f"http://{HERE}:{port}/", f"http://{host}:{port}/" if host else None
        _say_where(here, there)
        if not no_browser:
            threading.Timer(0.5, webbrowser.open, (here,)).start()
        _serve(application(Setting(offers, plan, there, host)), sockets)


def _see_that_it_can_serve() -> None:
    for name in ("starlette", "uvicorn", "segno"):
        if find_spec(name) is None:
            raise InputError(f"explore: needs {name}, which is not installed; {installing('explore')}.")


def _plan(name: str | None) -> Lesson | None:
    from lpsim.show.web.app.teaching import plan

    if name is None:
        return None
    with meant_as("plan", Path(name)):
        return plan(name)


def _of_plan(plan: Lesson, settings: Sequence[str] | None) -> dict[str, Offer]:
    from lpsim.show.web.app.question import Offer

    given = {name: plan.of(name, load(Path(plan.ships(name)), settings)) for name in plan.scenarios}
    return {name: Offer.of(name, scenario) for name, scenario in given.items()}


def _offers(paths: Sequence[Path] | None, settings: Sequence[str] | None) -> dict[str, Offer]:
    from lpsim.show.web.app.question import Offer

    found: dict[str, Offer] = {}
    for path in paths or [Path("one_practice")]:
        name = path.stem
        if name in found:
            raise InputError(f"{path}: a scenario called {name} is given already; rename the file.")
        found[name] = Offer.of(name, load(path, settings))
    return found


# --- where it listens -----------------------------------------------------------------------------


def listen(here: str, port: int, there: str | None) -> list[socket.socket]:
    """Sockets at the same port, on this machine and, with a class, on the local network."""
    first = _bound(here, port, "--port")
    if there is None:
        return [first]
    try:
        return [first, _bound(there, first.getsockname()[1], "--address")]
    except InputError:
        first.close()
        raise


def _bound(host: str, port: int, option: str) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # from now on who comes waits until all is ready
    except OSError as error:
        listening.close()
        words = f"{option}: cannot listen at {one_line(host)}:{port} ({error.strerror or error})"
        cure = "name another (--port 0 takes any that is free)" if option == "--port" else "name another"
        raise InputError(f"{words}; {cure}.") from None
    return listening


def _address(given: str | None) -> str:
    if given == "0.0.0.0":  # pupils could not be told apart from others who give this machine a name
        raise InputError("--address: 0.0.0.0 means every network; name this machine's address on one.")
    return given or _own_address()


def _own_address() -> str:
    """Its address on the local network; nothing is sent to find it."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(("192.0.2.1", 9))  # reserved for examples: it only says by which way one would go
        return str(asking.getsockname()[0])
    import psutil

    for name, found in psutil.net_if_addrs().items():
        up = psutil.net_if_stats().get(name)
        for one in found:
            if one.family == socket.AF_INET and not one.address.startswith("127.") and up and up.isup:
                return one.address
    raise InputError("--class: this machine is on no network; join one, or leave --class out.")


# --- what it does ---------------------------------------------------------------------------------


def _say_where(here: str, there: str | None) -> None:
    echo(f"The page: {here}")
    if there is not None:
        import segno

        echo(f"For the class: {there}")
        _print_code(segno.make(there).matrix)
    echo("Ctrl-C ends it.")


def _print_code(rows: Sequence[Sequence[int]]) -> None:
    """A QR code in half blocks, dark on light whatever the terminal's colours are."""
    wide = len(rows[0]) + 4
    padded = [[0] * wide] * 2 + [[0, 0, *row, 0, 0] for row in rows] + [[0] * wide] * 3
    blocks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    for upper, lower in zip(padded[::2], padded[1::2], strict=False):
        echo("".join(blocks[bool(a), bool(b)] for a, b in zip(upper, lower, strict=True)))


def served(application: Any) -> uvicorn.Config:
    """How it is served; who asks is who has connected, whatever a header says of others before them."""
    import uvicorn

    return uvicorn.Config(
        application, ws="none", lifespan="off", http="h11", log_level="error", access_log=False,
        server_header=False, proxy_headers=False, timeout_graceful_shutdown=1, timeout_keep_alive=30,
    )  # fmt: skip


def _serve(application: Any, sockets: list[socket.socket]) -> None:
    """Serve until Ctrl-C, which is how it is meant to end."""
    import uvicorn

    try:
        uvicorn.Server(served(application)).run(sockets=sockets)
    except Interrupted as stop:
        if stop.code != 130:
            raise
        say("the page is closed")
    finally:
        application.state.made.close()
        for listening in sockets:
            listening.close()
