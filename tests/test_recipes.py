"""The page of recipes runs as it stands there, from the first line to the last."""

import re
from pathlib import Path

import pytest

TEXT = (Path(__file__).parents[1] / "docs" / "recipes.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


def test_the_study_shown_runs_in_one_go(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (design,) = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
    Path("mine.toml").write_text(design, encoding="utf-8")
    names: dict = {}
    for block in re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL):
        exec(compile(block, "docs/recipes.md", "exec"), names)
    said = capsys.readouterr().out
    assert "practice.reflection.rate" in said.splitlines()[0]  # clear of chance
    assert Path("comparisons/records/comparison.md").exists()
    assert 0 < len(names["fitted"].rows) <= 20
    assert names["box"].coverage > 0.5
