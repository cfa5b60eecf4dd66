"""Who there is at step 0, and what they hold: practices drawn or read, the tree, the start."""

from __future__ import annotations

import csv
import dataclasses
import math
from collections import Counter
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

import lpsim
from lpsim.errors import InputError
from lpsim.model.draws import Draws, Stream, threshold
from lpsim.model.schedule import Level
from lpsim.model.state import uid, uids
from lpsim.population.build import Population, build, who
from lpsim.scenario import Scenario

ROOT = Path(__file__).parents[2]
MADE_UP = ROOT / "configs" / "made_up_practices.csv"
PUBLISHED = Path(__file__).parents[3] / "shared" / "data"
Z = 4.4
"""Standard errors allowed: one test in a hundred thousand fails by chance."""


def scenario(**tables: Any) -> Scenario:
    """A scenario without much to believe, so that many people are soon made."""
    quick: dict[str, Any] = {
        "world": {"issues": 1, "domains": 0},
        "population": {"practices": 10, "spread": 0.0},
        "roles": {"gp": {"headcount": 1}},
        "network": {"staff": "none"},
    }
    for name, table in tables.items():
        plain = {"world", "population", "network"}
        quick[name] = {**quick[name], **table} if name in plain else table
    return Scenario.model_validate(quick)


def headcounts(population: Population) -> np.ndarray:
    """People by practice and role, (P, R)."""
    s = population.structure
    people = np.zeros((s.practices, len(s.roles)), dtype=int)
    np.add.at(people, (s.staff_practice, s.staff_role), 1)
    return people


def frequency_is(hits: Any, probability: float) -> bool:
    """Whether so many independent draws succeeded as may, within Z standard errors."""
    hits = np.asarray(hits, dtype=bool).ravel()
    error = math.sqrt(len(hits) * probability * (1 - probability))
    return abs(hits.sum() - len(hits) * probability) <= Z * error


def practice_words(stream: Stream, practices: int, *, seed: int) -> np.ndarray:
    uids = [uid(Level.PRACTICE, practice) for practice in range(practices)]
    return Draws(seed).words(stream, 0, np.array(uids, dtype=np.uint64))


