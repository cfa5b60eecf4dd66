"""The conformance suite bites: the compiled engine broken in one place must not pass it.

Each mutation is tried as plain Python (nothing is compiled), in worlds with everything switched on.
"""

from pathlib import Path

import pytest
from nursery import Nursery

import lpsim

COMPILED = Path(lpsim.__file__).parent / "engines" / "compiled"
MUTATIONS = {
    "a value is taken everywhere": ("bits", "(value_yes & where)", "value_yes"),
    "a step of two": ("bits", "(held & ~opposite) | empty,", "held | empty,"),
    "a tie counts as a majority": ("bits", "return higher", "return higher | equal"),
    "a carry is lost": ("bits", "carry = counter[digit] & bits", "carry = NONE"),
    "a standard without assumptions": (
        "rules",
        "bits &= bits - ONE\n    return planes",
        "bits = NONE\n    return planes",
    ),
    "views held are not looked at": ("payoffs", "held &= planes.audited[word]\n", "\n"),
    "coins are not tossed": ("rules", "yes | (planes.coins[place, word] & ~held)", "yes"),
    "evidence is not asked for": ("rules", "held >= evidence and ", ""),
    "a too fresh source": (
        "rules",
        "yes = planes.assume_before[source, word]",
        "yes = planes.assume[source, word]",
    ),
    "a stale source": ("phases", "after = ref(swapped(planes))", "after = planes"),
    "a later turnover is not seen": ("changeover", "if planes.came_from[original] == STAYS:", "if True:"),
    "the curriculum is forgotten": ("changeover", "take(views, yes, held, value, taught)", "(views, yes)"),
    "one's own post can be the origin": ("changeover", "chosen += 1", "chosen += 0"),
    "everybody is forgetful": ("phases", "rates.forgetting[OF_PRACTICES]", "rates.forgetting[OF_STAFF]"),
    "no case is misread": ("kernels", "looks_right ^ misread", "looks_right"),
    "meetings without occasion": ("kernels", "if not planes.meets[practice]:", "if False:"),
    "equals are superiors": ("votes", "> planes.standing[place]", ">= planes.standing[place]"),
    "the silent are heard": ("votes", "if not speaks(fixed, planes, peer):", "if False:"),
    "whoever speaks up later is not heard": ("votes", "louder = True", "louder = counted == 1"),
    "a stranger is not heard": (
        "votes",
        "fixed.first_stranger[listener + 1]):",
        "fixed.first_stranger[listener]):",
    ),
    "whoever is no peer is heard": (
        "votes",
        "fixed.first_missing[listener + 1]):",
        "fixed.first_missing[listener]):",
    ),
    "the memory counts its inferiors": ("votes", "> planes.performance[body]", "> -10**9"),
    "the lead does not count": (
        "votes",
        "scratch.limits[lane] = limits[lead]",
        "scratch.limits[lane] = limits[1]",
    ),
    "questioning reads what is new": (
        "kernels",
        "~planes.assume_before[place, w] & lane",
        "~planes.assume[place, w] & lane",
    ),
    "a new standard is not noticed": ("changeover", "planes.right[w] ^= struck", "planes.right[w] ^= NONE"),
    "everything is audited": ("kernels", "limit = rates.service[COVERAGE]", "limit = ALL"),
    "everybody speaks up": ("kernels", "happens(fixed, person, step, Stream.ACTING_VOICE, limit)", "True"),
    "coins are tossed once too seldom": (
        "kernels",
        "if planes.held_before[person, w] != fixed.issues_in[w]:",
        "if planes.held_before[person, w] == NONE:",
    ),
    "practices hear what staff hear": ("kernels", "Stream.NETWORKING,\n", "Stream.DISCUSSION,\n"),
    "socialisation draws what training draws": ("kernels", "Stream.SOCIALISATION,\n", "Stream.TRAINING,\n"),
    "guidance is as slow for views as for assumptions": (
        "kernels",
        "of_practice(fixed, rates, planes, place, GUIDANCE),",
        "of_practice(fixed, rates, planes, place, GUIDANCE_ASSUMPTION),",
    ),
    "courses are run from the practice's memory": (
        "kernels",
        "fixed.top[fixed.practice[person]]",
        "fixed.parent[person]",
    ),
    "recording is as slow for views as for assumptions": (
        "kernels",
        "rates.codification[row],",
        "rates.codification_assumption[row],",
    ),
    "reporting is as fast for assumptions as for views": (
        "kernels",
        "rates.reporting_assumption,",
        "rates.reporting,",
    ),
    "the last who knows is the only one": (
        "bits",
        "        lanes |= counter[digit]",
        "        lanes = counter[digit]",
    ),
    "the giver may be poor": ("reform", "> FEWEST_SLOTS", "> -1"),
    "all draw what the first seed draws": ("stacking", "(drawn.seed[run], staff)", "(drawn.seed[0], staff)"),
    "the first norm holds in all worlds": ("stacking", "        drawn.norm[run],", "        drawn.norm[0],"),
    "what one run cannot write down no run can": (
        "stacking",
        "        drawn.writable[run],",
        "        drawn.writable[0],",
    ),
    "runs share what people know": ("arrays", "planes.held[run],", "planes.held[0],"),
    "runs share a reality": ("arrays", "planes.reality[run],", "planes.reality[0],"),
    "a run is counted in another's place": ("counting", "counts.most[run],", "counts.most[0],"),
    "all imitate as those of the first run could": (
        "entry_points",
        "allocation_before[run], ref(scratch))",
        "allocation_before[0], ref(scratch))",
    ),
    "nobody leaves where nobody questions": (
        "changeover",
        "if not rates.anybody[TURNOVER]:",
        "if rates.anybody[TURNOVER]:",
    ),
    "a lesson overwritten is not lost": ("journal", "if old > 0:", "if False:"),
    "the silent gave lessons": ("journal", "if heard and gave(", "if gave("),
    "children who do worse gave lessons": ("journal", "if counted and gave(", "if gave("),
    "whoever gave need not have had the value": (
        "journal",
        "!= NONE and (yes != NONE) == (value > 0)",
        "!= NONE",
    ),
    "an experienced newcomer brings no lessons": (
        "journal_turnover",
        "if journal.carried_before[original, topic] > 0:",
        "if False:",
    ),
    "a novice brings lessons of their own views": (
        "journal_turnover",
        "taught = (planes",
        "taught = fixed.issues_in[w] | (planes",
    ),
    "half the team is most of it": ("journal", "return 2 * holders > last", "return 2 * holders >= last"),
    "a third of the team is most of it": (
        "journal",
        "more_than(scratch.up, (last - first) // 2)",
        "more_than(scratch.up, (last - first) // 3)",
    ),
    "newcomers bring what was there before the last": (
        "journal",
        "            begin_phase(journal)\n            settle_arrivals",
        "            settle_arrivals",
    ),
    "lessons come from where they are by now": (
        "journal",
        "        begin_phase(journal)\n        act_service",
        "        act_service",
    ),
    "an equal neighbour is copied": ("reform", "if performance > most:", "if performance >= most:"),
    # --- events: the agenda and its analysis
    "the silent raise events": ("events", "if planes.speaks[person]:", "if True:"),
    "a tie raises an event": ("events", "raised = plus | minus", "raised = some"),
    "an older event has its say": (
        "events",
        "(planes.agenda_yes[practice, w] & ~raised) | plus",
        "planes.agenda_yes[practice, w] | plus",
    ),
    "what has just come up is analysed": (
        "events",
        "items = planes.agenda_before[practice, w]",
        "items = planes.agenda[practice, w]",
    ),
    "a meeting clears what has just come up": (
        "events",
        "planes.agenda[practice, w] = planes.raised[practice, w]",
        "planes.agenda[practice, w] = NONE",
    ),
    "events are analysed without a meeting": ("events", "if planes.meets[practice]:", "if True:"),
    "the absent take part in an analysis": ("events", "if not planes.present[person]:", "if False:"),
    "what was analysed is written down as often as it is analysed": (
        "events",
        "planes, place, ANALYSIS_RECORD)",
        "planes, place, ANALYSIS_SHARE)",
    ),
    "whoever bore a lesson need not have voted": (
        "journal_agenda",
        "if voted and lesson > 0:",
        "if lesson > 0:",
    ),
    # --- revision
    "what nobody speaks for is withdrawn": (
        "kernels",
        "((yes & minus) | (~yes & plus))",
        "((yes & ~plus) | (~yes & ~minus))",
    ),
    "what this step has changed is withdrawn": ("kernels", "limit, held & ~touched)", "limit, held)"),
    "the silent withdraw": (
        "kernels",
        "                if planes.speaks[person]:",
        "                if True:",
    ),
    "what the staff think by now withdraws": (
        "kernels",
        "add(scratch.up, planes.yes_before[person, w])",
        "add(scratch.up, planes.yes[person, w])",
    ),
    # --- trial and presence
    "what does as well is kept": (
        "kernels",
        "if changed > planes.standing[person]:",
        "if changed >= planes.standing[person]:",
    ),
    "whoever heard somebody better tries": ("kernels", " or heard_better(fixed, planes, person):", ":"),
    "somebody who does as well is better": (
        "kernels",
        "planes.standing[peer] > planes.standing[person]",
        "planes.standing[peer] >= planes.standing[person]",
    ),
    "the issue tried is not drawn for itself": ("kernels", "Stream.TRIAL_ISSUE, 0", "Stream.TRIAL, 0"),
    "the absent hear": ("kernels", "        if planes.present[person]:", "        if True:"),
    "the absent hear where all are together": ("votes", "planes.present[listener]:", "True:"),
    # --- specialisation
    "everybody meets the cases of the first role": (
        "kernels",
        "fixed.case_factors[fixed.practice[person], fixed.role[person]]",
        "fixed.case_factors[fixed.practice[person], 0]",
    ),
    "all practices are as specialised as the first": (
        "kernels",
        "fixed.case_factors[fixed.practice[person],",
        "fixed.case_factors[0,",
    ),
    "cases come from the last home role alone": ("kernels", "cases |= lanes(", "cases = lanes("),
    "nobody is specialised": ("kernels", "limit_of(chance * factors[home])", "limit_of(chance)"),
    # --- landscapes
    "runs share a landscape": ("stacking", "        drawn.table[run],", "        drawn.table[0],"),
    # --- what is counted
    "what is wrong counts as right": (
        "counting",
        "known_rightly += popcount(right)",
        "known_rightly += popcount(wrong)",
    ),
    "time is counted before it moves": ("engine", "if self._reform():", "if self._reform() and False:"),
}


