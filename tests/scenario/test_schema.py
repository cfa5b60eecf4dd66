"""What a scenario file can say, as the schema and the page of keys have it: held against what is accepted."""

from __future__ import annotations

import json
import math
import operator
import re
import tomllib
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from lpsim.scenario import Scenario
from lpsim.scenario.keys import allowed
from lpsim.scenario.problems import CONTRADICTION, ScenarioError
from lpsim.scenario.schema import OF_FILES, file_keys, file_schema
from lpsim.scenario.shipped import shipped
from lpsim.scenario.toml_files import override
from lpsim.show.text.keys import key_table
from tests.strategies import examples

SCHEMA = file_schema()
KEYS = {key: field for key, field in file_keys().items() if key not in OF_FILES}
NAMES = {"roles.": "gp", "kinds.": "a", "tiers.": "nation"}
WORDS = sorted({word for field in KEYS.values() for word in re.findall('"(.*?)"', allowed(field))})
UNITS = ["12 %/year", "0.5/month", ".5 % / Month", "5.%/YEAR", "1e-3/day", "0.3", "/month", "12 %", "-1/year"]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.integers(0, 2_000_000),
    st.floats(-1, 2),
    st.sampled_from([math.inf, math.nan, 3.0, 1e9]),
    st.sampled_from([*WORDS, *UNITS]),
    st.text(max_size=90),
    st.lists(st.integers() | st.text(max_size=3), max_size=2),
    st.dictionaries(
        st.text(max_size=3), st.integers() | st.lists(st.text(max_size=3), max_size=1), max_size=2
    ),
)


def plain_file() -> dict[str, Any]:
    return {
        "roles": {"gp": {"headcount": 1.0}},
        "kinds": [{"name": "a", "share": 0.5}],
        "interventions": [{"at": 1, "set": {"turnover.prior": 0.2}}],
        "population": {"tiers": [{"name": "nation"}]},
    }


def real(key: str) -> str:
    """A key of the schema as a file that is `plain_file` has it."""
    for table, name in NAMES.items():
        key = key.replace(f"{table}NAME.", f"{table}{name}.")
    return key.replace("interventions.N.", "interventions.0.")


def file_with(key: str, value: Any) -> dict[str, Any]:
    data = plain_file()
    table, _, last = real(key).rpartition(".")
    if last in ("name", "share", "set") and table == "kinds.a":
        data["kinds"][0][last] = value
    else:
        override(data, real(key), value)
    return data


def accepted(data: dict[str, Any]) -> bool:
    """Whether every single value is one that a scenario takes; what contradicts among them does not count."""
    try:
        Scenario.model_validate(data)
    except ValidationError as error:
        return all(detail["type"] == CONTRADICTION for detail in error.errors())
    return True


