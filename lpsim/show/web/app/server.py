"""The server of the page: what each address leads to. Nothing it is asked for is written anywhere."""

from __future__ import annotations

import io
import json
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lpsim.errors import InputError
from lpsim.show.text.explore import ANOTHER
from lpsim.show.text.picks import PICKS
from lpsim.show.web.app.files import files
from lpsim.show.web.app.guard import LOOPBACK, Guard, is_here
from lpsim.show.web.app.question import MAX_SEED, whole
from lpsim.show.web.app.worlds import BusyError, FailedError, Made, StaleError
from lpsim.show.web.texts import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from lpsim.show.web.app.question import Offer
    from lpsim.show.web.app.teaching import Lesson


QUESTIONS = ("levels", "compare", "morning", "lesson", "practices", "about")
"""What can be asked, by the last part of its address."""
SAVED = ("scenario.toml", "report.html", "numbers.csv")
"""What can be saved, by the name of the file."""


class Setting(NamedTuple):
    """What a server shows."""

    offers: Mapping[str, Offer]
    """The scenarios, by the names that addresses give them."""
    lesson: Lesson | None = None
    """The plan of the lesson that the page leads through."""
    address: str | None = None
    """With a class, what pupils open."""
    host: str | None = None
    """With a class, the name of this machine in that address."""


def application(setting: Setting) -> Starlette:
    """The server of the page, as an ASGI application."""
    worlds = Made()
    served = _Served(setting, worlds)
    asking = [Route(f"/api/{name}", partial(served.ask, name)) for name in QUESTIONS]
    saving = [Route(f"/save/{name}", partial(served.save, name)) for name in SAVED]
    hosts = [*LOOPBACK, *([setting.host] if setting.host else [])]
    app = Starlette(
        routes=[
            Route("/", served.page),
            Route("/static/{path:path}", served.file),
            Route("/api/start", served.start),
            Route("/code.svg", served.code),
            *asking,
            *saving,
        ],
        middleware=[Middleware(Guard, hosts=hosts)],
        exception_handlers={
            InputError: _refused,
            StaleError: partial(_told, "Asked anew meanwhile.", 409),
            BusyError: partial(_told, "Very many ask at once; move the lever again.", 503),
            FailedError: _failed,
            HTTPException: _not_there,
        },
    )
    app.router.redirect_slashes = False
    app.state.made = worlds
    return app


class _Served:
    """What the addresses lead to."""

    def __init__(self, setting: Setting, worlds: Made) -> None:
        self.setting, self.worlds, self.files = setting, worlds, files()

    async def page(self, _: Request) -> Response:
        return self._of_file("app/index.html")

    async def file(self, request: Request) -> Response:
        return self._of_file(request.path_params["path"])

    def _of_file(self, path: str) -> Response:
        if path not in self.files:
            raise HTTPException(404)
        found = self.files[path]
        return Response(found.content, headers={"Content-Type": found.type})

    async def start(self, request: Request) -> Response:
        teacher = is_here(request.scope)
        setting = self.setting
        alone = teacher and setting.lesson is None and len(setting.offers) == 1
        return JSONResponse(
            {
                "scenarios": [offer.told() for offer in setting.offers.values()],
                "picks": list(PICKS.items()),
                "lesson": shown(setting.lesson.for_page()) if setting.lesson else None,
                "another": shown(ANOTHER) if alone else "",
                "saving": teacher,
                "address": setting.address if teacher else None,
            }
        )

    async def code(self, request: Request) -> Response:
        """The address for pupils as a code to take a picture of."""
        if self.setting.address is None or not is_here(request.scope):
            raise HTTPException(404)
        return Response(code_of(self.setting.address), media_type="image/svg+xml")

    async def ask(self, name: str, request: Request) -> Response:
        query = request.query_params
        number = whole(query, "number", MAX_SEED) or 0
        page = (f"{request.client.host if request.client else ''} {query.get('client', '')[:40]}", name)
        content = await self.worlds.answer(page, number, partial(self._answer, name, query))
        return Response(content, media_type="application/json")

    def _answer(self, name: str, query: Mapping[str, str]) -> bytes:
        from lpsim.show.web.app.questions import ASKED  # noqa: PLC0415 (takes seconds)

        found = ASKED[name](self.worlds, self.setting.offers, query)
        return json.dumps(shown(found), allow_nan=False, separators=(",", ":")).encode()

    async def save(self, name: str, request: Request) -> Response:
        if not is_here(request.scope):
            raise HTTPException(403)
        content = await self.worlds.answer((name, name), 0, partial(self._saved, name, request.query_params))
        attached = f'attachment; filename="{name}"'
        return Response(content, media_type="text/plain", headers={"Content-Disposition": attached})

    def _saved(self, name: str, query: Mapping[str, str]) -> str:
        from lpsim.show.web.app.questions import SAVED  # noqa: PLC0415 (takes seconds)

        return str(SAVED[name](self.worlds, self.setting.offers, query))


def code_of(address: str) -> bytes:
    """An address as a QR code, an SVG."""
    import segno  # noqa: PLC0415 (only a class needs it)

    found = io.BytesIO()
    segno.make(address).save(found, kind="svg", scale=6, border=2, xmldecl=False)
    return found.getvalue()


# --- how it is told -------------------------------------------------------------------------------


async def _refused(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)


async def _told(words: str, status: int, _: Request, __: Exception) -> Response:
    return JSONResponse({"error": words}, status)


async def _failed(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"The answer failed: {error}."}, 500)


async def _not_there(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    words = "Only this machine's own page may save." if status == 403 else "There is nothing here."
    return JSONResponse({"error": words}, status)
