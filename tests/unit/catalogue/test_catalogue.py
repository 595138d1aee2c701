"""A catalogue is whole, or it says in one line a fault what is wrong, where."""

import re

import pytest

from procsem.catalogue import CatalogueError, UnknownClaimError, load, load_claims, load_topic, select

KNOWN = {"system": "", "assertions": "", "python": ""}


def faults(topic, known=KNOWN):
    with pytest.raises(CatalogueError) as caught:
        load(topic.parent, known)
    return list(caught.value.faults)


def edit(topic, old, new):
    file = topic / "claims.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_good_topic(topic):
    (claim,) = load(topic.parent, KNOWN).claims
    assert (claim.id, claim.line, claim.probe.name) == ("daemon/no-children", 2, "no_children.py")
    assert [(arm.name, arm.is_control) for arm in claim.arms] == [("experiment", False), ("control", True)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("says =", "sayz =", "sayz"),
        ("line = 12", 'line = "12"', "source.line: must be int"),
        ('verdict = "upheld"', 'verdict = "fine"', "expect[0].verdict: must be upheld or refuted, not 'fine'"),
        ('verdict = "upheld"', 'verdict = "refuted"', "expect[0]: a refutation must say what is seen instead"),
        ("control = { started = true }\n", "", "has no control"),
        ("predicts = { started = false }\n", "", "has no prediction"),
        ("started = false", "started = { at_leest = 1 }", "unknown comparison 'at_leest'"),
        ("started = false", 'started = { same_as = "other.started" }', "'other.started' names no arm"),
        (
            'verdict = "upheld"',
            'verdict = "upheld"\nwhen = { sistem = "linux" }',
            "no such fact of an environment: 'sistem'",
        ),
        ('verdict = "upheld"', 'verdict = "upheld"\nwhen = { python = "new" }', "is no version range"),
        (
            'verdict = "upheld"',
            'verdict = "upheld"\nwhen = { system = "linux" }',
            "has no expectation that holds everywhere",
        ),
        ('decided_by = "multiprocessing"', 'decided_by = "me"', "decided_by: must be one of"),
        ('decided_by = "multiprocessing"\n', "", "decided_by"),
        ("[no-children]", "[No_Children]", "is no claim's name"),
        ('because = "there is a check"\n', "", "because"),
        ("control = {", 'probe = "other.py"\ncontrol = {', "there is no other.py"),
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


def test_a_half_written_file(topic):
    file = topic / "claims.toml"
    file.write_bytes(file.read_bytes()[:150])
    assert faults(topic)
    file.write_bytes(b"\xff\xfe")
    assert faults(topic) == [f"{file}: is not UTF-8 text (byte 0)"]
    file.write_text("", encoding="utf-8")
    assert any("belongs to no claim" in line for line in faults(topic))


def test_a_claim_with_no_expectation(topic):
    file = topic / "claims.toml"
    file.write_text(re.sub(r"(?s)\[\[.*", "expect = []\n", file.read_text(encoding="utf-8")), encoding="utf-8")
    assert any("has no expectation" in line for line in faults(topic))


def test_a_probe_without_the_arm(topic):
    (topic / "no_children.py").write_text("main(experiment)\n", encoding="utf-8")
    (line,) = faults(topic)
    assert "no_children.py passes no function 'control' to main(); it passes experiment" in line


def test_a_probe_without_a_claim(topic):
    (topic / "stray.py").write_text("", encoding="utf-8")
    (line,) = faults(topic)
    assert line.startswith(str(topic / "stray.py"))
    assert "belongs to no claim" in line


def test_claims_that_no_probe_observes(topic):
    file = topic / "claims.toml"
    (topic / "no_children.py").unlink()
    (claim,) = load_claims(file, "cost", KNOWN, lambda claim: [])
    assert (claim.id, claim.line) == ("cost/no-children", 2)
    with pytest.raises(CatalogueError) as caught:
        load_claims(file, "cost", KNOWN, lambda claim: [f"is not observed: {claim.arms[0].name}"])
    assert caught.value.faults == (f"{file}:2: [no-children] is not observed: experiment",)


def test_a_topic_without_claims(topic):
    other = topic.parent / "lock"
    other.mkdir()
    (other / "lock.py").write_text("", encoding="utf-8")
    assert faults(topic) == [f"{other}: probes, but no claims.toml"]


def test_all_faults_of_all_topics_at_once(topic):
    edit(topic, "says =", "sayz =")
    other = topic.parent / "lock"
    other.mkdir()
    (other / "claims.toml").write_text("[", encoding="utf-8")
    assert {line.split(":")[0] for line in faults(topic)} == {str(topic / "claims.toml"), str(other / "claims.toml")}


def test_no_folder(tmp_path):
    with pytest.raises(CatalogueError, match="no such folder of probes"):
        load(tmp_path / "none", KNOWN)
    with pytest.raises(CatalogueError, match=r"holds no claims\.toml"):
        load(tmp_path, KNOWN)


def test_topics_come_in_the_order_of_the_document(topic):
    other = topic.parent / "alpha"
    other.mkdir()
    for file in topic.iterdir():
        (other / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    assert [claim.topic for claim in load(topic.parent, KNOWN).claims] == ["alpha", "daemon"]
    (topic.parent / "document.toml").write_text('title="t"\naddress="a"\ntopics=["daemon"]\n', encoding="utf-8")
    assert [claim.topic for claim in load(topic.parent, KNOWN).claims] == ["daemon", "alpha"]


@pytest.mark.parametrize(
    ("file", "written", "said"),
    [
        ("document.toml", 'title = "t"', "address: is missing a key"),
        ("document.toml", "title", "is not valid TOML"),
        (
            "document.toml",
            'title="t"\naddress="a"\ntopics=[]\nsections=[{ line="5", heading="h" }]',
            "sections[0].line: must",
        ),
        ("checklist.toml", "[daemon]\nno-children = { line = 1 }", "says: is missing a key"),
        ("checklist.toml", '[daemon]\nno-children = { line = 1, says = "s", claim = "c" }', "has unknown keys"),
        ("listings.toml", '[listings]\ndaemon = { says = "s" }', "line: is missing a key"),
        ("beyond.toml", '[daemon]\nno-children = { line = 1, says = "s" }', "has unknown keys"),
    ],
)
def test_a_fault_of_the_document_is_one_line_with_the_file_and_the_key(topic, file, written, said):
    (topic.parent / file).write_text(written, encoding="utf-8")
    lines = faults(topic)
    assert any(said in line for line in lines), lines
    assert all(line.startswith(f"{topic.parent / file}: ") for line in lines), lines


def test_a_statement_is_tested_by_the_claim_of_its_name_or_by_those_it_names(topic):
    (topic.parent / "document.toml").write_text(
        'title="t"\naddress="a"\ntopics=[]\nsections=[{ heading="second", line=9 }, { heading="first", line=4 }]'
    )
    (topic.parent / "checklist.toml").write_text(
        '[daemon]\none = { line = 4, says = "s" }\ntwo = { line = 8, says = "s", claims = ["a", "b"] }'
    )
    document = load(topic.parent, KNOWN).document
    assert [row.claims for row in document.checklist] == [("daemon/one",), ("daemon/a", "daemon/b")]
    headings = [section and section.heading for section in map(document.section_at, (3, 4, 8, 9))]
    assert headings == [None, "first", "first", "second"]


def test_what_is_beyond_the_document_has_no_line_and_may_be_answered_by_another_topic(topic):
    (topic.parent / "beyond.toml").write_text('[daemon]\none = { says = "s", claims = ["a", "join/b"] }')
    (row,) = load(topic.parent, KNOWN).document.beyond
    assert (row.id, row.line, row.claims) == ("daemon/one", None, ("daemon/a", "join/b"))
    assert [row.is_tested(known) for known in ({"daemon/a"}, {"daemon/a", "join/b", "x/y"})] == [False, True]


def test_patterns(topic):
    (claim,) = load_topic(topic / "claims.toml", KNOWN)
    for pattern in ("daemon/no-children", "daemon", "daemon/", "dae*", "*/no-*"):
        assert select([claim], [pattern]) == (claim,)
    assert select([claim], []) == (claim,)
    assert select([claim], ["daemon", "daemon/no-children"]) == (claim,)


@pytest.mark.parametrize(
    ("pattern", "near"),
    [("daemon/no-childs", "daemon/no-children"), ("no-children", "daemon/no-children"), ("daemons", "daemon")],
)
def test_a_pattern_that_matches_nothing_is_told_with_what_is_near(topic, pattern, near):
    claims = load_topic(topic / "claims.toml", KNOWN)
    with pytest.raises(UnknownClaimError, match=f"no claim matches '{pattern}'; near it: .*{near}"):
        select(claims, [pattern])
