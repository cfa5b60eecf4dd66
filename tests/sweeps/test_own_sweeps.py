"""Sweeps with behaviours of one's own: their source is in the name of every run, and workers find them."""

import pytest

from lpsim.errors import InputError
from lpsim.sweeps.design.design import Design
from lpsim.sweeps.runner import sweep
from lpsim.sweeps.store.store import Store
from lpsim.sweeps.workers import LocalWorkers
from tests import own
from tests.sweeping import result_bytes, small

OWN = {"own": {"talk": 0.0}}
TALK = {"key": "own.talk", "kind": "lever", "values": [0.0, 1.0]}


@pytest.fixture
def design(tmp_path):
    (tmp_path / "base.toml").write_text("[own]\ntalk = 0.0\n")
    busy = {"practice.discussion.meetings": 1.0, "practice.discussion.rate": 0.9, "initial.prior": 0.5}
    few = {"steps": 3, "population.practices": 1, "world.issues": 20, "world.domains": 2}
    return small(tmp_path, factors=[TALK], replications=2, set={**few, **busy})


def test_a_parameter_of_ones_own_is_a_factor(design, tmp_path):
    store = sweep(design, store=tmp_path / "store", staff_member=own.Quiet, observe={"views": own.views})
    frame = store.frame()
    assert store.status()["status"].tolist() == ["done"] * 4
    assert frame["own.talk"].tolist() == [0.0, 0.0, 1.0, 1.0]
    assert (frame["staff_knowledge"][:2].to_numpy() != frame["staff_knowledge"][2:].to_numpy()).any()
    assert ((frame["views"] > 0) & (frame["views"] < 1)).all()
    assert store.query("select avg(views) as views from runs")["views"].notna().all()


def test_the_source_is_in_the_name_of_every_run_and_of_the_store(design, tmp_path):
    plain = sweep(design, store=tmp_path / "plain")
    quiet = sweep(design, store=tmp_path / "quiet", staff_member="tests.own:Quiet")
    silent = sweep(design, store=tmp_path / "silent", staff_member=own.Silent)
    names = [set(store.frame()["run_id"]) for store in (plain, quiet, silent)]
    assert not names[0] & names[1]
    assert not names[1] & names[2]
    assert set(quiet.status()["run_id"]) == names[1]
    with pytest.raises(InputError, match=r"holds another sweep .* behaviours"):
        sweep(design, store=tmp_path / "quiet", staff_member=own.Silent)
    again = sweep(design, store=tmp_path / "quiet", staff_member=own.Quiet)
    assert result_bytes(again) == result_bytes(quiet)


def test_a_store_says_what_its_runs_were_made_with_and_needs_it_to_go_on(design, tmp_path):
    sweep(design, store=tmp_path / "store", staff_member=own.Quiet)
    read = Store.open(tmp_path / "store").design
    assert read.own.said["agents"]["staff_member"]["place"] == "tests.own:Quiet"
    assert Design.from_json(read.as_json()).digest == read.digest
    with pytest.raises(InputError, match=r"staff_member: is of one's own, and was only read; give it again"):
        sweep(read, store=tmp_path / "store")


def test_workers_make_the_same(design, tmp_path):
    here = sweep(design, store=tmp_path / "here", staff_member=own.Quiet, observe={"views": own.views})
    with LocalWorkers(1) as executor:
        there = sweep(
            design,
            store=tmp_path / "there",
            executor=executor,
            staff_member=own.Quiet,
            observe={"views": own.views},
        )
    assert result_bytes(here) == result_bytes(there)


def test_what_workers_cannot_find_is_refused_before_anything_is_written(design, tmp_path):
    class Local(own.Silent):
        pass

    with LocalWorkers(1) as executor:
        for given in ({"staff_member": Local}, {"observe": {"views": lambda state: 1}}):
            with pytest.raises(InputError, match="other processes cannot find"):
                sweep(design, store=tmp_path / "store", executor=executor, **given)
    assert not (tmp_path / "store").exists()
    assert len(sweep(design, store=tmp_path / "store", staff_member=Local).frame()) == 4


def test_what_cannot_be_is_refused_before_anything_is_written(design, tmp_path):
    for given, words in (
        ({"observe": {"seconds": own.views}}, "observe.seconds: is a column already"),
        ({"observe": {"agreement": own.views}}, "observe.agreement: is a column already"),
        ({"observe": {"Seed": own.views}}, "observe.Seed: differs from the column 'seed' in case alone"),
        (
            {"observe": {"Agreement": own.views}},
            "differs from the column 'agreement' in case alone",
        ),
        (
            {"observe": {"a": own.views, "A": own.views}},
            "observe.A: differs from the column 'a'",
        ),
        ({"staff_member": own.Mistyped}, "overrides nothing"),
        ({"staff_member": "tests.own:Nix"}, "has no Nix"),
    ):
        with pytest.raises(InputError, match=words):
            sweep(design, store=tmp_path / "store", **given)
        assert not (tmp_path / "store").exists()


def test_what_a_behaviour_raises_is_a_row_that_says_so(design, tmp_path):
    store = sweep(design, store=tmp_path / "store", observe={"words": own.in_words})
    assert set(store.status()["status"]) == {"failed"}
    assert "observe.words: gave 'many'" in store.failures()["exception"][0]
