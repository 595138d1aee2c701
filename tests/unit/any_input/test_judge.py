"""The judge and a second, slow judge, which was written from the documentation, say the same of random claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from procsem.catalogue.claims_toml import read_claim
from procsem.catalogue.errors import StructureError
from procsem.environment import CONDITIONS
from procsem.judge import judge, missing_needs
from procsem.model import NOT_REPORTED, Claim, Observation, Problem, ProblemKind, Residue
from tests.unit.any_input import second_judge
from tests.unit.any_input.claims import claim_tables, kinds, observations, places


def _read(table: dict[str, Any]) -> Claim:
    """Read a claim, without the rules that can never win, because the catalogue rejects these."""
    while True:
        try:
            return read_claim("topic/claim", table, Path("claims.toml"), 1, CONDITIONS)
        except StructureError as error:
            numbers = {fault.path[1] for fault in error.faults if "can never win" in str(fault)}
            if len(numbers) != len(error.faults):
                raise
            if 0 in numbers:
                table.pop("needs", None)
                table["expect"] = table["expect"][:1]
            else:
                table["expect"] = [rule for number, rule in enumerate(table["expect"]) if number not in numbers]


def _judged(claim: Claim, facts, start_method, arms, problem, residue) -> dict[str, Any]:
    """Return the judgement as plain data, in the form of the second judge."""
    seen = {name: Observation(facts) for name, facts in arms.items()}
    judgement = missing_needs(claim, facts, start_method) or judge(claim, facts, start_method, seen, problem, residue)
    kind = judgement.problem.kind if judgement.problem else None
    names = {ProblemKind.NO_ARM: "missing", ProblemKind.NO_FACT: "missing", ProblemKind.EXIT: "given"}
    return {
        "verdict": judgement.verdict,
        "expected": judgement.expected,
        "as_expected": judgement.as_expected,
        "because": None if judgement.verdict == "unsupported" else judgement.because,
        "mismatches": sorted(
            repr((m.arm, m.fact, m.expected.wanted, _plain(m.actual), str(m.source))) for m in judgement.mismatches
        ),
        "problem": names.get(kind, kind),
        "missing": (judgement.problem.arm, judgement.problem.fact) if names.get(kind) == "missing" else None,
        "leaks": [thing.kind for thing in judgement.problem.residue] if judgement.problem else [],
        "remedies": {name: (result.works, result.expected) for name, result in judgement.remedies.items()},
    }


def _plain(fact: Any) -> Any:
    return "nothing" if fact in (NOT_REPORTED, second_judge.MISSING) else fact


@given(data=st.data())
def test_both_judges_say_the_same(data):
    table = data.draw(claim_tables())
    claim = _read(table)
    facts = data.draw(places())
    start_method = data.draw(st.sampled_from([None, "fork", "spawn", "forkserver"]))
    arms = data.draw(observations(table))
    problem = Problem(ProblemKind.EXIT, code=1) if data.draw(st.integers(0, 15)) == 0 else None
    residue = data.draw(st.lists(kinds, max_size=2)) if data.draw(st.booleans()) else []

    said = second_judge.judge(table, facts, start_method, arms, problem is not None, residue)
    said["mismatches"] = sorted(repr((*m[:3], _plain(m[3]), m[4])) for m in said["mismatches"])
    judged = _judged(claim, facts, start_method, arms, problem, [Residue(kind, "name") for kind in residue])
    assert judged.pop("missing") in (said.pop("missing") or [None])  # each of them may be named
    event(f"{said['verdict']}, expected {said['expected']}: {said['as_expected']}")
    assert judged == said
