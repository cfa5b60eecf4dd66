"""Behaviours and functions of one's own that tests ask for by their place (``tests.own:Quiet``)."""

import lpsim


class Quiet(lpsim.StaffMember):
    """Discusses nothing, unless the scenario's own ``talk`` lets it."""

    def discussion(self):
        if self.own["talk"] > 0.5:
            super().discussion()


class Silent(lpsim.StaffMember):
    """Discusses nothing."""

    def discussion(self):
        self._say_nothing()

    def _say_nothing(self):
        """A helper of its own."""


class Forgetful(lpsim.Practice):
    """Writes nothing down."""

    def codification(self):
        pass


class Deaf(lpsim.HealthService):
    """Takes up no reports."""

    def reporting(self):
        pass


class Mistyped(lpsim.StaffMember):
    """Has a method that overrides nothing."""

    def discusion(self):
        pass


class Nobody:
    """Is no learner."""


async def later(self):
    """Never begins."""


def views(state):
    """The share of entries that hold a view."""
    return (state.staff.beliefs != 0).mean()


def in_words(state):
    """No number."""
    return "many"
