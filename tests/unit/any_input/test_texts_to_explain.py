"""``explain`` reads any text, and damaged tracebacks in particular, without an error and in bounded time."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from procsem.explain import index
from procsem.explain.match import match
from procsem.explain.traceback_text import parse
from tests.unit.any_input.damage import damaged_text

TEXTS = [
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[1] / "explain" / "unrelated").iterdir())
]
ENTRIES = index.load()
PIECES = [
    "Traceback (most recent call last):\n",
    '  File "/a/b.py", line 3, in <module>\n',
    "    value = 1 / 0\n",
    "            ~~^~~\n",
    "ZeroDivisionError: division by zero\n",
    "\nThe above exception was the direct cause of the following exception:\n\n",
    "\nDuring handling of the above exception, another exception occurred:\n\n",
    "Process SpawnProcess-1:\n",
    "RuntimeError: \n        An attempt has been made to start a new process before the\n",
    "E   RuntimeError: x\n",
    "a/b.py:3: RuntimeError\n",
    "  + Exception Group Traceback (most recent call last):\n",
    "    +-+---------------- 1 ----------------\n",
    "    [Previous line repeated 996 more times]\n",
    "Current thread 0x00007f0000000000 (most recent call first):\n",
    '  File "/a/b.py", line 3 in f\n',
    "Fatal Python error: Segmentation fault\n",
    "╭──────── Traceback (most recent call last) ────────╮\n",
    "│ /a/b.py:3 in f                                    │\n",
    "╰───────────────────────────────────────────────────╯\n",
]


@given(text=st.sampled_from(TEXTS).flatmap(damaged_text))
def test_a_damaged_traceback(text):
    match(parse(text), ENTRIES)


@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=60))
def test_pieces_of_tracebacks_in_any_order(pieces):
    match(parse("".join(pieces)), ENTRIES)


@given(piece=st.sampled_from(PIECES), number=st.integers(500, 5000))
def test_one_piece_repeated(piece, number):
    match(parse(piece * number), ENTRIES)


@given(data=st.binary(max_size=2000))
def test_any_bytes(data, command, folder, probes):
    file = folder / "log"
    file.write_bytes(data)
    command("explain", file, "--probes", probes).check()
