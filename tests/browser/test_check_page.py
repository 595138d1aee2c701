"""The page of `procsem check` in a real browser: from disk, on a phone, in the dark, without a script, by keyboard."""

import re
from pathlib import Path

import pytest
from attrs import evolve

from procsem.check.case import Case
from procsem.check.diagnose import diagnose
from procsem.check.evidence import Event
from procsem.check.views.html import render
from tests.check.conftest import EVIDENCE
from tests.check.store import load

HOSTILE = '<script>hacked=1</script><img src="x" onerror="hacked=1">\'"><!--{{7*7}}</code></pre>' + "w" * 70
MODULES = [[f"library_{HOSTILE}", None, 0.25, "/python/lib/site-packages/library.py"], ["other", None, 0.1, None]]


def with_tests_and_cost(run, number):
    """Return the run as if it were one of a suite whose costs were recorded, with hostile names."""
    processes = list(run.processes)
    main = processes[0]
    begun, end = main.start, main.events[-1].t
    outcome = "passed" if run.start_method == "fork" else "failed"
    events = [
        evolve(main.events[0], data={**main.events[0].data, "cost": "1"}),
        *main.events[1:],
        Event(end, "test", {"id": f"test_{HOSTILE}", "outcome": outcome, "began": begun, "message": HOSTILE}),
        Event(end, "test", {"id": "test_always", "outcome": "passed", "began": end, "message": None}),
        Event(end, "exit", {"how": "normal", "peak": 30_000 + number}),
    ]
    processes[0] = evolve(main, events=tuple(events))
    for position, process in enumerate(processes):
        if run.start_of(process):
            seen = (*process.events, Event(process.events[-1].t, "imports", {"modules": MODULES}))
            processes[position] = evolve(process, events=seen)
    return evolve(run, processes=tuple(processes), output=HOSTILE, program=("app.py", HOSTILE))


@pytest.fixture(scope="module")
def diagnosis():
    recorded = [run for name in ("lambda_target", "join_before_get") for run in load(EVIDENCE / f"{name}.jsonl")]
    python = recorded[0].python
    runs = [run for run in recorded if run.python == python and not run.interventions]
    return diagnose(Case(tuple(with_tests_and_cost(run, number) for number, run in enumerate(runs))))


@pytest.fixture(scope="module")
def page_file(tmp_path_factory, diagnosis):
    file = tmp_path_factory.mktemp("check") / "check.html"
    file.write_text(render(diagnosis, Path("/work")), encoding="utf-8")
    return file


def open_all(page):
    for _ in range(2):
        for each in page.locator("details").all():
            if each.get_attribute("open") is None and each.is_visible():
                each.locator("summary").first.click()


def test_the_page_has_every_part(open_page, page_file, diagnosis):
    page = open_page(page_file)
    causes = {finding.cause.name for finding in diagnosis.findings}
    assert {"unpicklable-target", "queue-join-deadlock"} <= causes
    assert set(page.locator(".finding h3").all_inner_texts()) >= causes
    marked = page.locator(".finding", has_text="unpicklable-target").first.locator(".source .marked")
    assert "child.start()" in marked.first.inner_text()
    # Equal in all forms: the test that fails has a row, the one that always passes is only counted.
    assert page.locator(".tests tbody tr").count() == 1
    assert page.locator(".names-of-tests li").count() == 1
    assert page.locator("section[aria-labelledby=cost] .list").first.locator("tbody tr").count() == 3
    assert page.evaluate("typeof hacked") == "undefined"


def test_a_timeline_is_drawn_when_its_run_is_opened(open_page, page_file, diagnosis):
    page = open_page(page_file)
    open_all(page)
    assert page.locator(".picture:visible").count() == len(diagnosis.case.runs)
    text = page.locator(".run").first.inner_text()
    assert "starts, a child of program" in text
    hung = next(number for number, run in enumerate(diagnosis.case.runs) if run.hang)
    text = page.locator(".run").nth(hung).inner_text()
    assert "when procsem ended the run" in text
    assert page.evaluate("typeof hacked") == "undefined"


@pytest.mark.parametrize("width", [1366, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways(open_page, page_file, width, scheme):
    page = open_page(page_file, viewport={"width": width, "height": 740}, color_scheme=scheme)
    open_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [1366, 360])
def test_every_column_of_the_runs_is_visible(open_page, page_file, width):
    page = open_page(page_file, viewport={"width": width, "height": 740})
    box = page.locator(".runs").locator("xpath=..")
    assert "unpicklable-target" in box.inner_text()
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_the_claims_that_prove_a_finding_are_separated_by_commas(open_page, page_file):
    page = open_page(page_file)
    proof = page.locator(".finding", has_text="unpicklable-target").first.locator(".more div", has_text="proof")
    assert re.search(r"proof\s+[\w/-]+(, [\w/-]+)+ \(procsem show\)$", proof.inner_text())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_serious(open_page, page_file, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    page = open_page(page_file, color_scheme=scheme, viewport={"width": width, "height": 740})
    open_all(page)
    result = axe.Axe().run(page).response
    assert len(result["passes"]) > 15, "axe has looked"
    serious = [v for v in result["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in serious] == []


def test_the_keyboard_opens_a_run_and_skips_to_the_findings(open_page, page_file):
    page = open_page(page_file)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "findings"
    closed = page.locator("details.run:not([open])").last
    closed.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("details.run").last.locator(".picture").wait_for()


def test_without_a_script_the_timelines_are_lists(open_page, page_file):
    page = open_page(page_file, java_script_enabled=False)
    run = page.locator("details.run").last
    run.locator("summary").first.click()
    assert "program starts" in run.locator(".plain").inner_text()
