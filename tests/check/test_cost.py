"""What `procsem check --cost` reports: time and memory per start method, repeated imports, and what a preload saves."""

import json
import sys
from pathlib import Path

import jsonschema
import pytest
from attrs import evolve

from procsem.check.case import Case
from procsem.check.cost import costs, repeated_imports
from procsem.check.evidence import Event, Process
from procsem.check.schema import SCHEMA_FILE, to_data
from procsem.check.session import Session, check
from procsem.check.target import parse
from procsem.check.views import markdown, terminal
from tests.check.conftest import EVIDENCE
from tests.check.store import load

PROGRAM = """
import multiprocessing
import own_module

def work():
    import imported_in_target

if __name__ == "__main__":
    for number in range(3):
        child = multiprocessing.Process(target=work)
        child.start()
        child.join()
"""
SLOW = "import time\ntime.sleep(0.1)\n"

needs_forkserver = pytest.mark.skipif(sys.platform == "win32", reason="needs a fork server")


@needs_forkserver
def test_repeated_imports_are_found_and_preloaded(tmp_path, monkeypatch):
    library = tmp_path / "site-packages"
    library.mkdir()
    for name in ("slow_library", "imported_in_target"):
        (library / f"{name}.py").write_text(SLOW, encoding="utf-8")
    (tmp_path / "own_module.py").write_text(f"{SLOW}import slow_library\n", encoding="utf-8")
    (tmp_path / "app.py").write_text(PROGRAM, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(library))
    session = Session(parse(["app.py"], tmp_path), (sys.executable,), ("fork", "forkserver"), cost=True)
    diagnosis = check(session)
    (cost,) = diagnosis.costs
    assert [method.children for method in cost.methods] == [3, 3]
    assert all(method.first_line > 0 for method in cost.methods)
    if sys.platform == "linux":
        assert all(method.peak_kib > 1000 for method in cost.methods)
    assert cost.imports_under == "forkserver"
    found = {each.module: each for each in cost.imports}
    # The program's own modules are not proposed: their code would run in the fork server.
    assert {"slow_library", "imported_in_target"} <= set(found)
    assert "own_module" not in found
    assert found["slow_library"].children == 3
    assert found["slow_library"].seconds >= 0.1
    assert cost.saving.still_imported == ()
    assert {"slow_library", "imported_in_target"} <= set(cost.saving.modules)
    preloaded = diagnosis.case.runs[-1]
    names = {entry[0] for _, event in preloaded.events("imports") for entry in event["modules"]}
    servers = [process for process in preloaded.processes if process.role == "fork server"]
    assert "slow_library" in names, "the fork server imports it"
    assert all(
        "slow_library" not in str(event["modules"])
        for process in preloaded.processes
        if process not in servers
        for event in process.of("imports")
        if preloaded.start_of(process)
    )
    check_forms(diagnosis)


def check_forms(diagnosis):
    data = json.loads(json.dumps(to_data(diagnosis)))
    jsonschema.validate(data, json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    assert data["costs"][0]["preload"]["modules"]
    text = terminal.render(diagnosis, 80)
    assert "imported again by each child (forkserver):" in text
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "set\\_forkserver\\_preload" in markdown.render(diagnosis, Path.cwd())


def test_without_the_option_nothing_is_reported(tmp_path, monkeypatch):
    (tmp_path / "app.py").write_text("print(1)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    diagnosis = check(Session(parse(["app.py"], tmp_path), (sys.executable,), ("spawn",)))
    assert diagnosis.costs == ()
    assert to_data(diagnosis)["costs"] == []


@pytest.fixture
def run():
    """Make a run with children that take some time to start, and import something."""
    recorded = load(EVIDENCE / "lambda_target.jsonl")[0]

    def make(method, delays, modules=(), interventions=(), seconds=1.0):
        starts, children = [], []
        for number, delay in enumerate(delays, 1):
            began = number * 10.0
            starts += [
                Event(began, "start", {"n": number}),
                Event(began + 0.001, "started", {"n": number, "child": 100 + number, "method": method}),
            ]
            events = [
                Event(began + 0.002, "process", {"pid": 100 + number}),
                Event(began + delay, "imports", {"modules": [list(module) for module in modules]}),
                Event(began + delay, "child"),
            ]
            children.append(Process(f"c{number}", 100 + number, 1, "spawned", tuple(events)))
        main = Process("1", 1, 0, "program", (Event(0.0, "process", {"pid": 1, "cost": "1"}), *starts))
        return evolve(
            recorded,
            start_method=method,
            processes=(main, *children),
            interventions=interventions,
            seconds=seconds,
            cpu_seconds=seconds / 2,
        )

    return make


LIBRARY = "/python/lib/site-packages/big.py"


def test_a_saving_is_the_difference_of_the_medians(run):
    modules = [("big", None, 0.2, LIBRARY)]
    before = run("forkserver", [0.3, 0.4, 9.0], modules, seconds=2.0)
    after = run("forkserver", [0.1, 0.1, 0.1], (), ("preload=big",), seconds=1.5)
    (cost,) = costs(Case((before, after)))
    assert cost.methods[0].first_line == pytest.approx(0.4)
    assert cost.saving.per_start == pytest.approx(0.3)
    assert cost.saving.seconds == pytest.approx(0.5)
    assert cost.saving.cpu_seconds == pytest.approx(0.25)


def test_a_preload_without_effect_is_reported(run):
    modules = [("big", None, 0.2, LIBRARY)]
    before, after = (run("forkserver", [0.3], modules, extra) for extra in ((), ("preload=big",)))
    (cost,) = costs(Case((before, after)))
    assert cost.saving.still_imported == ("big",)


def test_own_modules_are_replaced_by_what_they_import(run):
    own = "/work/own.py"
    modules = [
        ("big.part", "big", 0.1, LIBRARY),
        ("big", "own", 0.2, LIBRARY),
        ("own", None, 0.5, own),
        ("small", None, 0.01, LIBRARY),
        ("multiprocessing.queues", None, 0.3, LIBRARY),
    ]
    found = repeated_imports([run("spawn", [0.3, 0.3], modules)])
    assert [(each.module, each.children, each.total) for each in found] == [("big", 2, 0.4), ("small", 2, 0.02)]
