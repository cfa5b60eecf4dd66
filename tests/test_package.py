"""What would be released: built, checked, and used where nothing of the clone is near."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

import lpsim

ROOT = Path(__file__).parents[1]
SOURCES = ("pyproject.toml", "setup.py", "MANIFEST.in", "LICENSE", "README.md", "lpsim", "configs")
TWINE = "twine@7.0.0"


class Built(NamedTuple):
    sources: Path
    wheel: Path


def uv(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "uv", *arguments], check=True, **options)


def run(*command, **options):
    return subprocess.run(command, check=False, capture_output=True, text=True, **options)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The source distribution, and the wheel that was made of it."""
    copy, folder = tmp_path_factory.mktemp("clone"), tmp_path_factory.mktemp("dist")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy(ROOT / name, copy)
    uv("build", "-q", "-o", folder, copy)
    return Built(*folder.glob("*.tar.gz"), *folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The programs of a new environment with the wheel, and without anything else."""
    folder = tmp_path_factory.mktemp("environment")
    uv("venv", "-q", "--python", sys.executable, "--clear", folder)
    uv("pip", "install", "-q", "--python", folder / "bin" / "python", built.wheel)
    return folder / "bin"


def test_what_is_built_would_be_taken(built):
    uv("tool", "run", "-q", TWINE, "check", "--strict", *built)


def test_the_wheel_holds_every_file_of_the_package_and_every_scenario(built):
    with zipfile.ZipFile(built.wheel) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    files = [path.relative_to(ROOT) for name in ("lpsim", "configs") for path in (ROOT / name).rglob("*")]
    wanted = [file for file in files if (ROOT / file).is_file() and "__pycache__" not in file.parts]
    assert held == {file.as_posix() if file.parts[0] == "lpsim" else f"lpsim/{file}" for file in wanted}


def test_the_sources_hold_the_terms_and_every_scenario(built):
    with tarfile.open(built.sources) as sources:
        names = {name.partition("/")[2] for name in sources.getnames()}
    assert {"LICENSE", "README.md", "configs/one_practice.toml", "configs/policy/training.toml"} <= names


def test_what_the_readme_begins_with_works_from_the_wheel_alone(installed, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def told(program, *arguments):
        done = run(installed / program, *arguments, cwd=tmp_path, env=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert told("python", "-c", "import lpsim; print(lpsim.__file__)").startswith(str(installed.parent))
    assert told("lpsim", "--version") == f"lpsim {lpsim.__version__}\n"
    assert "written_records" in told("lpsim", "scenarios")
    told("lpsim", "run", "one_practice", "--replications", "2")
    assert (tmp_path / "runs" / "one_practice" / "levels.png").exists()
    small = ("--replications", "2", "--set", "steps=30", "--set", "population.practices=3")
    told("lpsim", "compare", "learning_practice", "written_records", *small)
    assert (tmp_path / "comparisons" / "learning_practice" / "comparison.md").exists()
