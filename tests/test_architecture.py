"""docs/architecture.md is about this program: what it names is there, and every room is named."""

import re
from pathlib import Path

import lpsim

PACKAGE = Path(lpsim.__file__).parent
ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_file_it_names_is_there():
    named = set(re.findall(r"`(lpsim/[\w/]+(?:\.py|/))`", TEXT))
    assert len(named) > 30
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_name_it_gives_of_a_file_is_defined_there():
    for name, file in re.findall(r"`(?:StaffMember\.)?(\w+)`\s+in\s+`(lpsim/[\w/]+\.py)`", TEXT):
        assert re.search(rf"\b(def|class) {name}\b", (ROOT / file).read_text(encoding="utf-8")), (name, file)


def test_every_room_has_its_line():
    rooms = {path.parent.relative_to(PACKAGE).parts for path in PACKAGE.rglob("__init__.py")}
    lines = TEXT.split("## Where do I find")[0]
    for room in rooms - {()}:
        assert any(f"`{part}/`" in lines or f"`lpsim/{'/'.join(room)}/`" in lines for part in room[-1:]), room
