"""The skeleton of a claim is complete, and replaces nothing."""

import tomllib

import pytest

from procsem.catalogue import BUILT_IN, CatalogueError, load
from procsem.catalogue.skeleton import SkeletonError, skeleton
from procsem.environment import CONDITIONS


def write(made):
    made.probe[0].parent.mkdir(parents=True, exist_ok=True)
    for file, text in (made.claims, made.probe, made.rows):
        file.write_text(text, encoding="utf-8")


def test_a_skeleton_in_an_empty_folder_loads(tmp_path):
    write(skeleton("daemon/may-be-joined", tmp_path))
    catalogue = load(tmp_path, CONDITIONS)
    (claim,) = catalogue.claims
    assert (claim.id, claim.probe.name, claim.source) == ("daemon/may-be-joined", "may_be_joined.py", None)
    assert [row.claims for row in catalogue.document.beyond] == [("daemon/may-be-joined",)]


def test_a_skeleton_beside_other_claims_keeps_them(topic):
    before = (topic / "claims.toml").read_text(encoding="utf-8")
    (topic.parent / "beyond.toml").write_text(
        '# rows\n[daemon]\na = { says = "s", claims = ["no-children"] }\n\n[lock]\n'
    )
    write(skeleton("daemon/second", topic.parent))
    catalogue = load(topic.parent, CONDITIONS)
    assert [claim.id for claim in catalogue.claims] == ["daemon/no-children", "daemon/second"]
    assert (topic / "claims.toml").read_text(encoding="utf-8").startswith(before)
    assert [row.id for row in catalogue.document.beyond] == ["daemon/a", "daemon/second"]
    assert (topic.parent / "beyond.toml").read_text(encoding="utf-8").endswith("\n\n[lock]\n")


def test_with_a_line_of_the_document_the_claim_has_its_section_and_a_row_of_the_checklist(tmp_path):
    (tmp_path / "document.toml").write_text(
        'title = "t"\naddress = "a"\ntopics = []\nsections = [{ heading = "daemons", line = 5 }]', encoding="utf-8"
    )
    write(skeleton("daemon/second", tmp_path, line=7))
    catalogue = load(tmp_path, CONDITIONS)
    assert catalogue.claims[0].source.section == "daemons"
    assert [(row.id, row.line) for row in catalogue.document.checklist] == [("daemon/second", 7)]


def test_every_part_that_must_be_replaced_is_marked():
    made = skeleton("daemon/second", BUILT_IN.parent / "none")
    assert made.claims[1].count("TODO") == 4
    assert made.probe[1].count("TODO") == 1
    assert made.rows[1].count("TODO") == 1


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("no-children", "'no-children' is not an id for a claim; write TOPIC/NAME"),
        ("daemon/No_Children", "is not an id for a claim"),
        ("daemon/../x", "is not an id for a claim"),
        ("daemon/no-children", "exists already; choose another name"),
        ("daemon/taken", r"claims\.toml: has 'taken' already; choose another name"),
        ("daemon/row", r"beyond\.toml: has 'row' already; choose another name"),
        ("random/x", "the standard library has a module 'random'"),
        ("daemon/random", "would hide the module 'random' of the standard library"),
    ],
)
def test_a_skeleton_replaces_nothing_and_hides_no_module(topic, claim, message):
    with (topic / "claims.toml").open("a", encoding="utf-8") as file:
        file.write("[taken]\n")
    (topic.parent / "beyond.toml").write_text('[daemon]\nrow = { says = "s" }\n', encoding="utf-8")
    with pytest.raises(SkeletonError, match=message):
        skeleton(claim, topic.parent)


def test_a_damaged_file_is_not_extended(topic):
    (topic / "claims.toml").write_text("[", encoding="utf-8")
    with pytest.raises(SkeletonError, match="is not valid TOML"):
        skeleton("daemon/second", topic.parent)
    (topic / "claims.toml").write_bytes(b"\xff")
    with pytest.raises(CatalogueError, match="is not UTF-8"):
        skeleton("daemon/second", topic.parent)


@pytest.mark.parametrize("file", sorted(BUILT_IN.rglob("*.toml")), ids=lambda file: str(file.relative_to(BUILT_IN)))
def test_no_claim_of_this_project_is_a_skeleton(file):
    text = file.read_text(encoding="utf-8")
    assert "TODO" not in text
    tomllib.loads(text)
