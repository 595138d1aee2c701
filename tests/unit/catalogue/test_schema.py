"""The JSON schema that editors use accepts every claims.toml, and knows every key, fact and choice of the loader."""

import tomllib
from pathlib import Path

import attrs
import jsonschema
import pytest

from procsem import bench
from procsem.catalogue import BUILT_IN, tables
from procsem.model.comparison import COMPARISONS
from procsem_dev import claims_schema

SCHEMA = claims_schema.schema()
DEFINITIONS = SCHEMA["definitions"]
COST = Path(bench.__file__).parent / "measure" / "cost.toml"


def test_the_file_is_up_to_date():
    text = claims_schema.FILE.read_text(encoding="utf-8")
    assert text == claims_schema.text_of_schema(), "run python -m procsem_dev.claims_schema"


def test_the_schema_is_valid():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "file", [*sorted(BUILT_IN.glob("*/claims.toml")), COST], ids=lambda file: f"{file.parent.name}/{file.name}"
)
def test_every_file_of_claims_is_valid(file):
    jsonschema.Draft7Validator(SCHEMA).validate(tomllib.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("definition", "kind"),
    [
        ("claim", tables.ClaimTable),
        ("arm", tables.ArmTable),
        ("rule", tables.RuleTable),
        ("remedy", tables.RemedyTable),
        ("failure", tables.FailureTable),
    ],
)
def test_the_schema_knows_the_keys_of_the_loader(definition, kind):
    fields = attrs.fields_dict(kind)
    assert set(DEFINITIONS[definition]["properties"]) == set(fields)
    required = {name for name, field in fields.items() if field.default is attrs.NOTHING}
    assert required - set(DEFINITIONS[definition]["required"]) <= set(tables.DEFAULT_KEYS)


def test_the_schema_knows_the_comparisons():
    _, *tables = DEFINITIONS["comparison"]["anyOf"]
    assert {key for table in tables for key in table["properties"]} == COMPARISONS
