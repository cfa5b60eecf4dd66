"""Peer rules: whom a learner counts among the peers who speak (discussion, networking), one record each.

A rule is a name in a scenario (``practice.discussion.rule``, ``service.networking.rule``), a record here,
and a constant in `lpsim.engines.compiled.votes`, which counts the same peers 64 issues at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class Peer(Protocol):
    """What a rule looks at: this step's performance, and the uid, which breaks a tie."""

    @property
    def standing(self) -> int: ...  # noqa: D102

    @property
    def uid(self) -> int: ...  # noqa: D102


AnyPeer = TypeVar("AnyPeer", bound=Peer)


class Choice(Protocol):
    """Picks those whose views count; their majority is on offer, issue by issue."""

    def __call__(self, listener: AnyPeer, speakers: Sequence[AnyPeer]) -> Sequence[AnyPeer]:
        """Whom a listener counts among its speaking peers, in the order given."""


@dataclass(frozen=True)
class PeerRule:
    """One way to choose among the peers who speak."""

    name: str
    number: int
    """By which compiled code knows it."""
    meaning: str
    """What is on offer, as docs/ODD.md says it."""
    heard: Choice
    """How the reference engine chooses."""


def _superiors(listener: AnyPeer, speakers: Sequence[AnyPeer]) -> Sequence[AnyPeer]:
    return [peer for peer in speakers if peer.standing > listener.standing]


def _best(listener: AnyPeer, speakers: Sequence[AnyPeer]) -> Sequence[AnyPeer]:
    superiors = _superiors(listener, speakers)
    return [max(superiors, key=lambda peer: (peer.standing, -peer.uid))] if superiors else []


def _majority(listener: AnyPeer, speakers: Sequence[AnyPeer]) -> Sequence[AnyPeer]:
    return speakers


PEER_RULES = {
    rule.name: rule
    for rule in (
        PeerRule(
            "superiors",
            0,
            "the majority among non-zero beliefs of speaking peers who are superior to the person",
            _superiors,
        ),
        PeerRule("best", 1, "the belief of the best of these superior peers; the lowest uid on a tie", _best),
        PeerRule("majority", 2, "the majority among non-zero beliefs of all speaking peers", _majority),
    )
}
"""By the name in a scenario."""
