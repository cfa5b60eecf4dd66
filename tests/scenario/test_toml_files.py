"""TOML that no parser gets through, or nothing after it, is refused in one sentence with the file."""

import pytest

from lpsim.errors import InputError
from lpsim.scenario import Scenario
from lpsim.scenario.toml_files import DEPTH, MOST_FILES, loads
from lpsim.sweeps.design.design import Design

DEEP = f"stand in each other more than {DEPTH} deep; write it flatter"
LONG = "a number in it has too many digits; write a shorter one"
EXCESSIVE = {
    "arrays in each other": (f"x = {'[' * 20_000}{']' * 20_000}", DEEP),
    "arrays just too deep": (f"x = {'[' * (DEPTH + 1)}{']' * (DEPTH + 1)}", DEEP),
    "tables in each other": ("x = " + "{a = " * 5_000 + "1" + "}" * 5_000, DEEP),
    "a heading of many parts": (f"[{'.'.join('a' * 20_000)}]", DEEP),
    "a key of many parts": (f"{'.'.join('a' * 20_000)} = 1", DEEP),
    "tables and arrays in turn": (f"x = {'[{a=' * 40}1{'}]' * 40}", DEEP),
    "a number of 5,000 digits": (f"steps = {'9' * 5_000}", LONG),
    "a number below nought of 5,000 digits": (f"x = {{ a = [1, -{'9' * 5_000}] }}", LONG),
    "a hexadecimal number, which Python has no limit for": (f"steps = 0x{'f' * 5_000}", LONG),
    "a hexadecimal number in an array": (f"x = [[1, 0x{'f' * 300}]]", LONG),
    "an array that never ends": ("x = [" + "1, " * 1_000, "not valid TOML: "),
}


@pytest.mark.medium
@pytest.mark.parametrize("load", [Scenario.load, Design.load])
@pytest.mark.parametrize("name", EXCESSIVE)
def test_toml_that_is_too_much_is_one_sentence_with_the_file(tmp_path, load, name):
    text, words = EXCESSIVE[name]
    path = tmp_path / "given.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert words in message
    assert len(message) < 300
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    ("text", "found", "cure"),
    [
        ("steps = 5\ntitle = “Mine”", "line 2: found “", 'straight quotation marks, as in "text"'),
        ("steps = 5\n“title” = 'Mine'", "line 2: found “", 'straight quotation marks, as in "text"'),
        ('title = "Mine”\nstep = "week"', "line 1: found ”", 'straight quotation marks, as in "text"'),
        ("steps = 5\r\ntitle = 'Mine’\r\n", "line 2: found ’", "straight quotation marks, as in 'text'"),
        ("extends = ‘one_practice’", "line 1: found ‘", "straight quotation marks, as in 'text'"),
        ("world.turbulence = −0.5", "line 1: found −", "a minus as -"),
        ("\N{NO-BREAK SPACE}steps = 5", "line 1: found NO-BREAK SPACE", "a plain space"),
    ],
)
def test_what_a_word_processor_wrote_is_named_with_its_line_and_what_to_write(text, found, cure):
    with pytest.raises(ValueError, match="as word processors write") as caught:
        loads(text)
    assert str(caught.value) == f"{found}, as word processors write; write {cure}"


@pytest.mark.parametrize("text", ['title = "“Mine”, he said"', 'title = "It’s mine"  # ‘'])
def test_within_a_text_typeset_marks_are_text(text):
    assert "title" in loads(text)


@pytest.mark.parametrize("text", ['# "his ‘own’\nsteps = = 5', "steps = ", 'title = "a', "title = '''a"])
def test_other_errors_are_told_as_the_parser_tells_them(text):
    with pytest.raises(ValueError, match="not valid TOML"):
        loads(text)


def test_what_is_deep_but_not_too_deep_is_told_by_its_key(tmp_path):
    path = tmp_path / "given.toml"
    path.write_text(f"x = {'[' * (DEPTH - 1)}{2**1000}{']' * (DEPTH - 1)}")
    with pytest.raises(InputError, match=r"given\.toml: x: no such key"):
        Scenario.load(path)


