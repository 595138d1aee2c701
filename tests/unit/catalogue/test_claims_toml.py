"""A typo in claims.toml is one line that names the file, the line, the claim, the key and what was probably meant."""

import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from procsem.catalogue import CatalogueError, load
from procsem.environment import CONDITIONS
from procsem_dev.claims_schema import schema

TYPOS = Path(__file__).with_name("typos.txt")
CLAIMS = """\
[defaults]
decided_by = "multiprocessing"
needs = { semaphores = true }

[no-children]
says = "A daemon may have no children."
source = { section = "daemons", line = 12 }
predicts = { started = false, child = "none" }
control = { started = true }
controls.plain = { predicts = { started = true } }

[[no-children.expect]]
verdict = "upheld"
because = "There is a check."
see = "docs:multiprocessing#multiprocessing.Process.daemon"

[[no-children.expect]]
when = { assertions = false, python = ">=3.9" }
verdict = "refuted"
because = "The check is an assertion."
see = ["docs:using/cmdline#cmdoption-O"]
[no-children.expect.observes]
started = true
plain = { started = true }
"""
PROBE = """\
def experiment(arm):
    arm.record(started=False, child="none")
def control(arm):
    arm.record(started=True)
def plain(arm):
    arm.record(started=True)
main(experiment, control, plain)
"""


@pytest.fixture
def printed(tmp_path):
    """Return a function that replaces a part of the claims, and returns what is then printed without the folder."""

    def replace(old, new):
        assert CLAIMS.count(old) == 1, "the part to be replaced is there once"
        topic = tmp_path / "daemon"
        topic.mkdir()
        (topic / "claims.toml").write_text(CLAIMS.replace(old, new), encoding="utf-8")
        (topic / "no_children.py").write_text(PROBE, encoding="utf-8")
        try:
            load(tmp_path, CONDITIONS)
        except CatalogueError as error:
            return str(error).replace(f"{topic}/", "")
        return None

    return replace


def test_the_claims_without_a_typo_are_read(printed):
    assert printed("[defaults]", "[defaults]") is None


def typos():
    """Read ``typos.txt``: in each block what is replaced, what is written instead, and what is printed."""
    name = ""
    for number, block in enumerate(TYPOS.read_text(encoding="utf-8").split("\n\n")[1:]):
        name = next((line[2:] for line in block.splitlines() if line.startswith("# ")), name)
        parts = ("\n".join(re.findall(rf"(?m)^[{sign}] (.*)$", block)) for sign in "-+>")
        yield pytest.param(*parts, id=f"{name} {number}")


@pytest.mark.parametrize(("old", "new", "line"), list(typos()))
def test_a_typo_is_printed_with_its_line_and_key(printed, old, new, line):
    assert printed(old, new) == line


def test_every_kind_of_typo_is_tried():
    assert len({typo.id.rstrip("0123456789") for typo in typos()}) >= 10


def test_the_schema_rejects_the_typos_that_need_neither_the_probe_nor_other_keys():
    validator = jsonschema.Draft7Validator(schema())
    validator.validate(tomllib.loads(CLAIMS))
    accepted = set()
    for typo in typos():
        old, new, _ = typo.values
        if validator.is_valid(tomllib.loads(CLAIMS.replace(old, new))):
            accepted.add(typo.id)
    kinds = [
        "a fact has the name of an arm",
        "a fact that the probe does not record",
        "a probe that does not exist",
        "a rule that can never win",
        "an arm that does not exist",
        "two spellings for one thing",
    ]
    for_the_loader = {typo.id for typo in typos() if typo.id.startswith(tuple(kinds)) or "same_as" in typo.values[1]}
    assert accepted <= for_the_loader
