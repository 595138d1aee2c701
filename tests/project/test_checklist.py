"""Rows and claims agree: all that is to be tested is, by claims that are there, and no claim answers nothing."""

import pytest

from procsem.catalogue import BUILT_IN, load
from procsem.environment import FACTS

CATALOGUE = load(BUILT_IN, FACTS)
CLAIMS = {claim.id: claim for claim in CATALOGUE.claims}
DOCUMENT = CATALOGUE.document
FILES = {"checklist": DOCUMENT.checklist, "listings": DOCUMENT.listings, "beyond": DOCUMENT.beyond}
ROWS = [row for rows in FILES.values() for row in rows]


@pytest.mark.parametrize("rows", FILES.values(), ids=FILES)
def test_every_row_has_its_claims(rows):
    assert rows
    missing = [f"{row.id}: {claim}" for row in rows for claim in row.claims if claim not in CLAIMS]
    assert not missing


def test_every_claim_answers_a_row():
    tested = {claim for row in ROWS for claim in row.claims}
    assert not CLAIMS.keys() - tested


def test_all_fourteen_listings_are_there():
    """By the lines on which the document's numbered or shown programs begin."""
    lines = [194, 221, 253, 295, 344, 370, 398, 423, 445, 473, 517, 586, 639, 731]
    assert [row.line for row in DOCUMENT.listings] == lines


def test_each_claim_is_called_beyond_the_document_where_it_is():
    on_the_document = {claim for row in ROWS if row.line for claim in row.claims}
    assert on_the_document == {claim.id for claim in CATALOGUE.claims if claim.source}


def test_every_claim_is_put_to_the_test_with_a_control_and_expected_somewhere():
    """The catalogue refuses any other; here it is seen to have done so."""
    for claim in CATALOGUE.claims:
        assert any(arm.is_control for arm in claim.arms), claim.id
        assert any(not arm.is_control for arm in claim.arms), claim.id
        assert claim.expectations, claim.id
        assert claim.probe.is_file(), claim.id


def test_claims_and_rows_name_the_same_lines():
    elsewhere = [
        f"{claim}: line {CLAIMS[claim].source.line}, in the checklist {row.line}"
        for row in ROWS
        if row.line
        for claim in row.claims
        if claim in CLAIMS and (source := CLAIMS[claim].source) and source.line != row.line
    ]
    assert not elsewhere


def test_claims_name_the_section_in_which_their_line_stands():
    elsewhere = [
        f"{claim.id}: {claim.source.section!r}, where line {claim.source.line} stands in {section.heading!r}"
        for claim in CATALOGUE.claims
        if claim.source
        and (section := DOCUMENT.section_at(claim.source.line))
        and claim.source.section != section.heading
    ]
    assert not elsewhere


@pytest.mark.parametrize("rows", FILES.values(), ids=FILES)
def test_rows_come_in_the_order_of_the_documents_topics(rows):
    topics = list(dict.fromkeys(row.id.partition("/")[0] for row in rows))
    assert topics == [topic for topic in DOCUMENT.topics if topic in topics]
