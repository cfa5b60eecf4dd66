"""What docs/sweeps.md shows works as it stands there."""

import re
import tomllib
from pathlib import Path

import pytest

from lpsim.scenario import Scenario
from lpsim.sweeps.design.design import Design
from lpsim.sweeps.design.factors import Scheme
from lpsim.sweeps.design.sampling import METHODS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")


def test_the_first_design_shown_is_valid():
    block, *_ = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
    design = Design.from_dict(tomllib.loads(block), folder=ROOT)
    assert (len(design.points), design.seeds(design.points[-1]), design.steps) == (60, range(1, 6), (12, 60))


def test_the_scenarios_shown_can_be_compared():
    _, block, _ = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
    design = Design.from_dict(tomllib.loads(block), folder=ROOT)
    assert design.points[0].values["scenario"] == "as it is"
    assert len(design.points) == 3


def test_the_points_shown_are_a_design():
    _, _, block = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
    rows = [{"practice.codification.rate": 0.1, "forgetting.practice": 0.01}] * 3
    design = Design.from_dict({**tomllib.loads(block), "points": rows}, folder=ROOT)
    assert (len(design.points), len(design.columns)) == (6, 4)


def test_the_python_shown_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    _, block = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    exec(compile(block, "docs/sweeps.md", "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_the_sample_of_salib_shown_is_swept(monkeypatch, tmp_path):
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    monkeypatch.chdir(tmp_path)
    block, _ = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    names = {}
    exec(compile(block, "docs/sweeps.md", "exec"), names)
    assert len(names["store"].frame()) == 8


def test_every_method_and_every_key_of_a_design_is_explained_with_its_default():
    for method in METHODS:
        assert f"\n| `{method}` |" in TEXT
    for key, field in Scheme.model_fields.items():
        (row,) = re.findall(rf"^\| [^|]*`{key}`[^|]* \| (.*?) \|", TEXT, flags=re.MULTILINE)
        default = {None: "–", "": "empty", False: "`false`"}.get(field.default, str(field.default))
        assert row == ("required" if field.is_required() else default)


@pytest.mark.slow
def test_the_number_of_replications_shown_is_the_number_found():
    import lpsim

    scenario = Scenario.load(ROOT / "configs" / "learning_practice.toml")
    found = lpsim.replications_needed(scenario, measure="practice_knowledge", precision=0.01)
    rows = re.findall(r"^ +(\d+)  (-?\d\.\d{4}) +(\d\.\d{4})", TEXT, flags=re.MULTILINE)
    (enough,) = re.findall(r"^ +(\d+)  .*  enough$", TEXT, flags=re.MULTILINE)
    assert (int(enough), int(rows[-1][0])) == (found.needed, len(found.means))
    for number, mean, half_width in rows:
        at = found.means[int(number) - 1]
        assert (mean, half_width) == (f"{at.mean:.4f}", f"{at.half_width:.4f}")


COMPARE = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")


def test_the_python_shown_on_comparing_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", COMPARE, flags=re.DOTALL)
    exec(compile(block, "docs/compare.md", "exec"), {})
    assert (tmp_path / "comparisons" / "mine" / "comparison.md").exists()


@pytest.mark.slow
def test_the_table_of_times_shown_on_comparing_is_what_the_command_shown_gives():
    import lpsim
    from lpsim.show.text.comparison import effect_tables

    command = r"^    lpsim compare (.*?) --replications 20 --measure (\w+)$"
    ((names, measure),) = re.findall(command, COMPARE, flags=re.MULTILINE)
    base, *options = names.split()
    (table,) = effect_tables(lpsim.compare(base, options, measures=[measure]), [measure])
    (shown,) = re.findall(r"^\| with \| got there in .*\n\|.*\n((?:\|.*\n)+)", COMPARE, flags=re.MULTILINE)
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in shown.splitlines()]
    assert cells == [[str(cell) for cell in row] for row in table.rows]


@pytest.mark.slow
def test_the_sentence_shown_on_comparing_is_what_the_command_shown_says():
    import lpsim
    from lpsim.show.text.comparison import headline

    (names,) = re.findall(r"^    lpsim compare (.*?) --replications 40$", COMPARE, flags=re.MULTILINE)
    base, *options = names.split()
    said = headline(lpsim.compare(base, options, seeds=range(1, 41)))
    shown = " ".join(line.removeprefix("> ") for line in re.findall(r"^> .*$", COMPARE, flags=re.MULTILINE))
    assert shown == f"{said}."


@pytest.mark.parametrize("page", ["sensitivity", "discovery"])
def test_the_python_shown_on_a_sweep_that_is_done_runs(page, tmp_path, monkeypatch):
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    exec(compile(block, f"docs/{page}.md", "exec"), {})
    (folder,) = (tmp_path / page).iterdir()
    assert (folder / f"{page}.png").exists()


@pytest.mark.slow
def test_the_sentence_shown_on_sensitivity_is_what_the_command_shown_says(tmp_path):
    import lpsim
    from lpsim.show.text.sensitivity import headline, when

    text = (ROOT / "docs" / "sensitivity.md").read_text(encoding="utf-8")
    (file,) = re.findall(r"^    lpsim sweep (\S+)$", text, flags=re.MULTILINE)
    store = lpsim.sweep(ROOT / file, store=tmp_path / "store")
    found = store.morris()
    shown = " ".join(line.removeprefix("> ") for line in re.findall(r"^> .*$", text, flags=re.MULTILINE))
    assert shown == f"{headline(found)}, at {when(found)}."


def test_the_python_shown_on_making_a_run_again_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    text = (ROOT / "docs" / "rerun.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    exec(compile(block, "docs/rerun.md", "exec"), {})


def test_the_python_shown_on_behaviours_of_ones_own_runs(monkeypatch):
    import inspect

    from mesa.batchrunner import batch_run

    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8")
    own, mesa = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    exec(compile(own, "docs/behaviours.md", "exec"), {"__name__": "mine"})
    if "rng" in inspect.signature(batch_run).parameters:
        mesa = mesa.replace(', "seed": [1, 2]}', "}, rng=[1, 2]")
    exec(compile(mesa, "docs/behaviours.md", "exec"), {})


CALIBRATE = (ROOT / "docs" / "calibrate.md").read_text(encoding="utf-8")


def test_the_calibration_shown_is_valid():
    from lpsim.analysis.calibration_file import Search, read_plan

    (block,) = re.findall(r"```toml\n(.*?)```", CALIBRATE, flags=re.DOTALL)
    data = tomllib.loads(block)
    plan = read_plan({**data, "base": str(ROOT / data["base"])})
    assert [target.name for target in plan.targets] == ["known", "written down"]
    assert all(f"`{key}`" in CALIBRATE or f"{key} = " in CALIBRATE for key in Search.model_fields)
