"""A small catalogue for the tools of development: claims with known outcomes, and real probes for them."""

import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
CLAIM = """
[{name}]
says = "It is so."
source = {{ section = "s", line = 1 }}
decided_by = "system"
predicts = {predicts}
control = {{ so = false }}
[[{name}.expect]]
verdict = "upheld"
because = "The probe records it."
see = "https://example.org"
"""
PROBE = """
import os, sys
sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
def experiment(arm):
    arm.record(%s)
def control(arm):
    arm.record(so=False)
if __name__ == "__main__":
    main(experiment, control)
"""


@pytest.fixture
def probes(tmp_path):
    """A folder with the claims ``small/steady``, ``small/random`` and ``small/wrong``; the last fails."""
    folder = tmp_path / "probes"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "probes" / "_kit", folder / "_kit", ignore=ignored)
    add_claim(folder, "steady", "{ so = true }", "so=True")
    add_claim(folder, "random", '{ so = true, luck = { seen = "sometimes" } }', 'so=True, luck={"seen": 1, "of": 2}')
    add_claim(folder, "wrong", "{ so = true }", "so=False")
    return folder


def add_claim(probes, name, predicts, recorded):
    """Add a claim of the topic ``small`` with its probe, which records these facts."""
    topic = probes / "small"
    topic.mkdir(exist_ok=True)
    with (topic / "claims.toml").open("a", encoding="utf-8") as file:
        file.write(CLAIM.format(name=name, predicts=predicts))
    (topic / f"{name}.py").write_text(PROBE % recorded, encoding="utf-8")
