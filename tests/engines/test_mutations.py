"""The conformance suite bites: the compiled engine broken in one place must not pass it.

Each mutation is tried on a copy of the package, as plain Python (nothing is compiled), in a world with
everything switched on.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lpsim

TESTS = Path(__file__).parents[1]
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
    "a stale source": ("phases", "after = swapped(planes)", "after = planes"),
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
    "the last who knows is the only one": ("counting", "someone |= right", "someone = right"),
    "the giver may be poor": ("reform", "> FEWEST_SLOTS", "> -1"),
    "all draw what the first seed draws": ("arrays", "(drawn.seed[run],)", "(drawn.seed[0],)"),
    "the first norm holds in all worlds": ("arrays", "(drawn.norm[run],", "(drawn.norm[0],"),
    "what one run cannot write down no run can": (
        "arrays",
        "drawn.writable[run])",
        "drawn.writable[0])",
    ),
    "runs share what people know": ("arrays", "planes.held[run],", "planes.held[0],"),
    "runs share a reality": ("arrays", "planes.reality[run],", "planes.reality[0],"),
    "a run is counted in another's place": ("counting", "counts.most[run],", "counts.most[0],"),
    "all imitate as those of the first run could": (
        "entry_points",
        "allocation_before[run], scratch)",
        "allocation_before[0], scratch)",
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
        "journal",
        "if journal.carried_before[original, topic] > 0:",
        "if False:",
    ),
    "a novice brings lessons of their own views": (
        "journal",
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
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_does_not_pass(name, tmp_path):
    module, found, instead = MUTATIONS[name]
    shutil.copytree(Path(lpsim.__file__).parent, tmp_path / "lpsim")
    path = tmp_path / "lpsim" / "engines" / "compiled" / f"{module}.py"
    source = path.read_text(encoding="utf-8")
    assert found in source, "the code has changed: mutate what stands there now"
    path.write_text(source.replace(found, instead), encoding="utf-8")
    import_path = os.pathsep.join(map(str, (tmp_path, TESTS, TESTS / "engines")))
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": import_path}
    code = "import test_engines; test_engines.compare_as_plain_python()"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "AssertionError" in ended.stderr