def conforms(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is what a JSON Schema allows, as far as that of a scenario goes; 3.0 is no integer."""
    if "$ref" in schema:
        return conforms(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema and not any(conforms(value, option) for option in schema["anyOf"]):
        return False
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        return False
    if isinstance(value, bool) and schema.get("type", "boolean") != "boolean":
        return False
    if ("const" in schema and value != schema["const"]) or value not in schema.get("enum", [value]):
        return False
    return all(check(value, schema) for kind, check in CHECKS.items() if isinstance(value, kind))


TYPES: dict[str, Any] = {
    "boolean": bool, "integer": int, "number": int | float, "string": str, "null": type(None), "array": list,
    "object": dict,
}  # fmt: skip


def number_conforms(value: float, schema: dict[str, Any]) -> bool:
    within = all(passes(value, schema[bound]) for bound, passes in BOUNDS.items() if bound in schema)
    return math.isfinite(value) and within


BOUNDS: dict[str, Any] = {
    "minimum": operator.ge, "maximum": operator.le,
    "exclusiveMinimum": operator.gt, "exclusiveMaximum": operator.lt,
}  # fmt: skip


def fits_pattern(pattern, text):
    """As a JSON Schema has it: ``$`` is the very end, and not also what stands before a last line end."""
    return (
        re.search(pattern.removesuffix("$") + r"\Z" * pattern.endswith("$"), text, flags=re.ASCII) is not None
    )


def text_conforms(value: str, schema: dict[str, Any]) -> bool:
    longest = schema.get("maxLength", len(value))
    fits = fits_pattern(schema.get("pattern", ""), value)
    return fits and schema.get("minLength", 0) <= len(value) <= longest


def table_conforms(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    if not value.keys() >= set(schema.get("required", [])):
        return False
    if "if" in schema and not conforms(value, schema["if"]) and not conforms(value, schema["else"]):
        return False
    names = schema.get("propertyNames", {})
    return all(conforms(key, names) and entry_conforms(key, one, schema) for key, one in value.items())


def entry_conforms(key: str, value: Any, schema: dict[str, Any]) -> bool:
    if key in schema.get("properties", {}):
        return conforms(value, schema["properties"][key])
    patterns = schema.get("patternProperties")
    if patterns:
        return all(fits_pattern(one, key) and conforms(value, below) for one, below in patterns.items())
    others = schema.get("additionalProperties", True)
    return conforms(value, others) if isinstance(others, dict) else others


CHECKS: dict[Any, Any] = {
    int | float: number_conforms,
    str: text_conforms,
    dict: table_conforms,
    list: lambda value, schema: all(conforms(one, schema.get("items", {})) for one in value),
}


class TestSchema:
    @pytest.mark.parametrize("key", KEYS)
    @examples(40)  # of each of 140 keys
    @given(value=VALUES)
    @example(value={"0\n": 0})
    def test_a_value_is_accepted_where_the_schema_allows_it_and_nowhere_else(self, key, value):
        data = file_with(key, value)
        assert conforms(data, SCHEMA) == accepted(data)

    @pytest.mark.parametrize("name", shipped())
    def test_it_allows_every_file_that_ships(self, name):
        assert conforms(tomllib.loads(shipped()[name].read_text(encoding="utf-8")), SCHEMA)

    def test_a_file_that_extends_another_says_so_and_need_not_give_all_of_a_role(self):
        part = {"roles": {"gp": {"voice": 0.5}}}
        assert not conforms(part, SCHEMA)
        assert conforms({"extends": "learning_practice", **part}, SCHEMA)
        assert not conforms({"extends": 3}, SCHEMA)
        assert json.dumps(SCHEMA)


class TestKeys:
    @pytest.mark.parametrize("key", KEYS)
    def test_every_key_that_is_told_can_be_set_by_what_it_is_called(self, key):
        scenario = Scenario.from_dict(plain_file())
        own = real(key)
        value: Any = scenario.model_dump(mode="json")
        for part in own.split("."):
            value = value[0] if isinstance(value, list) else value[part]
        if value is not None:
            assert scenario.replace({own: value}) == scenario

    @pytest.mark.parametrize("table", ["kinds.a", "interventions.0"])
    def test_all_that_a_kind_or_an_intervention_sets_can_be_replaced(self, table):
        new = {"practice.analysis.share": 0.5}
        scenario = Scenario.from_dict(plain_file()).replace({f"{table}.set": new})
        assert (scenario.kinds if table == "kinds.a" else scenario.interventions)[0].set == new

    @pytest.mark.parametrize("key", ["kinds.a.share", "interventions.0.at", "population.tiers.x.count"])
    def test_an_entry_that_is_not_there_is_said_to_be_missing(self, key, tmp_path):
        (tmp_path / "file.toml").write_text("steps = 5\n")
        with pytest.raises(ScenarioError, match=f"{key}: no entry '.*'; (there are none|known are health)"):
            Scenario.load(tmp_path / "file.toml", {key: 1})
        told = Scenario.load(tmp_path / "file.toml", {"population.tiers.health service.count": 1})
        assert told.steps == 5

    @pytest.mark.parametrize("table", ["kinds", "interventions"])
    def test_keys_without_quotes_in_what_is_set_are_told_how_to_be_written(self, table):
        data = plain_file()
        data[table][0]["set"] = {"practice": {"analysis": {"share": 0.5}}}
        with pytest.raises(
            ScenarioError, match=r'write keys whole and in quotes, as in "practice.analysis.sh'
        ):
            Scenario.from_dict(data)

    def test_an_intervention_is_called_by_its_place(self):
        table = key_table("interventions")
        assert table.rows[0][0] == "interventions.N.at"
        assert "N for the place of an intervention in its file, from 0" in table.notes[0]

    def test_what_a_file_extends_is_among_the_keys(self):
        ((key, meaning, _),) = key_table("extends").rows
        assert key == "extends" and "name of one that ships" in str(meaning)
