"""A catalogue is complete, or each fault is one line that says what is wrong, and where."""

import re

import pytest

from procsem.catalogue import (
    BUILT_IN,
    CatalogueError,
    Fault,
    UnknownClaimError,
    check_probes,
    load,
    load_and_select,
    load_claims,
    load_one,
    load_topic,
    loader,
    select,
)
from procsem.environment import CONDITIONS
from tests.catalogue import CLAIMS


def faults(topic):
    with pytest.raises(CatalogueError) as caught:
        load(topic.parent, CONDITIONS)
    return list(caught.value.faults)


def edit(topic, old, new):
    file = topic / "claims.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_topic_without_faults_is_read(topic):
    (claim,) = load(topic.parent, CONDITIONS).claims
    assert (claim.id, claim.line, claim.probe.name) == ("daemon/no-children", 2, "no_children.py")
    assert [(arm.name, arm.is_control) for arm in claim.arms] == [("experiment", False), ("control", True)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("says =", "sayz =", "sayz"),
        ("line = 12", 'line = "12"', "source.line: must be a whole number, not text"),
        ('verdict = "upheld"', 'verdict = "fine"', "expect[0].verdict: must be upheld or refuted, not 'fine'"),
        ('verdict = "upheld"', 'verdict = "refuted"', "expect[0]: a refutation must say what is seen instead"),
        ("control = { started = true }\n", "", "has no control"),
        ("predicts = { started = false }\n", "", "has no prediction"),
        ("started = false", "started = { at_leest = 1 }", "unknown comparison 'at_leest'"),
        ("started = false", 'started = { same_as = "other.started" }', "'other.started' does not name an arm"),
        (
            'verdict = "upheld"',
            'verdict = "upheld"\nwhen = { sistem = "linux" }',
            "not a fact that a condition can name; did you mean 'system'?",
        ),
        ('verdict = "upheld"', 'verdict = "upheld"\nwhen = { python = "new" }', "is not a version range"),
        (
            'verdict = "upheld"',
            'verdict = "upheld"\nwhen = { system = "linux" }',
            "no rule applies everywhere",
        ),
        ('decided_by = "multiprocessing"', 'decided_by = "me"', "decided_by: cannot be 'me'"),
        ('decided_by = "multiprocessing"\n', "", "decided_by"),
        ("[no-children]", "[No_Children]", "is not a name for a claim"),
        ('because = "there is a check"\n', "", "because"),
        ("control = {", 'probe = "other.py"\ncontrol = {', "the file other.py does not exist next to claims.toml"),
        ("predicts = { started", "predicts = [ 1 ]\n#", "predicts"),
        ("says =", "says", "is not valid TOML"),
    ],
)
def test_a_fault_is_one_line_with_the_file_and_the_key(topic, old, new, said):
    edit(topic, old, new)
    lines = faults(topic)
    assert any(said in line for line in lines), lines
    assert all(str(topic / "claims.toml") in line for line in lines), lines
    assert not any("\n" in line for line in lines)


def test_each_fault_of_a_half_written_file_is_one_line(topic):
    file = topic / "claims.toml"
    file.write_bytes(file.read_bytes()[:150])
    (line,) = faults(topic)
    assert line.startswith(f"{file}: is not valid TOML: ")
    file.write_bytes(b"\xff\xfe")
    assert faults(topic) == [f"{file}: is not UTF-8 text (byte 0)"]
    file.write_text("", encoding="utf-8")
    assert any("belongs to no claim" in line for line in faults(topic))


def test_a_claim_without_an_expectation_is_a_fault(topic):
    file = topic / "claims.toml"
    file.write_text(re.sub(r"(?s)\[\[.*", "expect = []\n", file.read_text(encoding="utf-8")), encoding="utf-8")
    assert any("has no expectation" in line for line in faults(topic))


def test_a_probe_without_the_function_of_an_arm_is_a_fault(topic):
    (topic / "no_children.py").write_text("main(experiment)\n", encoding="utf-8")
    assert any(
        "no_children.py passes no function 'control' to main(); known: experiment" in line for line in faults(topic)
    )


def test_the_built_in_probes_fit_their_claims():
    check_probes(load(BUILT_IN, CONDITIONS).claims)


def test_built_in_probes_are_checked_only_on_request(topic, monkeypatch):
    monkeypatch.setattr(loader, "BUILT_IN", topic.parent)
    edit(topic, "started = true", "begun = true")
    claims = load(topic.parent, CONDITIONS).claims
    with pytest.raises(CatalogueError) as caught:
        check_probes(claims)
    with pytest.raises(CatalogueError) as same:
        load_topic(topic / "claims.toml", CONDITIONS)
    assert caught.value.faults == same.value.faults
    assert "records no such fact" in same.value.faults[0]


def test_a_probe_without_a_claim_is_a_fault(topic):
    (topic / "stray.py").write_text("", encoding="utf-8")
    (line,) = faults(topic)
    assert line.startswith(str(topic / "stray.py"))
    assert "belongs to no claim" in line