class TestDrawnPractices:
    @pytest.mark.parametrize("seed", range(3))
    def test_without_spread_a_whole_headcount_is_exact(self, seed):
        roles = {"gp": {"headcount": 4}, "nurse": {"headcount": 2}, "porter": {"headcount": 1}}
        found = headcounts(build(scenario(roles=roles), seed))
        assert (found == [4, 2, 1]).all()

    @pytest.mark.parametrize("fraction", [0.01, 0.3, 0.5, 0.99])
    def test_a_fraction_is_rounded_up_with_its_own_probability(self, fraction):
        roles = {"gp": {"headcount": 2 + fraction}, "nurse": {"headcount": 1 + fraction}}
        found = headcounts(build(scenario(population={"practices": 5000}, roles=roles), 1))
        up = found - [2, 1]
        assert set(np.unique(up)) <= {0, 1}
        assert frequency_is(up[:, 0], fraction) and frequency_is(up[:, 1], fraction)
        # Of one practice, each role for itself.
        assert frequency_is(up.all(axis=1), fraction**2)

    @pytest.mark.parametrize("spread", [0.3, 0.7, 1.5])
    def test_practice_size_has_the_mean_and_the_variation_asked_for(self, spread):
        # One person is the unit of rounding: with 50 to a practice its share of the spread is small.
        practices, mean = 3000, 50
        made = build(
            scenario(
                population={"practices": practices, "spread": spread},
                roles={"gp": {"headcount": mean}},
            ),
            2,
        )
        people = headcounts(made)[:, 0]
        variance = (mean * spread) ** 2
        assert abs(people.mean() - mean) <= Z * math.sqrt((variance + 0.25) / practices)
        # Of a log-normal size: log g is normal with variance σ² = ln(1 + spread²) and mean -σ²/2.
        # Rounding moves the log of a size by at most 1 over its people; small practices are few.
        words = practice_words(Stream.POPULATION_SIZE, practices, seed=2)
        rank = np.argsort(np.argsort(words))
        assert np.corrcoef(rank, people)[0, 1] > 0.6  # sizes come from these words, in order
        sigma = math.sqrt(math.log(1 + spread**2))
        middle = np.median(people)
        error = 1.2533 * sigma / math.sqrt(practices)  # of a median, in logs
        assert abs(math.log(middle / mean) + sigma**2 / 2) <= Z * error + 1 / middle
        low, high = np.quantile(people, [0.1587, 0.8413])
        density = 0.2420  # of the standard normal at ±1
        error = math.sqrt(2 * 0.1587 * 0.8413) / density * sigma / math.sqrt(practices)
        assert abs(math.log(high / low) - 2 * sigma) <= Z * error + 1 / low

    def test_size_factors_have_mean_1_and_the_coefficient_of_variation(self):
        practices, spread = 40_000, 0.7
        words = practice_words(Stream.POPULATION_SIZE, practices, seed=5)
        sigma = math.sqrt(math.log(1 + spread**2))
        z = [NormalDist().inv_cdf((int(word) + 0.5) / 2**64) for word in words]
        factor = np.exp(sigma * np.array(z) - sigma**2 / 2)
        # The definition, drawn here again, is what the practices are made of ...
        made = build(
            scenario(population={"practices": 200, "spread": spread}, roles={"gp": {"headcount": 60}}),
            5,
        )
        people = headcounts(made)[:, 0]
        below = np.floor(60 * factor[:200])
        assert ((people == below) | (people == below + 1)).all()
        # ... and it has mean 1 and the variation asked for. Error of a standard deviation by the
        # kurtosis of the log-normal: w^4 + 2w^3 + 3w^2 - 3 with w = 1 + spread^2.
        w = 1 + spread**2
        kurtosis = w**4 + 2 * w**3 + 3 * w**2 - 3
        assert abs(factor.mean() - 1) <= Z * spread / math.sqrt(practices)
        error = spread / 2 * math.sqrt((kurtosis - 1) / practices)
        assert abs(factor.std() / factor.mean() - spread) <= Z * (error + spread**2 / math.sqrt(practices))

    def test_one_size_factor_serves_all_roles_of_a_practice(self):
        roles = {"gp": {"headcount": 30}, "nurse": {"headcount": 30}}
        population = {"practices": 300, "spread": 0.7}
        found = headcounts(build(scenario(population=population, roles=roles), 3))
        assert (np.abs(found[:, 0] - found[:, 1]) <= 1).all()
        assert found[:, 0].std() > 10

    def test_a_practice_without_anybody_gets_one_person_of_the_first_role(self):
        few = {"porter": {"headcount": 0.1}, "gp": {"headcount": 0.2}}
        found = headcounts(build(scenario(population={"practices": 5000}, roles=few), 4))
        assert (found.sum(axis=1) >= 1).all()
        assert frequency_is(found[:, 1], 0.2)
        assert (found[found[:, 1] == 0, 0] == 1).all()
        assert frequency_is(found[found[:, 1] == 1, 0], 0.1)

    def test_a_practice_or_a_post_more_changes_nobody_else(self):
        few = build(scenario(population={"practices": 20, "spread": 0.7}, world={"issues": 64}), 6)
        more = build(scenario(population={"practices": 30, "spread": 0.7}, world={"issues": 64}), 6)
        many = scenario(
            population={"practices": 20, "spread": 0.7},
            world={"issues": 64},
            roles={"gp": {"headcount": 1}, "nurse": {"headcount": 3}},
        )
        for other in (more, build(many, 6)):
            place = {int(u): row for row, u in enumerate(other.structure.staff_uid)}
            rows = [place[int(u)] for u in few.structure.staff_uid if int(u) in place]
            # A nurse may spare a practice the one person given to those without anybody.
            assert len(rows) > 10
            kept = [row for row, u in enumerate(few.structure.staff_uid) if int(u) in place]
            assert (other.state.staff.beliefs[rows] == few.state.staff.beliefs[kept]).all()
            assert (other.state.reality == few.state.reality).all()

    def test_posts_are_numbered_by_practice_role_and_number(self):
        roles = {"gp": {"headcount": 2}, "nurse": {"headcount": 1}}
        made = build(scenario(population={"practices": 3}, roles=roles), 0).structure
        posts = [(p, r, n) for p in range(3) for r, n in ((0, 0), (0, 1), (1, 0))]
        assert made.staff_uid.tolist() == [uid(Level.STAFF, *post) for post in posts]
        assert made.first_staff.tolist() == [0, 3, 6, 9]
        assert made.practice_names == ("0", "1", "2")

    def test_the_report_says_that_they_are_drawn(self):
        made = build(scenario(), 0)
        assert (made.report["source"], made.report["practices"], made.report["staff"]) == ("drawn", 10, 10)


