"""Every command that the README, CONTRIBUTING, tox.ini and the workflows give runs what its name says.

Each is run on little: on one claim, or one benchmark. What was really run is read from the files that it
wrote, because a command that silently runs nothing ends well: tox says "congratulations" when it skipped everything.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from multiprocessing import get_all_start_methods
from pathlib import Path
from xml.etree import ElementTree

import pytest

from procsem import results
from procsem.bench.measure.together import SLEEPERS

REPOSITORY = Path(__file__).resolve().parents[2]
CLAIM = "daemon/no-children"
TOPIC, NAME = CLAIM.split("/")
BENCHMARK = SLEEPERS.benchmarks[-1].name
ONE_BENCHMARK = " and ".join(["test_together", *BENCHMARK.split()])
START_METHODS = set(get_all_start_methods())
SOURCES = ["README.md", "CONTRIBUTING.md", "tox.ini", ".github/workflows/ci.yml", ".github/workflows/release.yml"]
# Environments that neither run a claim nor measure: they fail by themselves when something is missing.
OTHERS = {"types", "lint", "docs", "package", "coverage", "sample"}


def commands(program):
    """The command lines of the program in these files, without what surrounds them."""
    found = set()
    for source in SOURCES:
        text = (REPOSITORY / source).read_text(encoding="utf-8")
        if source == "tox.ini":
            text = "\n".join(re.findall(r"(?m)^# (tox\b.*?)(?: {2,}.*)?$", text))
        for line in re.findall(rf"(?m)(?:^ *(?:- )?(?:run: )?|`|&& )(?:\S*[/\\])?({program}\b[^`\n]*)", text):
            words = re.split(r" {2,}| #| ?&&|;|,? --\s|\.$|: ", line)[0]
            found.add(words.strip())
    return sorted(found)


def tox_environments(command):
    """The environments that a command line of tox names."""
    match = re.fullmatch(r"tox (?:run )?-e ([\w,-]+)", command)
    return match[1].split(",") if match else []


TOX = sorted({tuple(names) for command in commands("tox") if (names := tox_environments(command))})
PYTEST = [command for command in commands("pytest") if " " in command]


def is_of_claims(names):
    return {name.removesuffix("-optimized") for name in names} <= {"spawn", "fork", "forkserver"}


@pytest.fixture(scope="module")
def tox(tmp_path_factory):
    """Run tox with this installation: it creates environments, which is cheap, but installs nothing into them."""
    work = tmp_path_factory.mktemp("tox")
    path = os.pathsep.join(str(Path(folder).resolve()) for folder in sys.path if folder)
    overrides = {
        "package": "skip",
        "extras": "",
        "dependency_groups": "",
        "allowlist_externals": "procsem,pytest",
        "set_env": f"PYTHONPATH={path}",
    }
    env = {name: value for name, value in os.environ.items() if not name.startswith("TOX_")}
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])

    def run(names, *arguments):
        command = [sys.executable, "-m", "tox", "run", "-e", ",".join(names), "--workdir", str(work)]
        for section in ("testenv", *(f"testenv:{name}" for name in names)):
            for key, value in overrides.items():
                command += ["-x", f"{section}.{key}={value}"]
        done = subprocess.run(
            [*command, "--", *map(str, arguments)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            env=env,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def cases(tmp_path):
    """Run pytest or tox with this option and read which tests passed."""

    class Cases:
        option = f"--junitxml={tmp_path / 'junit.xml'}"

        def passed(self):
            found = ElementTree.parse(tmp_path / "junit.xml").iter("testcase")
            return {case.get("name") for case in found if len(case.findall("properties")) == len(case)}

    return Cases()


def cells(folder):
    """Every cell in these result files: claim, start method, whether the probe ran under -O."""
    runs = [run for file in folder.iterdir() for run in results.read_all(file)]
    return sorted(
        (cell.claim, cell.start_method, run.environment.facts["optimize"] > 0) for run in runs for cell in run.cells
    )


def test_the_files_give_these_commands():
    assert {("spawn", "fork", "forkserver"), ("bench",), ("mutants",), ("steady",), ("package",)} <= set(TOX)
    assert f"pytest probes --start-method spawn -k {TOPIC}" in PYTEST
    assert any(command.startswith("pytest --benchmark-only") for command in PYTEST)


@pytest.mark.parametrize("names", [names for names in TOX if is_of_claims(names)], ids=",".join)
def test_tox_runs_the_claims_under_each_start_method_that_is_named(names, tox, tmp_path):
    tox(names, CLAIM, "--out", tmp_path)
    wanted = [(name.partition("-")[0], name.endswith("-optimized")) for name in names]
    assert cells(tmp_path) == sorted((CLAIM, method, flag) for method, flag in wanted if method in START_METHODS)


def test_every_other_environment_of_tox_that_is_named_is_tested_here_or_elsewhere():
    others = {name for names in TOX if not is_of_claims(names) for name in names}
    assert others - OTHERS == {"tests", "bench", "mutants", "mutation", "steady", "damage", "chaos"}


def test_tox_runs_the_tests_and_the_claims_through_pytest(tox, cases):
    some = f"({TOPIC} and {NAME}) or test_matrix"
    tox(["tests"], "probes", "tests/unit/model/test_matrix.py", "-k", some, cases.option)
    passed = cases.passed()
    assert {name for name in passed if NAME in name} == {f"{NAME}[{method}]" for method in START_METHODS}
    assert {name for name in passed if NAME not in name}


def test_tox_run_without_environments_runs_tests_types_and_lint():
    listed = subprocess.run(
        [sys.executable, "-m", "tox", "list", "--no-desc", "-q"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("TOX_")},
        check=True,
    )
    assert listed.stdout.split()[:3] == ["tests", "types", "lint"]


def test_tox_measures_what_is_asked_for(tox, tmp_path):
    file = tmp_path / "bench.json"
    tox(["bench"], "--bench-quick", "--benchmark-json", file, "-k", ONE_BENCHMARK)
    assert [each["extra_info"]["name"] for each in json.loads(file.read_text(encoding="utf-8"))["benchmarks"]] == [
        BENCHMARK
    ]


def test_tox_tries_every_mutant_against_every_claim(tox):
    selected = tox(["mutants"], "--collect-only", "-q")
    assert selected.count("::test_a_mutant_flips_no_other_claim[") > 100


def test_tox_damages_what_every_reader_reads(tox):
    selected = tox(["damage"], "--collect-only", "-q")
    assert {"test_a_result_file", "test_a_file_of_claims", "test_a_command_line"} <= set(
        re.findall(r"::(\w+)", selected)
    )


def test_tox_changes_the_code_of_the_interpreter(tox):
    """The surveys themselves are tested in tests/dev, because each begins with three runs of the whole catalogue."""
    assert "--sample" in tox(["mutation"], "--help")


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped with signals")
def test_tox_disturbs_a_run(tox):
    printed = tox(["chaos"], CLAIM, "--sample", 1, "--scenario", "stopped")
    assert re.search(rf"stopped: {len(START_METHODS)} cells in .*: {len(START_METHODS)} upheld", printed)


def test_tox_repeats_every_claim_on_a_busy_machine(tox):
    printed = tox(["steady"], CLAIM, "--repeat", 1, "--rounds", 1, "--chance", 0, "--loops", 1)
    number = len(START_METHODS)
    assert f"{number} cells: {number} upheld; all as expected" in printed


@pytest.mark.parametrize("command", PYTEST)
def test_pytest_runs_what_is_asked_for(command, cases, tmp_path):
    words = shlex.split(command.removeprefix("pytest "))
    narrowed = [cases.option, "-p", "no:cacheprovider"]
    if "--benchmark-only" in words:
        words[words.index("bench.json")] = str(tmp_path / "bench.json")
        narrowed += ["tests/benchmarks", "-k", ONE_BENCHMARK]
        expected = {f"test_together[{BENCHMARK}]"}
    elif "probes" in words:
        narrowed += ["-k", f"{TOPIC} and {NAME}"]
        expected = {f"{NAME}[{words[words.index('--start-method') + 1]}]"}
    else:
        narrowed += ["-k", "test_matrix and not page"]
        expected = None
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, *narrowed],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed = cases.passed()
    assert passed
    assert expected in (None, passed)
