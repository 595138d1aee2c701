"""Markdown, JUnit XML and annotations: the output of a probe stays text, and what is left out is mentioned."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve

from procsem.judge import judge
from procsem.model import CellResult, Column, Matrix, Problem, ProblemKind, Run, Verdict
from procsem.views import github, junit, markdown

EVIL = "</details><script>alert(1)</script>|`*_[x](y)\x1b[31m\x00\nnext"


@pytest.fixture
def claim(make_claim):
    return make_claim(says=f"It is so. {EVIL}")


@pytest.fixture
def matrix(claim, environment, seen):
    cells = []
    for method, started in (("spawn", False), ("fork", True)):
        judged = judge(
            claim, environment.facts, method, seen(started=started, error=EVIL if started else "AssertionError")
        )
        cells.append(
            CellResult(
                claim.id,
                method,
                judged.verdict,
                judged.expected,
                judged.as_expected,
                judged.because,
                0.5,
                {},
                judged.mismatches,
            )
        )
    cells.append(
        CellResult(
            claim.id,
            "forkserver",
            Verdict.BROKEN,
            Verdict.UPHELD,
            False,
            "",
            0,
            {},
            problem=Problem(ProblemKind.OTHER, detail=EVIL),
        )
    )
    cells.append(
        CellResult("daemon/other", None, Verdict.UNSUPPORTED, Verdict.UNSUPPORTED, True, "needs " + EVIL, 0, {})
    )
    return Matrix((Column("one", Run(environment, "2026-01-02T03:04:05+00:00", 1, tuple(cells))),))


def test_markdown_begins_with_the_totals_and_folds_the_details(matrix, claim):
    text = markdown.render(matrix, [claim], ["x.json: is damaged"])
    assert text.index("2 not as expected") < text.index("x.json: is damaged") < text.index("<details>")
    assert "refuted, expected upheld" in text
    assert "`-* + !*`" in text


def test_markdown_escapes_the_output_of_probes(matrix, claim):
    text = markdown.render(matrix, [claim])
    assert "<script" not in text
    assert text.count("<details>") == text.count("</details>") == 1
    assert "\x1b" not in text
    rows = [line for line in text.splitlines() if line.startswith("| **")]
    assert all(row.count("|") == 3 for row in rows)


def test_markdown_stays_below_the_limit_and_mentions_what_is_left_out(matrix, claim):
    many = evolve(matrix, columns=tuple(evolve(matrix.columns[0], label=f"column {n}") for n in range(300)))
    text = markdown.render(many, [claim], limit=20_000)
    assert len(text.encode()) <= 20_000
    assert text.rstrip().endswith("The page has all of it.")
    assert len(markdown.render(many, [claim]).encode()) <= markdown.LIMIT


def test_junit_has_one_suite_per_environment_and_one_case_per_cell(matrix, claim):
    root = ElementTree.fromstring(junit.render(matrix, [claim]).encode())
    (suite,) = root
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1"}
    children = {case.get("name"): [child.tag for child in case] for case in suite}
    assert children == {
        "no-children[spawn]": [],
        "no-children[fork]": ["failure"],
        "no-children[forkserver]": ["error"],
        "other": ["skipped"],
    }
    assert re.search("experiment +reported nothing", suite.find("testcase/failure").text)
    topic, *environment = suite.find("testcase").get("classname").split(".")
    assert topic == "daemon"
    assert len(environment) == 1, "a dot of the version would be one of the class name"


@pytest.fixture(scope="module")
def schema():
    """The XSD next to this file: what the readers of Surefire and Jenkins agree on."""
    xmlschema = pytest.importorskip("xmlschema", reason="needs xmlschema")
    return xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))


def test_junit_is_valid_by_the_schema(matrix, claim, schema):
    assert [str(fault) for fault in schema.iter_errors(junit.render(matrix, [claim]))] == []
    assert schema.is_valid(junit.render(Matrix(()), [])), "no column at all"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('tests="4"', 'tests="four"'),
        ('classname="', 'class="'),
        ("<skipped", "<ignored"),
        ('timestamp="2026-01-02T03:04:05"', 'timestamp="2026-01-02T03:04:05+00:00"'),
        ('time="0.500"', 'time="-0.500"'),
        ("</testsuite>", "<testcase/></testsuite>"),
    ],
)
def test_the_schema_rejects_faulty_files(matrix, claim, schema, right, wrong):
    text = junit.render(matrix, [claim])
    assert right in text
    assert not schema.is_valid(text.replace(right, wrong, 1))


def test_junitparser_reads_the_file(matrix, claim):
    junitparser = pytest.importorskip("junitparser", reason="needs junitparser")
    (suite,) = junitparser.JUnitXml.fromstring(junit.render(matrix, [claim]).encode())
    assert (suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) == (
        matrix.columns[0].label,
        4,
        1,
        1,
        1,
    )
    outcomes = {case.name: [type(result).__name__ for result in case.result] for case in suite}
    assert outcomes == {
        "no-children[spawn]": [],
        "no-children[fork]": ["Failure"],
        "no-children[forkserver]": ["Error"],
        "other": ["Skipped"],
    }
    fork = next(case for case in suite if case.name == "no-children[fork]")
    assert fork.result[0].message == "refuted, expected upheld"
    assert "procsem run daemon/no-children --start-method fork" in fork.result[0].text


def test_annotations_name_the_line_of_the_claim_and_are_one_line_each(matrix, claim, tmp_path):
    lines = list(github.render(matrix, [claim], tmp_path))
    assert len(lines) == 2
    assert lines[0].startswith(
        "::error file=claims.toml,line=3,title=daemon/no-children under fork%3A refuted%2C expected upheld::one: "
    )
    assert not any("\n" in line or "\x1b" in line for line in lines)
    assert list(tmp_path.iterdir()) == [], "a view writes no file"


def test_every_report_gives_the_command_that_runs_the_same_claim_of_the_same_probes_again(matrix, claim):
    own = "--python /usr/bin/python3.14 --probes /srv/own"
    (column,) = matrix.columns
    environment = evolve(
        column.run.environment, facts={**column.run.environment.facts, "executable": "/usr/bin/python3.14"}
    )
    other = Matrix((evolve(column, run=evolve(column.run, environment=environment)),))
    command = f"procsem run daemon/no-children --start-method fork {own}"
    assert f"<code>{command}</code>" in markdown.render(other, [claim], probes=Path("/srv/own"))
    assert f"  {command}<" in junit.render(other, [claim], Path("/srv/own"))
    assert "--probes" not in markdown.render(other, [claim]) + junit.render(other, [claim])


def test_the_summary_has_the_statement_of_each_unexpected_cell(matrix, claim):
    text = markdown.render(matrix, [claim]).partition("### Environments")[0]
    assert text.count("\n  It is so. &lt;/details&gt;") == 2
