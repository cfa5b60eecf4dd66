"""Whatever a user names as a file is read, or refused in a sentence with its name; nothing is waited for."""

import io
import os
import resource
import socket
import zipfile
from pathlib import Path

import pytest

from lpsim.errors import InputError
from lpsim.population.network_files import read_network
from lpsim.population.workforce import read_workforce
from lpsim.runs.run import Run
from lpsim.scenario import Scenario
from lpsim.storage import readers
from lpsim.storage.readers import NETWORK, SCENARIO, FileKind, problem, read_bytes, read_text, resolved, shown
from lpsim.sweeps.design.design import Design
from lpsim.sweeps.store.store import read_store

SMALL = FileKind("small file", 1)


def refusal(read, path):
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.endswith(".")
    assert caught.value.__cause__ is None
    return message


def pipe(path):
    os.mkfifo(path)


def local_socket(path):
    os.chdir(path.parent)  # the name of a socket may have 107 characters
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


def device(path):
    path.symlink_to("/dev/zero")


def circle(path):
    path.symlink_to(path.with_suffix(".other"))
    path.with_suffix(".other").symlink_to(path)


def huge(path):
    path.touch()
    os.truncate(path, 10**12)


def endless(path):
    path.symlink_to("/proc/self/status")  # which has more in it than its size says, as some are without end


def binary(path):
    path.write_bytes(bytes(range(256)))


STRANGE = {
    "a folder": (Path.mkdir, "is a folder; give an ordinary file"),
    "a pipe": (pipe, "is a pipe; give an ordinary file"),
    "a socket": (local_socket, "is a socket; give an ordinary file"),
    "a device": (device, "is a device; give an ordinary file"),
    "a circle of links": (circle, "cannot be read"),
    "a link to nothing": (lambda path: path.symlink_to("nothing"), "no such"),
    "a disk image": (huge, "has 1,000,000 MB, and a "),
    "an endless file": (endless, "grows while it is read; give a"),
    "no text": (binary, ""),
    "nothing at all": (lambda _: None, "no such"),
}


def with_table(path):
    Scenario.load(path.parent / "scenario.toml", {"population.workforce": str(path)})


def as_base(path):
    factor = {"key": "turnover.prior", "kind": "lever", "values": [0.1, 0.2]}
    design = {"base": path.name, "method": "factorial", "replications": 1, "factors": [factor]}
    Design.from_dict(design, folder=path.parent)


def extended(path):
    (path.parent / "scenario.toml").write_text(f'extends = "{path.name}"')
    Scenario.load(path.parent / "scenario.toml")


READERS = {
    "scenario": Scenario.load,
    "extends": extended,
    "design": Design.load,
    "base": as_base,
    "workforce": read_workforce,
    "network": read_network,
}


