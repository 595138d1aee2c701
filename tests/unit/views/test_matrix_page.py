"""The page of the matrix, as far as it can be tested without a browser."""

import base64
import gzip
import json
import re

import pytest
from attrs import evolve

from procsem.model import CellResult, Column, Document, Environment, Erratum, Matrix, Run, Verdict
from procsem.views.html.matrix import render
from procsem.views.html.matrix.comparisons import comparisons
from procsem.views.html.matrix.details import pack
from procsem.views.html.matrix.grid import lay_out
from procsem.views.html.matrix.summary import Holds, Score, holds, sum_up

DOCUMENT = Document("A tutorial", "https://example.org/tutorial")


@pytest.fixture
def claim(make_claim):
    return make_claim()


@pytest.fixture
def column(environment, seen):
    """Makes a column of cells, each ``(claim, method, verdict)``; a ``!`` after the verdict means not as expected."""

    def make(*cells, complete=True, **facts):
        results = tuple(
            CellResult(
                claim=claim,
                start_method=method,
                verdict=Verdict(verdict.rstrip("!")),
                expected=Verdict.UPHELD,
                as_expected=not verdict.endswith("!"),
                because="there is a check",
                seconds=0.1,
                arms=seen(),
            )
            for claim, method, verdict in cells
        )
        where = Environment({**environment.facts, **facts})
        return Column(where.label, Run(where, "2026-01-02T03:04:05+00:00", 1.0, results, complete))

    return make


def no_children(method, verdict):
    return ("daemon/no-children", method, verdict)


def row(columns, claims):
    return lay_out(Matrix(tuple(columns)), claims).rows[0]


def test_each_start_method_of_each_environment_is_a_column(claim, column):
    columns = [
        column(no_children("spawn", "upheld"), no_children("fork", "refuted!")),
        column(no_children("spawn", "broken!"), ("daemon/other", "forkserver", "upheld"), system="macos"),
    ]
    grid = lay_out(Matrix(tuple(columns)), [claim])
    assert [[column.method for column in group.columns] for group in grid.groups] == [
        ["fork", "spawn"],
        ["spawn", "forkserver"],
    ]
    assert grid.rows[0].letters == "RuB."
    assert [row.id for row in grid.rows] == ["daemon/no-children", "daemon/other"], "unknown claims come last"


def test_a_cell_without_a_start_method_covers_all_columns_of_its_environment(claim, column):
    columns = [column(no_children(None, "upheld"), ("a/b", "fork", "upheld"), ("a/b", "spawn", "upheld"))]
    assert row(columns, [claim]).letters == "uu"


@pytest.mark.parametrize(
    ("verdicts", "where"),
    [
        (("upheld", "upheld"), Holds.EVERYWHERE),
        (("upheld", "refuted"), Holds.SOMEWHERE),
        (("refuted", "unsupported"), Holds.NOWHERE),
        (("unsupported", "broken!"), Holds.UNKNOWN),
    ],
)
def test_where_a_claim_holds_depends_on_the_cells_in_which_it_was_judged(claim, column, verdicts, where):
    cells = [no_children(method, verdict) for method, verdict in zip(("fork", "spawn"), verdicts, strict=True)]
    assert holds(row([column(*cells)], [claim])) is where


def test_claims_beyond_the_document_do_not_count_for_how_much_of_it_holds(claim, column):
    beyond = evolve(claim, id="daemon/beyond", source=None)
    cells = [no_children("fork", "upheld"), (beyond.id, "fork", "refuted")]
    summary = sum_up(lay_out(Matrix((column(*cells),)), [claim, beyond]))
    assert summary.document.counts == ((Holds.EVERYWHERE, 1),)
    assert summary.beyond.counts == ((Holds.NOWHERE, 1),)
    assert summary.topics[0].total == 2


def test_the_summary_counts_upheld_judged_and_unexpected_cells(claim, column):
    columns = [
        column(no_children("fork", "upheld"), no_children("spawn", "refuted!")),
        column(no_children("spawn", "upheld"), system="windows"),
    ]
    summary = sum_up(lay_out(Matrix(tuple(columns)), [claim]))
    assert summary.document.counts == ((Holds.SOMEWHERE, 1),)
    assert summary.beyond.total == 0
    assert summary.methods == ("fork", "spawn")
    linux, windows = (scores for _, _, scores in summary.scores)
    assert linux == (Score(upheld=1, judged=1, unexpected=0), Score(upheld=0, judged=1, unexpected=1))
    assert windows == (None, Score(upheld=1, judged=1, unexpected=0))
    assert [name for name, _ in summary.unexpected_by_claim()] == ["daemon/no-children"]


def test_packed_cells_can_be_unpacked(claim, column):
    packed = pack(row([column(no_children("fork", "upheld"))], [claim]))
    (cell,) = json.loads(gzip.decompress(base64.b64decode(packed)))
    assert (cell["environment"], cell["method"], cell["rule"], cell["as_expected"]) == (0, "fork", 1, True)
    assert cell["arms"][0]["facts"][0] == ["started", "false", None, "false", None]


def test_an_unsupported_cell_has_met_no_rule(claim, column):
    packed = pack(row([column(no_children("fork", "unsupported"))], [claim]))
    (cell,) = json.loads(gzip.decompress(base64.b64decode(packed)))
    assert "rule" not in cell


def test_a_rule_shows_on_which_systems_it_was_measured(claim, column):
    page = render(Matrix((column(no_children("fork", "upheld")),)), [claim], DOCUMENT, {})
    assert re.findall(r'<span class="met">(.*?)</span>', page) == ["measured on linux", "not yet measured"]


