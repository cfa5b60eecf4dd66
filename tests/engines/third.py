"""A third engine: it does what `lpsim.engines.base` requires, and nothing more.

What it does it has done by the reference engine, which nobody can reach through it.
"""

from lpsim.engines.reference.model import LearningModel
from lpsim.engines.registry import Entry


class ThirdEngine:
    """A run in the making, with the members of `lpsim.engines.base.Engine` alone."""

    __slots__ = ("_model",)

    def __init__(self, scenario, population):
        self._model = LearningModel(scenario, population.structure, population.state, seed=population.seed)

    @property
    def state(self):
        return self._model.state

    @property
    def journal(self):
        return None

    def advance(self):
        self._model.advance()

    def advance_until(self, last, counts):
        self._model.advance_until(last, counts)

    def observe(self, counts, row):
        self._model.observe(counts, row)

    def close(self):
        self._model.close()


class ThirdFactory:
    """Starts its runs."""

    __slots__ = ("_scenario",)

    def __init__(self, scenario, options):
        assert options.threads in (None, 1)
        assert not options.own_agents
        self._scenario = scenario

    def start(self, population):
        return ThirdEngine(self._scenario, population)


THIRD = Entry("third", ThirdFactory)