def test_claims_without_probes_are_checked_by_their_own_rule(topic):
    file = topic / "claims.toml"
    (topic / "no_children.py").unlink()
    (claim,) = load_claims(file, "cost", CONDITIONS, lambda claim: [])
    assert (claim.id, claim.line) == ("cost/no-children", 2)
    with pytest.raises(CatalogueError) as caught:
        load_claims(file, "cost", CONDITIONS, lambda claim: [Fault(("arms", claim.arms[0].name), "is not observed")])
    assert caught.value.faults == (f"{file}:6: [no-children] predicts: is not observed",)


def test_a_folder_of_probes_without_claims_is_a_fault(topic):
    other = topic.parent / "lock"
    other.mkdir()
    (other / "lock.py").write_text("", encoding="utf-8")
    assert faults(topic) == [f"{other}: there are probes, but no claims.toml"]


def test_all_faults_of_all_topics_are_reported_at_once(topic):
    edit(topic, "says =", "sayz =")
    other = topic.parent / "lock"
    other.mkdir()
    (other / "claims.toml").write_text("[", encoding="utf-8")
    assert {line.split(":")[0] for line in faults(topic)} == {str(topic / "claims.toml"), str(other / "claims.toml")}


def test_a_folder_without_claims_is_a_fault(tmp_path):
    with pytest.raises(CatalogueError, match="no such folder of probes"):
        load(tmp_path / "none", CONDITIONS)
    with pytest.raises(CatalogueError, match=r"there is no claims\.toml"):
        load(tmp_path, CONDITIONS)


