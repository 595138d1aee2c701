"""The page's search is the search of `procsem claims`: the same claims in the same order."""

import pytest

from procsem.check.rules import causes_of_claims
from procsem.explain import index
from procsem.model import CellResult, Column, Matrix, Run, Verdict
from procsem.search import search
from procsem.views.html.matrix import render
from tests.catalogue import CATALOGUE

CAUSES = causes_of_claims()
QUERIES = [
    *("lambda", "picle", "can't pickle local object", "global", "pool hangs", "zombies", "port in use", "SIGTERM"),
    *(
        "atexit",
        "is not defined",
        "deamon children",
        "freeze_support",
        "forkservr",
        "ctrl-c",
        "why is it slow?",
        "queue-join-deadlock",
        "queue.Full",
        "xyzzy",
    ),
]


@pytest.fixture(scope="module")
def catalogue():
    return CATALOGUE


@pytest.fixture
def page(open_page, tmp_path, matrix, catalogue):
    """The page of all claims of the catalogue, each upheld."""
    environment = matrix.matrix.columns[0].run.environment
    cells = tuple(
        CellResult(claim.id, None, Verdict.UPHELD, Verdict.UPHELD, True, "", 0.1, {}) for claim in catalogue.claims
    )
    run = Run(environment, "2026-01-02T03:04:05", 1.0, cells)
    file = tmp_path / "page.html"
    text = render(Matrix((Column(environment.label, run),)), catalogue.claims, catalogue.document, {}, causes=CAUSES)
    file.write_text(text, encoding="utf-8")
    return open_page(file)


def test_the_page_finds_what_the_command_finds_in_the_same_order(page, catalogue):
    symptoms = index.texts(index.load())
    for query in QUERIES:
        wanted = search(catalogue.claims, [query], symptoms, CAUSES)
        expected = [(each.claim.id, pytest.approx(each.score)) for each in wanted]
        found = page.evaluate("query => search(query)", query)
        assert [(each["claim"], each["score"]) for each in found] == expected, query


def test_the_best_matches_are_listed_above_the_table(page):
    page.get_by_label("Search").fill("port in use")
    best = page.locator("#best")
    assert best.locator("a").first.inner_text() == "state/port-kept-by-child"
    assert best.locator("li").count() <= 5
    page.get_by_label("Search").fill("xyzzy")
    assert best.is_hidden()
    best_link = page.locator("#best a").first
    page.get_by_label("Search").fill("deamon children")
    best_link.click()
    assert page.locator(".claim.open h2").inner_text() == "daemon/no-children"
