"""A page in one file: what is inlined, under which policy; and what the scripts share with the figures."""

import base64
import hashlib
import json
import re

import pytest

from lpsim.plain import plain
from lpsim.show.figures import comparison, journey, over_time
from lpsim.show.figures import page as figures
from lpsim.show.web import page

DRAW = page.STATIC / "draw"
OWN = [path for path in page.STATIC.rglob("*.js") if path.name != page.D3]
HOSTILE = "</script><script>alert(1)</script><!-- ]]> \" ' $x$ \u2028 & <img src=x onerror=alert(2)>"


def test_d3_is_the_one_its_makers_published():
    content = (page.STATIC / page.D3).read_bytes()
    digest = (
        "912111098ea99503a6f4967361d2bbdc9dbf58cf9c678c8e27e5b02d1a07f0c1"  # npm, d3@7.9.2, dist/d3.min.js
    )
    assert hashlib.sha256(content).hexdigest() == digest
    assert (page.STATIC / "d3.LICENSE.txt").read_text().startswith("Copyright 2010-2026 Mike Bostock")


def test_the_scripts_are_few_and_short():
    code = {path: [line for line in path.read_text().splitlines() if line.strip()] for path in OWN}
    assert max(map(len, code.values())) < 300
    assert sum(not line.lstrip().startswith("//") for lines in code.values() for line in lines) < 1800


def quoted(name, path=DRAW / "look.js"):
    (found,) = re.findall(rf"export const {name} = (.*?);\n", path.read_text(), re.DOTALL)
    return re.findall(r'"([^"]*)"', found)


def test_colours_are_those_of_the_figures():
    assert tuple(quoted("COLOURS")) == figures.COLOURS
    assert tuple(quoted("INKS")) == comparison.INKS
    assert quoted("BASE") == [comparison.BASE]
    way = DRAW / "lesson_map.js"
    assert tuple(quoted("FILLS", way)) == journey.FILLS
    assert quoted("RING", way) == [journey.RING]
    arrows = re.findall(r'^ {2}"?([\w ]+)"?: \["(#\w+)"', way.read_text(), re.MULTILINE)
    assert dict(arrows) == {name: colour for name, (colour, _) in journey.ARROWS.items()}


def test_lines_have_as_many_dashes_as_those_of_the_figures_and_no_two_alike():
    dashes = quoted("DASHES")
    assert len(dashes) == len(over_time.DASHES) == len(set(dashes))


@pytest.mark.parametrize("text", [HOSTILE, "\u202egnihtyna", "x" * 10_000, "مرحبا"])
def test_data_cannot_end_the_element_it_stands_in(text):
    written = page.as_json({text: [text]})
    assert json.loads(written) == {plain(text): [plain(text)]}
    assert not set("<>&\u2028\u202e") & set(written)


def test_data_without_a_value_is_none_and_not_a_number_that_json_does_not_know():
    with pytest.raises(ValueError, match="JSON"):
        page.as_json([float("nan")])


def test_a_module_comes_once_and_after_those_it_imports():
    script = page.bundled("report/report.js")
    names = re.findall(r'^modules\["([^"]+)"\] = ', script, re.MULTILINE)
    assert len(names) == len(set(names))
    for used in re.finditer(r'modules\["([^"]+)"\];', script):
        made = script.index(f'modules["{used[1]}"] = ')
        assert made < used.start()
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    assert "</script" not in script


def test_the_policy_names_every_script_and_the_style_by_its_hash():
    found = page.policy(["one", "two"], "style")
    for text in ("one", "two", "style"):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in found
    assert "default-src 'none'" in found
    assert "unsafe" not in found
    assert "http" not in found


def test_no_script_makes_markup_of_a_text_or_sets_a_style():
    for path in OWN:
        text = path.read_text()
        assert not re.search(r"(inner|outer|Adjacent)HTML|\.html\(|document\.write|eval\(", text), path
        assert not re.search(r'attr\("style"|setAttribute\("style"|\bstyle:', text), path
    for path in (page.WEB / "templates").glob("*.html"):
        text = path.read_text()
        assert " style=" not in text
        assert not re.search(r"\son\w+=", text)
        assert "|safe" not in text.replace(" ", "")
