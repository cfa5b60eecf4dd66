"""What the package, CITATION.cff and codemeta.json say of lpsim is the same."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import lpsim

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
CODEMETA = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))


def test_name_version_licence_authors_keywords_and_description_stand_alike_in_all_three():
    package = {
        "name": PROJECT["name"],
        "version": PROJECT["version"],
        "licence": PROJECT["license"],
        "authors": [author["name"] for author in PROJECT["authors"]],
        "keywords": PROJECT["keywords"],
        "description": PROJECT["description"],
    }
    citation = {
        "name": CITATION["title"],
        "version": CITATION["version"],
        "licence": CITATION["license"],
        "authors": [author["name"] for author in CITATION["authors"]],
        "keywords": CITATION["keywords"],
        "description": CITATION["abstract"].strip(),
    }
    codemeta = {
        "name": CODEMETA["name"],
        "version": CODEMETA["version"],
        "licence": CODEMETA["license"].removeprefix("https://spdx.org/licenses/"),
        "authors": [author["name"] for author in CODEMETA["author"]],
        "keywords": CODEMETA["keywords"],
        "description": CODEMETA["description"],
    }
    assert citation == package
    assert codemeta == package


def test_the_package_says_the_version_of_its_metadata():
    assert lpsim.__version__ == PROJECT["version"]


def test_the_oldest_python_is_the_same_everywhere():
    oldest = PROJECT["requires-python"].removeprefix(">=")
    assert CODEMETA["runtimePlatform"] == f"Python {oldest}"
    assert f"Programming Language :: Python :: {oldest}" in PROJECT["classifiers"]


def test_publications_with_a_doi_are_the_same_in_both_files():
    cited = {work["doi"] for work in CITATION["references"] if "doi" in work}
    assert {
        work["@id"].removeprefix("https://doi.org/") for work in CODEMETA["referencePublication"]
    } == cited


def test_every_work_that_the_paper_cites_is_in_its_list_and_none_else():
    paper = (ROOT / "paper" / "paper.md").read_text(encoding="utf-8")
    listed = re.findall(r"^@\w+\{(\w+),", (ROOT / "paper" / "paper.bib").read_text(encoding="utf-8"), re.M)
    assert set(re.findall(r"(?<![\w.])@(\w+)", paper)) == set(listed)
    assert len(listed) == len(set(listed))


def test_every_need_has_a_lower_bound_that_can_be_installed_as_it_stands():
    """CI tests on exactly these versions: see `lowest` in noxfile.py."""
    for need in PROJECT["dependencies"]:
        assert need.count(">=") == 1, need


@pytest.mark.medium
@pytest.mark.skipif(
    importlib.util.find_spec("__editable___lpsim_0_1_0_finder") is not None,
    reason="installed as setuptools did before pyproject.toml said otherwise: pip install -e . once more",
)
def test_a_folder_that_is_called_lpsim_does_not_hide_the_package(tmp_path):
    """As in the folder that a clone lies in: Python would take the clone for a package without files."""
    (tmp_path / "lpsim").mkdir()
    code = "import lpsim; print(lpsim.__version__)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == lpsim.__version__
