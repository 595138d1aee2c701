"""Coverage: the sites where a mutant differs from the original, and the cells whose processes reach them."""

from __future__ import annotations

import ast
import multiprocessing
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from attrs import evolve

from procsem.containment.contract import TOKEN_VARIABLE
from procsem.model import CellKey, CellResult, Event, EventKind, Verdict
from procsem_dev.mutants.coverage import Coverage, Plan, Site, find_sites, measure_coverage, plan
from procsem_dev.mutants.definitions import Edit, Mutant
from procsem_dev.mutants.tree import FrameworkError, Tree, build

FILE = "colorsys.py"
FUNCTIONS = ("rgb_to_yiq", "yiq_to_rgb", "rgb_to_hls", "hls_to_rgb", "rgb_to_hsv", "hsv_to_rgb")
"""A file of the standard library that nothing else uses, and its functions."""

PROGRAM = """
import colorsys, os, subprocess, sys, threading
from multiprocessing import Process, set_start_method

def call(name):
    getattr(colorsys, name)(0.1, 0.2, 0.3)

def child():
    thread = threading.Thread(target=call, args=("yiq_to_rgb",))
    thread.start()
    thread.join()
    os.chdir(os.path.dirname(os.getcwd()))
    os.environ.clear()
    os.closerange(0, 100)
    call("rgb_to_hls")
    os._exit(1)

if __name__ == "__main__":
    call("rgb_to_yiq")
    if sys.argv[1] == "cleared":
        essential = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
        code = "import colorsys; colorsys.rgb_to_hsv(0, 0, 0)"
        subprocess.run([sys.executable, "-c", code], env=essential, check=True)
    elif sys.argv[1] != "none":
        set_start_method(sys.argv[1])
        process = Process(target=child)
        process.start()
        process.join()
        assert process.exitcode == 1
"""

BEFORE = """
import a
ONE = 1
class C:
    TWO = 2
    def method(self, given=None):
        '''What it does.'''
        first = 1
        if first:
            second = 2
            third = 3
        elif given:
            fourth = 4
        try:
            fifth = 5
        except ValueError: sixth = 6
        for each in given:
            seventh = lambda: 7
        eighth = 8
        def inner():
            ninth = 9
"""


def shown(site: Site) -> str:
    """The line of a site, and the case if there is one."""
    statement = site.statement
    line = BEFORE.splitlines()[statement.lineno - 1][statement.col_offset :] if statement else "when loaded"
    return f"{line} {site.case}" if site.case else line


@pytest.mark.parametrize(
    ("find", "replace", "reached"),
    [
        ("first = 1", "first = 2", "first = 1"),
        ("        first = 1\n", "        first = 1\n        added = 1\n", "if first:"),
        ("first = 1", "first = 1  # no change to the program", None),
        ("            third = 3\n", "", "third = 3"),
        ("            third = 3\n", "            third = 3\n            added = 1\n", "third = 3"),
        ("            second = 2\n", "", "second = 2"),
        ("if first:", "if given:", "if first:"),
        ("elif given", "elif first", "elif given:"),
        ("fourth = 4", "fourth = 5", "fourth = 4"),
        ("        try:\n", "        else:\n            added = 1\n        try:\n", "elif given:"),
        ("fifth = 5", "pass", "fifth = 5"),
        ("sixth = 6", "pass", "sixth = 6"),
        ("ValueError", "OSError", "try:"),
        ("        for each", "        else:\n            added = 1\n        for each", "try:"),
        ("lambda: 7", "lambda: 8", "seventh = lambda: 7"),
        ("for each", "for one", "for each in given:"),
        ("ninth = 9", "ninth = 10", "ninth = 9"),
        ("inner()", "inner(given)", "def inner():"),
        ("ONE = 1", "ONE = 2", "when loaded"),
        ("TWO = 2", "TWO = 3", "when loaded"),
        ("class C:", "class C(a.A):", "when loaded"),
        ("given=None", "given=1", "when loaded"),
        ("        first = 1\n", "        first = 1\n        if given: given = 2\n", "if first: given"),
        ("        first = 1\n", "        first = 1\n        if given: given = 2\n        else: pass\n", "if first:"),
        ("            fourth = 4\n", "            fourth = 4\n            if given: given = 2\n", "fourth = 4"),
        ("first = 1", "first = 2 if given else 1", "first = 1 (given)"),
        ("first = 1", "first = 1 if given else 2", "first = 1 (not (given))"),
        ("first = 1", "first = 2 if given else 3", "first = 1"),
        ("        first = 1\n", "        first = 2 if given else 1\n        if given: given = 2\n", "first = 1"),
        ("if first:", "if first if given else second:", "if first: (not (given))"),
        ("elif given:", "elif first if self else given:", "elif given: (self)"),
        ("lambda: 7", "lambda: 8 if given else 7", "seventh = lambda: 7"),
        ("lambda: 7", "(lambda: 8) if given else lambda: 7", "seventh = lambda: 7 (given)"),
        ("in given:", "in (self if first else given):", "for each in given:"),
    ],
)
def test_a_change_is_reached_at_its_first_statement(find: str, replace: str, reached: str | None) -> None:
    assert BEFORE.count(find) == 1
    found = find_sites(ast.parse(BEFORE), ast.parse(BEFORE.replace(find, replace)))
    assert {shown(site) for site in found} == ({reached} if reached else set())


