"""What the tests of the whole program share: a small catalogue of quick probes, and the program itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PROCSEM = [sys.executable, "-m", "procsem"]
if os.environ.get("COVERAGE_RUN"):  # `tox -e coverage`: what these processes execute counts too
    where = [f"--rcfile={REPOSITORY / 'pyproject.toml'}", f"--data-file={REPOSITORY / '.coverage'}"]
    PROCSEM[1:] = ["-m", "coverage", "run", *where, "-m", "procsem"]
RULE = """
[[{name}.expect]]
verdict = "upheld"
because = "it is so"
see = "https://example.org"
"""
CLAIM = """
[{name}]
says = "It is so."
source = {{ section = "s", line = 1 }}
decided_by = "system"
predicts = {{ so = true }}
control = {{ so = false }}
{more}
"""
PROBE = """
import os, sys
sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
def experiment(arm):
    {experiment}
def control(arm):
    arm.record(so=False)
if __name__ == "__main__":
    main(experiment, control)
"""


class Probes:
    """A folder of probes that is made as a test needs it."""

    def __init__(self, folder):
        self.folder = folder
        self.topic = folder / "small"
        self.topic.mkdir(parents=True)
        # With the compiled files, which are valid for the copies, because these have the same times.
        shutil.copytree(REPOSITORY / "probes" / "_kit", folder / "_kit")

    def add(self, name, experiment="arm.record(so=True)", more="", rule=RULE):
        """A claim whose probe does this in its experiment."""
        with (self.topic / "claims.toml").open("a", encoding="utf-8") as file:
            file.write(CLAIM.format(name=name, more=more) + rule.format(name=name))
        probe = self.topic / (name.replace("-", "_") + ".py")
        probe.write_text(PROBE.format(experiment=experiment), encoding="utf-8")
        return self


@pytest.fixture
def probes(tmp_path):
    return Probes(tmp_path / "probes")


@pytest.fixture
def procsem(tmp_path):
    """Runs ``procsem`` in a folder of its own, as a user does, and gives what it printed."""

    def run(*arguments, **keywords):
        options = {"cwd": tmp_path, "capture_output": True, "text": True, "encoding": "utf-8", "timeout": 120}
        env = {**os.environ, "PYTHONIOENCODING": "utf-8", **keywords.pop("env", {})}
        return subprocess.run([*PROCSEM, *map(str, arguments)], **{**options, "env": env, **keywords})

    return run


MEASURE_LITTLE = """
from procsem.bench.measure.groups import GROUPS
from procsem.cli import main

kept = {{name: GROUPS[name] for name in {groups!r}}}
for name in set(GROUPS) - set(kept):
    del GROUPS[name]
for group in kept.values():
    object.__setattr__(group, "quick_seconds", 0.1)
main()
"""


@pytest.fixture
def measure_little(tmp_path):
    """A function that returns the arguments of a Python for ``procsem bench --measure`` with a few groups.

    Each group is measured for a moment. The file is ``bench.json``.
    """

    def arguments(*options, groups=("descriptors", "sleepers")):
        script = tmp_path / "measure_little.py"
        script.write_text(MEASURE_LITTLE.format(groups=list(groups)), encoding="utf-8")
        return [str(script), "bench", "bench.json", "--measure", "--quick", *options]

    return arguments
