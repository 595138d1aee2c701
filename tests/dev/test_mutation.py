"""Systematic mutation: the changes of a file, the state of a survey, the score, and one real survey of a small file."""

import ast
import importlib.util
import io
import json
import sys
import sysconfig
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from procsem.catalogue import BUILT_IN
from procsem.catalogue import load as load_catalogue
from procsem.environment import FACTS
from procsem.model import CellKey
from procsem_dev.mutants.definitions import MutantError
from procsem_dev.mutants.lab import Lab
from procsem_dev.mutants.tree import FrameworkError
from procsem_dev.mutation import __main__ as command
from procsem_dev.mutation import suites, survey, triage
from procsem_dev.mutation.operators import Operator, changes
from procsem_dev.mutation.score import Score, lost, scores
from procsem_dev.mutation.state import Outcome, State, Trial
from procsem_dev.mutation.survey import FILES, PARTS, Reach, Survey

LIBRARY = Path(sysconfig.get_path("stdlib"))
PROGRAM = '''
"""The docstring is not changed."""
__all__ = ["first"]
LIMIT = 10

def first(a, b=False):
    """Nor is this one."""
    debug("%d", 1)
    if a:
        return a + 1
    while a < b and not b:
        work(a)
    x = [c for c in a if c]
    x += 1
    try:
        return f"{a + 1}"
    except ValueError:
        raise KeyError
    except OSError:
        x = "é"
    assert a.b
    return None
'''


def shown(change):
    return f"{change.operator}: {change.before} -> {change.after}"


def test_each_operator_changes_what_it_names():
    assert {shown(change) for change in changes("m.py", PROGRAM)} == {
        "assign-none: 10 -> None",
        "off-by-one: 10 -> 11",
        "swap-boolean: False -> True",
        "negate-condition: a -> (not (a))",
        "return-none: a + 1 -> None",
        "off-by-one: 1 -> 2",
        "swap-and-or: a < b and not b -> ((a < b) or (not b))",
        "negate-condition: a < b and not b -> (not (a < b and not b))",
        "flip-comparison: a < b -> (a >= b)",
        "shift-comparison: a < b -> (a <= b)",
        "negate-condition: not b -> (b)",
        "drop-call: work(a) -> pass",
        "assign-none: [c for c in a if c] -> None",
        "negate-condition: c -> (not (c))",
        "drop-update: x += 1 -> pass",
        'return-none: f"{a + 1}" -> None',
        "swap-handlers: ValueError / OSError -> OSError / ValueError",
        "drop-raise: raise KeyError -> pass",
        'handler-raises: except OSError: x = "é" -> raise',
        'assign-none: "é" -> None',
        "negate-condition: a.b -> (not (a.b))",
    }


