"""The pages of the documentation that are generated, without MkDocs."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from procsem.containment import LIMITS
from procsem.environment import FACTS, MEASUREMENTS
from procsem.explain.index import load as load_index
from procsem.model import SymptomKind, Verdict
from procsem.views.formatting import tally
from tests.catalogue import CLAIMS

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.fixture(scope="module")
def generated():
    spec = importlib.util.spec_from_file_location("generated", DOCS / "generated.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def claims():
    return CLAIMS


def test_the_numbers_are_those_of_the_catalogue(generated, claims):
    values = generated.values()
    assert values["claims"] == len(claims)
    assert values["claims_of_document"] + values["claims_beyond"] == values["claims"]
    assert values["claims_beyond"] == sum(claim.source is None for claim in claims)
    assert values["topics"] == len({claim.topic for claim in claims})


def test_written_pages_take_every_number_of_claims_and_statements_from_the_catalogue(generated):
    for page in sorted((DOCS / "pages").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"\d+ (claims|statements|topics|of (the|its) statements)", text), page.name
        assert "{{" not in generated.filled_in(text), page.name


def test_a_value_that_does_not_exist_is_an_error(generated):
    with pytest.raises(KeyError, match="numbr"):
        generated.filled_in("We have {{ numbr }} claims.")


def test_a_table_keeps_the_indentation_of_its_line(generated):
    text = generated.filled_in("Verdict\n:   One word.\n\n    {{ verdicts }}\n")
    rows = [line for line in text.splitlines() if line.lstrip().startswith("|")]
    assert len(rows) == 2 + len(Verdict)
    assert all(row.startswith("    |") for row in rows)
    assert all(any(verdict.meaning in row for row in rows) for verdict in Verdict)


def test_every_claim_has_a_section_with_its_statement_and_its_command(generated, claims):
    pages = generated.pages()
    for claim in claims:
        page = pages[f"claims/{claim.topic}.md"]
        assert f"## {claim.name} {{ #{claim.name} }}" in page
        assert f"procsem run {claim.id}\n" in page
        assert generated.plain(claim.says) in page


def test_every_fix_is_documented_with_its_code(generated, claims):
    pages = generated.pages()
    remedies = [(claim, remedy) for claim in claims for remedy in claim.remedies]
    assert remedies
    for claim, remedy in remedies:
        page = pages[f"claims/{claim.topic}.md"]
        assert generated.linked(remedy.says, claim.topic) in page
        assert remedy.code.rstrip("\n") in page


def test_each_guide_has_the_statements_and_the_fixes_of_its_claims(generated):
    for name, guide in generated.guides().items():
        page = generated.pages()[f"guides/{name}.md"]
        for claim in (generated.catalogue().claim(id) for section in guide["sections"] for id in section["claims"]):
            assert generated.plain(claim.says) in page
            for remedy in claim.remedies:
                assert remedy.code.rstrip("\n") in page


def test_each_guide_begins_with_links_to_its_sections_and_to_the_error_messages(generated):
    for name, guide in generated.guides().items():
        top = generated.pages()[f"guides/{name}.md"].partition("\n## ")[0]
        titles = [section["title"] for section in guide["sections"]]
        assert re.findall(r"^- \[([^]]+)\]\(#[\w-]+\)$", top, re.MULTILINE) == titles
        assert "(../broke.md)" in top


@pytest.mark.parametrize(
    ("title", "anchor"), [("os.fork()", "osfork"), ("How many workers", "how-many-workers"), ("A, b - c", "a-b-c")]
)
def test_the_anchor_of_a_heading_is_that_of_markdown(generated, title, anchor):
    toc = pytest.importorskip("markdown.extensions.toc", reason="needs Markdown")
    assert generated.slug(title) == anchor == toc.slugify(title, "-")


def test_errors_are_listed_by_their_type(generated):
    page = generated.pages()["broke.md"]
    errors = page.partition("## You see an error")[2].partition("\n## ")[0]
    types = re.findall(r"^### (\w+)$", errors, re.MULTILINE)
    assert {"AttributeError", "PicklingError", "RuntimeError"} <= set(types)
    assert types == sorted(set(types))
    assert "semaphore or lock released too many times" in errors.partition("### ValueError")[2].partition("###")[0]


def test_a_claim_of_the_documentation_and_its_page_in_the_matrix_link_to_each_other(generated):
    nav = '<nav class="back"><a href="#/">all</a></nav>'
    page = f'<article class="claim" id="/daemon/no-children" aria-labelledby="t">\n  {nav}'
    linked = generated.with_links(page + page.replace("no-children", "gone"))
    assert linked.count('<a href="../claims/daemon/index.html#no-children">in the documentation</a></nav>') == 1
    assert linked.count("in the documentation") == 1
    assert "(../sample/matrix.html#/daemon/no-children)" in generated.pages()["claims/daemon.md"]


def test_every_address_outside_has_the_form_of_one(generated):
    addresses = {address for claim in CLAIMS for rule in claim.expectations for address in rule.see}
    for page in (*generated.pages().values(), *(page.read_text() for page in (DOCS / "pages").glob("*.md"))):
        addresses |= set(re.findall(r"\]\((https?:[^)\s]*)\)", page))
    assert len(addresses) > 300
    form = r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(/[\w.~%@+:,()=&?/-]*)?(#[\w.~%+:,()=-]+)?"
    assert [address for address in sorted(addresses) if not re.fullmatch(form, address)] == []


def test_the_picture_of_the_terminal_has_the_numbers_of_the_sample(generated):
    """If the sample is new: `python -m procsem_dev.sample` draws the pictures again."""
    column = max(generated.sample().columns, key=lambda column: len(column.start_methods))
    picture = (DOCS / "pictures" / "terminal.svg").read_text(encoding="utf-8").replace("&#160;", " ")
    assert tally(column.run.cells) in picture


def test_the_theme_asks_no_other_server():
    """The link of the theme to the repository asks GitHub for numbers on every page."""
    assert "data-md-component" not in (DOCS / "theme" / "partials" / "source.html").read_text(encoding="utf-8")
    assert "custom_dir: theme" in (DOCS / "mkdocs.yml").read_text(encoding="utf-8")


def test_every_claim_with_a_fix_is_in_a_guide_and_in_each_guide_once(generated):
    named = {
        name: [each for section in guide["sections"] for each in section["claims"]]
        for name, guide in generated.guides().items()
    }
    for name, claims in named.items():
        assert len(set(claims)) == len(claims), name
    in_guides = {claim for claims in named.values() for claim in claims}
    with_fix = {claim.id for claim in generated.catalogue().claims if claim.remedies or claim.no_remedy}
    assert sorted(with_fix - in_guides) == [], "add them to docs/guides.toml"


def test_a_guide_that_names_no_existing_claim_is_an_error(generated):
    guide = {"title": "t", "intro": "", "sections": [{"title": "s", "claims": ["no/such"]}]}
    with pytest.raises(KeyError, match="no/such"):
        generated.guide_page(guide)


def test_every_recorded_message_leads_to_its_claim(generated):
    page = " ".join(generated.pages()["broke.md"].split())
    for entry in load_index():
        if entry.kind is SymptomKind.STACK:
            assert f"{entry.frames[-1]}, while {entry.type} is handled" in page or not entry.type
        elif entry.type:
            assert " ".join(f"{entry.type}: {entry.template}".split()) in page
        topic, name = entry.claim.split("/")
        assert f"(claims/{topic}.md#{name})" in page


def test_the_page_about_the_check_shows_its_options_its_causes_and_a_real_output(generated):
    page = generated.filled_in((DOCS / "pages" / "check.md").read_text(encoding="utf-8"))
    assert "unpicklable-target" in page.partition("## Test suites")[0]
    suite = page.partition("## Test suites")[2].partition("## What each")[0]
    assert "pass only under fork:\n    test_prices.py::test_total\n    test_prices.py::test_discount\n" in suite
    assert "start to first line" in page.partition("## What each")[2].partition("## Reports")[0]
    for option in ("--start-method", "--python", "--sarif"):
        assert option in page
    assert "start-methods: spawn forkserver" in page
    assert "| `fail-on-findings` |" in page
    assert "1. write the failing program" in page


def test_every_fact_and_every_key_of_a_result_file_is_documented(generated):
    page = generated.pages()["file-format.md"]
    rows = {line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| `")}
    assert {f"`{name}`" for name in FACTS} <= rows
    assert {"`schema`", "`environment`", "`cells`", "`columns`", "`verdict`", "`watcher`", "`wanted`", "`at`"} <= rows
    links = set(re.findall(r"\]\(#([\w-]+)\)", page))
    assert links <= set(re.findall(r"\{ #([\w-]+) \}", page)), "every link within the page has a target"


def test_the_measurement_of_every_fact_that_claims_name_is_documented(generated):
    page = generated.pages()["measured.md"]
    for name, fact in MEASUREMENTS.items():
        (row,) = re.findall(rf"(?m)^\| `{name}` \|.*$", page)
        assert generated.plain(fact.how) in row
        assert all(claim in row for claim in fact.shared)


def test_the_limits_of_the_containment_on_every_system_are_listed(generated):
    page = generated.pages()["measured.md"]
    for system, mechanism in generated.CONTAINMENTS.items():
        assert LIMITS[mechanism]
        assert f"### {system}\n\n- " in page


def test_every_guarantee_of_the_containment_was_seen_to_hold_where_it_was_tested(generated):
    """If a test of the contract is new or has another name: `pytest tests/containment --guarantees FILE`, as root."""
    tests = _functions_with_a_mechanism()
    runs = json.loads(generated.GUARANTEES.read_text(encoding="utf-8"))
    places = {(run["system"], run["mechanism"], run["user"]) for run in runs}
    mechanisms, users = ("posix.generic", "posix.linux"), ("an ordinary user", "root")
    assert {("Linux", mechanism, user) for mechanism in mechanisms for user in users} <= places
    for run in runs:
        assert "failed" not in run["outcomes"].values()
        assert run["system"] != "Linux" or list(run["outcomes"]) == tests
    page = generated.pages()["measured.md"]
    assert all(name.removeprefix("test_").replace("_", " ").capitalize() in page for name in tests)


def _functions_with_a_mechanism():
    path = DOCS.parent / "tests" / "containment" / "guarantees.py"
    spec = importlib.util.spec_from_file_location("guarantees", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.names()


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a *b* _c_ <d> | {e}", r"a \*b\* \_c\_ &lt;d&gt; \| \{e\}"),
        ("`a*b` *c*", r"`a*b` \*c\*"),
        ("one\n  two", "one two"),
    ],
)
def test_text_is_escaped_but_code_is_not(generated, text, escaped):
    assert generated.plain(text) == escaped


def test_ids_of_claims_become_links_and_other_ids_do_not(generated):
    assert generated.linked("see daemon/no-children", "daemon") == "see [daemon/no-children](#no-children)"
    assert generated.linked("see daemon/no-children", "lock") == "see [daemon/no-children](daemon.md#no-children)"
    assert generated.linked("see no/such and `daemon/no-children`", "x") == "see no/such and `daemon/no-children`"
