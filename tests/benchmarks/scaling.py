"""Time and memory from 600 to 60,000 practices, measured in a process each, and drawn.

python tests/benchmarks/scaling.py docs/scaling.png
"""

import json
import subprocess
import sys
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

ROOT = Path(__file__).parents[2]
PRACTICES = (600, 2000, 6000, 20_000, 60_000)
STEPS = 12
CODE = f"""
import json, resource, sys, time
from lpsim import Scenario
from lpsim.engines.compiled.engine import CompiledEngine
from lpsim.model.counts import recorded_steps, empty_counts
from lpsim.population.build import build
scenario = Scenario.load("configs/england.toml").replace(
    {{"population.practices": int(sys.argv[1]), "steps": {STEPS}}})
begun = time.perf_counter()
people = build(scenario, 1)
engine = CompiledEngine(scenario, people.structure, people.starts, threads=2)
built = time.perf_counter()
counts = empty_counts(people.structure, recorded_steps(scenario))
engine.advance_until({STEPS}, counts)
ended = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(json.dumps([people.structure.staff, built - begun, ended - built, peak]))
"""


def measured(practices):
    """Staff, seconds to build and to simulate, and peak memory (GiB)."""
    command = [sys.executable, "-c", CODE, str(practices)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(found.stdout)


def draw(rows, path):
    """Against staff, both axes logarithmic: a line of slope 1 is linear growth."""
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    times, memory = figure.subplots(1, 2)
    staff = [row[0] for row in rows]
    looks = (
        ("building everybody", 1, "o-", "#0072b2", -2, (-10, 2), "right"),
        (f"{STEPS} months, observed", 2, "s--", "#d55e00", 0, (0, 42), "left"),
    )
    for label, column, look, colour, place, away, side in looks:
        times.loglog(staff, [row[column] for row in rows], look, color=colour)
        words = {"textcoords": "offset points", "color": colour, "ha": side}
        times.annotate(label, (staff[place], rows[place][column]), away, **words)
    steady = [rows[-1][2] * n / staff[-1] for n in staff]
    times.loglog(staff, steady, ":", color="0.4")
    times.annotate("in proportion", (staff[1], steady[1]), (4, -12), textcoords="offset points", color="0.3")
    memory.loglog(staff, [row[3] for row in rows], "o-", color="#009e73")
    times.set(xlabel="staff", ylabel="seconds (two threads)", title="Time")
    memory.set(xlabel="staff", ylabel="GiB at most", title="Memory (libraries: 0.2 GiB)")
    memory.set_yticks([0.2, 0.5, 1, 2, 4], minor=False)
    memory.minorticks_off()
    for axes in (times, memory):
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.grid(color="0.9")
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    found = [measured(practices) for practices in PRACTICES]
    for practices, (staff, built, simulated, peak) in zip(PRACTICES, found, strict=True):
        each = simulated / staff / STEPS * 1e9
        building = f"built in {built:6.2f} s ({built / staff * 1e6:.1f} µs each)"
        months = f"{STEPS} months in {simulated:6.2f} s ({each:.0f} ns per person and step)"
        print(f"{practices:>6} practices {staff:>9,} staff: {building}, {months}, {peak:.2f} GiB")
    draw(found, sys.argv[1])
