"""Where a claim says that users' programs break, it has a fix or says why there is none."""

from procsem.model import Effect
from tests.catalogue import CLAIMS


def test_every_claim_that_breaks_programs_has_a_remedy_or_says_why_there_is_none():
    without = [claim.id for claim in CLAIMS if breaks_somewhere(claim) and not claim.remedies and not claim.no_remedy]
    assert not without, "add [NAME.remedies.REMEDY] or no_remedy to these claims"


def breaks_somewhere(claim):
    effects = {rule.effect or claim.effects.get(rule.verdict) for rule in claim.expectations}
    return Effect.BREAKS in effects
