"""The pictures of pages in `docs/`: `python -m docs.pictures` draws what a browser shows of each address.

It needs Playwright and a chromium (`CHROMIUM` names one that is not in the path).
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent
REPORT = ("learning_practice", "written_records")
REPORT_SIZE = (1200, 1376)


class Picture(NamedTuple):
    """What is to be seen of `lpsim explore`."""

    scenarios: tuple[str, ...]
    query: str
    height: int
    morning: bool = False
    """Whether the same morning in A and in B is opened."""


WIDTH = 1180
MOVED = "practice.codification.meetings=0.9"
EXPLORE = {
    "explore": Picture(("one_practice",), MOVED, 830),
    "explore_compare": Picture(("one_practice", "no_memory"), f"tab=compare&{MOVED}", 1340, morning=True),
    "explore_lessons": Picture(
        ("learning_practice", "some_learning_practices"),
        "tab=lessons&scenario=some_learning_practices&pick=returned&at=60",
        880,
    ),
}


@contextmanager
def served(*scenarios: str) -> Iterator[str]:
    """The address of a page of some scenarios."""
    words = [sys.executable, "-m", "lpsim", "explore", *scenarios, "--no-browser", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as page:
        try:
            yield next(found[0] for line in page.stdout or () if (found := re.search(r"http://\S+", line)))
        finally:
            page.send_signal(signal.SIGINT)


def draw(browser: Any) -> None:
    """Draw all pictures."""
    for name, picture in EXPLORE.items():
        page = browser.new_page(viewport={"width": WIDTH, "height": picture.height})
        with served(*picture.scenarios) as address:
            page.goto(f"{address}?{picture.query}")
            page.wait_for_selector("body[data-drawn]", timeout=120_000)
            if picture.morning:
                page.click("#morning summary")
                page.wait_for_selector("#twins div", timeout=120_000)
            page.wait_for_load_state("networkidle")
            page.mouse.move(0, 0)
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=DOCS / f"{name}.png")
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "lpsim", "report", *REPORT, "--out", "report.html"]
        subprocess.run(words, cwd=folder, check=True)
        page = browser.new_page(viewport=dict(zip(("width", "height"), REPORT_SIZE, strict=True)))
        page.goto((Path(folder) / "report.html").as_uri())
        page.wait_for_load_state("networkidle")
        page.screenshot(path=DOCS / "report.png")


def main() -> None:
    """Draw all pictures with the browser there is."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    program = (
        os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    )
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        draw(browser)
        browser.close()


if __name__ == "__main__":
    main()