def test_topics_are_in_the_order_of_the_document(topic):
    other = topic.parent / "alpha"
    other.mkdir()
    for file in topic.iterdir():
        (other / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    assert [claim.topic for claim in load(topic.parent, CONDITIONS).claims] == ["alpha", "daemon"]
    (topic.parent / "document.toml").write_text('title="t"\naddress="a"\ntopics=["daemon"]\n', encoding="utf-8")
    assert [claim.topic for claim in load(topic.parent, CONDITIONS).claims] == ["daemon", "alpha"]


@pytest.mark.parametrize(
    ("file", "written", "said"),
    [
        ("document.toml", 'title = "t"', "document.toml:1: address: is missing"),
        ("document.toml", "title", "is not valid TOML"),
        (
            "document.toml",
            'title="t"\naddress="a"\ntopics=[]\nsections=[{ line="5", heading="h" }]',
            "document.toml:4: sections[0].line: must be a whole number, not text",
        ),
        (
            "checklist.toml",
            "[daemon]\nno-children = { line = 1 }",
            "checklist.toml:2: daemon.no-children.says: is missing",
        ),
        (
            "checklist.toml",
            '[daemon]\nno-children = { line = 1, says = "s", claim = "c" }',
            "claim: unknown key; did you mean 'claims'?",
        ),
        ("listings.toml", '[listings]\ndaemon = { says = "s" }', "listings.toml:2: listings.daemon.line: is missing"),
        ("beyond.toml", '[daemon]\nno-children = { line = 1, says = "s" }', "line: unknown key; known: says, claims"),
    ],
)
def test_a_fault_of_the_document_is_one_line_with_the_file_and_the_key(topic, file, written, said):
    (topic.parent / file).write_text(written, encoding="utf-8")
    lines = faults(topic)
    assert any(said in line for line in lines), lines
    assert all(line.startswith(f"{topic.parent / file}:") for line in lines), lines


def test_a_statement_is_tested_by_the_claim_of_its_name_or_by_those_it_names(topic):
    (topic.parent / "document.toml").write_text(
        'title="t"\naddress="a"\ntopics=[]\nsections=[{ heading="daemons", line=9 }, { heading="first", line=4 }]'
    )
    (topic.parent / "checklist.toml").write_text(
        '[daemon]\none = { line = 4, says = "s" }\ntwo = { line = 8, says = "s", claims = ["a", "b"] }'
    )
    document = load(topic.parent, CONDITIONS).document
    assert [row.claims for row in document.checklist] == [("daemon/one",), ("daemon/a", "daemon/b")]
    headings = [section and section.heading for section in map(document.section_at, (3, 4, 8, 9))]
    assert headings == [None, "first", "first", "daemons"]


def test_a_statement_beyond_the_document_has_no_line_and_can_be_tested_by_another_topic(topic):
    (topic.parent / "beyond.toml").write_text('[daemon]\none = { says = "s", claims = ["a", "join/b"] }')
    (row,) = load(topic.parent, CONDITIONS).document.beyond
    assert (row.id, row.line, row.claims) == ("daemon/one", None, ("daemon/a", "join/b"))
    assert [row.is_tested(known) for known in ({"daemon/a"}, {"daemon/a", "join/b", "x/y"})] == [False, True]


def test_a_pattern_is_an_id_a_topic_or_either_with_a_wildcard(topic):
    (claim,) = load_topic(topic / "claims.toml", CONDITIONS)
    for pattern in ("daemon/no-children", "daemon", "daemon/", "dae*", "*/no-*"):
        assert select([claim], [pattern]) == (claim,)
    assert select([claim], []) == (claim,)
    assert select([claim], ["daemon", "daemon/no-children"]) == (claim,)


@pytest.mark.parametrize(
    ("pattern", "near"),
    [("daemon/no-childs", "daemon/no-children"), ("no-children", "daemon/no-children"), ("daemons", "daemon")],
)
def test_a_pattern_that_matches_nothing_is_an_error_that_names_the_nearest_ids(topic, pattern, near):
    claims = load_topic(topic / "claims.toml", CONDITIONS)
    with pytest.raises(UnknownClaimError, match=f"no claim matches '{pattern}'; did you mean {near}"):
        select(claims, [pattern])


@pytest.mark.parametrize(
    ("source", "section", "said"),
    [
        ("12", "daemons", None),
        ("{ line = 12 }", "daemons", None),
        ('{ line = 12, section = "daemons" }', "daemons", None),
        (
            '{ line = 12, section = "locks" }',
            None,
            "source.section: line 12 is in the section 'daemons'; write source = 12",
        ),
        ("3", None, "source: the line is before the first section; write { line = 3, section = '...' }"),
        ('{ line = 3, section = "preface" }', "preface", None),
        ("40", "daemons", None),
        ("41", None, "source: the document has 40 lines, so none is line 41"),
    ],
)
def test_the_section_of_a_source_follows_from_its_line(topic, source, section, said):
    (topic.parent / "document.toml").write_text(
        'title="t"\naddress="a"\ntopics=[]\nlines=40\nsections=[{ heading="daemons", line=4 }]', encoding="utf-8"
    )
    edit(topic, '{ section = "daemons", line = 12 }', source)
    if said:
        assert faults(topic) == [f"{topic / 'claims.toml'}:4: [no-children] {said}"]
    else:
        for claims in (load(topic.parent, CONDITIONS).claims, load_topic(topic / "claims.toml", CONDITIONS)):
            assert claims[0].source.section == section


def test_a_line_without_a_document_needs_a_section(topic):
    edit(topic, '{ section = "daemons", line = 12 }', "12")
    (line,) = faults(topic)
    assert line.endswith("source: no sections of a document are known; write { line = 12, section = '...' }")


def test_a_key_of_the_claim_replaces_the_one_of_the_defaults(topic):
    edit(
        topic,
        "[no-children]",
        '[defaults]\nneeds = { system = "linux" }\nseconds = 7\n\n[no-children]\nneeds = { gil = true }',
    )
    (claim,) = load(topic.parent, CONDITIONS).claims
    assert (claim.needs.wanted, claim.seconds, claim.line) == ({"gil": True}, 7, 6)


def test_one_claim_is_loaded_only_if_the_pattern_matches_no_other():
    assert load_one(BUILT_IN, CONDITIONS, "daemon/no-children") in CLAIMS
    count = sum(claim.topic == "daemon" for claim in CLAIMS)
    said = rf"'daemon' matches {count} claims; name one: daemon/[\w-]+, daemon/[\w-]+, daemon/[\w-]+ \.\.\.$"
    with pytest.raises(UnknownClaimError, match=said):
        load_one(BUILT_IN, CONDITIONS, "daemon")
    with pytest.raises(UnknownClaimError, match=r"matches 2 claims; name one: join/joins-[\w-]+, join/joins-[\w-]+$"):
        load_one(BUILT_IN, CONDITIONS, "join/joins*")


def test_only_the_named_topics_of_the_built_in_catalogue_are_read():
    catalogue, found = load_and_select(BUILT_IN, CONDITIONS, ["daemon/no-children", "join"])
    assert {claim.topic for claim in catalogue.claims} == {"daemon", "join"}
    assert found == select(CLAIMS, ["daemon/no-children", "join"])
    for patterns in ([], ["*/no-children"], ["d*"]):
        catalogue, found = load_and_select(BUILT_IN, CONDITIONS, patterns)
        assert catalogue.claims == CLAIMS
        assert found == select(CLAIMS, patterns)


def test_a_claim_that_its_topic_lacks_may_be_meant_in_another_topic():
    with pytest.raises(UnknownClaimError, match="did you mean join/unjoined-is-zombie"):
        load_and_select(BUILT_IN, CONDITIONS, ["daemon/unjoined-is-zombie"])


def test_another_folder_is_always_read_as_a_whole(topic):
    (topic.parent / "damaged").mkdir()
    (topic.parent / "damaged" / "claims.toml").write_text("[", encoding="utf-8")
    with pytest.raises(CatalogueError, match="damaged"):
        load_and_select(topic.parent, CONDITIONS, ["daemon"])