class TestKinds:
    @pytest.mark.parametrize("share", [0.0, 0.04, 0.05, 0.1, 0.25, 0.5, 0.999, 1.0])
    @pytest.mark.parametrize("practices", [1, 2, 7, 10, 41])
    def test_a_kind_has_its_share_rounded_half_up(self, practices, share):
        kinds = [{"name": "a", "share": share}]
        made = build(scenario(population={"practices": practices}, kinds=kinds), 0)
        members = (made.structure.practice_kind == 1).sum()
        assert members == math.floor(share * practices + 0.5)
        assert made.structure.kinds == ("other practices", "a")

    def test_its_members_have_the_smallest_words_not_yet_taken(self):
        kinds = [{"name": "a", "share": 0.2}, {"name": "b", "share": 0.3}]
        made = build(scenario(population={"practices": 40}, kinds=kinds), 9).structure
        order = np.argsort(practice_words(Stream.POPULATION_KIND, 40, seed=9))
        assert set(np.flatnonzero(made.practice_kind == 1)) == set(order[:8])
        assert set(np.flatnonzero(made.practice_kind == 2)) == set(order[8:20])

    def test_a_kind_more_does_not_reshuffle_the_first(self):
        a, b = {"name": "a", "share": 0.2}, {"name": "b", "share": 0.8}
        alone = build(scenario(population={"practices": 40}, kinds=[a]), 9).structure
        both = build(scenario(population={"practices": 40}, kinds=[a, b]), 9).structure
        assert ((alone.practice_kind == 1) == (both.practice_kind == 1)).all()
        assert (both.practice_kind > 0).all()

    def test_rounded_shares_never_take_more_practices_than_there_are(self):
        kinds = [{"name": "a", "share": 0.5}, {"name": "b", "share": 0.5}]
        made = build(scenario(population={"practices": 3}, kinds=kinds), 0).structure
        assert sorted(made.practice_kind) == [1, 1, 2]


class TestTree:
    def test_practice_p_belongs_to_body_p_mod_count_and_so_on_up(self):
        tiers = [{"name": "a", "count": 4}, {"name": "b", "count": 3}, {"name": "c"}]
        made = build(scenario(population={"practices": 10, "tiers": tiers}), 0).structure
        assert (made.tiers, made.bodies) == (("a", "b", "c"), (4, 3, 1))
        assert made.practice_body.tolist() == [p % 4 for p in range(10)]
        assert [parents.tolist() for parents in made.parent_body] == [[0, 1, 2, 0], [0, 0, 0]]

    def test_with_one_tier_everybody_belongs_to_its_one_body(self):
        made = build(scenario(), 0).structure
        assert (made.bodies, made.parent_body) == ((1,), ())
        assert not made.practice_body.any()


# --- practices read from a table ------------------------------------------------------------------

CODED = [
    {"name": "board", "column": "ICB_CODE"},
    {"name": "region", "column": "REGION_CODE"},
    {"name": "nation"},
]


@pytest.fixture
def table(tmp_path: Path):
    """Write a workforce table of a list of rows, and hand back its path."""

    def write(rows: list[dict[str, Any]]) -> str:
        path = tmp_path / "practices.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return str(path)

    return write


def practice(number: int, **cells: Any) -> dict[str, Any]:
    return {"PRAC_CODE": f"P{number}", "TOTAL_PATIENTS": 1000, **cells}


