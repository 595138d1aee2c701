"""What of the page can be told without a browser."""

import base64
import gzip
import json
import re
from types import SimpleNamespace

import pytest
from attrs import evolve

from procsem.model import CellResult, Column, Environment, Erratum, Matrix, Run, Verdict
from procsem.views.html.matrix import render
from procsem.views.html.matrix.details import pack
from procsem.views.html.matrix.grid import lay_out
from procsem.views.html.matrix.summary import Holds, holds, sum_up

DOCUMENT = SimpleNamespace(title="A tutorial", address="https://example.org/tutorial")


@pytest.fixture
def claim(make_claim):
    return make_claim()


@pytest.fixture
def column(environment, seen):
    """A column of cells, each ``(claim, method, verdict)``, as expected unless it ends in ``!``."""

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


def test_a_place_for_each_method_of_each_environment(claim, column):
    columns = [
        column(no_children("spawn", "upheld"), no_children("fork", "refuted!")),
        column(no_children("spawn", "broken!"), ("daemon/other", "forkserver", "upheld"), system="macos"),
    ]
    grid = lay_out(Matrix(tuple(columns)), [claim])
    assert [[place.method for place in group.places] for group in grid.groups] == [
        ["fork", "spawn"],
        ["spawn", "forkserver"],
    ]
    assert grid.rows[0].letters == "RuB."
    assert [row.id for row in grid.rows] == ["daemon/no-children", "daemon/other"], "one that nobody knows comes last"


def test_a_cell_of_no_method_takes_all_places(claim, column):
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
def test_where_a_claim_holds_is_asked_of_the_cells_that_judged_it(claim, column, verdicts, where):
    cells = [no_children(method, verdict) for method, verdict in zip(("fork", "spawn"), verdicts, strict=True)]
    assert holds(row([column(*cells)], [claim])) is where


def test_a_claim_beyond_the_document_says_nothing_of_how_much_of_it_holds(claim, column):
    beyond = evolve(claim, id="daemon/beyond", source=None)
    cells = [no_children("fork", "upheld"), (beyond.id, "fork", "refuted")]
    summary = sum_up(lay_out(Matrix((column(*cells),)), [claim, beyond]))
    assert summary.document.counts == ((Holds.EVERYWHERE, 1),)
    assert summary.beyond.counts == ((Holds.NOWHERE, 1),)
    assert summary.topics[0].total == 2


def test_the_summary_counts(claim, column):
    columns = [
        column(no_children("fork", "upheld"), no_children("spawn", "refuted!")),
        column(no_children("spawn", "upheld"), system="windows"),
    ]
    summary = sum_up(lay_out(Matrix(tuple(columns)), [claim]))
    assert summary.document.counts == ((Holds.SOMEWHERE, 1),)
    assert summary.beyond.total == 0
    assert summary.methods == ("fork", "spawn")
    held = [[each and (each.upheld, each.judged, each.unexpected) for each in each] for _, _, each in summary.places]
    assert held == [[(1, 1, 0), (0, 1, 1)], [None, (1, 1, 0)]]
    assert [name for name, _ in summary.unexpected_by_claim()] == ["daemon/no-children"]


def test_what_is_packed_can_be_unpacked(claim, column):
    packed = pack(row([column(no_children("fork", "upheld"))], [claim]))
    (cell,) = json.loads(gzip.decompress(base64.b64decode(packed)))
    assert (cell["environment"], cell["method"], cell["rule"], cell["as_expected"]) == (0, "fork", 1, True)
    assert cell["arms"][0]["facts"][0] == ["started", "false", None, "false", None]


def test_a_place_that_lacks_what_a_claim_needs_is_no_test_of_a_rule(claim, column):
    packed = pack(row([column(no_children("fork", "unsupported"))], [claim]))
    (cell,) = json.loads(gzip.decompress(base64.b64decode(packed)))
    assert "rule" not in cell


def test_a_rule_says_where_it_was_measured_or_that_it_was_not_yet(claim, column):
    page = render(Matrix((column(no_children("fork", "upheld")),)), [claim], DOCUMENT, {})
    assert re.findall(r'<span class="met">(.*?)</span>', page) == ["measured on linux", "not yet measured"]


def test_equal_input_gives_equal_text_and_no_trace_of_when(claim, column):
    matrix = Matrix((column(no_children("fork", "upheld")),))
    pages = {render(matrix, [claim], DOCUMENT, {claim.id: "source"}) for _ in range(2)}
    assert len(pages) == 1
    (page,) = pages
    assert not re.search(r'(src|href)="(?!#|https://example\.org)', page), "it needs no other file"


def test_what_is_not_there_is_said(claim, column):
    page = render(
        Matrix((column(("a/b", "fork", "upheld"), complete=False),)), [claim], DOCUMENT, {}, faults=["x.json: damaged"]
    )
    for said in (
        "the run was interrupted",
        "Not read: x.json: damaged",
        "1 claim not measured",
        "It was not measured in any of these runs.",
        "The catalogue knows no such claim",
    ):
        assert said in page
    assert "errata-title" not in page


def test_text_is_never_markup(claim, column):
    evil = "<script>hacked()</script>"
    page = render(
        Matrix((column(no_children("fork", "upheld"), build=evil, python_release=evil),)),
        [claim],
        SimpleNamespace(title=evil, address=evil),
        {claim.id: f"</code></pre>{evil}"},
        errata=[Erratum(evil, f"`{evil}`")],
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
        DOCUMENT,
        {},
        errata=[Erratum("A slip.", "See daemon/no-children and no/such, `os.fork`.")],
    )
    assert '<a href="#/daemon/no-children">daemon/no-children</a> and no/such, <code>os.fork</code>.' in page


def test_nothing_measured_is_a_page_too(claim):
    assert "0 cells in 0 environments" in render(Matrix(()), [claim], DOCUMENT, {})
