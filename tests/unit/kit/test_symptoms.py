"""What a user would see is recorded as Python prints it."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "probes"))
from _kit import symptoms

CODE = "import pickle, json\ndef f():\n    json.loads('[')\nf()\n"


def test_an_exception_that_was_caught_and_one_that_was_printed_give_the_same_record():
    with pytest.raises(ValueError) as caught:  # noqa: PT011  any will do
        exec(CODE, {})
    printed = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False).stderr
    record = symptoms.printed("noise\n" + printed + "more\n", "parent")
    assert record == symptoms.raised(caught.value, "parent")
    assert record["type"] == "JSONDecodeError"
    assert record["frames"][-1] == "json/decoder.py:raw_decode"


def test_text_without_a_traceback_is_refused():
    with pytest.raises(ValueError, match="no traceback"):
        symptoms.printed("all is well", "child")


STACKS = """
import faulthandler, sys, threading
event = threading.Event()
thread = threading.Thread(target=event.wait)
thread.start()
faulthandler.dump_traceback(sys.stdout)
event.set()
thread.join()
"""
"""In an interpreter of its own, because a tool in this one may have threads too."""


def test_the_stack_of_the_thread_that_waits_is_found():
    text = subprocess.run([sys.executable, "-c", STACKS], capture_output=True, text=True, check=True).stdout
    record = symptoms.stack(text, "parent", waiting_in="threading.py:_bootstrap")
    assert record["frames"][-1] == "threading.py:wait"
    on_pypy = text.replace("call first", "call first, approximate line numbers")
    assert symptoms.stack(on_pypy, "parent", waiting_in="threading.py:_bootstrap") == record
    assert os.sep not in record["frames"][0].replace("/", "")
    with pytest.raises(ValueError, match="no such stack"):
        symptoms.stack(text, "parent", waiting_in="nowhere.py:f")


@pytest.mark.parametrize(
    "error", [MemoryError(), OSError(errno.ENOMEM, "no memory"), RuntimeError("can't start new thread")]
)
def test_lack_of_memory_is_no_symptom(error):
    with pytest.raises(type(error)):
        symptoms.raised(error, "parent")


@pytest.mark.parametrize("error", [OSError(errno.EAGAIN, "later"), RuntimeError("Event loop is closed")])
def test_other_errors_of_these_types_are_symptoms(error):
    assert symptoms.raised(error, "parent")["type"] == type(error).__name__
