"""Commands that run in this process."""

from __future__ import annotations

import contextlib
import io
import shutil
from pathlib import Path

import pytest
from attrs import frozen

from procsem.cli.main import run
from tests.unit.any_input import profiles as profiles  # loads the settings of Hypothesis

PROBES = Path(__file__).parents[3] / "probes"
TOPIC = "queue"


@frozen
class Done:
    """How a command ended."""

    status: object
    stdout: str
    stderr: str

    def check(self) -> None:
        """Fail unless the command showed something, or printed one line per fault and exited with 2."""
        assert self.status in (0, 1, 2), (self.status, self.stderr)
        lines = self.stderr.splitlines()
        assert all(line.startswith("procsem: ") and line.strip() != "procsem:" for line in lines), self.stderr
        if self.status == 2:
            assert lines
        assert all(char.isprintable() or char == "\t" for line in lines for char in line), self.stderr


@pytest.fixture(scope="session")
def command():
    """Run a command of procsem in this process."""

    def command(*arguments: object) -> Done:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
            run([str(argument) for argument in arguments])
        return Done(ended.value.code, out.getvalue(), err.getvalue())

    return command


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """A folder for the files of one test, which writes them anew for each example."""
    return tmp_path_factory.mktemp("damaged")


@pytest.fixture(scope="module")
def probes(tmp_path_factory) -> Path:
    """A catalogue of one topic, because commands load the catalogue for every example."""
    probes = tmp_path_factory.mktemp("catalogue")
    shutil.copy(PROBES / "document.toml", probes)
    for name in ("_kit", TOPIC):
        shutil.copytree(PROBES / name, probes / name)
    return probes