@pytest.mark.parametrize("file", [file for files in PARTS.values() for file in files if (LIBRARY / file).is_file()])
def test_every_change_gives_another_valid_program(file):
    text = (LIBRARY / file).read_text(encoding="utf-8")
    found = changes(file, text)
    assert len({change.id for change in found}) == len(found) > 20
    original = ast.dump(ast.parse(text))
    for change in found[:: max(1, len(found) // 25)]:
        assert ast.dump(ast.parse(change.mutant(text).edits[0].replace)) != original, change.id


def test_the_files_of_windows_are_changed_only_there():
    assert (set(PARTS["windows"]) <= set(FILES)) is (sys.platform == "win32")
    assert {file for part in PARTS.keys() - {"windows"} for file in PARTS[part]} <= set(FILES)


def test_equal_changes_of_a_function_are_numbered():
    found = changes("m.py", "def f():\n    g()\n    g()\n")
    assert [change.id for change in found] == ["m.py:f: drop-call: g()", "m.py:f: drop-call: g() #2"]


def test_a_change_is_reached_at_its_statement():
    text = "ONE = 1\ndef f(a=2):\n    if a:\n        b = 3\n    elif 4: pass\n"
    lines = {change.before: change.site.statement.lineno for change in changes("m.py", text)}
    assert lines == {"1": 1, "2": 2, "a": 3, "3": 4, "4": 5}


def test_a_sample_with_the_same_seed_changes_little_when_more_is_reached():
    every = {change.id: change for change in changes("m.py", "def f():\n" + "    g()\n" * 30)}
    ids = list(every)
    cells = {name: (CellKey("x/y", None),) for name in ids}
    few = Reach(every, {**cells, ids[3]: ()}).sample(10, 1, ["m.py"])
    many = Reach(every, cells).sample(11, 1, ["m.py"])
    assert [change for change in many if change.id != ids[3]][:9] == few[:9]
    assert Reach(every, cells).sample(10, 2, ["m.py"]) != many[:10]
    assert len(Reach(every, cells).sample(None, 1, ["m.py"])) == 30


def test_trials_and_coverage_are_read_back_equal(tmp_path):
    state = State(tmp_path / "new")
    trials = [Trial("a", Outcome.KILLED, ("x/y under fork",), 3, 4, 1.5, "f"), Trial("b", Outcome.SURVIVED)]
    for trial in trials:
        state.add(trial)
    reached = {CellKey("x/y", "fork"): frozenset({"f:1:2", "f"}), CellKey("x/z", None): None}
    state.keep_coverage("now", reached)
    assert list(state.trials().values()) == trials
    assert state.coverage("now") == reached
    assert state.coverage("later") is None


def test_a_damaged_state_is_one_clear_line(tmp_path):
    (tmp_path / "trials.jsonl").write_text('{"mutant": "a"}\n')
    with pytest.raises(MutantError, match=r"trials\.jsonl:1: not a trial of a mutant"):
        State(tmp_path).trials()
    (tmp_path / "coverage.json").write_text('{"fingerprint": "now", "records": [], "reached": [["a", null, [3]]]}')
    with pytest.raises(MutantError, match=r"coverage\.json: not a coverage"):
        State(tmp_path).coverage("now")


def test_the_score_counts_viable_mutants_that_are_not_equivalent():
    every = {change.id: change for change in changes("m.py", "def f():\n    a()\n    b()\n    c()\n    d()\n    e()\n")}
    outcomes = dict(zip(every, [*Outcome][:5], strict=True))
    assert set(outcomes.values()) == set(Outcome)
    survivor = next(name for name, outcome in outcomes.items() if outcome is Outcome.SURVIVED)
    trials = [Trial(name, outcome) for name, outcome in outcomes.items()]
    assert scores(every, every.values(), trials, {})["m.py"].share == 3 / 4
    reading = {survivor: triage.Entry(triage.Reading.EQUIVALENT, "the same")}
    score = scores(every, every.values(), trials, reading)["m.py"]
    assert (score.share, score.generated, score.reached, score.counted) == (1.0, 5, 5, 3)
    assert Score().share is None


def test_a_triage_names_each_fault(tmp_path):
    file = tmp_path / "triage.toml"
    file.write_text(
        '["a"]\nreading = "odd"\nwhy = "x"\n["b"]\nreading = "hole"\n["c"]\nreading = "hole"\nwhy = "x"\nd = 1\n'
    )
    with pytest.raises(MutantError) as raised:
        triage.load(file)
    assert [line.partition("[")[2] for line in str(raised.value).splitlines()] == [
        "a] reading: 'odd' is not one of equivalent, outside, hole",
        "b] why: give the reason",
        "c] d: unknown key",
    ]


def test_the_triage_is_about_changes_and_claims_that_exist():
    """The readings were made with one version of Python, so a function may be missing in another; the files are not."""
    readings = triage.load()
    known = {claim.id for claim in load_catalogue(BUILT_IN, FACTS).claims}
    for name, entry in readings.items():
        assert name.partition(":")[0] in FILES, name
        assert set(entry.claims) <= known, name
        assert name.split(": ")[1] in set(Operator), name


@pytest.fixture
def small_survey(probes, tmp_path, monkeypatch):
    """A survey of colorsys.py, with a probe that uses one of its functions, and its state."""
    (probes / "small" / "steady.py").write_text(
        (probes / "small" / "steady.py")
        .read_text(encoding="utf-8")
        .replace("arm.record(so=True)", "import colorsys; arm.record(so=colorsys.rgb_to_hsv(1, 0, 0) == (0, 1, 1))"),
        encoding="utf-8",
    )
    monkeypatch.setattr(survey, "FILES", ("colorsys.py",))
    catalogue = load_catalogue(probes, FACTS)
    state = State(tmp_path / "state")
    try:
        with Lab(sys.executable, catalogue, tmp_path / "trees", jobs=2) as lab:
            yield Survey(lab, state), state
    except FrameworkError as error:
        pytest.skip(f"needs an interpreter that can be copied: {error}")


def test_a_survey_kills_what_a_claim_sees_and_no_other_mutant(small_survey, tmp_path):
    made, state = small_survey
    reach = made.reach()
    reached = {change.function for change in reach.reached() if change.function}
    assert reached == {"rgb_to_hsv"}
    chosen = [change for change in reach.reached() if change.function]
    trials = {trial.mutant: trial for trial in made.run(chosen, reach)}
    assert trials["colorsys.py:rgb_to_hsv: return-none: h, s, v"].outcome is Outcome.KILLED
    assert "small/steady under spawn" in trials["colorsys.py:rgb_to_hsv: return-none: h, s, v"].noticed_by
    # The colour is red, so the value that the change replaces is not used.
    assert trials["colorsys.py:rgb_to_hsv: assign-none: (maxc-r) / rangec"].outcome is Outcome.SURVIVED
    assert not [path for path in (tmp_path / "trees").iterdir() if path.name not in {"unmodified", "instrumented"}]
    again = list(made.run(chosen, reach))
    assert {trial.mutant: trial for trial in again} == trials
    assert len((state.folder / "trials.jsonl").read_text().splitlines()) == len(chosen), "a trial was repeated"


@pytest.mark.skipif(importlib.util.find_spec("test.test_colorsys") is None, reason="needs Python's own tests")
def test_the_suites_of_cpython_fail_under_a_mutant_and_pass_without(small_survey, tmp_path, monkeypatch, capsys):
    made, state = small_survey
    for trial in made.run([c for c in made.reach().reached() if "return-none: h, s, v" in c.id], made.reach()):
        assert trial.outcome is Outcome.KILLED
    monkeypatch.setattr(suites, "FILES", ("colorsys.py",))
    monkeypatch.setattr(suites, "SUITES", ("test_colorsys",))
    assert suites.main(["--folder", str(state.folder), "--jobs", "1", "--json", str(tmp_path / "suites.json")]) == 0
    assert "1 mutants: the claims notice 1, CPython's suites 1, both 1, neither 0" in capsys.readouterr().out
    assert json.loads((tmp_path / "suites.json").read_text())[0]["failed"] == "test_colorsys"


def test_suites_need_a_survey(tmp_path, capsys):
    assert suites.main(["--folder", str(tmp_path)]) == 2
    assert "run procsem_dev.mutation first" in capsys.readouterr().err


def test_a_mutant_that_is_no_longer_noticed_is_lost():
    last = {"a": Outcome.KILLED, "b": Outcome.SURVIVED, "c": Outcome.BROKEN}
    now = [Trial("a", Outcome.SURVIVED), Trial("b", Outcome.SURVIVED), Trial("c", Outcome.KILLED)]
    assert lost(last, [*now, Trial("new", Outcome.SURVIVED)]) == ["a"]


@pytest.mark.parametrize(
    "words", [["multiprocessing/pol.py"], ["--python", "no-such-python", "--sample", "1"], ["--compare", "none.json"]]
)
def test_bad_input_is_one_line(words, tmp_path):
    printed, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(errors):
        assert command.main([*words, "--folder", str(tmp_path)]) == 2
    assert len(errors.getvalue().splitlines()) == 1
    assert words[-1] in errors.getvalue() or words[1] in errors.getvalue()


def test_the_report_of_a_run_can_be_written(tmp_path):
    by_file = {"m.py": Score(2, 2, {Outcome.KILLED: 1})}
    command._write(tmp_path / "score.json", by_file, [Trial("m", Outcome.KILLED)])
    assert json.loads((tmp_path / "score.json").read_text())["files"]["m.py"]["noticed"] == 1
    assert command._read(tmp_path / "score.json") == {"m": Outcome.KILLED}
