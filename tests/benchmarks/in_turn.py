"""Programs against each other: in turn in one process, by processor time, with a null beside them."""

import time

import numpy as np

AGAIN = "again"
"""The first program a second time in every round: its ratio to itself says what the others' are worth."""


def in_turn(programs, *, rounds, clock=time.process_time):
    """Processor time (or another clock's) of each program in each round, by name, one after the other."""
    first = next(iter(programs.values()))
    programs = {**programs, AGAIN: first}
    for program in programs.values():
        program()  # compiles, and fills caches
    seconds = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            begun = clock()
            program()
            seconds[name].append(clock() - begun)
    return {name: np.array(taken) for name, taken in seconds.items()}


def quartiles(values, form=".3g"):
    """The median, with the quartiles in brackets."""
    low, middle, high = np.percentile(values, (25, 50, 75))
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"


def ratios(seconds):
    """A line for each program: how many times as long as the first it took, paired round by round."""
    first, *_ = seconds.values()
    for name, taken in list(seconds.items())[1:]:
        yield f"{name}: {quartiles(taken / first)} times"
