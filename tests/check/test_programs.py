"""A few programs from end to end: run, recorded, diagnosed."""

import sys
from pathlib import Path

import pytest

from procsem.check.run import Request, run_once
from procsem.check.target import parse
from procsem.environment import identify
from tests.check.conftest import PROGRAMS, expected, found

END_TO_END = ["lambda_target.py", "lambda_target_ok.py"]


@pytest.mark.parametrize("name", END_TO_END)
def test_a_program_has_its_marked_findings_and_no_other(check, name):
    path = PROGRAMS / name
    diagnosis = check(path)
    assert found(diagnosis) == expected(path, sys.version_info[:3], sys.implementation.name)
    assert not diagnosis.unexplained


def test_the_text_of_a_module_in_which_a_child_reads_a_variable_is_kept(tmp_path, monkeypatch, default):
    monkeypatch.chdir(tmp_path)
    Path("registry.py").write_text("NAMES = {}\n\n\ndef add(name):\n    NAMES[name] = 1\n", encoding="utf-8")
    Path("app.py").write_text(
        "import multiprocessing, registry\n"
        "def work(): print(sorted(registry.NAMES))\n"
        "if __name__ == '__main__':\n"
        "    registry.add('a')\n"
        "    child = multiprocessing.Process(target=work)\n"
        "    child.start()\n"
        "    child.join()\n",
        encoding="utf-8",
    )
    target = parse(["app.py"], tmp_path)
    run = run_once(Request(target, identify(sys.executable), "spawn", default, 60.0))
    assert {Path(file).name for file in run.sources} == {"app.py", "registry.py"}
