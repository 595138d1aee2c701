"""The checklist and the catalogue agree: all that the document states is tested, and nothing else claims to be."""

from harness.catalogue import BUILT_IN, load
from harness.environment import FACTS

CATALOGUE = load(BUILT_IN, FACTS)
CLAIMS = {claim.id: claim for claim in CATALOGUE.claims}
DOCUMENT = CATALOGUE.document
BEYOND = ("listings", "start-methods")
"""The topics of which the checklist has no rows: the document's programs as a whole, and what it does not speak of."""


def test_every_statement_has_a_claim():
    assert DOCUMENT.checklist
    missing = [f"{row.id}: {claim}" for row in DOCUMENT.checklist for claim in row.claims if claim not in CLAIMS]
    assert not missing


def test_every_claim_is_put_to_the_test_with_a_control_and_expected_somewhere():
    """The catalogue refuses any other; here it is seen to have done so."""
    for claim in CATALOGUE.claims:
        assert any(arm.is_control for arm in claim.arms), claim.id
        assert any(not arm.is_control for arm in claim.arms), claim.id
        assert claim.expectations, claim.id
        assert claim.probe.is_file(), claim.id


def test_every_claim_on_the_document_is_a_statement_of_it():
    tested = {claim for row in DOCUMENT.checklist for claim in row.claims}
    of_no_row = [
        claim.id for claim in CATALOGUE.claims if claim.source and claim.topic not in BEYOND and claim.id not in tested
    ]
    assert not of_no_row


def test_claims_and_rows_name_the_same_lines():
    elsewhere = [
        f"{claim}: line {CLAIMS[claim].source.line}, in the checklist {row.line}"
        for row in DOCUMENT.checklist
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


def test_statements_come_in_the_order_of_the_documents_topics():
    topics = list(dict.fromkeys(row.id.partition("/")[0] for row in DOCUMENT.checklist))
    assert topics == [topic for topic in DOCUMENT.topics if topic not in BEYOND]
