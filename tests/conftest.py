"""What all tests share: the ring each is in, what a fast one may not do, and code compiled beforehand.

`CONTRIBUTING.md` says what the rings are for.
"""

import functools
import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lpsim.model import compiling

TESTS = Path(__file__).parent

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a script; the children of
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests that are interrupted would ignore it too
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # as by nohup
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Tests make much and keep it: to look for garbage often takes the medium ones a sixth longer.
gc.set_threshold(200_000, 20, 20)

# --- rings ----------------------------------------------------------------------------------------

RINGS = {
    "medium": (
        "analysis/test_boxes.py",
        "analysis/test_calibration.py",
        "analysis/test_diffusion.py",
        "analysis/test_discovery.py",
        "analysis/test_people.py",
        "analysis/test_briefing.py",
        "analysis/test_factors.py",
        "analysis/test_grid.py",
        "analysis/test_replications.py",
        "analysis/test_retention.py",
        "analysis/test_sensitivity.py",
        "analysis/test_twins.py",
        "batteries",
        "cli",
        "engines/test_engines.py",
        "engines/test_invariants.py",
        "engines/test_reads_and_writes.py",
        "engines/test_registry.py",
        "engines/test_runs_at_once.py",
        "engines/test_version1.py",
        "lessons/test_lessons.py",
        "lessons/test_stages.py",
        "model/test_common_random_numbers.py",
        "model/test_bundles.py",
        "model/test_jit.py",
        "model/test_seeds.py",
        "population/test_footprint.py",
        "runs/test_folder.py",
        "runs/test_simulate.py",
        "scenario/test_configs.py",
        "scenario/test_idle.py",
        "scenario/test_schema.py",
        "show/test_closing.py",
        "show/test_comparison_figure.py",
        "show/test_discovery_figure.py",
        "show/test_discovery_text.py",
        "show/test_contrast.py",
        "show/test_factors_figure.py",
        "show/test_flow.py",
        "show/test_headlines.py",
        "show/test_loops_figure.py",
        "show/test_maps.py",
        "show/test_notebook.py",
        "show/test_plots.py",
        "show/test_retention_text.py",
        "show/test_sensitivity_figure.py",
        "show/test_story.py",
        "show/test_timeline.py",
        "show/web/test_app_server.py",
        "show/web/test_panels.py",
        "storage/test_folders.py",
        "sweeps/test_merge.py",
        "sweeps/test_own_sweeps.py",
        "sweeps/test_points.py",
        "sweeps/test_query.py",
        "sweeps/test_scenarios.py",
        "sweeps/test_store.py",
        "sweeps/test_sweep.py",
        "test_docs.py",
        "test_refusals.py",
        "test_experiments.py",
        "test_guide_experiment.py",
        "test_imports.py",
        "test_questions.py",
        "test_readme.py",
        "validation/test_closed_forms.py",
        "validation/test_identification.py",
    ),
    "slow": (
        "benchmarks",
        "engines/test_first_runs.py",
        "engines/test_mutations.py",
        "model/test_kept_code.py",
        "model/test_random_quality.py",
        "show/web/test_drawing.py",
        "show/web/test_explore_page.py",
        "show/web/test_report_page.py",
        "sweeps/test_cluster.py",
        "test_fuzz.py",
        "test_package.py",
        "test_site.py",
        "test_teach.py",
        "validation/test_assumptions.py",
        "validation/test_known_truths.py",
        "validation/test_fang2010.py",
        "validation/test_guide_tiers.py",
        "validation/test_lazer_friedman2007.py",
        "validation/test_learning_practice.py",
        "validation/test_main_scenario.py",
        "validation/test_march1991.py",
        "validation/test_spread_in_a_team.py",
    ),
}
"""Files and folders all of whose tests are in a ring; single tests elsewhere are marked."""
NOT_READ = {"fast": (*RINGS["medium"], *RINGS["slow"]), "not slow": RINGS["slow"]}
"""By the marks asked for, what need not be read even to be left out."""


def pytest_configure(config):
    """Leave the slow tests to `pytest tests`, unless something is asked for by name or by mark."""
    if config.args_source is config.ArgsSource.TESTPATHS and not config.option.markexpr:
        config.option.markexpr = "not slow"


@functools.cache  # a file has many tests
def is_in(path, places):
    """Whether a file is one of some places in this folder, or below one."""
    return any(path.is_relative_to(TESTS / place) for place in places)


def pytest_ignore_collect(collection_path, config):
    if is_in(collection_path, NOT_READ.get(config.option.markexpr, ())):
        return True
    return (config.option.markexpr == "slow" and has_no_slow_test(collection_path)) or None


def has_no_slow_test(path):
    """Whether a file of tests is in another ring, and marks none of them as slow."""
    is_test = path.name.startswith("test_") and path.suffix == ".py"
    return is_test and not is_in(path, RINGS["slow"]) and "mark.slow" not in path.read_text(encoding="utf-8")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A test that has no mark of a ring is in its file's; where that has none, it is fast."""
    for item in items:
        if not any(item.get_closest_marker(ring) for ring in RINGS):
            rings = [ring for ring, places in RINGS.items() if is_in(item.path, places)]
            item.add_marker([*rings, "fast"][0])


# --- what a fast test may not do ------------------------------------------------------------------

PROCESSES = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"}
"""Audit events of a process that is started."""
running = []
"""The name of the fast test that runs, where one does."""


def refuse(what):
    if running:
        pytest.fail(f"{running.pop()} {what}, so it is not fast: mark it @pytest.mark.medium", pytrace=False)


sys.addaudithook(lambda event, _: refuse("starts a process") if event in PROCESSES else None)


def asking(function, what):
    """The function, refused to a fast test."""

    @functools.wraps(function)
    def ask(*arguments, **named):
        refuse(what)
        return function(*arguments, **named)

    return ask


def pytest_collection_finish():
    """Have figures and the compiled engine ask, and what would choose it wherever its code is there."""
    from matplotlib.figure import Figure

    from lpsim.engines.compiled.engine import CompiledEngine
    from lpsim.engines.quickest import QUICKEST

    Figure.draw = asking(Figure.draw, "draws a figure")
    CompiledEngine.__init__ = asking(CompiledEngine.__init__, "runs the compiled engine")
    QUICKEST.engine = asking(QUICKEST.engine, "runs the compiled engine")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    running[:] = [item.nodeid] if item.get_closest_marker("fast") else []
    try:
        return (yield)
    finally:
        running.clear()


# --- code compiled beforehand ---------------------------------------------------------------------

compiling.UNTOLD = threading.TIMEOUT_MAX  # or whichever test is first would be told of it

os.environ.pop("COLUMNS", None)  # of xdist's workers: lines are as wide as where nobody watches


def pytest_sessionstart(session):
    """Compile once, before several workers begin and each compiles the same."""
    config = session.config
    is_worker, several = hasattr(config, "workerinput"), config.option.dist != "no"
    whole = config.args_source is config.ArgsSource.TESTPATHS or config.args == ["tests"]
    if whole and several and not is_worker and config.option.markexpr != "fast":
        path = os.pathsep.join([str(TESTS.parent), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path}
        subprocess.run([sys.executable, TESTS / "warm.py"], env=environment, check=True)
