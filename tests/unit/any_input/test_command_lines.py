"""Any command line of a command that starts nothing ends with a result, or with one line per fault and status 2."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

READERS = ("claims", "show", "report", "compare", "history", "explain", "suggest")
"""The commands that read a catalogue, which is a small one here."""
WORDS = st.sampled_from(
    [
        *(
            "--json",
            "--html",
            "--markdown",
            "--junit",
            "--annotations",
            "--topic",
            "--version",
            "--help",
            "--threshold",
        ),
        *("--start-method", "fork", "--where", "system=linux", "-x", "--", "-", "queue/get-removes", "daemon", "."),
        *("/", "no/such/file", "*", "=", "%s", "\udcff", "nan", "-1", "1e400", "--probes"),
    ]
    # What an argument can contain: no NUL, and of the surrogates only those that stand for undecodable bytes.
) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)


@given(
    name=st.sampled_from([*READERS, "bench", "completion", "no-such-command"]),
    words=st.lists(WORDS, max_size=4),
    pasted=st.binary(max_size=20),
)
def test_a_command_line(name, words, pasted, command, folder, probes, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pasted)))
    catalogue = ("--probes", probes) if name in READERS else ()
    command(name, *catalogue, *words).check()


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("can't start new thread"), OSError(24, "Too many open files")], ids=repr
)
def test_a_system_that_has_no_more_to_give_is_one_line(error, command, monkeypatch):
    def fail(*arguments):
        raise error

    monkeypatch.setattr("procsem.cli.commands.claims.load", fail)
    done = command("claims")
    done.check()
    assert done.status == 2
    assert f"no more of what procsem needs: {str(error) or 'memory'}; use fewer --jobs" in done.stderr
