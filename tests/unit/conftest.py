"""A claim, its environment and its observations, for tests to vary."""

import pytest

from procsem.catalogue.claims_toml import read_claim
from procsem.environment import CONDITIONS
from procsem.model import Environment, Observation

WRITTEN = {
    "says": "A daemon may have no children.",
    "source": {"section": "daemons", "line": 12},
    "decided_by": "multiprocessing",
    "predicts": {"started": False, "error": "AssertionError"},
    "control": {"started": True},
    "expect": [
        {"verdict": "upheld", "because": "there is a check", "see": "https://example.org/check"},
        {
            "when": {"assertions": False},
            "verdict": "refuted",
            "observes": {"started": True},
            "because": "the check is an assertion",
            "see": ["https://example.org/assert"],
        },
    ],
}
FACTS = {
    "system": "linux",
    "machine": "x86_64",
    "implementation": "cpython",
    "python": "3.14.0",
    "python_release": "3.14.0",
    "start_methods": ["forkserver", "fork", "spawn"],
    "default_start_method": "forkserver",
    "assertions": True,
    "gil": True,
}


@pytest.fixture
def make_claim(tmp_path):
    def make(**changes):
        table = {**WRITTEN, **changes}
        written = {key: value for key, value in table.items() if value is not None}
        return read_claim("daemon/no-children", written, tmp_path / "claims.toml", 3, CONDITIONS)

    return make


@pytest.fixture
def environment():
    return Environment(dict(FACTS))


@pytest.fixture
def seen():
    """Observations that uphold the claim; keywords change the experiment's facts."""

    def make(control=None, **experiment):
        return {
            "experiment": Observation({"started": False, "error": "AssertionError", **experiment}),
            "control": Observation({"started": True, **(control or {})}),
        }

    return make


@pytest.fixture
def topic(tmp_path):
    """A folder of probes with one topic, for tests to break."""
    folder = tmp_path / "probes" / "daemon"
    folder.mkdir(parents=True)
    (folder / "claims.toml").write_text(TOML, encoding="utf-8")
    (folder / "no_children.py").write_text(PROBE, encoding="utf-8")
    return folder


TOML = """\
# A comment stands before it.
[no-children]
says = "A daemon may have no children."
source = { section = "daemons", line = 12 }
decided_by = "multiprocessing"
predicts = { started = false }
control = { started = true }

[[no-children.expect]]
verdict = "upheld"
because = "there is a check"
see = "https://example.org/check"
"""
PROBE = """\
def experiment(arm): arm.record(started=False)
def control(arm): arm.record(started=True)
if __name__ == "__main__":
    main(experiment, control)
"""
