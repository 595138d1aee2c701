"""What compares the mutants with the unmodified interpreter, tried on mutants that say what is not so."""

from __future__ import annotations

from attrs import evolve

from procsem.model import CellResult, Comparison, Mismatch, Problem, ProblemKind, Verdict
from procsem_dev.mutants.entries import Edit, Mutant, load
from procsem_dev.mutants.lab import Lab, Trial, outcome
from procsem_dev.mutants.tree import PACKAGE

CLAIM = "daemon/no-children"
REAL = load()["daemons-may-have-children"]
HARMLESS = Edit(f"{PACKAGE}/process.py", "import itertools\n", "import itertools\nharmless = 1\n")


def trial(lab: Lab, mutant: Mutant) -> Trial:
    trial = lab.start(mutant)
    lab.run(trial, lab.places([lab.catalogue.claim(CLAIM)], lab.methods[:1]))
    return trial


def said(trial: Trial) -> str:
    return "\n".join(trial.faults())


def test_a_mutant_that_breaks_the_rule_turns_the_claim(lab: Lab) -> None:
    tried = trial(lab, Mutant("real", "a rule", (CLAIM,), REAL.edits))
    assert tried.turned_claims() == {CLAIM}
    assert tried.faults() == []


def test_a_mutant_that_breaks_nothing_is_told(lab: Lab) -> None:
    tried = trial(lab, Mutant("harmless", "no rule", (CLAIM,), (HARMLESS,)))
    assert tried.turned_claims() == set()
    assert f"is to turn, but does not: {CLAIM}, upheld" in said(tried)


def test_a_claim_that_turns_unannounced_is_told(lab: Lab) -> None:
    assert f"is not to turn: {CLAIM}" in said(trial(lab, Mutant("unannounced", "a rule", (), REAL.edits)))


def test_a_probe_that_breaks_is_no_turn(lab: Lab) -> None:
    fatal = Edit(f"{PACKAGE}/process.py", "        self._popen = self._Popen(self)\n", "        os._exit(3)\n")
    assert "is to turn, not to break" in said(trial(lab, Mutant("fatal", "a rule", (CLAIM,), (fatal,))))


def test_a_probe_that_breaks_for_one_claim_is_not_held_against_another(lab: Lab) -> None:
    """They share an execution, in which the arm of one ends the probe."""
    breaks, shares = (lab.catalogue.claim(f"process-class/{name}") for name in ("comma-needed", "args-is-tuple"))
    assert breaks.probe == shares.probe
    edit = Edit(f"{PACKAGE}/process.py", "tuple(args)", "os._exit(3) if isinstance(args, str) else tuple(args)")
    tried = lab.start(Mutant("fatal-for-one", "a rule", (), (edit,)))
    lab.run(tried, lab.places([breaks, shares]))
    assert tried.turned_claims() == {breaks.id}


def test_a_file_that_no_process_loads_is_told(lab: Lab) -> None:
    unused = Edit("multiprocessing/dummy/connection.py", "from queue import Queue\n", "from queue import Queue\n\n")
    assert "no process loaded what is edited" in said(trial(lab, Mutant("unused", "a rule", (CLAIM,), (unused,))))


def test_processes_of_another_interpreter_are_told(lab: Lab) -> None:
    """The mutant's tree is built, and the unmodified one is run."""
    lab.run(lab.unmodified, lab.places([lab.catalogue.claim(CLAIM)], lab.methods[:1]))
    elsewhere = lab.start(Mutant("elsewhere", "a rule", (CLAIM,), REAL.edits))
    elsewhere.results.update(lab.unmodified.results)
    strangers = "\n".join(elsewhere.strangers())
    assert all(f": {who} (process " in strangers for who in ("the probe", "child", "plain grandchild"))
    assert not lab.unmodified.strangers()


def test_the_unmodified_tree_comes_out_as_expected(lab: Lab) -> None:
    lab.run(lab.unmodified, lab.places([lab.catalogue.claim(CLAIM)]))
    assert all(result.as_expected for result in lab.unmodified.results.values())


def test_an_outcome_is_the_verdict_and_the_way_of_a_known_refutation() -> None:
    def result(verdict: Verdict, expected: Verdict, as_expected: bool, problem: Problem | None = None) -> CellResult:
        return CellResult("a/b", "fork", verdict, expected, as_expected, "", 0.1, {}, problem=problem)

    known = result(Verdict.REFUTED, Verdict.REFUTED, True)
    assert outcome(known) == "refuted"
    unlike = evolve(known, as_expected=False, mismatches=(Mismatch("experiment", "fact", Comparison(1), 2),))
    assert outcome(unlike) == "refuted in another way"
    assert outcome(evolve(unlike, mismatches=(), problem=Problem(ProblemKind.LEAK))) == "refuted"
    assert outcome(result(Verdict.REFUTED, Verdict.UPHELD, False)) == "refuted"
    assert outcome(result(Verdict.UPHELD, Verdict.REFUTED, False)) == "upheld"