def test_equal_input_gives_equal_text_that_links_to_no_other_file(claim, column):
    matrix = Matrix((column(no_children("fork", "upheld")),))
    pages = {render(matrix, [claim], DOCUMENT, {claim.id: "source"}) for _ in range(2)}
    assert len(pages) == 1
    (page,) = pages
    assert not re.search(r'(src|href)="(?!#|https://example\.org)', page), "it needs no other file"


def test_what_is_missing_is_reported(claim, column):
    page = render(
        Matrix((column(("a/b", "fork", "upheld"), complete=False),)), [claim], DOCUMENT, {}, faults=["x.json: damaged"]
    )
    for said in (
        "the run was interrupted",
        "Not read: x.json: damaged",
        "1 claim not measured",
        "It was measured in none of these runs.",
        "The catalogue does not have this claim",
    ):
        assert said in page
    assert "errata-title" not in page


def test_text_is_never_taken_for_markup(claim, column):
    evil = "<script>hacked()</script>"
    page = render(
        Matrix((column(no_children("fork", "upheld"), build=evil, python_release=evil),)),
        [claim],
        Document(evil, evil, errata=(Erratum(evil, f"`{evil}`"),)),
        {claim.id: f"</code></pre>{evil}"},
        faults=[evil],
        notes=[evil],
        made=evil,
    )
    assert evil not in page
    assert page.count("&lt;script&gt;hacked()") > 8


def test_ids_of_claims_in_errata_are_links(claim, column):
    page = render(
        Matrix((column(no_children("fork", "upheld")),)),
        [claim],
        evolve(DOCUMENT, errata=(Erratum("A slip.", "See daemon/no-children and no/such, `os.fork`."),)),
        {},
    )
    assert '<a href="#/daemon/no-children">daemon/no-children</a> and no/such, <code>os.fork</code>.' in page


def test_a_page_without_measurements_can_be_rendered(claim):
    assert "0 cells in 0 environments" in render(Matrix(()), [claim], DOCUMENT, {})


def old_ones(columns, claims):
    return [
        group.column.run.environment.label for group in lay_out(Matrix(tuple(columns)), claims).groups if group.is_old
    ]


def test_old_releases_are_marked_by_system_and_build(claim, column):
    def release(version, **facts):
        return column(no_children("fork", "upheld"), python=version, python_release=version, **facts)

    columns = [release(v) for v in ("3.15.0", "3.14.2", "3.14.1", "3.13.9", "3.12.4")]
    columns += [release("3.12.4", gil=False), release("3.11.1", system="windows")]
    assert old_ones(columns, [claim]) == ["CPython 3.14.1 on linux x86_64", "CPython 3.12.4 on linux x86_64"]


def test_two_runs_of_one_release_are_both_recent(claim, column):
    columns = [column(no_children("fork", "upheld"), libc=libc) for libc in ("glibc 2.36", "glibc 2.41")]
    assert old_ones(columns, [claim]) == []


def test_the_page_begins_with_a_sentence_of_conclusion(claim, column):
    cells = [no_children("fork", "upheld"), no_children("spawn", "refuted")]
    page = render(Matrix((column(*cells),)), [claim], DOCUMENT, {})
    conclusion = re.search('<p class="lead conclusion">(.*?)</p>', page, re.DOTALL)[1]
    text = " ".join(re.sub("<.*?>", "", conclusion).split())
    assert text == "1 claim: 1 holds in some columns only. All 2 cells in 1 environment are as expected."
    unexpected = render(Matrix((column(no_children("fork", "refuted!")),)), [claim], DOCUMENT, {})
    assert "<b>1 of 1 cell</b> is not as expected." in unexpected


def test_the_offered_comparisons_are_those_that_the_columns_allow(claim, column):
    def release(version, default="fork", methods=("fork", "spawn", "forkserver"), **facts):
        cells = [no_children(method, "upheld") for method in methods]
        facts = {"python": version, "python_release": version, "default_start_method": default, **facts}
        return column(*cells, **facts)

    columns = [
        release("3.13.1"),
        release("3.13.2"),
        release("3.14.0", "forkserver"),
        release("3.14.0", "forkserver", assertions=False),
        release("3.13.2", "spawn", ("spawn",), system="windows", wine=True),
    ]
    offered = comparisons(lay_out(Matrix(tuple(columns)), [claim]))
    newest, older = "CPython 3.14.0 on linux x86_64", "CPython 3.13.2 on linux x86_64"
    assert [(each.title, each.one, each.other) for each in offered] == [
        ("What changes with Python 3.14?", f"{newest}, forkserver", f"{older}, fork"),
        ("What changes from fork to spawn?", f"{newest}, fork", f"{newest}, spawn"),
        ("What changes from fork to forkserver?", f"{newest}, fork", f"{newest}, forkserver"),
        ("What differs on Windows?", f"{older}, spawn", "CPython 3.13.2 on windows x86_64 (Wine), spawn"),
    ]
    page = render(Matrix(tuple(columns)), [claim], DOCUMENT, {})
    keys = list(dict.fromkeys(re.findall(r'<option value="([^"]*, (?:fork|spawn|forkserver))">', page)))
    assert all(keys.index(each.one) < keys.index(each.other) for each in offered), "as the grid draws the columns"
    assert comparisons(lay_out(Matrix((columns[-1],)), [claim])) == []


def test_text_that_is_not_unicode_does_not_end_the_page(claim, column):
    (cell,) = column(no_children("fork", "refuted!")).run.cells
    odd = evolve(cell, output="left \udc80")
    run = evolve(column(no_children("fork", "upheld")).run, cells=(odd,))
    (unpacked,) = json.loads(gzip.decompress(base64.b64decode(pack(row([Column("x", run)], [claim])))))
    assert unpacked["output"] == "left \udc80"
