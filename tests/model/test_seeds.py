"""What is a seed, and what is refused wherever one is taken."""

import numpy as np
import pytest

import lpsim
from lpsim.errors import InputError
from lpsim.model.seeds import whole_seed, whole_seeds
from lpsim.scenario import Scenario

SMALL = Scenario().replace({"steps": 1, "population.practices": 1, "world.issues": 4, "world.domains": 2})
NO_SEEDS = [1.5, 2.0, True, "3", None, np.float64(1), np.bool_(True), -1, 2**64]


@pytest.mark.parametrize("given", [0, 2**64 - 1, np.int8(3), np.uint64(2**64 - 1)])
def test_whole_numbers_of_python_and_numpy_are_seeds(given):
    found = whole_seed(given)
    assert type(found) is int
    assert found == int(given)


@pytest.mark.parametrize("given", NO_SEEDS)
def test_what_is_no_whole_number_is_no_seed(given):
    with pytest.raises(InputError, match=r"^seed: found .*; allowed is a whole number from 0 to 2\^64 - 1"):
        whole_seed(given)


def test_of_a_float_that_is_whole_it_is_said_how_to_write_it():
    for given in (2.0, np.float64(2)):
        with pytest.raises(InputError, match=r"found 2\.0; allowed is .*; write 2\.$"):
            whole_seed(given)


@pytest.mark.parametrize("given", [3, "123", None, True])
def test_what_holds_no_seeds_is_refused_as_their_sequence(given):
    with pytest.raises(InputError, match=r"^seeds: found .*; allowed is a sequence of whole numbers"):
        whole_seeds(given)


def test_a_count_of_seeds_is_told_as_a_range():
    with pytest.raises(InputError, match=r"for the first 3 write range\(1, 4\)\.$"):
        whole_seeds(3)


ONE = {
    "simulate": lambda seed: lpsim.simulate(SMALL, seed=seed),
    "LearningModel": lambda seed: lpsim.LearningModel(SMALL, seed=seed),
    "replications_needed": lambda seed: lpsim.replications_needed(
        SMALL, measure="staff_knowledge", precision=0.1, seed=seed
    ),
    "retained": lambda seed: lpsim.retained(SMALL, at=[1], seed=seed),
    "simulate_many": lambda seed: list(lpsim.simulate_many(SMALL, [1, seed])),
    "retained_over_seeds": lambda seed: lpsim.retained_over_seeds(SMALL, at=[1], seeds=[1, seed]),
    "compare": lambda seed: lpsim.compare(SMALL, {"other": SMALL}, seeds=[1, 2, seed]),
}
MANY = {
    "simulate_many": lambda seeds: lpsim.simulate_many(SMALL, seeds),
    "retained_over_seeds": lambda seeds: lpsim.retained_over_seeds(SMALL, at=[1], seeds=seeds),
    "compare": lambda seeds: lpsim.compare(SMALL, {"other": SMALL}, seeds=seeds),
    "save_report": lambda seeds: lpsim.save_report(SMALL, seeds=seeds),
}


@pytest.mark.parametrize("takes", ONE.values(), ids=ONE)
@pytest.mark.parametrize("seed", [1.5, True])
def test_whoever_takes_a_seed_refuses_what_is_none(takes, seed):
    with pytest.raises(InputError, match=f"seed: found {seed}; allowed is a whole number"):
        takes(seed)


@pytest.mark.parametrize("takes", MANY.values(), ids=MANY)
def test_whoever_takes_seeds_refuses_their_number(takes):
    with pytest.raises(InputError, match="seeds: found 3; allowed is a sequence of whole numbers"):
        takes(3)


def test_seeds_of_an_array_of_whole_numbers_are_those_of_a_list():
    assert [run.seed for run in lpsim.simulate_many(SMALL, np.arange(1, 4))] == [1, 2, 3]
