"""How practices and staff came to be, in sentences made of the facts in the provenance."""

from pathlib import Path

import pytest

from lpsim.population.build import build
from lpsim.population.workforce import read_workforce
from lpsim.scenario import Scenario
from lpsim.show.text.population import population_sentences, table_sentences

MADE_UP = Path(__file__).parents[2] / "configs" / "made_up_practices.csv"
TABLE = {
    "file": "table.csv",
    "sha256": "ab12",
    "rows": 1234,
    "practices": 1230,
    "left_out": {"without a practice code": 4, "of an earlier extract": 0},
    "extract": {"YEAR": "2025", "MONTH": "07"},
    "unmatched": {"ICB_CODE": ["Z"], "PCN_CODE": []},
    "renamed": {"CCG_CODE": "SUB_ICB_CODE"},
    "absent": ["TOTAL_PATIENTS"],
    "figures": {"NURSES": {"read": 1200, "missing": 20, "fully_estimated": 10}},
    "patients_missing": 3,
    "patients_zero": 1,
    "placeholders": {"PCN_CODE": {"U": 2, "": 5}},
}
READ = {
    "source": "table",
    "table": TABLE,
    "headcounts": {"gp": {"read": 1200, "rounded": 7, "drawn": 30}},
    "list_sizes_known": True,
    "left_empty": 0,
    "left_out_without_code": 0,
    "practices": 1230,
    "staff": 9000,
    "moved_bodies": {"board": 0, "region": 0},
    "network_files": {},
}


def test_a_drawn_population_is_said_to_be_drawn():
    scenario = Scenario().replace({"population.practices": 3, "population.spread": 0.5})
    made = build(scenario, 0)
    assert population_sentences(made.report) == [
        "Practices drawn: 3, their size with a coefficient of variation of 0.5; people: "
        f"{made.structure.staff}."
    ]


def test_every_fact_of_a_table_has_its_sentence():
    assert list(table_sentences(TABLE)) == [
        "table.csv has 1,234 rows; practices read from it: 1,230.",
        "Extract read: YEAR 2025, MONTH 07.",
        "Rows left out, without a practice code: 4.",
        "No row has ICB_CODE 'Z'.",
        "CCG_CODE is called SUB_ICB_CODE in it.",
        "It has no column TOTAL_PATIENTS.",
        "List sizes missing: 3; zero: 1.",
        "NURSES: 1,200 read, 20 missing, 10 fully estimated.",
        "Without a code, PCN_CODE U: 2.",
        "Without a code, PCN_CODE blank: 5.",
        "SHA-256 of the file: ab12.",
    ]


def test_what_was_modelled_is_not_called_observed():
    assert population_sentences(READ)[-2:] == [
        "gp: 1200 headcounts read, 7 of them rounded to whole people; 30 drawn by list size (modelled, not "
        "observed).",
        "A practice without a list size counts as one of mean size.",
    ]
    whole = {**READ, "headcounts": {"gp": {"read": 1230, "rounded": 0, "drawn": 0}}}
    assert "gp: 1230 headcounts read, 0 of them rounded to whole people; none drawn." in population_sentences(
        whole
    )


@pytest.mark.parametrize(
    ("read", "mean"), [(1200, "the table's mean per practice"), (0, "the scenario's mean")]
)
def test_where_no_list_size_is_known_nothing_is_said_to_be_drawn_by_it(read, mean):
    counts = {"read": read, "rounded": 0, "drawn": 1230 - read}
    said = population_sentences({**READ, "list_sizes_known": False, "headcounts": {"gp": counts}})
    assert said[-1] == (
        f"gp: {read} headcounts read, 0 of them rounded to whole people; {1230 - read} drawn at {mean}, "
        "as no list size is known (modelled, not observed)."
    )


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ({"left_empty": 1}, "1 practice without anybody got one person of the first role."),
        ({"left_empty": 2}, "2 practices without anybody got one person of the first role."),
        (
            {"left_out_without_code": 1},
            "1 practice left out: no code in a column that is a tier of the service.",
        ),
        (
            {"left_out_without_code": 3},
            "3 practices left out: no code in a column that is a tier of the service.",
        ),
        (
            {"moved_bodies": {"board": 0, "region": 1}},
            "Practices that belong, with the body above them, to a region other than their own code's: 1.",
        ),
    ],
)
def test_what_was_set_right_is_said_only_where_it_was(fact, sentence):
    assert sentence not in population_sentences(READ)
    assert population_sentences({**READ, **fact})[-1] == sentence


def test_the_report_of_a_table_that_was_read_is_said_in_whole_sentences():
    said = list(table_sentences(read_workforce(MADE_UP, figures=["TOTAL_NURSES_HC"]).report.as_dict()))
    assert said[0] == "made_up_practices.csv has 61 rows; practices read from it: 60."
    assert "TOTAL_NURSES_HC: 56 read, 1 missing, 3 fully estimated." in said
    assert all(sentence.endswith(".") for sentence in said)
