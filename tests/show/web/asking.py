"""Asking the page's server: without a network, and as it is served."""

import asyncio
import contextlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import urlsplit

HERE = ("127.0.0.1", 50_000)


class Answer(NamedTuple):
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        """With plain spaces where a page keeps a number with its unit."""
        return json.loads(self.body.replace(b"\\u00a0", b" "))


async def ask_app(app, address, *, host="127.0.0.1:8765", client=HERE, headers=(), method="GET"):
    """Ask an ASGI application."""
    path, query = urlsplit(address).path, urlsplit(address).query
    given = [(b"host", host.encode())] if host is not None else []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [*given, *((a.encode(), b.encode()) for a, b in headers)],
        "client": client, "server": ("127.0.0.1", 8765),
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    begun, *rest = sent
    found = {name.decode().lower(): value.decode() for name, value in begun["headers"]}
    return Answer(begun["status"], found, b"".join(message.get("body", b"") for message in rest))


def ask(app, address, **more):
    """On another thread: while a browser is open it has a loop on this one, and there can be no second."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, ask_app(app, address, **more)).result()


@contextlib.contextmanager
def served(app):
    """Serve an application at a port of this machine; gives its address."""
    import uvicorn

    from lpsim.cli.explore import listen

    (listening,) = listen("127.0.0.1", 0, None)
    config = uvicorn.Config(app, ws="none", lifespan="off", log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
        app.state.made.close()
