"""Every statement in the lists has its claims, and every claim tests a statement."""

import pytest

from tests.catalogue import CATALOGUE

CLAIMS = {claim.id: claim for claim in CATALOGUE.claims}
DOCUMENT = CATALOGUE.document
FILES = {"checklist": DOCUMENT.checklist, "listings": DOCUMENT.listings, "beyond": DOCUMENT.beyond}
ROWS = [row for rows in FILES.values() for row in rows]


@pytest.mark.parametrize("rows", FILES.values(), ids=FILES)
def test_every_statement_has_its_claims(rows):
    assert rows
    missing = [f"{row.id}: {claim}" for row in rows for claim in row.claims if claim not in CLAIMS]
    assert not missing


def test_every_claim_tests_a_statement():
    tested = {claim for row in ROWS for claim in row.claims}
    assert not CLAIMS.keys() - tested


def test_the_listings_are_the_fourteen_programs_of_the_document():
    """Compare the listings with the lines on which the document's programs begin."""
    lines = [194, 221, 253, 295, 344, 370, 398, 423, 445, 473, 517, 586, 639, 731]
    assert [row.line for row in DOCUMENT.listings] == lines


def test_a_claim_has_a_source_if_and_only_if_a_statement_of_the_document_names_it():
    on_the_document = {claim for row in ROWS if row.line for claim in row.claims}
    assert on_the_document == {claim.id for claim in CATALOGUE.claims if claim.source}


def test_claims_and_statements_name_the_same_lines():
    elsewhere = [
        f"{claim}: line {CLAIMS[claim].source.line}, in the checklist {row.line}"
        for row in ROWS
        if row.line
        for claim in row.claims
        if claim in CLAIMS and (source := CLAIMS[claim].source) and source.line != row.line
    ]
    assert not elsewhere


@pytest.mark.parametrize("rows", FILES.values(), ids=FILES)
def test_statements_are_in_the_order_of_the_documents_topics(rows):
    topics = list(dict.fromkeys(row.id.partition("/")[0] for row in rows))
    assert topics == [topic for topic in DOCUMENT.topics if topic in topics]
