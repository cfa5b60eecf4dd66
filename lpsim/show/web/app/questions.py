"""What can be asked of the server, and which answer that is.

The server imports this at the first question only: what simulates takes seconds to import, and the page is to
be seen meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpsim.show.web.app import answers
from lpsim.show.web.app.pair import pair
from lpsim.show.web.app.question import MAX_SEED, asked, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lpsim.show.web.app.question import Offer
    from lpsim.show.web.app.worlds import Made

    Query = Mapping[str, str]
    Asked = Callable[[Made, Mapping[str, Offer], Query], Any]


def _levels(worlds: Made, offers: Mapping[str, Offer], query: Query) -> Any:
    return answers.of_levels(worlds, asked(offers, query), tables="tables" in query)


def _compare(worlds: Made, offers: Mapping[str, Offer], query: Query) -> Any:
    return answers.of_comparison(worlds, pair(offers, query), several=len(offers) > 1)


def _morning(worlds: Made, offers: Mapping[str, Offer], query: Query) -> Any:
    return answers.of_morning(worlds, pair(offers, query))


def _lesson(worlds: Made, offers: Mapping[str, Offer], query: Query) -> Any:
    run = worlds.with_lessons(asked(offers, query))
    return answers.of_lesson(run, query.get("pick", "furthest"), whole(query, "lesson", MAX_SEED))


def _practices(worlds: Made, offers: Mapping[str, Offer], query: Query) -> Any:
    (run,) = worlds.runs(asked(offers, query).alone)
    return answers.of_practices(run, whole(query, "practice", MAX_SEED) or 0)


def _about(_: Made, offers: Mapping[str, Offer], query: Query) -> Any:
    return answers.of_scenario(asked(offers, query))


ASKED: dict[str, Asked] = {
    "levels": _levels,
    "compare": _compare,
    "morning": _morning,
    "lesson": _lesson,
    "practices": _practices,
    "about": _about,
}
"""By the last part of their address (`lpsim.show.web.app.server.QUESTIONS`)."""


def _scenario(_: Made, offers: Mapping[str, Offer], query: Query) -> str:
    return asked(offers, query).scenario().to_toml()


def _numbers(worlds: Made, offers: Mapping[str, Offer], query: Query) -> str:
    return answers.numbers(worlds, asked(offers, query))


def _report(worlds: Made, offers: Mapping[str, Offer], query: Query) -> str:
    return answers.report(worlds, pair(offers, query))


SAVED: dict[str, Asked] = {"scenario.toml": _scenario, "report.html": _report, "numbers.csv": _numbers}
"""What can be saved, by the name of the file (`lpsim.show.web.app.server.SAVED`)."""
