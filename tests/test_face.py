"""`import lpsim` offers every name once, the same to people, to Python and to whoever reads types."""

import ast
import importlib
import re
from pathlib import Path

import pytest

import lpsim

STUB = ast.parse(Path(lpsim.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))


def test_the_stub_has_the_same_names_from_the_same_homes():
    imports = [node for node in STUB.body if isinstance(node, ast.ImportFrom)]
    stub = [(name.asname, node.module) for node in imports for name in node.names if name.asname == name.name]
    assert sorted(stub) == sorted(lpsim._HOMES.items())
    assert len(imports) == len(lpsim._HOMES)
    others = [node.target.id for node in STUB.body if isinstance(node, ast.AnnAssign)]
    assert others == ["__version__"]


def test_every_name_stands_once():
    names = [name for names in lpsim._FACE.values() for name in names]
    assert len(names) == len(set(names))
    assert lpsim.__all__ == names


def test_the_docstring_lists_every_name_once_and_in_the_same_order():
    assert re.findall(r"`(\w+)`", lpsim.__doc__.replace("``", "")) == lpsim.__all__


def test_the_names_are_listed_for_whoever_types_a_dot():
    assert set(lpsim.__all__) < set(dir(lpsim))


@pytest.mark.parametrize("name", lpsim._HOMES)
def test_every_name_is_there_and_documented(name):
    value = getattr(lpsim, name)
    assert value is getattr(importlib.import_module(lpsim._HOMES[name]), name)
    assert value.__name__ == name
    assert value.__module__.startswith("lpsim.")
    assert value.__doc__


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        lpsim.simulat  # noqa: B018


def test_no_module_has_the_name_of_something_else_on_the_face():
    modules = {path.stem for path in Path(lpsim.__file__).parent.iterdir()}
    assert not modules & set(lpsim.__all__)


def test_no_module_is_longer_than_400_lines():
    package = Path(lpsim.__file__).parent
    long = {
        str(path.relative_to(package)): lines
        for path in package.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long
