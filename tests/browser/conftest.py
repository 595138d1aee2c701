"""A small matrix, its page as a file, and the system's Chromium to open it."""

from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from procsem.model import (
    Arm,
    CellResult,
    Claim,
    Column,
    Comparison,
    Condition,
    Document,
    Effect,
    Environment,
    Erratum,
    Event,
    Expectation,
    Matrix,
    Mismatch,
    Observation,
    Problem,
    ProblemKind,
    Residue,
    Run,
    Source,
    Verdict,
)
from procsem.views.html.matrix import render
from procsem_dev.browser import BrowserUnavailableError, open_browser

# Markup, a script, what could end a comment or a template, and a word that no browser breaks.
HOSTILE = '<script>hacked=1</script><img src="x" onerror="hacked=1"></script>\'"><!--{{7*7}}' + "w" * 70


DOCUMENT = Document(
    "A tutorial",
    "https://example.org/tutorial",
    errata=(Erratum("A pid is printed as 2176 and as 2716.", "See identity/once."), Erratum(HOSTILE, HOSTILE)),
)


@pytest.fixture(scope="session")
def browser():
    """The browser, started once. Skips the tests if there is none."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(open_browser())
        except BrowserUnavailableError as error:
            pytest.skip(f"needs a browser: {error}")
        yield browser


@pytest.fixture
def open_page(browser):
    """Opens a file at a fragment. Fails at the end if the page had an error or requested anything but itself."""
    contexts, faults = [], []

    def open_(file, fragment="", **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)  # milliseconds; a busy machine took more than ten seconds to load a page
        page.on("console", lambda message: message.type in ("error", "warning") and faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(f"a dialog: {dialog.message}"))
        here = file.as_uri()
        page.on("request", lambda request: request.url.startswith((here, "data:")) or faults.append(request.url))
        page.goto(here + fragment)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def matrix():
    """A small matrix, its claims and its document."""
    claims = [orphan_claim(), no_children_claim(), hostile_claim(), once_claim()]
    return SimpleNamespace(matrix=Matrix(tuple(columns(claims))), claims=claims, document=DOCUMENT)


@pytest.fixture(scope="session")
def page_file(tmp_path_factory, matrix):
    """The page of the small matrix."""
    claims = matrix.claims
    page = render(
        matrix.matrix,
        claims,
        matrix.document,
        {claim.id: "import os\nos.fork()\n" for claim in claims} | {"daemon/hostile": f"</code></pre>{HOSTILE}\n"},
        faults=[f"runs/damaged.json: {HOSTILE}"],
        notes=[HOSTILE],
        made=HOSTILE,
    )
    file = tmp_path_factory.mktemp("page") / "matrix.html"
    file.write_text(page, encoding="utf-8")
    return file


def claim(claim_id, says, expectations, **more):
    arms = more.pop("arms", None) or (
        Arm("experiment", "experiment", {"grandchild": Comparison("zombie")}, False),
        Arm("control", "control", {"grandchild": Comparison("zombie")}, True),
    )
    return Claim(
        id=claim_id,
        says=says,
        source=Source("守护进程", 392),
        arms=arms,
        expectations=tuple(expectations),
        probe=Path("probes") / (claim_id + ".py"),
        decided_by="system",
        file=Path("probes/claims.toml"),
        line=3,
        **more,
    )


def rule(verdict, when=None, observes=None):
    return Expectation(
        Verdict(verdict), Condition(when or {}), observes or {}, "That is how it is.", ("https://example.org/why",)
    )


def orphan_claim():
    lives = {"experiment": {"grandchild": Comparison("lives")}}
    return claim(
        "process-class/orphans",
        "When a child is terminated, its own children become zombies.",
        [rule("refuted", observes=lives), rule("upheld", {"start_method": "spawn", "system": "windows"})],
        note="See daemon/no-children, and `os.fork`.",
    )


def no_children_claim():
    return claim(
        "daemon/no-children",
        "A daemon may not have children.",
        [rule("upheld"), rule("refuted", {"python": ">=3.14"})],
        effects={Verdict.UPHELD: Effect.BREAKS, Verdict.REFUTED: Effect.WORKS},
    )


def once_claim():
    return claim("identity/once", "Every process has a parent.", [rule("upheld")], per_start_method=False)


def hostile_claim():
    return claim("daemon/hostile", HOSTILE, [rule("upheld")], note=HOSTILE)


TIMELINE = (
    Event(0.010, "stand-in", "started", 10, other="probe"),
    Event(0.020, "parent", "started", 11, other="stand-in"),
    Event(0.031, "grandchild", "started", 13, other="child"),
    Event(0.032, "child", "started", 12, other="parent"),
    Event(0.040, "child", "signalled", 12, "terminate()", other="parent"),
    Event(0.041, "child", "state", 12, "zombie"),
    Event(0.041, "child", "ended", 12),
    Event(0.042, "grandchild", "parent", 13, other="stand-in"),
    Event(1.500, "child", "reaped", 12),
    Event(1.501, "grandchild", "ended", 13),
    Event(1.502, "grandchild", "reaped", 13),
)


def columns(claims):
    for system, python, methods in (
        ("linux", "3.13.0", ("fork", "spawn", "forkserver")),
        ("linux", "3.14.0", ("fork", "spawn", "forkserver")),
        ("windows", "3.13.2", ("spawn",)),
    ):
        facts = {
            "system": system,
            "machine": "x86_64",
            "implementation": "cpython",
            "python": python,
            "python_release": python,
            "start_methods": list(methods),
            "executable": f"/usr/bin/python{python[:4]}",
            "build": HOSTILE,
        }
        environment = Environment(facts)
        cells = []
        for each in claims:
            for method in methods if each.per_start_method else (None,):
                cells.append(cell(each, method, facts))
        yield Column(environment.label, Run(environment, "2026-01-02T03:04:05+00:00", 12.5, tuple(cells)), ("a.json",))


def cell(claim, method, facts):
    expected = claim.expected(facts, method).verdict
    seen = Verdict.REFUTED if claim.id == "process-class/orphans" else Verdict.UPHELD
    arms = {
        "experiment": Observation({"grandchild": "lives"}, TIMELINE),
        "control": Observation({"grandchild": "zombie"}),
    }
    more = {}
    if claim.id == "daemon/no-children" and (facts["python"], method) == ("3.13.0", "forkserver"):
        seen, more = Verdict.BROKEN, {"problem": Problem(ProblemKind.EXIT, code=3), "arms": {}, "output": "Traceback"}
    elif claim.id == "daemon/no-children":
        seen = expected
    if claim.id == "daemon/hostile":
        events = tuple(Event(0.1, HOSTILE, word, 7, HOSTILE) for word in ("started", "state", "signalled", HOSTILE))
        more = {
            "arms": {"experiment": Observation({HOSTILE: HOSTILE, "grandchild": HOSTILE}, events)},
            "problem": Problem(ProblemKind.OTHER, detail=HOSTILE),
            "output": HOSTILE,
            "residue": (Residue("file", HOSTILE),),
            "mismatches": (Mismatch("experiment", "grandchild", Comparison(HOSTILE), HOSTILE),),
            "watcher": events,
        }
    return CellResult(
        claim=claim.id,
        start_method=method,
        verdict=seen,
        expected=expected,
        as_expected=seen is expected and claim.id != "daemon/hostile",
        because=HOSTILE if claim.id == "daemon/hostile" else "That is how it is.",
        seconds=0.25,
        **{"arms": arms, **more},
    )