@pytest.mark.parametrize(
    "key", [".".join("a" * 20_000), "roles." + ".".join("a" * 9_000), "kinds.a.set." + ".".join("b" * 9_000)]
)
def test_a_dotted_key_of_thousands_of_parts_is_no_such_key(tmp_path, key):
    (tmp_path / "given.toml").write_text("[[kinds]]\nname = 'a'\nshare = 0.5")
    with pytest.raises(InputError, match=r"no such key; it has \d+ parts"):
        Scenario.load(tmp_path / "given.toml", {key: 1})
    with pytest.raises(InputError, match=r"no such key; it has \d+ parts"):
        Scenario().replace({key: 1})


# --- extends --------------------------------------------------------------------------------------


def chain(folder, files):
    """So many files, each but the first extending the one before; the path of the last."""
    (folder / "0.toml").write_text("steps = 7\n[world]\nissues = 12")
    for number in range(1, files):
        (folder / f"{number}.toml").write_text(f'extends = "{number - 1}.toml"\ntitle = "{number}"')
    return folder / f"{files - 1}.toml"


def test_as_many_files_may_extend_each_other_as_anybody_can_follow(tmp_path):
    scenario = Scenario.load(chain(tmp_path, MOST_FILES))
    assert (scenario.title, scenario.steps, scenario.world.issues) == (str(MOST_FILES - 1), 7, 12)


@pytest.mark.parametrize("files", [MOST_FILES + 1, 1_500])
def test_more_files_that_extend_each_other_are_refused_with_the_first(tmp_path, files):
    path = chain(tmp_path, files)
    with pytest.raises(InputError) as caught:
        Scenario.load(path)
    assert str(caught.value) == f"{path}: extends more than 100 files, one through another; join some."


def test_a_circle_is_found_whatever_its_files_are_called(tmp_path):
    (tmp_path / "a.toml").write_text('extends = "./b.toml"')
    (tmp_path / "b.toml").write_text('extends = "sub/../link.toml"')
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.toml").symlink_to("a.toml")
    with pytest.raises(InputError, match=r"in a circle \(a\.toml → b\.toml → a\.toml\); remove one"):
        Scenario.load(tmp_path / "a.toml")


def test_a_file_is_told_as_it_was_given_and_what_it_extends_lies_beside_what_a_link_leads_to(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.toml").write_text('extends = "b.toml"')
    (tmp_path / "link.toml").symlink_to("real/a.toml")
    with pytest.raises(InputError) as caught:
        Scenario.load(tmp_path / "link.toml")
    where = f"{tmp_path}/link.toml: extends: {tmp_path}/real/b.toml: no such scenario file, and none of that"
    assert str(caught.value).startswith(where)
    (tmp_path / "real" / "b.toml").write_text("steps = 7")
    assert Scenario.load(tmp_path / "link.toml").steps == 7
    (tmp_path / "real" / "a.toml").unlink()
    with pytest.raises(InputError, match=r"link\.toml: no such scenario file"):
        Scenario.load(tmp_path / "link.toml")


def test_a_decimal_comma_is_told():
    with pytest.raises(ValueError, match=r"numbers are written with a point, as in 0\.5$"):
        loads("meetings = 0,5\n")


def test_what_is_written_as_yaml_or_json_is_told_how_toml_writes_it():
    with pytest.raises(ValueError, match=r"; values stand behind =, as in steps = 60$"):
        loads("# mine\nsteps: 60\n")
    with pytest.raises(ValueError, match=r"^is JSON; write it as TOML, as in steps = 60$"):
        loads('{"steps": 60}')
    with pytest.raises(ValueError, match=r"column \d+\)$"):
        loads('title = """\nnote: one\n"""\nsteps = \n')
    with pytest.raises(ValueError, match=r"^not valid TOML"):
        loads('{"a": ' + "[" * 5000)
