"""Comparing mutants with the unmodified interpreter, with mutants whose definitions are wrong."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from procsem.errors import ProcsemError
from procsem.model import (
    CellKey,
    CellResult,
    Comparison,
    Mismatch,
    MismatchSource,
    Problem,
    ProblemKind,
    RemedyResult,
    Verdict,
)
from procsem_dev.mutants.definitions import Edit, Mutant, load
from procsem_dev.mutants.lab import Lab, Trial, outcome
from procsem_dev.mutants.tree import PACKAGE

CLAIM = "daemon/no-children"
REAL = load()["daemons-may-have-children"]
HARMLESS = Edit(f"{PACKAGE}/process.py", "import itertools\n", "import itertools\nharmless = 1\n")


def try_out(lab: Lab, mutant: Mutant) -> Trial:
    trial = lab.build(mutant)
    lab.run(trial, lab.keys([lab.catalogue.claim(CLAIM)], lab.methods[:1]))
    return trial


def problems(trial: Trial) -> str:
    return "\n".join(trial.problems())


def test_a_mutant_that_breaks_the_rule_flips_the_claim(lab: Lab) -> None:
    trial = try_out(lab, Mutant("real", "a rule", (CLAIM,), REAL.edits))
    assert trial.flipped_claims() == {CLAIM}
    assert trial.problems() == []
    assert all(result.remedies for result in trial.results.values())


def test_a_mutant_that_breaks_nothing_is_reported(lab: Lab) -> None:
    trial = try_out(lab, Mutant("harmless", "no rule", (CLAIM,), (HARMLESS,)))
    assert trial.flipped_claims() == set()
    assert f"should flip, but does not: {CLAIM}, upheld" in problems(trial)


def test_an_undeclared_flip_is_reported(lab: Lab) -> None:
    assert f"should not flip: {CLAIM}" in problems(try_out(lab, Mutant("undeclared", "a rule", (), REAL.edits)))


def test_a_probe_that_breaks_is_not_a_flip(lab: Lab) -> None:
    fatal = Edit(f"{PACKAGE}/process.py", "        self._popen = self._Popen(self)\n", "        os._exit(3)\n")
    assert "should flip, not break" in problems(try_out(lab, Mutant("fatal", "a rule", (CLAIM,), (fatal,))))


def test_a_probe_that_one_claim_breaks_does_not_flip_another(lab: Lab) -> None:
    """The claims share an execution, and the arm of one ends the probe."""
    breaks, shares = (lab.catalogue.claim(f"process-class/{name}") for name in ("comma-needed", "args-is-tuple"))
    assert breaks.probe == shares.probe
    edit = Edit(f"{PACKAGE}/process.py", "tuple(args)", "os._exit(3) if isinstance(args, str) else tuple(args)")
    trial = lab.build(Mutant("fatal-for-one", "a rule", (), (edit,)))
    lab.run(trial, lab.keys([breaks, shares]))
    assert trial.flipped_claims() == {breaks.id}


def test_an_edited_file_that_no_process_loads_is_reported(lab: Lab) -> None:
    unused = Edit("multiprocessing/dummy/connection.py", "from queue import Queue\n", "from queue import Queue\n\n")
    assert "no process loaded an edited file" in problems(try_out(lab, Mutant("unused", "a rule", (CLAIM,), (unused,))))


def test_processes_of_another_interpreter_are_reported(lab: Lab) -> None:
    """The mutant's tree is built, but the unmodified one runs."""
    lab.run(lab.unmodified, lab.keys([lab.catalogue.claim(CLAIM)], lab.methods[:1]))
    elsewhere = lab.build(Mutant("elsewhere", "a rule", (CLAIM,), REAL.edits))
    elsewhere.results.update(lab.unmodified.results)
    unmutated = "\n".join(elsewhere.unmutated_processes())
    assert all(f": {name} (process " in unmutated for name in ("the probe", "child", "plain grandchild"))
    assert not lab.unmodified.unmutated_processes()


def test_the_unmodified_tree_has_the_expected_results(lab: Lab) -> None:
    lab.run(lab.unmodified, lab.keys([lab.catalogue.claim(CLAIM)]))
    assert all(result.as_expected for result in lab.unmodified.results.values())


def test_several_mutants_are_tried_together(lab: Lab) -> None:
    unfit = Edit(f"{PACKAGE}/process.py", "a text that is in no Python", "")
    mutants = [
        Mutant("together-real", "a rule", (CLAIM,), REAL.edits),
        Mutant("together-harmless", "no rule", (CLAIM,), (HARMLESS,)),
        Mutant("together-unfit", "a rule", (CLAIM,), (unfit,)),
    ]
    progress: list[str] = []
    real, harmless, error = lab.try_declared(mutants, progress.append).values()
    assert isinstance(error, ProcsemError)
    assert "together-unfit: none of its texts is in multiprocessing/process.py" in str(error)
    assert isinstance(real, Trial)
    assert isinstance(harmless, Trial)
    assert {key.start_method for key in real.results} == {lab.methods[0]}, "it flips under the first start method"
    assert real.problems() == []
    assert not any(result.remedies for result in real.results.values()), "they have no influence on the verdict"
    assert [key.start_method for key in harmless.results] == list(lab.methods), "it flips under none"
    assert "should flip, but does not" in problems(harmless)
    assert progress[0] == "building the trees of 3 mutants"
    assert progress[1:] == [
        f"start method {n + 1} of each mutant: {1 + (n == 0)} cells" for n in range(len(lab.methods))
    ]


def test_coverage_names_the_cells_that_reach_a_mutant(lab: Lab, tmp_path: Path) -> None:
    """Of two claims, only one starts a child of a daemon, under each start method."""
    claims = tuple(lab.catalogue.claim(claim) for claim in (CLAIM, "process-class/args-is-tuple"))
    with Lab(lab.executable, evolve(lab.catalogue, claims=claims), tmp_path) as small:
        reaching = [key for key in small.keys(claims) if small.coverage.reaches(key, REAL)]
        assert reaching == [CellKey(CLAIM, method) for method in small.methods]
        trial = small.build(REAL)
        small.run(trial, reaching)
        assert trial.problems() == []


def test_an_outcome_is_the_verdict_and_the_way_of_a_known_refutation() -> None:
    def result(verdict: Verdict, expected: Verdict, as_expected: bool, problem: Problem | None = None) -> CellResult:
        return CellResult("a/b", "fork", verdict, expected, as_expected, "", 0.1, {}, problem=problem)

    known = result(Verdict.REFUTED, Verdict.REFUTED, True)
    assert outcome(known) == "refuted"
    other = Mismatch("experiment", "fact", Comparison(1), 2, MismatchSource.RULE)
    unlike = evolve(known, as_expected=False, mismatches=(other,))
    assert outcome(unlike) == "refuted in another way"
    assert outcome(evolve(unlike, mismatches=(), problem=Problem(ProblemKind.LEAK))) == "refuted"
    assert outcome(result(Verdict.REFUTED, Verdict.UPHELD, False)) == "refuted"
    assert outcome(result(Verdict.UPHELD, Verdict.REFUTED, False)) == "upheld"


def test_a_remedy_that_fails_is_not_an_outcome_of_the_claim() -> None:
    remedy = Mismatch("module-level", "fact", Comparison(1), 2, MismatchSource.RULE)
    result = CellResult("a/b", "fork", Verdict.REFUTED, Verdict.REFUTED, False, "", 0.1, {}, mismatches=(remedy,))
    assert outcome(evolve(result, remedies={"module-level": RemedyResult(False, True)})) == "refuted"