def test_several_changes_are_each_reached() -> None:
    after = BEFORE.replace("second = 2", "second = 3").replace("fourth = 4", "fourth = 5")
    assert {shown(site) for site in find_sites(ast.parse(BEFORE), ast.parse(after))} == {"second = 2", "fourth = 4"}


def test_a_file_that_this_python_cannot_parse_is_reached_when_it_is_loaded() -> None:
    assert find_sites(ast.parse(BEFORE), None) == {Site(None)}
    assert find_sites(None, ast.parse(BEFORE)) == {Site(None)}


def mutants(library: Path) -> list[Mutant]:
    """One mutant per function, two that differ in one case only, and one that edits the file outside of functions."""
    text = (library / FILE).read_text(encoding="utf-8")
    functions = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}

    def beginning(mutant: str, function: str, added: str) -> Mutant:
        node = functions[function]
        head = "".join(text.splitlines(keepends=True)[node.lineno - 1 : node.body[0].lineno - 1])
        return Mutant(mutant, "nothing", (), (Edit(FILE, head, f"{head}    {added}\n"),))

    return [
        *(beginning(function, function, "edited = True") for function in FUNCTIONS),
        beginning("met", "rgb_to_hls", "if r == 0.1: edited = True"),
        beginning("never met", "rgb_to_hls", "if r == 0.9: edited = True"),
        Mutant("file", "nothing", (), (Edit(FILE, "ONE_THIRD = 1.0/3.0", "ONE_THIRD = 0.0"),)),
    ]


@pytest.fixture(scope="module")
def planned() -> Plan:
    library = Path(sysconfig.get_path("stdlib"))
    return plan(mutants(library), library)


@pytest.fixture
def instrumented(planned: Plan, tmp_path: Path) -> Tree:
    """A new tree for each test, because it keeps the trace."""
    try:
        return build(tmp_path / "tree", sys.executable, planned.instrumented)
    except FrameworkError as error:
        pytest.skip(f"needs an interpreter that can be copied: {error}")


def run(tree: Tree, folder: Path, how: str) -> CellResult:
    """Run the program, and return the result of a cell named ``how``."""
    script = folder / "program.py"
    script.write_text(PROGRAM)
    env = {**os.environ, TOKEN_VARIABLE: f"token{how}"}
    process = subprocess.Popen([str(tree.executable), str(script), how], env=env, cwd=folder)
    assert process.wait(60) == 0
    started = Event(0.0, "python", EventKind.STARTED, process.pid)
    return CellResult(f"t/{how}", None, Verdict.UPHELD, None, True, "", 0.0, {}, watcher=(started,))


def reached(coverage: Coverage, how: str, every: list[Mutant]) -> set[str]:
    return {mutant.name for mutant in every if coverage.reaches(CellKey(f"t/{how}", None), mutant)}


def test_every_process_and_thread_of_a_cell_is_covered(planned: Plan, instrumented: Tree, tmp_path: Path) -> None:
    """Also a child that has closed its files, changed its folder, cleared its environment, and uses os._exit()."""
    every = mutants(instrumented.original)
    methods = multiprocessing.get_all_start_methods()
    results = [run(instrumented, tmp_path, how) for how in ("none", *methods)]
    found = measure_coverage(planned, instrumented, results)
    assert reached(found, "none", every) == {"file", "rgb_to_yiq"}
    for method in methods:
        assert reached(found, method, every) == {"file", "rgb_to_yiq", "yiq_to_rgb", "rgb_to_hls", "met"}


def test_records_of_an_unknown_process_count_for_every_cell(planned: Plan, instrumented: Tree, tmp_path: Path) -> None:
    every = mutants(instrumented.original)
    own = run(instrumented, tmp_path, "none")
    assert reached(measure_coverage(planned, instrumented, [own]), "none", every) == {"file", "rgb_to_yiq"}
    cleared = run(instrumented, tmp_path, "cleared")
    found = measure_coverage(planned, instrumented, [own, cleared])
    assert reached(found, "none", every) == reached(found, "cleared", every) == {"file", "rgb_to_yiq", "rgb_to_hsv"}


def test_an_uncertain_cell_reaches_everything(planned: Plan, instrumented: Tree, tmp_path: Path) -> None:
    every = mutants(instrumented.original)
    all_names = {mutant.name for mutant in every}
    result = run(instrumented, tmp_path, "none")
    unwatched = CellResult("t/unwatched", None, Verdict.UPHELD, None, True, "", 0.0, {})
    unsupported = CellResult("t/unsupported", None, Verdict.UNSUPPORTED, None, True, "", 0.0, {})
    found = measure_coverage(planned, instrumented, [result, unwatched, unsupported], [CellKey("t/none", None)])
    assert reached(found, "none", every) == all_names
    assert reached(found, "unwatched", every) == all_names
    assert reached(found, "a cell without a result", every) == all_names
    assert reached(found, "unsupported", every) == set()


def test_all_results_of_a_cell_count(planned: Plan, instrumented: Tree, tmp_path: Path) -> None:
    once, again = run(instrumented, tmp_path, "none"), run(instrumented, tmp_path, "spawn")
    found = measure_coverage(planned, instrumented, [once, evolve(again, claim=once.claim)])
    assert reached(found, "none", mutants(instrumented.original)) == {
        "file",
        "rgb_to_yiq",
        "yiq_to_rgb",
        "rgb_to_hls",
        "met",
    }
