"""PROCSEM_PATIENCE lengthens the timeouts of probes."""

import os
import sys
from pathlib import Path

import attrs
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "probes"))

from _kit import checkin

from procsem.model import Claim
from procsem.runner import Scheduler, ScratchSpace
from procsem.runner.patience import VARIABLE, PatienceError, shortest_timeout


def test_without_the_variable_claims_alone_decide():
    assert shortest_timeout({}) == shortest_timeout({VARIABLE: ""}) == 0


def test_the_timeout_of_a_probe_grows_with_that_of_its_waits():
    assert shortest_timeout({VARIABLE: "60"}) == 3 * shortest_timeout({VARIABLE: "20"})


@pytest.mark.skipif(VARIABLE in os.environ, reason="the kit does not have its default")
def test_the_defaults_of_waits_and_of_claims_have_the_same_ratio():
    assert shortest_timeout({VARIABLE: str(checkin.TIMEOUT)}) == attrs.fields(Claim).seconds.default


@pytest.mark.parametrize("text", ["soon", "nan", "inf", "0", "-1", "1e9", "0x10"])
def test_what_is_not_a_number_of_seconds_is_refused(text, monkeypatch):
    with pytest.raises(PatienceError, match=f"{VARIABLE}: '{text}' is not a number of seconds from more than 0 to"):
        shortest_timeout({VARIABLE: text})
    monkeypatch.setenv(VARIABLE, text)
    with ScratchSpace() as scratch, pytest.raises(PatienceError):
        Scheduler(1, scratch, opener=lambda: pytest.fail("nothing is started"))
