"""Who may ask, and for what: the door that every request comes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""What this machine calls itself; no other page on the web can be called so."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Sent with every answer."""
OF_LOOPBACK = {"Cross-Origin-Opener-Policy": "same-origin"}
"""Sent besides where it acts: browsers ignore it, and say so, at an address that they do not trust."""


class Guard:
    """Lets through what is asked of this machine by its own names, from its own pages.

    Parameters
    ----------
    app : ASGI application
    hosts : collection of str
        The names that a request may be addressed to, without a port. Another name means that a page
        somewhere has given this machine's address to a name of its own (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = frozenset(map(str.lower, hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return

        asked = Headers(scope=scope)
        here = _without_port(asked.get("host", "")) in LOOPBACK

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS | OF_LOOPBACK if here else HEADERS)
            await send(message)

        refusal = self._refusal(asked, scope["path"])
        app = self.app if refusal is None else PlainTextResponse(*refusal)
        await app(scope, receive, with_headers)

    def _refusal(self, headers: Headers, path: str) -> tuple[str, int] | None:
        host = headers.get("host", "")
        if _without_port(host) not in self.hosts:
            return "Not addressed to this machine; open the address that lpsim printed.", 400
        if path != "/" and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "Asked for by another page; open the address that lpsim printed.", 403
        return None


def is_here(scope: Scope) -> bool:
    """Whether a request comes from this machine itself."""
    client = scope.get("client")
    return client is not None and client[0] in ("127.0.0.1", "::1")


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name.lower() if colon and port.isdigit() else host.lower()
