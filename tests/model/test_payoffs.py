"""A payoff or a peer rule is one record; what is still missing of a new one fails here."""

import re
from collections import namedtuple
from pathlib import Path
from typing import get_args

import pytest

from lpsim.engines.compiled import payoffs, votes
from lpsim.model.payoffs import PAYOFFS
from lpsim.model.peer_rules import PEER_RULES
from lpsim.scenario.learning_parameters import Discussion, Judgement, Networking

ODD = (Path(__file__).parents[2] / "docs" / "ODD.md").read_text(encoding="utf-8")
Peer = namedtuple("Peer", "uid standing")


@pytest.mark.parametrize(
    ("records", "table", "key"),
    [(PAYOFFS, Judgement, "payoff"), (PEER_RULES, Discussion, "rule"), (PEER_RULES, Networking, "rule")],
)
def test_what_a_scenario_can_name_are_the_records(records, table, key):
    assert tuple(records) == get_args(table.model_fields[key].annotation)


@pytest.mark.parametrize("records", [PAYOFFS, PEER_RULES])
def test_numbers_and_names_stand_once(records):
    assert len({record.number for record in records.values()}) == len(records)
    assert [record.name for record in records.values()] == list(records)


@pytest.mark.parametrize("record", [*PAYOFFS.values(), *PEER_RULES.values()], ids=lambda record: record.name)
def test_the_odd_says_what_it_means(record):
    assert f"| `{record.name}` | {record.meaning} |" in re.sub(r"\\", "", ODD)


@pytest.mark.parametrize("name", PAYOFFS)
def test_a_payoff_has_a_kernel_of_its_name(name):
    assert callable(getattr(payoffs, name))


@pytest.mark.parametrize("rule", PEER_RULES.values(), ids=lambda rule: rule.name)
def test_a_peer_rule_is_a_constant_of_the_votes(rule):
    assert getattr(votes, rule.name.upper()) == rule.number


SPEAKERS = [
    Peer(uid=7, standing=5),
    Peer(uid=3, standing=5),
    Peer(uid=4, standing=2),
    Peer(uid=5, standing=1),
]
HEARD = {
    # By the standing of the listener: the uids of whom it counts.
    "superiors": {5: [], 2: [7, 3], 0: [7, 3, 4, 5]},
    "best": {5: [], 2: [3], 0: [3]},
    "majority": {5: [7, 3, 4, 5], 2: [7, 3, 4, 5], 0: [7, 3, 4, 5]},
}


@pytest.mark.parametrize("name", PEER_RULES)
def test_whom_a_rule_counts(name):
    for standing, expected in HEARD[name].items():
        heard = PEER_RULES[name].heard(Peer(uid=1, standing=standing), SPEAKERS)
        assert [peer.uid for peer in heard] == expected
    assert list(PEER_RULES[name].heard(Peer(uid=1, standing=0), [])) == []