@pytest.fixture
def no_more_memory():
    """Half a gigabyte more than there is: whoever reads without end fails at once, and not the machine."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + 2**29, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_refuses_what_is_no_ordinary_file(
    reader, strange, tmp_path, monkeypatch, no_more_memory
):
    monkeypatch.chdir(tmp_path)
    make, words = STRANGE[strange]
    path = tmp_path / "given.toml"
    make(path)
    message = refusal(READERS[reader], path)
    assert "given.toml" in message
    assert words in message


@pytest.mark.parametrize("strange", ["a pipe", "a device", "a circle of links", "a disk image"])
@pytest.mark.parametrize("load", [Run.load, read_store])
def test_a_head_that_is_no_ordinary_file_is_refused(load, strange, tmp_path, no_more_memory):
    make, words = STRANGE[strange]
    for name in ("run.json", "sweep.json"):
        make(tmp_path / name)
    assert words in refusal(load, tmp_path)


@pytest.mark.parametrize("strange", ["a pipe", "a device", "a circle of links", "a disk image", "a folder"])
def test_a_table_that_cannot_be_read_is_told_with_its_key_when_the_scenario_is_loaded(strange, tmp_path):
    (tmp_path / "scenario.toml").touch()
    make, words = STRANGE[strange]
    make(tmp_path / "table.csv")
    message = refusal(with_table, tmp_path / "table.csv")
    assert ": population.workforce: " in message
    assert words in message
    assert "table.csv" in message or strange == "a device"  # a link is told by what it leads to


def test_a_null_character_in_a_path_is_told_and_never_printed(tmp_path):
    for name, read in READERS.items():
        if name != "extends":
            message = refusal(read, tmp_path / "a\0b")
            assert "no file can be called that; check the path" in message
            assert "\0" not in message
    (tmp_path / "scenario.toml").write_text(r'extends = "a\u0000b"')
    assert "no file can be called that" in refusal(Scenario.load, tmp_path / "scenario.toml")
    (tmp_path / "scenario.toml").write_text('[population]\nworkforce = "a\\u0000b"')
    message = refusal(Scenario.load, tmp_path / "scenario.toml")
    assert "population.workforce: " in message
    assert "no file can be called that" in message
    for load in (Run.load, read_store):
        assert "no such folder" in refusal(load, tmp_path / "a\0b")


def test_of_a_misspelt_file_the_one_of_its_sort_beside_it_is_named(tmp_path):
    for name in ("learning_practice.toml", "learning_practise.csv"):
        (tmp_path / name).touch()
    message = refusal(Scenario.load, tmp_path / "learning_practise.toml")
    assert message.endswith(f"no such scenario file; perhaps {tmp_path}/learning_practice.toml is meant.")
    assert "check the path" in refusal(Scenario.load, tmp_path / "something_else.toml")


def test_a_path_that_is_too_long_is_told(tmp_path):
    assert "cannot be read (File name too long); check the path" in refusal(
        Scenario.load, tmp_path / ("a" * 300)
    )


def test_what_nobody_may_read_is_told(tmp_path, monkeypatch):
    def closed(*_):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.toml").touch()
    monkeypatch.setattr(readers.os, "open", closed)  # root may read anything
    message = refusal(Scenario.load, tmp_path / "a.toml")
    assert message == (
        f"{tmp_path}/a.toml: cannot be read (Permission denied); make it readable, or give another scenario "
        "file."
    )


def test_a_pipe_put_in_place_of_a_file_that_was_looked_at_is_not_waited_for(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "a.toml")
    monkeypatch.setattr(readers, "problem", lambda *_: None)
    assert read_bytes(tmp_path / "a.toml", SCENARIO) == b""


# --- sizes ----------------------------------------------------------------------------------------


def test_a_file_may_be_as_large_as_its_kind_may_and_no_larger(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x" * 10**6)
    assert len(read_bytes(path, SMALL)) == 10**6
    path.write_bytes(b"x" * (10**6 + 1))
    assert problem(path, SMALL) == (
        f"{path}: has 2 MB, and a small file may have 1; give a smaller one, or raise the limit "
        "(LPSIM_MAX_MB=2)"
    )


def test_the_limit_it_names_is_the_one_that_lets_it_in(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"x" * 1_500_000)
    monkeypatch.setenv("LPSIM_MAX_MB", "2")
    assert len(read_bytes(tmp_path / "a", SMALL)) == 1_500_000


def test_the_environment_raises_limits_and_never_lowers_them(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"x" * 900_000)
    monkeypatch.setenv("LPSIM_MAX_MB", "0")
    assert problem(tmp_path / "a", SMALL) is None


@pytest.mark.parametrize("given", ["", "much", "1.5", "9" * 5000])
def test_a_limit_that_is_no_number_is_told(tmp_path, monkeypatch, given):
    (tmp_path / "a").touch()
    monkeypatch.setenv("LPSIM_MAX_MB", given)
    assert "LPSIM_MAX_MB: found" in refusal(lambda path: read_bytes(path, SMALL), tmp_path / "a")


# --- what is let in -------------------------------------------------------------------------------


def test_a_link_to_a_file_is_that_file(tmp_path):
    (tmp_path / "a").write_bytes(b"\0\xff")
    (tmp_path / "b").symlink_to("a")
    assert read_bytes(tmp_path / "b", SMALL) == b"\0\xff"


def test_text_is_utf_8_with_or_without_a_mark(tmp_path):
    (tmp_path / "a").write_bytes("\ufeffé".encode())
    assert read_text(tmp_path / "a", SMALL) == "é"


def test_a_path_is_shown_as_it_is_unless_a_terminal_would_obey_it():
    assert shown(Path("Übung 1/a.toml")) == "Übung 1/a.toml"
    assert shown(Path("a\x1b[31m\nb")) == r"'a\x1b[31m\nb'"
    assert shown(Path("a\udcff")) == r"'a\udcff'"


def test_a_path_is_made_whole_where_that_can_be_done(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    circle(tmp_path / "circle")
    assert resolved(Path("link/../real/./a")) == tmp_path / "real" / "a"
    assert resolved(Path("link/a")) == tmp_path / "real" / "a"
    assert resolved(Path("circle")).is_absolute()
    assert resolved(Path("a\0b")) == tmp_path / "a\0b"


def packed(*names, mimetype=""):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("mimetype", mimetype)
        for name in names:
            made.writestr(name, "<a/>")
    return content.getvalue()


DOCUMENTS = {
    "a document of Word": packed("[Content_Types].xml", "word/document.xml"),
    "a workbook of Excel": packed("[Content_Types].xml", "xl/workbook.xml"),
    "a document of LibreOffice": packed(mimetype="application/vnd.oasis.opendocument.text"),
    "a workbook of LibreOffice": packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
    "a document of Word or Excel": bytes.fromhex("d0cf11e0a1b11ae1"),
    "rich text (RTF)": rb"{\rtf1\ansi steps = 5}",
    "a PDF": b"%PDF-1.7\n",
}


@pytest.mark.parametrize("what", DOCUMENTS)
@pytest.mark.parametrize("suffix", [".toml", ".csv", ".docx"])
def test_a_document_of_an_office_program_is_told_as_that_with_how_to_save_it(tmp_path, what, suffix):
    path = tmp_path / f"mine{suffix}"
    path.write_bytes(DOCUMENTS[what])
    for read in (Scenario.load, Design.load):
        assert refusal(read, path) == f"{path}: is {what}; save it as plain text in UTF-8."
    for read in (read_workforce, read_network):
        assert refusal(read, path) == f"{path}: is {what}; save the table as CSV (UTF-8)."


OTHERS = {
    "a web page (HTML)": b"\xef\xbb\xbf\n<!DOCTYPE HTML>\n<html lang='en'></html>",
    "a picture (PNG)": b"\x89PNG\r\n\x1a\n\0",
    "a picture (JPEG)": b"\xff\xd8\xff\xe0\0",
    "a picture (SVG)": b'<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x">\n<svg></svg>',
}


@pytest.mark.parametrize("what", OTHERS)
@pytest.mark.parametrize("suffix", [".toml", ".csv", ".html"])
def test_a_page_or_a_picture_is_told_as_that_with_what_is_wanted(tmp_path, what, suffix):
    path = tmp_path / f"mine{suffix}"
    path.write_bytes(OTHERS[what])
    assert refusal(Scenario.load, path) == f"{path}: is {what}; give a scenario file (TOML)."
    assert refusal(Design.load, path) == f"{path}: is {what}; give a design file (TOML)."
    assert refusal(read_workforce, path) == f"{path}: is {what}; give the workforce table itself (CSV)."
    assert refusal(read_network, path) == f"{path}: is {what}; give the network file itself."


def test_a_file_of_markup_that_is_neither_page_nor_picture_is_read(tmp_path):
    path = tmp_path / "mine.graphml"
    path.write_bytes(b"<?xml version='1.0'?><graphml/>")
    assert read_bytes(path, NETWORK) == path.read_bytes()


def test_an_archive_of_other_files_is_no_document(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(packed("practices.csv"))
    assert "not a text file" in refusal(read_workforce, path)