def coded(codes: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [practice(n, ICB_CODE=icb, REGION_CODE=region) for n, (icb, region) in enumerate(codes)]


class TestTableTree:
    def made(self, path: str, seed: int = 0) -> Population:
        return build(scenario(population={"workforce": path, "tiers": CODED}), seed)

    def test_a_practice_belongs_to_the_body_its_code_names(self, table):
        made = self.made(table(coded([("Q2", "Y1"), ("Q1", "Y2"), ("Q2", "Y1"), ("Q3", "Y2")])))
        s = made.structure
        assert s.practice_names == ("P0", "P1", "P2", "P3")
        assert s.bodies == (3, 2, 1)
        assert s.practice_body.tolist() == [1, 0, 1, 2]
        assert [parents.tolist() for parents in s.parent_body] == [[1, 0, 1], [0, 0]]
        assert made.report["moved_bodies"] == {"board": 0, "region": 0}

    def test_a_body_belongs_to_the_body_most_of_its_practices_name(self, table):
        made = self.made(table(coded([("Q1", "Y1"), ("Q1", "Y2"), ("Q1", "Y2"), ("Q2", "Y1")])))
        assert made.structure.parent_body[0].tolist() == [1, 0]
        assert made.report["moved_bodies"]["region"] == 1

    @pytest.mark.parametrize("codes", [("Y9", "Y1"), ("Y1", "Y9"), ("10", "9"), ("9", "10")])
    def test_on_a_tie_it_belongs_to_the_lowest_code(self, table, codes):
        made = self.made(table(coded([("Q1", codes[0]), ("Q1", codes[1])])))
        lowest = sorted(codes).index(min(codes))
        assert made.structure.parent_body[0].tolist() == [lowest]
        assert made.report["moved_bodies"]["region"] == 1

    def test_a_tier_without_a_column_above_one_with_is_filled_in_turn(self, table):
        path = table(coded([("Q1", "Y1"), ("Q2", "Y1"), ("Q3", "Y1")]))
        tiers = [CODED[0], {"name": "part", "count": 2}, {"name": "nation"}]
        made = build(scenario(population={"workforce": path, "tiers": tiers}), 0).structure
        assert made.bodies == (3, 2, 1)
        assert made.parent_body[0].tolist() == [0, 1, 0]

    def test_practices_without_a_code_are_left_out_and_counted(self, table):
        rows = coded([("Q1", "Y1"), ("", "Y1"), ("Q2", "NA"), ("Q2", "Y2")])
        rows[1]["TOTAL_PATIENTS"] = 99_000  # no weight in the mean list size either
        made = self.made(table(rows))
        assert made.structure.practice_names == ("P0", "P3")
        assert headcounts(made).tolist() == [[1], [1]]
        assert made.report["left_out_without_code"] == 2

    def test_a_table_without_any_code_is_refused(self, table):
        with pytest.raises(InputError, match=r"population\.tiers: .* name other columns"):
            self.made(table(coded([("", "Y1"), ("NA", "Y1")])))

    def test_practices_of_one_network_code_are_peers_and_those_of_none_stand_alone(self, table):
        path = table([practice(n, PCN_CODE=code) for n, code in enumerate(["U1", "U2", "U", "U1", "U"])])
        made = build(scenario(population={"workforce": path}, network={"column": "PCN_CODE"}), 0)
        peers = [made.structure.practice_ties.of(p).tolist() for p in range(5)]
        assert peers == [[3], [], [], [0], []]


class TestTablePeople:
    def made(self, rows: str, roles: dict[str, Any], seed: int = 0) -> Population:
        return build(scenario(population={"workforce": rows}, roles=roles), seed)

    def test_figures_are_the_people_of_their_role(self, table):
        rows = [practice(1, GPS=3, NURSES=0), practice(2, GPS=5.0, NURSES=2)]
        roles = {
            "gp": {"headcount": 9, "column": "GPS"},
            "nurse": {"headcount": 9, "column": "NURSES"},
        }
        made = self.made(table(rows), roles)
        assert headcounts(made).tolist() == [[3, 0], [5, 2]]
        full = {"read": 2, "rounded": 0, "drawn": 0}
        assert made.report["headcounts"] == {"gp": full, "nurse": full}
        assert made.report["source"] == "table"

    def test_they_are_multiplied_by_the_people_each_stands_for(self, table):
        rows = [practice(1, FTE=2), practice(2, FTE=4)]
        made = self.made(table(rows), {"gp": {"headcount": 1, "column": "FTE", "people": 1.5}})
        assert headcounts(made).tolist() == [[3], [6]]
        assert made.report["headcounts"]["gp"]["rounded"] == 0

    def test_their_fractions_are_rounded_with_their_own_probability(self, table):
        rows = [practice(n, FTE=2.5) for n in range(3000)]
        made = self.made(table(rows), {"gp": {"headcount": 1, "column": "FTE", "people": 1.3}}, 1)
        people = headcounts(made)[:, 0]
        assert set(people) == {3, 4}
        assert frequency_is(people == 4, 0.25)
        assert made.report["headcounts"]["gp"] == {"read": 3000, "rounded": 3000, "drawn": 0}

    def test_what_is_missing_is_drawn_by_list_size_around_the_tables_own_mean(self, table):
        # Where it is known: 8 people for 4,000 patients, so 2 for 1,000; the role's 50 does not count.
        rows = [
            {**practice(1, GPS=2), "TOTAL_PATIENTS": 1000},
            {**practice(2, GPS=6), "TOTAL_PATIENTS": 3000},
            {**practice(3, GPS="NA"), "TOTAL_PATIENTS": 4000},
            {**practice(4, GPS=""), "TOTAL_PATIENTS": 500},
        ]
        made = self.made(table(rows), {"gp": {"headcount": 50, "column": "GPS"}})
        assert headcounts(made).tolist() == [[2], [6], [8], [1]]
        assert made.report["headcounts"]["gp"] == {"read": 2, "rounded": 0, "drawn": 2}

    def test_the_tables_own_mean_is_in_people(self, table):
        rows = [practice(1, FTE=2), practice(2, FTE="NA")]
        made = self.made(table(rows), {"gp": {"headcount": 50, "column": "FTE", "people": 1.5}})
        assert headcounts(made).tolist() == [[3], [3]]

    @pytest.mark.parametrize("column", [{}, {"column": ""}])
    def test_without_a_column_the_headcount_is_that_of_the_mean_list(self, table, column):
        rows = [{**practice(n), "TOTAL_PATIENTS": size} for n, size in enumerate([1000, 3000, 2000])]
        made = self.made(table(rows), {"gp": {"headcount": 4, **column}})
        assert headcounts(made).tolist() == [[2], [6], [4]]
        assert made.report["headcounts"]["gp"] == {"read": 0, "rounded": 0, "drawn": 3}

    def test_what_is_drawn_is_rounded_with_the_probability_of_its_fraction(self, table):
        rows = [{**practice(n), "TOTAL_PATIENTS": 1000 + 1000 * (n % 2)} for n in range(3000)]
        people = headcounts(self.made(table(rows), {"gp": {"headcount": 2.1}}, 3))[:, 0]
        # The mean list is 1,500: 1.4 people for a short one, 2.8 for a long one.
        assert set(people[::2]) == {1, 2} and frequency_is(people[::2] == 2, 0.4)
        assert set(people[1::2]) == {2, 3} and frequency_is(people[1::2] == 3, 0.8)

    def test_a_practice_without_anybody_gets_one_and_is_counted(self, table):
        rows = [practice(1, GPS=0), practice(2, GPS=3)]
        made = self.made(table(rows), {"gp": {"headcount": 1, "column": "GPS"}})
        assert headcounts(made).tolist() == [[1], [3]]
        assert made.report["left_empty"] == 1

    def test_read_and_drawn_add_up_to_all_practices(self, table):
        figures = [2, 2.5, "NA", "", 0, 7, "NS", 1.25]
        rows = [practice(n, GPS=figure) for n, figure in enumerate(figures)]
        roles = {"gp": {"headcount": 3, "column": "GPS"}, "nurse": {"headcount": 1.5}}
        counts = self.made(table(rows), roles).report["headcounts"]
        assert counts["gp"] == {"read": 5, "rounded": 2, "drawn": 3}
        assert counts["nurse"] == {"read": 0, "rounded": 0, "drawn": 8}


# --- the published tables -------------------------------------------------------------------------


def like_england(
    path: Path, *, steps: int = 2, keep: dict[str, list[str]] | None = None, drawn: bool = False
) -> Scenario:
    """General practice in England: boards, regions, one service; four staff groups; real networks."""
    columns = {
        "gp": (8.47, "TOTAL_GP_HC"),
        "nurse": (3.7, "TOTAL_NURSES_HC"),
        "direct_care": (3.5, "TOTAL_DPC_HC"),
        "administration": (15.9, "TOTAL_ADMIN_HC"),
    }
    return Scenario.model_validate(
        {
            "steps": steps,
            "world": {"issues": 10, "domains": 2},
            "population": {"workforce": str(path), "tiers": CODED, "filter": keep or {}},
            "roles": {
                name: {"headcount": n, "column": "" if drawn else column}
                for name, (n, column) in columns.items()
            },
            "network": {"column": "PCN_CODE"},
        }
    )


def published(name: str) -> Path:
    if not PUBLISHED.is_dir():
        pytest.skip("the published tables (../shared/data) are not beside this checkout")
    return PUBLISHED / name


def smallest_board(path: Path) -> tuple[str, int]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        boards = Counter(row["ICB_CODE"] for row in csv.DictReader(file))
    named = ((board, rows) for board, rows in boards.items() if board not in ("", "NA"))
    return min(named, key=lambda board: (board[1], board[0]))


class TestPublishedTables:
    @pytest.mark.medium
    @pytest.mark.parametrize(
        "name",
        [
            "practices_2026_07_map.csv",
            "practices_fy2023_24_mean.csv",
            "practices_sample_2025_06_07.csv",
        ],
    )
    def test_one_board_of_each_runs_from_end_to_end(self, name):
        path = published(name)
        board, rows = smallest_board(path)
        drawn = "sample" not in name  # the others have no headcounts of all staff
        run = lpsim.simulate(like_england(path, keep={"ICB_CODE": [board]}, drawn=drawn), seed=1)
        assert run.series["step"].tolist() == [0, 1, 2]
        report = run.provenance["population"]
        assert 0 < report["practices"] <= rows
        assert report["staff"] >= report["practices"]
        for counts in report["headcounts"].values():
            assert counts["read"] + counts["drawn"] == report["practices"]
            assert counts["rounded"] <= counts["read"]

    @pytest.mark.medium
    def test_the_made_up_table_builds_and_runs(self):
        made = build(like_england(MADE_UP), 3)
        s, report = made.structure, made.report
        with MADE_UP.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        known = {row["PRAC_CODE"] for row in rows}
        assert s.practices > 50 and set(s.practice_names) <= known
        assert s.bodies[0] == len({row["ICB_CODE"] for row in rows})
        assert s.bodies[1] == len({row["REGION_CODE"] for row in rows})
        assert s.practice_ties.offsets[-1] > 0
        for counts in report["headcounts"].values():
            assert counts["read"] + counts["drawn"] == s.practices
            assert counts["read"] > 0
        assert any(counts["drawn"] for counts in report["headcounts"].values())
        assert len(lpsim.simulate(like_england(MADE_UP, steps=1), seed=3).series) == 2

    def test_what_the_made_up_table_says_is_what_there_is(self):
        made = build(like_england(MADE_UP), 4)
        found = dict(zip(made.structure.practice_names, headcounts(made)[:, 0], strict=True))
        with MADE_UP.open(newline="", encoding="utf-8-sig") as file:
            rows = {row["PRAC_CODE"]: row for row in reversed(list(csv.DictReader(file)))}
        compared = 0
        for code, people in found.items():
            row = rows[code]
            if row["TOTAL_GP_HC"] != "NA" and not row["GP_SOURCE"].startswith("Fully estimated"):
                read = float(row["TOTAL_GP_HC"])
                assert people == read or read == 0
                compared += 1
        assert compared == made.report["headcounts"]["gp"]["read"]


# --- the start ------------------------------------------------------------------------------------

START = {
    "prior": 0.3,
    "right": 0.6,
    "memory": 0.4,
    "memory_right": 0.2,
    "assumption_right": 0.7,
    "shared_culture": 0.9,
}


@pytest.fixture(scope="module")
def start() -> Population:
    tiers = [{"name": "board", "count": 150}, {"name": "region", "count": 150}, {"name": "nation"}]
    return build(
        Scenario.model_validate(
            {
                "world": {"issues": 100, "domains": 20, "tacit": 0.25, "overlap": 0.4},
                "population": {"practices": 200, "spread": 0.0, "tiers": tiers},
                "roles": {"gp": {"headcount": 4}, "nurse": {"headcount": 3}},
                "initial": START,
                "network": {"staff": "none"},
            }
        ),
        11,
    )


def drawn_worlds(**world: float) -> list[Population]:
    """Twenty worlds of 1,000 issues and 100 domains, of one seed each."""
    return [
        build(scenario(world={"issues": 1000, "domains": 100, **world}, population={"practices": 1}), s)
        for s in range(20)
    ]


class TestStart:
    def test_people_hold_views_and_right_ones_as_often_as_asked(self, start):
        beliefs, reality = start.state.staff.beliefs, start.state.reality
        held = beliefs != 0
        assert frequency_is(held, 0.3)
        assert frequency_is((beliefs == reality)[held], 0.6)
        assert frequency_is(held[:, start.structure.tacit], 0.3)  # a person may know the tacit

    def test_memory_and_guidance_hold_views_and_right_ones_as_often_as_asked(self, start):
        state, written = start.state, ~start.structure.tacit
        for learners in (state.practices, *state.service[:2]):
            beliefs = learners.beliefs[:, written]
            held = beliefs != 0
            assert frequency_is(held, 0.4)
            assert frequency_is((beliefs == state.reality[written])[held], 0.2)

    def test_nothing_tacit_stands_in_a_memory_or_in_guidance(self):
        made = build(
            Scenario().replace({"world.tacit": 0.5, "initial.memory": 1.0, "population.practices": 5}), 1
        )
        tacit = made.structure.tacit
        assert 0 < tacit.sum() < len(tacit)
        for learners in (made.state.practices, *made.state.service):
            assert not learners.beliefs[:, tacit].any()
            assert (learners.beliefs[:, ~tacit] != 0).all()

    def test_each_practice_and_body_has_right_assumptions_as_often_as_asked_each_for_itself(self, start):
        state = start.state
        for learners in (state.practices, *state.service[:2]):
            right = learners.assumptions == state.right_assumptions
            assert frequency_is(right, 0.7)
            # Independent of the neighbour in the list.
            assert frequency_is(right[1::2] & right[::2], 0.49)

    def test_staff_share_their_practices_assumptions_as_often_as_asked(self, start):
        culture = start.state.practices.assumptions[start.structure.staff_practice]
        assert frequency_is(start.state.staff.assumptions == culture, 0.9)

    @pytest.mark.parametrize("shared", [0.0, 1.0])
    def test_a_shared_culture_of_all_or_none_is_exact(self, shared):
        made = build(Scenario().replace({"initial.shared_culture": shared}), 2)
        culture = made.state.practices.assumptions[made.structure.staff_practice]
        assert (made.state.staff.assumptions == (culture if shared else -culture)).all()

    def test_reality_and_right_assumptions_are_fair_coins(self):
        worlds = drawn_worlds()
        assert frequency_is([w.state.reality == 1 for w in worlds], 0.5)
        assert frequency_is([w.state.right_assumptions == 1 for w in worlds], 0.5)

    @pytest.mark.parametrize("overlap", [0.0, 0.15, 0.4, 1.0])
    def test_the_norm_agrees_with_reality_on_the_share_of_overlap(self, overlap):
        worlds = drawn_worlds(overlap=overlap)
        assert frequency_is([w.structure.norm == w.state.reality for w in worlds], overlap)
        assert all(np.isin(w.structure.norm, (-1, 1)).all() for w in worlds)

    @pytest.mark.parametrize("tacit", [0.0, 0.2, 1.0])
    def test_issues_are_tacit_as_often_as_asked(self, tacit):
        assert frequency_is([w.structure.tacit for w in drawn_worlds(tacit=tacit)], tacit)

    @pytest.mark.parametrize(("issues", "domains"), [(60, 6), (64, 5), (7, 7), (10, 3), (5, 1)])
    def test_issue_d_belongs_to_domain_d_k_over_m(self, issues, domains):
        made = build(scenario(world={"issues": issues, "domains": domains}), 0).structure
        assert made.domain.tolist() == [math.floor(d * domains / issues) for d in range(issues)]

    def test_nothing_has_happened_yet(self, start):
        state = start.state
        assert state.step == 0
        assert not state.tenure.any()
        assert (state.allocation == 4).all()

    def test_another_seed_is_another_start_and_the_same_seed_the_same(self):
        one, same, other = (build(Scenario(), seed) for seed in (1, 1, 2))
        for level, again in zip(one.state.levels(), same.state.levels(), strict=True):
            assert (level.beliefs == again.beliefs).all()
            assert (level.assumptions == again.assumptions).all()
        assert (one.structure.staff_uid == same.structure.staff_uid).all()
        assert (one.state.reality != other.state.reality).any()

    def test_more_prior_knowledge_is_had_by_all_who_had_less(self):
        few, many = (build(Scenario().replace({"initial.prior": p}), 1) for p in (0.2, 0.6))
        held = few.state.staff.beliefs != 0
        assert (many.state.staff.beliefs[held] == few.state.staff.beliefs[held]).all()
        assert (many.state.staff.beliefs != 0).sum() > held.sum()


# --- a naive twin of the start --------------------------------------------------------------------


def naive_views(draws, uid, reality, streams, rates):
    """One learner's views, issue by issue: one where the first draw succeeds, right where the second does."""
    size = len(reality)
    held, right = (
        draws.mask(stream, 0, uid, threshold(rate), size) for stream, rate in zip(streams, rates, strict=True)
    )
    return [
        int(r if agrees else -r) if has else 0 for has, agrees, r in zip(held, right, reality, strict=True)
    ]


def naive_signs(draws, uid, stream, rate, model):
    same = draws.mask(stream, 0, uid, threshold(rate), len(model))
    return [int(sign if agrees else -sign) for agrees, sign in zip(same, model, strict=True)]


@pytest.mark.parametrize(("issues", "domains"), [(1, 0), (63, 1), (64, 64), (65, 65), (130, 7)])
def test_the_start_equals_its_naive_twin(issues, domains):
    values = {"prior": 0.6, "right": 0.7, "memory": 0.5, "memory_right": 0.8}
    values |= {"assumption_right": 0.6, "shared_culture": 0.7}
    scenario = Scenario().replace(
        {
            "world.issues": issues,
            "world.domains": domains,
            "world.tacit": 0.3,
            "population.practices": 3,
            "loops.double.evidence": 1,
            **{f"initial.{key}": value for key, value in values.items()},
        }
    )
    people, draws = build(scenario, 9), Draws(9)
    structure, state = people.structure, people.state
    above = zip(
        uids(structure)[structure.staff :].tolist(),
        [
            (beliefs, assumptions)
            for level in state.levels()[1:]
            for beliefs, assumptions in zip(level.beliefs, level.assumptions, strict=True)
        ],
        strict=True,
    )
    memory = (Stream.START_MEMORY, Stream.START_MEMORY_RIGHT)
    for place, (beliefs, assumptions) in above:
        views = naive_views(draws, place, state.reality, memory, (values["memory"], values["memory_right"]))
        views = [0 if tacit else view for tacit, view in zip(structure.tacit, views, strict=True)]
        assert beliefs.tolist() == views
        right = naive_signs(
            draws, place, Stream.START_ASSUMPTION, values["assumption_right"], state.right_assumptions
        )
        assert assumptions.tolist() == right
    own = (Stream.START_VIEW, Stream.START_RIGHT)
    for person, place in enumerate(structure.staff_uid.tolist()):
        views = naive_views(draws, place, state.reality, own, (values["prior"], values["right"]))
        assert state.staff.beliefs[person].tolist() == views
        culture = state.practices.assumptions[structure.staff_practice[person]]
        shared = naive_signs(draws, place, Stream.START_SHARED_CULTURE, values["shared_culture"], culture)
        assert state.staff.assumptions[person].tolist() == shared


TIES: list[dict[str, Any]] = [
    {"staff": "complete", "rewire": 0.2, "professional": 2},
    {"staff": "small_world", "staff_degree": 2, "staff_small_world": 0.5, "practices": "random"},
    {"staff": "random", "staff_density": 0.5, "practices": "small_world"},
]


@pytest.mark.parametrize("network", TIES, ids=lambda network: network["staff"])
def test_who_there_is_and_who_is_tied_to_whom_is_the_same_without_compiled_code(network):
    kinds = [{"name": "a", "share": 0.4, "set": {"practice.trial.rate": 0.1}}]
    population = {"practices": 20, "spread": 0.7}
    roles = {"gp": {"headcount": 2.5}, "nurse": {"headcount": 1.5}}
    made = scenario(population=population, roles=roles, network=network, kinds=kinds)
    found, report = who(made, 5)
    built = build(made, 5)
    assert report == built.report
    for field in dataclasses.fields(found):
        if field.name not in ("norm", "tacit", "landscape"):
            equal(getattr(found, field.name), getattr(built.structure, field.name))


def equal(found: Any, expected: Any) -> None:
    """The same to the last bit, arrays within tuples included."""
    if isinstance(found, np.ndarray):
        np.testing.assert_array_equal(found, expected, strict=True)
    elif dataclasses.is_dataclass(found):
        for field in dataclasses.fields(found):
            equal(getattr(found, field.name), getattr(expected, field.name))
    elif isinstance(found, tuple):
        for one, other in zip(found, expected, strict=True):
            equal(one, other)
    else:
        assert found == expected