SIDE_BY_SIDE, ON_LANDSCAPES = -1, -3
NOTICED_BY = {
    "a step of two": 4,
    "a stale source": SIDE_BY_SIDE,
    "whoever speaks up later is not heard": SIDE_BY_SIDE,
    "all draw what the first seed draws": SIDE_BY_SIDE,
    "the first norm holds in all worlds": SIDE_BY_SIDE,
    "what one run cannot write down no run can": SIDE_BY_SIDE,
    "runs share what people know": SIDE_BY_SIDE,
    "runs share a reality": SIDE_BY_SIDE,
    "a run is counted in another's place": SIDE_BY_SIDE,
    "all imitate as those of the first run could": SIDE_BY_SIDE,
    "a novice brings lessons of their own views": 1,
    "time is counted before it moves": SIDE_BY_SIDE,
    "runs share a landscape": ON_LANDSCAPES,
}
"""The comparison to begin with, where the first one notices nothing. For haste only: all are made."""


@pytest.fixture(scope="module")
def nursery():
    with Nursery() as nursery:
        yield nursery


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_does_not_pass(name, nursery):
    module, found, instead = MUTATIONS[name]
    source = (COMPILED / f"{module}.py").read_text(encoding="utf-8")
    assert found in source, "the code has changed: mutate what stands there now"
    ended = nursery.compare(module, source.replace(found, instead), first=NOTICED_BY.get(name, 0))
    assert ended.startswith("AssertionError")


@pytest.mark.parametrize("comparison", [0, ON_LANDSCAPES, SIDE_BY_SIDE])
def test_what_is_not_mutated_passes(comparison, nursery):
    """So a mutation fails for what it changes."""
    module, *_ = MUTATIONS["a step of two"]
    source = (COMPILED / f"{module}.py").read_text(encoding="utf-8")
    assert nursery.compare(module, source, first=comparison, alone=True) == "passed"
