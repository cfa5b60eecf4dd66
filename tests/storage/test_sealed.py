"""A sealed folder says what it holds, and every change of it is noticed."""

import json
import re

import pytest

from lpsim.errors import InputError
from lpsim.storage.folders import new_folder
from lpsim.storage.sealed import Seal, checksum_of

SEAL = Seal("box.json", "a box", 3, folder="the folder of a box", otherwise="pack again")
SAYS = {"title": "Été", "seeds": (1, 2), "of": {"a": [0.1, None, 2**64]}}
FILES = {"one.bin": b"\0\1\2", "two.bin": b""}


@pytest.fixture
def box(tmp_path):
    SEAL.write(tmp_path, SAYS, FILES.items())
    return tmp_path


def refused(match, folder):
    with pytest.raises(InputError, match=match) as caught:
        head = SEAL.read(folder)
        for name in FILES:
            SEAL.content(folder, head, name)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_what_was_written_is_read(box):
    head = SEAL.read(box)
    assert {name: head[name] for name in SAYS} == json.loads(json.dumps(SAYS))
    assert {name: SEAL.content(box, head, name) for name in FILES} == FILES
    assert sorted(path.name for path in box.iterdir()) == ["box.json", "one.bin", "two.bin"]


def test_files_are_written_as_they_come_and_the_head_last(tmp_path):
    def files():
        yield from FILES.items()
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)

    SEAL.write(tmp_path, SAYS, files())
    assert (tmp_path / "box.json").exists()


def test_a_head_is_for_people_too(box):
    text = (box / "box.json").read_text(encoding="utf-8")
    assert '  "title": "Été",\n' in text
    assert text.endswith("}\n")


def test_a_name_that_is_no_utf_8_is_kept_in_strict_json(tmp_path):
    SEAL.write(tmp_path, {"file": "table\udcff.csv"}, [])
    (tmp_path / "box.json").read_text(encoding="utf-8")
    assert SEAL.read(tmp_path)["file"] == "table\udcff.csv"


@pytest.mark.parametrize("name", ["box.json", "one.bin"])
def test_every_bit_counts(box, name):
    whole = (box / name).read_bytes()
    for place in range(0, 8 * len(whole), 7):
        content = bytearray(whole)
        content[place // 8] ^= 1 << place % 8
        (box / name).write_bytes(content)
        try:
            head = SEAL.read(box)
        except InputError:
            continue
        with pytest.raises(InputError, match=rf"{name}: damaged, or changed.*pack again"):
            SEAL.content(box, head, name)


@pytest.mark.parametrize("name", ["box.json", *FILES])
def test_a_missing_file_is_refused_by_name(box, name):
    (box / name).unlink()
    refused(rf"{name}: no such file; .*pack again\.$", box)


@pytest.mark.parametrize("name", ["box.json", "one.bin"])
def test_a_file_cut_short_is_refused_by_name(box, name):
    (box / name).write_bytes((box / name).read_bytes()[:-2])
    refused(rf"{name}: damaged, or changed since it was written; restore it, or pack again\.$", box)


def test_a_file_that_the_head_does_not_know_is_refused(box):
    (box / "three.bin").write_bytes(b"")
    with pytest.raises(InputError, match=r"three\.bin: damaged"):
        SEAL.content(box, SEAL.read(box), "three.bin")


def test_a_value_changed_by_hand_is_noticed(box):
    path = box / "box.json"
    path.write_text(path.read_text(encoding="utf-8").replace("Été", "Eté"), encoding="utf-8")
    refused("damaged, or changed", box)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "damaged"),
        ("{", "damaged"),
        ("\xff", "damaged"),
        ("[" * 100_000, "damaged"),
        ('{"format": ' + "[" * 900 + "]" * 900 + "}", "was not written by lpsim; give the folder of a box"),
        ("9" * 5000, "damaged"),
        ("[]", "was not written by lpsim"),
        ('{"format": "another box"}', "was not written by lpsim"),
        (
            '{"format": "a box", "format_version": 2}',
            "found format version 2, this lpsim reads 3; use the lpsim that wrote it, or pack again",
        ),
        ('{"format": "a box", "format_version": 3}', "damaged"),
        ('{"format": "a box", "format_version": 3, "checksums": []}', "damaged"),
        ('{"format": "a box", "format_version": 3, "checksums": {}}', "damaged"),
    ],
)
def test_what_is_no_such_head_is_refused(box, text, words):
    (box / "box.json").write_text(text, encoding="latin-1")
    refused(words, box)


@pytest.mark.parametrize("kind", ["nothing", "a file"])
def test_what_is_no_folder_is_refused_with_the_cure(tmp_path, kind):
    path = tmp_path / "there"
    if kind == "a file":
        path.touch()
    refused(rf"{re.escape(str(path))}: no such folder; give the folder of a box\.$", path)


def test_a_folder_that_was_never_finished_is_refused(tmp_path):
    with new_folder(tmp_path / "box") as inside:
        SEAL.write(inside, SAYS, FILES.items())
        refused("did not finish; delete it, and pack again", inside)
    assert SEAL.read(tmp_path / "box")["title"] == "Été"


def test_the_checksum_is_of_all_but_itself(box):
    head = SEAL.read(box)
    assert checksum_of(head, "box.json") == head["checksums"]["box.json"]
    assert checksum_of({**head, "title": "x"}, "box.json") != head["checksums"]["box.json"]
    more = {**head, "checksums": {**head["checksums"], "one.bin": ""}}
    assert checksum_of(more, "box.json") != head["checksums"]["box.json"]
